/**
 * Padding that hides the length of a payload in few size classes (section 5).
 *
 * A padded payload has exactly one valid form: `unpad` refuses any other length and any padding
 * that is not zero, so nothing can hide in it.
 */

import { type Bytes, expect, isZero, Reader, Writer } from "./bytes.ts";
import { Refusal } from "./refusal.ts";

/** The longest padded payload: 1 MiB. */
export const MAX_PADDED = 1 << 20;

/** `op32`'s length, Poly1305's tag, and the class in which everything short looks alike. */
const [LENGTH, TAG, SMALLEST] = [4, 16, 256] as const;

/** The longest payload, in bytes; with its length it fills 1 MiB, which is a size class of its own. */
export const MAX_PAYLOAD = MAX_PADDED - LENGTH;

/** The shortest sealed payload: the smallest size class and a tag. */
export const MIN_SEALED = SMALLEST + TAG;

/** The longest sealed payload: 1 MiB and a tag. */
export const MAX_SEALED = MAX_PADDED + TAG;

/** A payload above {@link MAX_PAYLOAD}; large things go into attachments. */
export class TooLong extends Refusal<"too long"> {
  constructor() {
    super("payload", "too long");
  }
}

/** `pad(x)`: `op32(x)` and zeros up to the size class. */
export function pad(payload: Uint8Array): Bytes {
  if (payload.length > MAX_PAYLOAD) throw new TooLong();
  const padded = new Uint8Array(paddedLength(LENGTH + payload.length));
  padded.set(new Writer().op32(payload).done());
  return padded;
}

/** The payload inside; refuses a length that `pad` would not give and padding that is not zero. */
export function unpad(padded: Uint8Array): Bytes {
  const r = new Reader(padded);
  const payload = r.op32(MAX_PAYLOAD);
  expect(padded.length === paddedLength(LENGTH + payload.length));
  expect(isZero(r.rest()));
  return payload;
}

/** `L'` of `L`: 256, or Padmé (Nikitin et al. 2019), which adds at most 12 %. */
function paddedLength(l: number): number {
  if (l < SMALLEST) return SMALLEST;
  const e = log2(l);
  const step = 2 ** (e - (log2(e) + 1));
  return Math.ceil(l / step) * step;
}

/** ⌊log2 x⌋ of a positive 32-bit number. */
function log2(x: number): number {
  return 31 - Math.clz32(x);
}
