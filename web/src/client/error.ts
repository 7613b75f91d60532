/**
 * Why something an account wanted was not done, in words of its kind that a screen has sentences for.
 *
 * `hub`: the hub said no. `distrust`: what it served was refused, and nothing of it used. `cannot`: it cannot be
 * done as things are. `offline`: no answer came, so it may or may not have been done.
 */

import type { ChainReason, CharterReason } from "../protocol/index.ts";
import { BadCard, CharterRefused, letter, post, Refusal, TooLong } from "../protocol/index.ts";
import type { Refusal as RefusalOfWork } from "./homework/refusal.ts";
import type { MembershipReason } from "../protocol/membership.ts";

/** The last word of a problem's `type` (docs/api.md); `unexpected-answer`: not what the interface says. */
export type ProblemWord =
  | "invalid-request"
  | "unauthenticated"
  | "not-allowed"
  | "not-found"
  | "slot-not-ready"
  | "conflict"
  | "thread-closed"
  | "fan-out-running"
  | "charter-superseded"
  | "cohort-full"
  | "version-conflict"
  | "link-closed"
  | "too-large"
  | "unsupported-media-type"
  | "range-not-satisfiable"
  | "refused"
  | "rate-limited"
  | "unavailable"
  | "internal"
  | "unexpected-answer";

/** A check of the protocol that failed: what was checked, and its word. */
export type Refused =
  | `malformed: ${"truncated" | "trailing" | "value"}`
  | `charter: ${CharterReason}`
  | `charter chain: ${ChainReason}`
  | `membership: ${MembershipReason}`
  | `post: ${post.ReadReason | post.UnreadableReason}`
  | `letter: ${letter.ReadReason}`
  | `age file: ${"wrong key" | "damaged"}`
  | "key: degenerate";

/**
 * Why what a hub served is refused. `history`: another one than before; `hidden charters`; `other audience`;
 * `other post`, `other letter`: not the one it listed; `unknown charter`; `no key`: this account is not among the
 * readers; `older vault`, `foreign vault`, `vault`: one that does not open; `bundle`: keys that are not that
 * account's; `older bundle`; `link`: no publisher stands behind it; `offered cohort`; `slot`, `slot key`,
 * `membership`: not this account's, or issued by nobody; `request`, `request link`; `desk`: one whose key this account
 * never had; `payload`; `attachment size`, `attachment key`; `receipt`: another hub key; `report`; `record`: damaged, or
 * another's; `hidden record`, `older record`: than this browser has seen.
 */
export type DistrustReason =
  | Refused
  | "history"
  | "hidden charters"
  | "other audience"
  | "other post"
  | "other letter"
  | "unknown charter"
  | "no key"
  | "older vault"
  | "foreign vault"
  | "vault"
  | "bundle"
  | "older bundle"
  | "link"
  | "offered cohort"
  | "slot key"
  | "membership"
  | "request"
  | "request link"
  | "desk"
  | "payload"
  | "attachment size"
  | "attachment key"
  | "receipt"
  | "record"
  | "hidden record"
  | "older record"
  | "report";

/**
 * Why something cannot be done. `account here`, `no account`; `card`: mistyped; `wrong card`; `card replaced`: on another device; `own card`: where a child's is asked
 * for; `no such ward`: no child of this account; `not in`: not in that
 * audience; `not admitted`: may not write there; `publishers only`, `admins only`, `threshold`: more than one admin has
 * to sign; `rules`: the charter would break a rule; `no secret`: keys have not come yet; `hosted`: needs consent;
 * `link text`: cut off; `link used up`, `full`; `busy`: posts are still on their way; `on its way`: the post is kept and
 * goes out later; `earlier post refused`: and reached nobody; `charter changes`; `vault contended`, `record contended`; `contact expired`:
 * that account has to come online; `not opened`; `own post`; `no such member`; `came by link`: an open one, so has to join again by a
 * new one; `replies`, `private replies`; `draft`,
 * `too long`; `mark`: none of the assignment's scale; `no such work`; `work taken back`; `work waits`: for its time or for
 * approvals; `teaching`: teachers do not hand in; `changed meanwhile`: something else is in than was looked at; `not counted`:
 * it came in, and changes nothing; the words of a work's `Refusal`; `receipt file`: it is none; `mail address`; `storage`: the device is full, or keeps nothing; `changed elsewhere`: another tab.
 */
