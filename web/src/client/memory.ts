/**
 * What one browser remembers of one audience: its own chain, what it saw of others', what it opened.
 *
 * Invariant: of two posts of one place in a chain, the one first seen stays.
 */

import type { Bytes } from "../protocol/bytes.ts";
import type { post as posts } from "../protocol/index.ts";
import type { Verdict } from "./homework/actions.ts";
import { type AccountRef, idOf, type LetterRef, type PostRef, textOf } from "./names.ts";
import type { PostBody } from "./payload.ts";

/** A post on its way; what it says is kept, so that it can be sealed again under a newer charter. */
export interface Pending {
  readonly kind: posts.Kind;
  /** The post it belongs to or means. */
  readonly thread: PostRef | undefined;
  readonly payload: Bytes;
  /** The name of the act that it is of. */
  readonly once?: string | undefined;
  /** As it was sealed and perhaps sent; the same goes again until the hub answers, which may ask for another sealing. */
  readonly sealed: { readonly post: PostRef; readonly bytes: Bytes; readonly proof: Bytes } | undefined;
}

/** A post for later on its way to the hub, the only one of its chain. */
export interface Waiting {
  readonly chain: Bytes;
  /** When the hub is to release it. */
  readonly releaseMs: number;
  readonly post: Pending;
}

/** A post that the hub took. */
export interface PostDone {
  /** The name of the act. */
  readonly once: string;
  readonly post: PostRef;
  /** Whether it waited for approvals then. */
  readonly pending: boolean;
}

/** The own chain in one audience. */
export interface Own {
  /** The number of the last post that the hub took, and its id. */
  readonly seq: number;
  readonly prev: PostRef | undefined;
  /** Sent again as it is until the hub has answered. */
  readonly pending: Pending | undefined;
  /** The newest posts that were sent under a name of their act, in this chain or for later. */
  readonly done?: readonly PostDone[];
}

/** So many acts of a name are remembered, of each kind. */
const ACTS = 64;

/** With one more act that is done; without a name there is nothing to remember. */
export function noted<T extends { readonly once: string }>(
  done: readonly T[] | undefined,
  act: Omit<T, "once"> & { readonly once: string | undefined },
): readonly T[] {
  return act.once === undefined ? (done ?? []) : [...(done ?? []), act as unknown as T].slice(-ACTS);
}

/** A post of somebody's chain, and the one it says was before it. */
export interface Seen {
  readonly seq: bigint;
  readonly post: PostRef;
  readonly prev: PostRef;
}

/** What is remembered of one audience, but for its posts and letters. */
export interface Local {
  genesis: Bytes | undefined;
  /** Charters and their signatures, from revision 0. */
  charters: { readonly charter: Bytes; readonly signatures: Bytes }[];
  own: Own;
  /** Posts for later that had no answer yet. */
  scheduled: readonly Waiting[];
  /** As the hub last said: `live`, `waiting`, `removed` or `asked`. */
  state: string;
  /** Posts are settled up to this position. */
  postsAfter: number;
  /** Letters to the desk are read up to here. */
  deskAfter: number;
  /** `ik ‖ chain` → posts seen of it, by `seq`. */
  readonly chains: Map<string, Seen[]>;
  /** Account → the names it gave itself, newest last. */
  readonly names: Map<AccountRef, string[]>;
  /** Work and pupil, in one text → the newest draft of a mark. */
  marks?: Map<string, SavedMark>;
  /** The id of a record's first segment → how far it was read. */
  records?: Map<string, Place>;
}

/** An opened post. */
export interface SavedPost {
  position: number;
  readonly kind: posts.Kind;
  /** The post it belongs to or means. */
  readonly thread: PostRef | undefined;
  /** Its author's identity key. */
  readonly ik: string;
  /** Whether its charter lists the author as publisher. */
  readonly byPublisher: boolean;
  readonly sentMs: number;
  /** Whether it waits for approvals or its time; only publishers see such. */
  pending: boolean;
  /** When it goes out, as long as it waits for that. */
  releaseMs: number | undefined;
  /** Why it will never go out, in a word of docs/api.md. */
  lapsed: string | undefined;
  /** Whether it was sent under an earlier charter than the one known when it came. */
  readonly earlierRules: boolean;
  /** Posts of its chain that were not seen before it. */
  readonly gap: number;
  readonly threadUnavailable: boolean;
  /** Identity keys of the publishers who approved it, as far as their approvals came and count. */
  approvedBy: readonly string[];
  readonly content: PostBody;
  /** Opens it to anyone: for permalinks and reports. */
  readonly m: Bytes;
  acknowledged: boolean;
  /** Whether the hub knows that it was delivered. */
  delivered: boolean;
  /** Whether it was looked at in this browser. */
  read: boolean;
}

