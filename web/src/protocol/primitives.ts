/**
 * The hash, key derivation and group operations of section 1, each under its label.
 *
 * Every use of a key or hash is separated by a label framed with lengths, so that no input of one
 * operation can be taken for an input of another. Scalars are bigints: JavaScript computes with
 * them in varying time and cannot erase them, so nobody may time or read this memory; where a
 * stranger chooses the point, the scalar is blinded.
 */

import { ristretto255 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256, sha512 } from "@noble/hashes/sha2.js";

import { type Bytes, concat, expect, Malformed, Writer } from "./bytes.ts";
import { utf8 } from "./text.ts";

/** A source of fresh random bytes, `n` of them; an argument wherever randomness is used. */
export type Random = (n: number) => Bytes;

/** A point of ristretto255 (RFC 9496). */
export type Point = InstanceType<typeof Points>;

const Points = ristretto255.Point;

/** `ℓ`, the prime order of the group. */
export const ORDER = Points.Fn.ORDER;

/** `Label(L)`: the ASCII bytes of `"kentongan/v1 " + L`. */
function label(name: string): Bytes {
  return utf8(`kentongan/v1 ${name}`);
}

/** `Framed(L, x)`: the label with its length, then `x` with its length (section 1). */
export function framed(name: string, x: Uint8Array): Bytes {
  return new Writer().op8(label(name)).op32(x).done();
}

/** SHA-256, where the spec asks for it without a label. */
export function sha256(x: Uint8Array): Bytes {
  return nobleSha256(x);
}

/** `H(L, x)`: SHA-256 of `Framed(L, x)` (section 1). */
export function hash(name: string, x: Uint8Array): Bytes {
  return sha256(framed(name, x));
}

/** `KDF(salt, ikm, L, ctx, n)`: HKDF-SHA-256; no salt is 32 zero bytes (section 1). */
export function kdf(
  salt: Uint8Array | undefined,
  ikm: Uint8Array,
  name: string,
  ctx: Uint8Array,
  n: number,
): Bytes {
  const info = new Writer().put(framed(name, ctx)).u16(n).done();
  return hkdf(nobleSha256, ikm, salt ?? new Uint8Array(32), info, n);
}

/** `Scalar(L, x)`; `undefined` where it is zero, on which the spec aborts (probability 2⁻²⁵²). */
export function hashToScalar(name: string, x: Uint8Array): bigint | undefined {
  return hashToScalarRaw(label(name), x);
}

/** `HashToScalar` of RFC 9497 under a tag of at most 255 bytes: for published vectors only. */
export function hashToScalarRaw(dst: Uint8Array, x: Uint8Array): bigint | undefined {
  return nonzero(bytesToNumberLE(expandMessageXmd(x, dst)) % ORDER);
}

/** `expand_message_xmd` of RFC 9380 with SHA-512 and 64 bytes: `b_1` is the whole result. */
function expandMessageXmd(x: Uint8Array, dst: Uint8Array): Bytes {
  const dstPrime = concat(dst, Uint8Array.of(dst.length));
  const b0 = sha512(concat(new Uint8Array(128), x, Uint8Array.of(0, 64, 0), dstPrime));
  return sha512(concat(b0, Uint8Array.of(1), dstPrime));
}

function nonzero(s: bigint): bigint | undefined {
  return s === 0n ? undefined : s;
}

/** `point(b)`: a canonical ristretto255 encoding that is not the identity, else {@link Malformed}. */
export function point(b: Uint8Array): Point {
  expect(b.length === 32);
  let decoded: Point;
  try {
    decoded = Points.fromBytes(b);
  } catch {
    throw new Malformed("value");
  }
  expect(!decoded.is0());
  return decoded;
}

/** `scalar(b)`: 32 bytes little-endian, below ℓ and not zero, else {@link Malformed}. */
export function scalar(b: Uint8Array): bigint {
  expect(b.length === 32);
  const s = bytesToNumberLE(b);
  expect(s !== 0n && s < ORDER);
  return s;
}

/** The 32 bytes of a scalar, little-endian. */
export function scalarBytes(s: bigint): Bytes {
  return numberToBytesLE(s, 32);
}

/** A scalar drawn uniformly, never zero. */
export function randomScalar(random: Random): bigint {
  for (;;) {
    const wide = random(64);
    const s = nonzero(bytesToNumberLE(wide) % ORDER);
    wide.fill(0);
    if (s !== undefined) return s;
  }
}

/** `a·b` (mod ℓ). */
export function times(a: bigint, b: bigint): bigint {
  return (a * b) % ORDER;
}

/** `a⁻¹` (mod ℓ) as `a^(ℓ−2)`, whose steps do not depend on `a` as Euclid's would. */
export function inverse(a: bigint): bigint {
  return Points.Fn.pow(a, ORDER - 2n);
}

/** `s·G`. */
export function timesBase(s: bigint): Point {
  return Points.BASE.multiply(s);
}

/** `s·P` for a secret `s` and a point somebody else chose: `s = a + b` with `a` fresh (section 5). */
export function timesBlinded(p: Point, s: bigint, random: Random): Point {
  for (;;) {
    const a = randomScalar(random);
    const b = (s - a + ORDER) % ORDER;
    if (b !== 0n) return p.multiply(a).add(p.multiply(b));
  }
}

/** `a·G + b·P` in varying time, for public values only. */
export function publicDoubleTimes(a: bigint, p: Point, b: bigint): Point {
  return Points.BASE.multiplyUnsafe(a).add(p.multiplyUnsafe(b));
}