export type CannotReason =
  | "account here"
  | "no account"
  | "card"
  | "wrong card"
  | "card replaced"
  | "own card"
  | "no such ward"
  | "not in"
  | "not admitted"
  | "publishers only"
  | "admins only"
  | "threshold"
  | "rules"
  | "no secret"
  | "hosted"
  | "link text"
  | "link used up"
  | "full"
  | "busy"
  | "on its way"
  | "earlier post refused"
  | "charter changes"
  | "vault contended"
  | "record contended"
  | "contact expired"
  | "not opened"
  | "own post"
  | "no such member"
  | "came by link"
  | "replies"
  | "private replies"
  | "draft"
  | "too long"
  | "mark"
  | "no such work"
  | "work taken back"
  | "work waits"
  | "teaching"
  | "changed meanwhile"
  | "not counted"
  | RefusalOfWork
  | "receipt file"
  | "mail address"
  | "storage"
  | "changed elsewhere";

/** What every failure of a client has. */
export abstract class ClientError extends Error {
  /** Which of the four. */
  abstract readonly kind: "hub" | "distrust" | "cannot" | "offline";
  /** The word. */
  abstract readonly reason: string;
}

/** The hub said no. */
export class HubError extends ClientError {
  override readonly kind = "hub";
  override readonly reason: ProblemWord;
  /** One sentence from the hub: untrusted, and in English. */
  readonly detail: string;
  /** When to try again, where the hub said so. */
  readonly retryAfterS: number | undefined;
  /** How much of an upload is there, where the hub said so. */
  readonly offset: number | undefined;

  constructor(reason: ProblemWord, detail: string, retryAfterS?: number, offset?: number) {
    super(`hub: ${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
    this.offset = offset;
  }
}

/** What the hub served was refused. */
export class Distrust extends ClientError {
  override readonly kind = "distrust";
  override readonly reason: DistrustReason;

  constructor(reason: DistrustReason) {
    super(`distrust: ${reason}`);
    this.reason = reason;
  }
}

/** It cannot be done as things are. */
export class Cannot extends ClientError {
  override readonly kind = "cannot";
  override readonly reason: CannotReason;
  /** Which one, where the word alone does not say: a host, a number, a hub's word. */
  readonly detail: string;

  constructor(reason: CannotReason, detail = "") {
    super(`cannot: ${reason} ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/** No answer came. */
export class Offline extends ClientError {
  override readonly kind = "offline";
  override readonly reason: "offline" | "timeout";

  constructor(reason: "offline" | "timeout") {
    super(`offline: ${reason}`);
    this.reason = reason;
  }
}

/** Whether the hub refused with this word. */
export function isProblem(e: unknown, word: ProblemWord): e is HubError {
  return e instanceof HubError && e.reason === word;
}

/** What is thrown to a screen for whatever was thrown here; a fault of the program stays as it is. */
export function failure(e: unknown): unknown {
  if (e instanceof ClientError) return e;
  if (e instanceof BadCard) return new Cannot("card", e.reason);
  if (e instanceof TooLong) return new Cannot("too long");
  if (e instanceof post.SealRefused || e instanceof letter.SealRefused) return new Cannot("draft", e.reason);
  if (e instanceof Refusal) return new Distrust(e.message as Refused);
  if (e instanceof DOMException && /^(QuotaExceeded|UnknownError|InvalidState)/.test(e.name))
    return new Cannot("storage", e.name);
  if (e instanceof TypeError && UNLOADED.test(e.message)) return new Offline("offline");
  return e;
}

/** How browsers say that a part of the page did not come: age, HPKE. */
const UNLOADED = /dynamically imported module|importing a module script/i;

/** Runs a step; what it throws is what a screen is to see. */
export async function told<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (e) {
    throw failure(e);
  }
}

/** Runs what makes a charter of our own: a rule it breaks is no fault of the hub's. */
export function ruled<T>(make: () => T): T {
  try {
    return make();
  } catch (e) {
    throw e instanceof CharterRefused ? new Cannot("rules", e.reason) : e;
  }
}

/** Why a post or letter was refused, for evidence; what is not its fault is thrown on: it is opened another time. */
export function refusalOf(e: unknown): DistrustReason {
  const known = failure(e);
  if (known instanceof Distrust) return known.reason;
  throw e;
}

/** Why one of many was left out; that no answer came concerns all, and is thrown on. */
export function reasonOf(e: unknown): string {
  const known = failure(e);
  if (known instanceof ClientError && !(known instanceof Offline)) return known.reason;
  throw e;
}
