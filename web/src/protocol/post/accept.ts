/**
 * What a hub checks before it stores a post: everything of section 5, given what it knows.
 *
 * No page needs it; it is here so that both implementations refuse the same posts.
 */

import { needed } from "../approval.ts";
import { Malformed, same } from "../bytes.ts";
import type { Charter } from "../charter.ts";
import { none, type PostId } from "../ids.ts";
import { mayWriteBy, type WriterProof } from "../membership.ts";
import { ORDER, point, publicDoubleTimes, scalar } from "../primitives.ts";
import { Refusal } from "../refusal.ts";
import { challenge } from "./capsule.ts";
import type { Link } from "./continuity.ts";
import { type Header, headerHash } from "./header.ts";
import type { Post } from "./layout.ts";
import { fits, mayWrite, type ThreadPost } from "./rules.ts";
import { isPostSigned, postId, type Tbs } from "./tbs.ts";

/** How far a sender's clock may be ahead of the hub's. */
export const CLOCK_SKEW_MS = 10n * 60n * 1000n;

/** What the hub knows when a post arrives. */
export interface HubState {
  /** The hub's clock. */
  readonly nowMs: bigint;
  /** The highest revision accepted of the audience's charter. */
  readonly charter: Charter;
  /** What came beside the post; `undefined` also for a member who was removed. */
  readonly member: WriterProof | undefined;
  /** The post of this audience that `thread` names, if there is one. */
  readonly thread: ThreadPost | undefined;
  /** The last post accepted in this audience from `(ik, chain)`. */
  readonly last: Link | undefined;
}

/** A post that may be stored. */
export interface Accepted {
  /** Its id. */
  readonly id: PostId;
  /** How many approvals it waits for; zero: none. */
  readonly approvals: number;
}

/** Why a hub refuses a post. */
export type HubReason =
  | "audience"
  | "charter superseded"
  | "charter expired"
  | "sent time"
  | "author"
  | "thread"
  | "signature"
  | "proof"
  | "wraps"
  | "chain";

/** A post that a hub does not store. */
export class HubRefused extends Refusal<HubReason> {
  constructor(reason: HubReason) {
    super("post", reason);
  }
}

/** Whether a hub in this state may store the post, in the order of section 5. */
export function acceptPost({ tbs, wraps, signature }: Post, hub: HubState): Accepted {
  const { header } = tbs;
  const { charter, thread } = hub;
  ensureCharter(header, hub);
  ensure(
    mayWrite(header, charter, thread, () => mayWriteBy(hub.member, charter, header.ik)),
    "author",
  );
  ensure(fits(header, thread), "thread");
  ensure(isPostSigned(tbs, signature), "signature");
  ensure(isProven(tbs), "proof");
  ensure(wraps.length === charter.terms.cohorts.length, "wraps");
  const last = hub.last ?? { seq: 0n, id: none<PostId>() };
  ensure(header.seq === last.seq + 1n && same(header.prev, last.id), "chain");
  return { id: postId(tbs), approvals: needed(charter, header) };
}

function ensureCharter(header: Header, { charter, nowMs }: HubState): void {
  ensure(same(header.audience, charter.terms.audience), "audience");
  ensure(same(header.charter, charter.hash), "charter superseded");
  ensure(nowMs < charter.terms.notAfterMs, "charter expired");
  ensure(charter.validAt(header.sentMs) && header.sentMs <= nowMs + CLOCK_SKEW_MS, "sent time");
}

/** Whether the author knows the capsule's exponent: `z·G = A + Scalar("proof", …)·E`. */
export function isProven(tbs: Tbs): boolean {
  try {
    const [e, a, z] = [point(tbs.capsule), point(tbs.commitment), scalar(tbs.response)];
    const c = challenge(headerHash(tbs.header), tbs.capsule, tbs.commitment, tbs.wrapsHash);
    return c !== undefined && publicDoubleTimes(z, e, ORDER - c).equals(a);
  } catch (x) {
    if (x instanceof Malformed) return false;
    throw x;
  }
}

function ensure(holds: boolean, reason: HubReason): asserts holds {
  if (!holds) throw new HubRefused(reason);
}
