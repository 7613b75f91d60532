/**
 * What the message secret alone opens: the tail of every reader's checks (sections 5 and 6).
 *
 * Reporting abuse is disclosing `m` for one post to a publisher: the author signed `E`, and `E`
 * commits to `m`, so what comes out is what was sent.
 */

import type { Bytes } from "../bytes.ts";
import { unpad } from "../pad.ts";
import { isTyped } from "../payload.ts";
import { Refusal } from "../refusal.ts";
import type { MessageSecret } from "./capsule.ts";
import { headerHash } from "./header.ts";
import { hasBody, type Tbs } from "./tbs.ts";

/**
 * Why a post does not open: another secret than the author committed to, another body than the
 * signed one, or one that does not decrypt, unpad or read as JSON of the post's kind.
 */
export type UnreadableReason = "capsule mismatch" | "body" | "cipher" | "padding" | "payload";

/** A post that does not open. */
export class Unreadable extends Refusal<UnreadableReason> {
  constructor(reason: UnreadableReason) {
    super("post", reason);
  }
}

/** The payload of the post that `m` is the secret of; says nothing about the signature. */
export function reveal(tbs: Tbs, m: MessageSecret, body: Uint8Array): Bytes {
  ensure(m.opens(tbs), "capsule mismatch");
  ensure(hasBody(tbs, body), "body");
  const padded = m.decrypt(headerHash(tbs.header), tbs.capsule, body);
  ensure(padded !== undefined, "cipher");
  const payload = unpadded(padded);
  ensure(payload !== undefined, "padding");
  ensure(isTyped(payload, tbs.header.kind), "payload");
  return payload;
}

function unpadded(padded: Bytes): Bytes | undefined {
  try {
    return unpad(padded);
  } catch {
    return undefined;
  }
}

function ensure(holds: boolean, reason: UnreadableReason): asserts holds {
  if (!holds) throw new Unreadable(reason);
}
