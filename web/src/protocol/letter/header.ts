/** The header of a letter: 155 bytes in the clear, which the hub needs in order to deliver it (section 7). */

import { type Bytes, expect, isZero, type Reader, Writer } from "../bytes.ts";
import type { AudienceId, ExchangeKey, IdentityKey, PostId } from "../ids.ts";
import { VERSION } from "../version.ts";

/** What a letter is; the word is also the payload's `type`. */
export type Kind = "reply" | "submission" | "return" | "profile" | "secrets" | "join" | "assignment";

const KINDS: readonly Kind[] = ["reply", "submission", "return", "profile", "secrets", "join", "assignment"];

/** Whether a letter of this kind is about a post, which its `thread` names. */
export function isAboutPost(kind: Kind): boolean {
  return kind === "reply" || kind === "submission" || kind === "return";
}

/** The header of a letter, `lhdr`. */
export interface Header {
  /** The audience. */
  readonly audience: AudienceId;
  /** The audience's desk, or an account's `xk`. */
  readonly to: ExchangeKey;
  /** The author. */
  readonly ik: IdentityKey;
  /** The post meant by replies, submissions and returns; else zero. */
  readonly thread: PostId;
  /** What it is. */
  readonly kind: Kind;
  /** 16 bytes that tell apart letters that are otherwise the same. */
  readonly nonce: Bytes;
  /** When, by the author's clock. */
  readonly sentMs: bigint;
}

/** Reads a header that other fields follow. */
export function readHeader(r: Reader): Header {
  r.version();
  const header: Header = {
    audience: r.id(),
    to: r.id(),
    ik: r.id(),
    thread: r.id(),
    kind: r.choice(KINDS, 1),
    nonce: r.take(16),
    sentMs: r.u64(),
  };
  expect(isZero(header.thread) !== isAboutPost(header.kind));
  return header;
}

/** The 155 bytes of a header. */
export function encodeHeader({ audience, to, ik, thread, kind, nonce, sentMs }: Header): Bytes {
  const w = new Writer().u16(VERSION).put(audience).put(to).put(ik).put(thread);
  return w.choice(kind, KINDS, 1).put(nonce).u64(sentMs).done();
}
