/**
 * `Verify` of section 1, from its primitives: S < ℓ, A and R canonical and not of small order, and
 * the cofactorless equation.
 *
 * Implementations differ in these edge cases, noble's and those behind WebCrypto among them; a post
 * that some clients accept and others refuse would split an audience.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, same } from "./bytes.ts";
import type { IdentityKey } from "./ids.ts";
import { framed } from "./primitives.ts";

const Points = ed25519.Point;

/** `Verify(pk, L, x, sig)`: whether the holder of `pk` signed `x` under this label. */
export function verify(pk: IdentityKey, name: string, x: Uint8Array, sig: Uint8Array): boolean {
  return verifyRaw(pk, framed(name, x), sig);
}

/** `Verify` over bytes without a label: for published vectors only. */
export function verifyRaw(pk: Uint8Array, message: Uint8Array, sig: Uint8Array): boolean {
  if (pk.length !== 32 || sig.length !== 64) return false;
  const r = sig.subarray(0, 32);
  const s = bytesToNumberLE(sig.subarray(32));
  const a = decode(pk);
  if (s >= Points.Fn.ORDER || a === undefined || decode(r) === undefined) return false;
  const k = bytesToNumberLE(sha512(concat(r, pk, message))) % Points.Fn.ORDER;
  const expected = Points.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return same(expected.toBytes(), r);
}

/** The point, if its encoding is canonical, without which noble reads none, and it is not of small order. */
function decode(b: Uint8Array): InstanceType<typeof Points> | undefined {
  try {
    const p = Points.fromBytes(b);
    return p.isSmallOrder() ? undefined : p;
  } catch {
    return undefined;
  }
}
