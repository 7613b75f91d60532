/**
 * What a reader checks before it shows a post, in the order of section 5.
 *
 * Nothing is returned unless every check holds. What is not wrong but must be said, a gap or
 * a thread one cannot get, comes back beside the content.
 */

import { type Approval, missing } from "../approval.ts";
import { type Bytes, isZero, Malformed, same } from "../bytes.ts";
import type { Chain } from "../chain.ts";
import type { Charter } from "../charter.ts";
import type { PostId } from "../ids.ts";
import type { CohortSecret, ReaderKey } from "../keys.ts";
import { mayWriteBy, type WriterProof } from "../membership.ts";
import { type Point, point, type Random, timesBlinded } from "../primitives.ts";
import { mask, MessageSecret } from "./capsule.ts";
import { type ChainMemory, type Continuity, continuity } from "./continuity.ts";
import { type Header, headerHash, isRoot } from "./header.ts";
import type { Post } from "./layout.ts";
import { ensure, ReadRefused } from "./refused.ts";
import { reveal } from "./reveal.ts";
import { fits, mayWrite, type ThreadPost } from "./rules.ts";
import { isPostSigned, postId, type Tbs } from "./tbs.ts";

/** A post as it reaches one reader: what was signed, the wrap of the reader's cohort, the body. */
export interface Delivered {
  /** What was signed. */
  readonly tbs: Tbs;
  /** By the author. */
  readonly signature: Bytes;
  /** `w_i` of the cohort the reader's key is for. */
  readonly wrap: Bytes;
  /** The ciphertext; it may have come separately. */
  readonly body: Bytes;
}

/** What a reader of one cohort needs of a post; `undefined` where it has no wrap for that. */
export function delivered({ tbs, signature, wraps, body }: Post, cohort: number): Delivered | undefined {
  const wrap = wraps[cohort];
  return wrap === undefined ? undefined : { tbs, signature, wrap, body };
}

/**
 * With what a reader opens a post: a member with its own slot as the hub transformed it (`E'_j`)
 * and the `d` that goes with its token; a publisher with `s_i`, also before the approvals.
 */
export type Key = { readonly slot: Bytes; readonly d: ReaderKey } | { readonly s: CohortSecret };

/** What a reader knows when it opens a post. */
export interface Reading {
  /** The audience's charters, checked from its id on. */
  readonly charters: Chain;
  /** Whether the reader agreed to an operator who can read; asked for hosted audiences only. */
  readonly hostingConsented: boolean;
  /** What came beside a member's post. */
  readonly member: WriterProof | undefined;
  /** What the reader saw of the author's chain. */
  readonly memory: ChainMemory;
  /** The post that `thread` names; `undefined` where the reader cannot get it, or none is named. */
  readonly thread: ThreadPost | undefined;
  /** The approvals that came with the post. */
  readonly approvals: readonly Approval[];
  /** The cohort, by its place in the named charter, for which the reader has a key. */
  readonly cohort: number;
  /** That key. */
  readonly key: Key;
  /** For blinding the key while it is used. */
  readonly random: Random;
}

/** What must be said beside a post's content. */
export interface Notices {
  /** The charter has changed since: a post first seen now was sent under earlier rules. */
  readonly earlierRules: boolean;
  /** How it continues its chain. */
  readonly continuity: Continuity;
  /** The post it names as thread could not be had. */
  readonly threadUnavailable: boolean;
  /** Approvals it still waits for; above zero only for publishers. */
  readonly approvalsMissing: number;
}

/** A post that may be shown. */
export interface Opened {
  /** The post's id. */
  readonly id: PostId;
  /** UTF-8 JSON whose `type` is the kind's word. */
  readonly payload: Bytes;
  /** What opens this post to anyone, and proves to a publisher what was sent. */
  readonly m: MessageSecret;
  /** What must be said beside the content. */
  readonly notices: Notices;
}

/** Makes every check of section 5 in its order and opens the post. */
export function openPost(post: Delivered, reading: Reading): Opened {
  const { tbs, signature, body } = post;
  const { header } = tbs;
  const { charters, thread, key } = reading;
  const charter = namedCharter(charters, reading.hostingConsented, header);
  ensure(
    mayWrite(header, charter, thread, () => mayWriteBy(reading.member, charter, header.ik)),
    "author",
  );
  ensure(isPostSigned(tbs, signature), "signature");
  const id = postId(tbs);
  const continues = continuity(reading.memory, header, id);
  const threadUnavailable = isThreadUnavailable(header, thread);
  const approvalsMissing = missing(charter, header, id, reading.approvals);
  // Publishers read a pending post in order to approve it.
  ensure(approvalsMissing === 0 || "s" in key, "approvals");
  const m = unwrap(post, charter, reading);
  const payload = reveal(tbs, m, body);
  const earlierRules = !same(charter.hash, charters.current().hash);
  return {
    id,
    payload,
    m,
    notices: { earlierRules, continuity: continues, threadUnavailable, approvalsMissing },
  };
}

/** Whether the thread cannot be had; refuses one that is known and does not fit. */
function isThreadUnavailable(header: Header, thread: ThreadPost | undefined): boolean {
  const unavailable = !isRoot(header.kind) && !isZero(header.thread) && thread === undefined;
  ensure(unavailable || fits(header, thread), "thread");
  return unavailable;
}

/** `P = d·point(E'_j)` or `s_i·E`, and `m = w_i ⊕ KDF(-, encode(P), "wrap", …)`. */
function unwrap(post: Delivered, charter: Charter, { cohort: place, key, random }: Reading): MessageSecret {
  const { capsule, header } = post.tbs;
  const cohort = charter.terms.cohorts[place];
  ensure(cohort !== undefined, "slot");
  const [encoded, secret] = "s" in key ? [capsule, key.s] : [key.slot, key.d];
  const p = timesBlinded(slotPoint(encoded), secret.expose(), random);
  return MessageSecret.unwrap(post.wrap, mask(p, headerHash(header), capsule, cohort.bytes));
}

function slotPoint(encoded: Uint8Array): Point {
  try {
    return point(encoded);
  } catch (e) {
    throw e instanceof Malformed ? new ReadRefused("slot") : e;
  }
}

/** The charter a post names, if its time and its hosting are as they must be. */
export function namedCharter(charters: Chain, hostingConsented: boolean, header: Header): Charter {
  const charter = charters.byHash(header.charter);
  ensure(charter !== undefined && same(header.audience, charter.terms.audience), "charter");
  ensure(charter.validAt(header.sentMs), "sent time");
  ensure(charter.terms.host === undefined || hostingConsented, "hosting");
  return charter;
}
