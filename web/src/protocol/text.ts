/** Text and bytes: UTF-8 that must be valid, and base64url with a single form (section 1). */

import { type Bytes, expect, Malformed } from "./bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** The text of UTF-8 bytes; refuses invalid ones and keeps a byte-order mark as a character. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed("value");
  }
}

/** `base64url` without padding (RFC 4648). */
export function toBase64url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const three = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const symbols = Math.min(bytes.length - i, 3) + 1;
    for (let j = 0; j < symbols; j++) text += ALPHABET.charAt((three >> (18 - 6 * j)) & 63);
  }
  return text;
}

/** The bytes of a base64url text; refuses padding, other symbols and unused bits that are set. */
export function fromBase64url(text: string): Bytes {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let [bits, held, at] = [0, 0, 0];
  for (const symbol of text) {
    const value = ALPHABET.indexOf(symbol);
    expect(value >= 0);
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = bits >> held;
  }
  // What remains are less than six bits, all zero; six would be a symbol for nothing.
  expect(held < 6 && (bits & ((1 << held) - 1)) === 0);
  return bytes;
}
