/** Names of things as text: base64url of 32 bytes, as they stand in addresses, in the vault and in what the hub says. */

import { type Bytes, type Id, Malformed } from "../protocol/bytes.ts";
import { accountOf, id, type IdentityKey } from "../protocol/ids.ts";
import { fromBase64url, toBase64url } from "../protocol/text.ts";

/** An account, by name. */
export type AccountRef = string;
/** An audience, by name. */
export type AudienceRef = string;
/** A post, by name. */
export type PostRef = string;
/** A letter, by name. */
export type LetterRef = string;
/** A link's public key, which names it. */
export type LinkRef = string;

/** The text of bytes. */
export const textOf: (bytes: Uint8Array) => string = toBase64url;

/** The bytes of a text; refuses any that is not base64url. */
export const bytesOf: (text: string) => Bytes = fromBase64url;

/** The 32 bytes of a name. */
export function idOf<T extends Id<string>>(text: string): T {
  return id<T>(fromBase64url(text));
}

/** The name of the account that owns `ik`. */
export function accountNamed(ik: IdentityKey): AccountRef {
  return toBase64url(accountOf(ik));
}

/** Whether a text is the name of something: `bytes` bytes of base64url. */
export function isName(text: string, bytes = 32): boolean {
  try {
    return fromBase64url(text).length === bytes;
  } catch (e) {
    if (e instanceof Malformed) return false;
    throw e;
  }
}

/** Which of two names comes first in the order of their bytes: below zero, the first. */
export function byBytes(a: string, b: string): number {
  const [x, y] = [fromBase64url(a), fromBase64url(b)];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? 0 : (x[at] ?? 0) - (y[at] ?? 0);
}
