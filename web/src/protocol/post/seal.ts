/** Sealing a post: once, on the author's device, for however many cohorts (section 5). */

import { type Bytes, concat } from "../bytes.ts";
import type { Charter } from "../charter.ts";
import type { ChainId, IdentityKey, PostId } from "../ids.ts";
import { pad } from "../pad.ts";
import { isTyped } from "../payload.ts";
import { hashToScalar, ORDER, type Random, scalarBytes, times, timesBase } from "../primitives.ts";
import { Refusal } from "../refusal.ts";
import type { Identity, Seed } from "../secrets.ts";
import { challenge, mask, MessageSecret } from "./capsule.ts";
import { type Header, headerHash, type Kind } from "./header.ts";
import { hashes, type Post } from "./layout.ts";
import { encodeTbs, type Tbs } from "./tbs.ts";

/** Where in its client's chain a post stands. */
export interface Position {
  /** The installed client. */
  readonly chain: ChainId;
  /** The number of the post, from 1. */
  readonly seq: bigint;
  /** The post before it; zero for the first. */
  readonly prev: PostId;
}

/** A post before it is sealed. */
export interface Draft {
  /** The newest charter. */
  readonly charter: Charter;
  /** Where in the author's chain it goes. */
  readonly position: Position;
  /** What it is. */
  readonly kind: Kind;
  /** Zero for announcements and assignments; the thread's root for replies; else the post meant. */
  readonly thread: PostId;
  /** The author's clock; a charter that begins later is waited for in `sentMs`. */
  readonly nowMs: bigint;
  /** UTF-8 JSON whose `type` is the kind's word. */
  readonly payload: Uint8Array;
}

/** A draft that cannot be sealed: its payload is of another kind, or its charter has expired. */
export class SealRefused extends Refusal<"payload" | "charter expired"> {
  constructor(reason: "payload" | "charter expired") {
    super("draft", reason);
  }
}

/** A sealed post, and its secret for permalinks: it opens this post to whoever has it. */
export interface Sealed {
  /** The post. */
  readonly post: Post;
  /** Its secret. */
  readonly m: MessageSecret;
}

/**
 * Seals a draft in the author's name; refuses a payload above 1 MiB with `TooLong`.
 *
 * `hedge` is the account's seed that keeps `m` secret where `random` is weak.
 */
export async function sealPost(draft: Draft, author: Identity, hedge: Seed, random: Random): Promise<Sealed> {
  if (!isTyped(draft.payload, draft.kind)) throw new SealRefused("payload");
  const padded = pad(draft.payload);
  const header = headerOf(draft, author.public);
  const h0 = headerHash(header);
  const { m, e } = messageSecret(draft.payload, h0, hedge, random);
  const capsule = timesBase(e).toBytes();
  const wraps = draft.charter.terms.cohorts.map((s) =>
    m.wrap(mask(s.point.multiply(e), h0, capsule, s.bytes)),
  );
  const body = m.encrypt(h0, capsule, padded);
  const hashed = hashes(wraps, body);
  const proof = prove(m, e, h0, capsule, hashed.wrapsHash, random);
  const tbs: Tbs = { header, capsule, ...proof, ...hashed };
  const signature = await author.sign("post", encodeTbs(tbs));
  return { post: { tbs, wraps, body, signature }, m };
}

function headerOf(draft: Draft, ik: IdentityKey): Header {
  const { charter, position, kind, thread, nowMs } = draft;
  const { audience, notBeforeMs } = charter.terms;
  const sentMs = nowMs > notBeforeMs ? nowMs : notBeforeMs;
  if (!charter.validAt(sentMs)) throw new SealRefused("charter expired");
  return { audience, charter: charter.hash, ik, ...position, kind, thread, sentMs };
}

/** `m` and `e`, from a fresh salt; another one in the event, of no practical odds, that `e` is zero. */
function messageSecret(
  payload: Uint8Array,
  h0: Bytes,
  hedge: Seed,
  random: Random,
): { m: MessageSecret; e: bigint } {
  for (;;) {
    const m = MessageSecret.derive(random(32), hedge.expose(), h0, payload);
    const e = m.exponent(h0);
    if (e !== undefined) return { m, e };
  }
}

/** `A` and `z`: a proof of knowledge of `e`, bound to the header and the wraps. */
function prove(
  m: MessageSecret,
  e: bigint,
  h0: Bytes,
  capsule: Bytes,
  wrapsHash: Bytes,
  random: Random,
): Pick<Tbs, "commitment" | "response"> {
  for (;;) {
    const k = hashToScalar("nonce", concat(random(32), m.expose(), h0));
    if (k === undefined) continue;
    const commitment = timesBase(k).toBytes();
    const c = challenge(h0, capsule, commitment, wrapsHash);
    const z = c === undefined ? 0n : (k + times(c, e)) % ORDER;
    if (z !== 0n) return { commitment, response: scalarBytes(z) };
  }
}
