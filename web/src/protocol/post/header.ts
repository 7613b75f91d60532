/** The header of a post: 197 bytes in the clear, which the hub needs in order to judge it (section 5). */

import { type Bytes, expect, Reader, Writer } from "../bytes.ts";
import type { AudienceId, ChainId, CharterHash, IdentityKey, PostId } from "../ids.ts";
import { hash } from "../primitives.ts";
import { SUITE, VERSION } from "../version.ts";

/** What a post is; the word is also the payload's `type`. */
export type Kind = "announcement" | "assignment" | "reply" | "correction" | "withdrawal";

const KINDS: readonly Kind[] = ["announcement", "assignment", "reply", "correction", "withdrawal"];

/** Whether a post of this kind begins a thread that replies may join. */
export function isRoot(kind: Kind): boolean {
  return kind === "announcement" || kind === "assignment";
}

/** Whether a publisher's post of this kind waits for approvals (section 6). */
export function needsApproval(kind: Kind): boolean {
  return isRoot(kind) || kind === "correction";
}

/** The header of a post. */
export interface Header {
  /** The audience. */
  readonly audience: AudienceId;
  /** The charter under whose keys and rules it is written. */
  readonly charter: CharterHash;
  /** The author. */
  readonly ik: IdentityKey;
  /** The author's installed client. */
  readonly chain: ChainId;
  /** The number of the post in `(ik, chain)`, from 1. */
  readonly seq: bigint;
  /** The post before it in `(ik, chain)`; zero for the first. */
  readonly prev: PostId;
  /** What it is. */
  readonly kind: Kind;
  /** Zero for announcements and assignments; the thread's root for replies; else the post meant. */
  readonly thread: PostId;
  /** When, by the author's clock. */
  readonly sentMs: bigint;
}

/** Reads exactly the 197 bytes of a header. */
export function parseHeader(bytes: Uint8Array): Header {
  const r = new Reader(bytes);
  const header = readHeader(r);
  r.finish();
  return header;
}

/** Reads a header that other fields follow. */
export function readHeader(r: Reader): Header {
  r.version();
  expect(r.u16() === SUITE);
  return {
    audience: r.id(),
    charter: r.id(),
    ik: r.id(),
    chain: r.take(16),
    seq: r.u64(),
    prev: r.id(),
    kind: r.choice(KINDS, 1),
    thread: r.id(),
    sentMs: r.u64(),
  };
}

/** The 197 bytes of a header. */
export function encodeHeader(header: Header): Bytes {
  return new Writer()
    .u16(VERSION)
    .u16(SUITE)
    .put(header.audience)
    .put(header.charter)
    .put(header.ik)
    .put(header.chain)
    .u64(header.seq)
    .put(header.prev)
    .choice(header.kind, KINDS, 1)
    .put(header.thread)
    .u64(header.sentMs)
    .done();
}

/** `h0 = H("header", hdr)`. */
export function headerHash(header: Header): Bytes {
  return hash("header", encodeHeader(header));
}