/** An opened letter. */
export interface SavedLetter {
  /** Whether it came, or went, to the desk. */
  readonly desk: boolean;
  readonly kind: string;
  /** The post it is about. */
  readonly thread: PostRef | undefined;
  readonly ik: string;
  readonly sentMs: number;
  readonly receivedMs: number;
  /** The content; secrets are not kept here. */
  readonly content: PostBody;
  /** To whom it went, where this account sent it, or a co-publisher. */
  readonly to: AccountRef | "desk" | undefined;
  /** Of one that this account sent: whether it is known to be in its record. */
  recorded?: true;
  /** Whether a co-publisher's record says so, and nothing else. */
  readonly told?: true;
  /** Of a submission that this account sent: the hub's signature for when it came in. */
  readonly receipt?: Bytes | undefined;
  read: boolean;
}

/** The draft of a mark, or that there is none any more. */
export interface SavedMark {
  /** When it was written, by its author's clock. */
  readonly atMs: number;
  readonly draft: Verdict | undefined;
  /** Whether it is known to be in the record. */
  readonly recorded: boolean;
}

/** How far a record was read. */
export interface Place {
  /** The first segment that was not full. */
  readonly segment: number;
  /** The highest version of it that was seen; 0 before the first. */
  readonly version: number;
  /** Whose it is, and why what the hub served last was not believed. */
  readonly refused?: { readonly account: AccountRef; readonly reason: string } | undefined;
}

/** What was refused, and why, with the bytes as the hub served them. */
export interface Evidence {
  readonly reason: string;
  readonly bytes: Bytes;
}

/** All that is remembered of one audience. */
export interface Remembered {
  readonly local: Local;
  readonly posts: Map<PostRef, SavedPost>;
  readonly letters: Map<LetterRef, SavedLetter>;
  readonly refused: Map<PostRef | LetterRef, Evidence>;
}

/** Of an audience just met. */
export function newLocal(): Local {
  return {
    genesis: undefined,
    charters: [],
    own: { seq: 0, prev: undefined, pending: undefined },
    scheduled: [],
    state: "live",
    postsAfter: 0,
    deskAfter: 0,
    chains: new Map(),
    names: new Map(),
  };
}

/** What was seen of `(ik, chain)` around `seq`. */
export function memory(local: Local, { ik, chain, seq }: posts.Header): posts.ChainMemory {
  const seen = local.chains.get(chainKey(ik, chain)) ?? [];
  const [same, before, after] = [
    seen.find((s) => s.seq === seq),
    seen.filter((s) => s.seq < seq).at(-1),
    seen.find((s) => s.seq > seq),
  ];
  return {
    same: same && idOf(same.post),
    before: before && { seq: before.seq, id: idOf(before.post) },
    after: after && { seq: after.seq, id: idOf(after.prev) },
  };
}

/** Remembers a post of a chain; of two with one number the first stays. */
export function remember(local: Local, { ik, chain, seq, prev }: posts.Header, post: PostRef): void {
  const key = chainKey(ik, chain);
  const seen = local.chains.get(key) ?? [];
  if (seen.some((s) => s.seq === seq)) return;
  const place = seen.findIndex((s) => s.seq > seq);
  seen.splice(place < 0 ? seen.length : place, 0, { seq, post, prev: textOf(prev) });
  local.chains.set(key, seen);
}

function chainKey(ik: Bytes, chain: Bytes): string {
  return `${textOf(ik)} ${textOf(chain)}`;
}

/** Notes the name an account gives itself. */
export function noteName(local: Local, account: AccountRef, name: string): void {
  const names = local.names.get(account) ?? [];
  if (names.at(-1) === name) return;
  local.names.set(account, [...names, name]);
}

/** The name an account last gave itself: its own claim. */
export function nameOf(local: Local, account: AccountRef): string | undefined {
  return local.names.get(account)?.at(-1);
}
