/**
 * Exact binary parsing and writing: fixed layouts, big-endian, nothing left over (section 1).
 *
 * A reader gives out copies, so that what has been checked cannot change afterwards.
 */

import { Refusal } from "./refusal.ts";
import { VERSION } from "./version.ts";

/** Bytes in memory of their own, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A public 32-byte name or key; `Name` tells one kind from another, at compile time only. */
export type Id<Name extends string> = Bytes & { readonly [name]: Name };
declare const name: unique symbol;

/** Bytes that are not the structure they should be: too short, too long, or with a wrong value. */
export class Malformed extends Refusal<"truncated" | "trailing" | "value"> {
  constructor(reason: "truncated" | "trailing" | "value") {
    super("malformed", reason);
  }
}

/** Refuses unless `holds`: a field's value is not allowed. */
export function expect(holds: boolean): asserts holds {
  if (!holds) throw new Malformed("value");
}

/** The pieces, one after the other. */
export function concat(...pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Whether both hold the same bytes; looks at all of them. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Whether every byte is zero, the spec's "none". */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Hexadecimal, for logs and as a key of maps. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A cursor over bytes that gives out one field after the other; throws {@link Malformed}. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** Starts at the first byte. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `n` bytes. */
  take(n: number): Bytes {
    if (this.#bytes.length - this.#at < n) throw new Malformed("truncated");
    this.#at += n;
    return new Uint8Array(this.#bytes.subarray(this.#at - n, this.#at));
  }

  /** The next 32 bytes as a name or key. */
  id<T extends Id<string>>(): T {
    return this.take(32) as T;
  }

  /** A byte. */
  u8(): number {
    return this.#number(1);
  }

  /** Two bytes, big-endian. */
  u16(): number {
    return this.#number(2);
  }

  /** Four bytes, big-endian. */
  u32(): number {
    return this.#number(4);
  }

  /** Eight bytes, big-endian: a time or a count, never rounded. */
  u64(): bigint {
    const high = BigInt(this.#number(4));
    return (high << 32n) | BigInt(this.#number(4));
  }

  /** A byte string with its length as one byte. */
  op8(): Bytes {
    return this.take(this.u8());
  }

  /** A byte string with its length as four bytes, at most `max` long. */
  op32(max: number): Bytes {
    const n = this.u32();
    expect(n <= max);
    return this.take(n);
  }

  /** One of `values` by its code, of which the first is `first`. */
  choice<T>(values: readonly T[], first: number): T {
    const value = values[this.u8() - first];
    if (value === undefined) throw new Malformed("value");
    return value;
  }

  /** `n` structures, each read by `read`. */
  many<T>(n: number, read: () => T): T[] {
    return Array.from({ length: n }, read);
  }

  /** The version every structure begins with; any but 1 is refused. */
  version(): void {
    expect(this.u16() === VERSION);
  }

  /** All bytes not read yet. */
  rest(): Bytes {
    return new Uint8Array(this.#bytes.subarray(this.#at));
  }

  /** Ends the structure; bytes that follow are an error. */
  finish(): void {
    if (this.#at !== this.#bytes.length) throw new Malformed("trailing");
  }

  #number(n: number): number {
    return this.take(n).reduce((value, byte) => value * 256 + byte, 0);
  }
}

/** Bytes being written, field after field; callers keep every value in its field's range. */
export class Writer {
  readonly #pieces: Uint8Array[] = [];

  /** Appends bytes as they are. */
  put(bytes: Uint8Array): this {
    this.#pieces.push(bytes);
    return this;
  }

  /** Appends a byte. */
  u8(x: number): this {
    return this.#number(x, 1);
  }

  /** Appends two bytes, big-endian. */
  u16(x: number): this {
    return this.#number(x, 2);
  }

  /** Appends four bytes, big-endian. */
  u32(x: number): this {
    return this.#number(x, 4);
  }

  /** Appends eight bytes, big-endian. */
  u64(x: bigint): this {
    if (x < 0n || x >> 64n !== 0n) throw new RangeError("not a u64");
    return this.#number(Number(x >> 32n), 4).#number(Number(x & 0xffff_ffffn), 4);
  }

  /** Appends a byte string after its length as one byte; at most 255 bytes. */
  op8(bytes: Uint8Array): this {
    return this.u8(bytes.length).put(bytes);
  }

  /** Appends a byte string after its length as four bytes. */
  op32(bytes: Uint8Array): this {
    return this.u32(bytes.length).put(bytes);
  }

  /** Appends the code of one of `values`, of which the first is `first`. */
  choice<T>(value: T, values: readonly T[], first: number): this {
    return this.u8(values.indexOf(value) + first);
  }

  /** The bytes written. */
  done(): Bytes {
    return concat(...this.#pieces);
  }

  #number(x: number, n: number): this {
    if (!Number.isInteger(x) || x < 0 || x >= 256 ** n) throw new RangeError(`not a u${8 * n}`);
    const bytes = new Uint8Array(n);
    for (let i = n - 1, rest = x; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
    return this.put(bytes);
  }
}
