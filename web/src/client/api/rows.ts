/** What the hub answers, field for field as in docs/api.md; fields this client does not use are left out. */

import type { ExchangeKey, IdentityKey } from "../../protocol/ids.ts";
import {
  count,
  flag,
  type Form,
  key,
  list,
  maybe,
  name,
  object,
  octets,
  or,
  type Read,
  text,
  wordOf,
} from "../json.ts";

/** A page of a list, and where the next begins; the cursor is a number or an opaque text. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | number | undefined;
}

const cursor: Form<string | number> = (value) => (typeof value === "number" ? count(value) : text(value));

/** A page of these. */
export const page = <T>(form: Form<T>): Form<Page<T>> => object({ items: list(form), next: maybe(cursor) });

/** `GET /v1/hub` */
export const hubInfo = object({ origin: text, hub_key: octets(32), version: text });
/** What the hub says of itself. */
export type HubInfo = Read<typeof hubInfo>;

/** A bundle. */
export const bundleRow = object({ bundle: octets(), signature: octets(64) });
/** A signed bundle. */
export type BundleRow = Read<typeof bundleRow>;

/** An audience of this account. */
export const ownAudience = object({ audience: name, role: text, state: text });
/** An audience of this account: `member`, `guardian`, `publisher` or `admin`; `live`, `removed` or `waiting`. */
export type OwnAudience = Read<typeof ownAudience>;

/** `GET /v1/audiences/{a}` */
export const audienceRow = object({ genesis: octets() });

/** A charter with its signatures. */
export const charterRow = object({ charter: octets(), signatures: octets(), accepted_ms: or(count, 0) });
/** A charter with its signatures. */
export type CharterRow = Read<typeof charterRow>;

/** A cohort. */
export const cohortRow = object({ s: name, live: count, next_slot: count, retired_ms: maybe(count) });
/** A cohort as the hub counts it. */
export type CohortRow = Read<typeof cohortRow>;

/** A link. */
export const linkRow = object({
  link: octets(),
  signature: octets(64),
  publisher: key<IdentityKey>(),
  open: or(flag, false),
  s: maybe(octets(32)),
  uses: or(count, 0),
  revoked_ms: maybe(count),
});
/** A link as everybody may see it, and for publishers how often it was used. */
export type LinkRow = Read<typeof linkRow>;

/** A request. */
export const requestRow = object({
  account: name,
  request: octets(),
  link_signature: octets(64),
  signature: octets(64),
  received_ms: count,
});
/** A pending request. */
export type RequestRow = Read<typeof requestRow>;

/** A member. */
export const memberRow = object({
  account: name,
  ik: key<IdentityKey>(),
  role: text,
  s: name,
  joined_ms: count,
  removed_ms: maybe(count),
  waiting: or(flag, false),
  membership: octets(),
  membership_signature: octets(64),
  link: maybe(name),
});
/** A member as publishers see it. */
export type MemberRow = Read<typeof memberRow>;

const slotRow = object({
  s: octets(32),
  x: maybe(key<ExchangeKey>()),
  ek: maybe(octets(32)),
  membership: octets(),
  membership_signature: octets(64),
});
/** A slot of this account. */
export type SlotRow = Read<typeof slotRow>;

/** `GET /v1/audiences/{a}/members/me` */
export const me = object({ state: text, slots: list(slotRow) });

/** A post that the hub took. */
export const postTaken = object({ post: name, state: text });

/** A post in a list. */
export const postRow = object({
  post: name,
  position: count,
  state: text,
  release_ms: maybe(count),
  lapse_reason: maybe(text),
  proof: maybe(octets()),
  approvals: or(list(octets()), []),
  slot: maybe(octets(32)),
});
/** A post in an audience's list: `pending`, `accepted`, `scheduled` or `lapsed`, and why. */
export type PostRow = Read<typeof postRow>;

/** How far a post is. */
export const status = object({
  state: text,
  release_ms: maybe(count),
  lapse_reason: maybe(text),
  approvals: count,
  needed: count,
  cohorts: object({ total: count, ready: count, failed: count }),
  recipients: object({ total: count, ready: count }),
  delivered: count,
  read: count,
  acknowledged: count,
  reasons: or(list(text), []),
  working: or(flag, true),
  arithmetic: or(text, ""),
});
/** How far a post is: cohorts made, recipients reached, receipts; and whether the hub has a worker to do the rest. */
export type Status = Read<typeof status>;

/** An approval that the hub took. */
export const approved = object({ state: text, approvals: count, needed: count });
/** How many approvals a post has, and needs. */
export type Approved = Read<typeof approved>;

/** A letter that the hub took. */
export const letterTaken = object({ letter: name, received_ms: count, receipt: maybe(octets(64)) });
/** A letter that the hub took, and for a submission its signed word when. */
export type LetterTaken = Read<typeof letterTaken>;

/** A letter in a list. */
export const letterRow = object({
  letter: name,
  position: count,
  audience: name,
  received_ms: count,
  proof: maybe(octets()),
});
/** A letter in a mailbox's list. */
export type LetterRow = Read<typeof letterRow>;

/** A letter in a desk's list, as far as its publishers share it; one that nobody touched is open. */
export const deskRow = object({
  letter: name,
  state: wordOf("open", "assigned", "resolved"),
  assignee: maybe(name),
});
/** A letter in a desk's list, and where it stands. */
export type DeskRow = Read<typeof deskRow>;

/** A post in an audience's list, as far as it is the root of a thread; one that nobody touched is open. */
export const rootRow = object({
  post: name,
  thread_state: wordOf("open", "slow", "closed"),
  every_s: maybe(count),
});
/** The root of a thread, and how fast replies may come. */
export type RootRow = Read<typeof rootRow>;

/** Whether an audience's publishers may tell the hub due times. */
export const dueTimes = object({ allowed: flag });

/** What the hub was told of when a post is due. */
export const dueRow = object({ due_ms: count, remind_ms: count, reminded_ms: maybe(count) });
/** When a post is due, when the hub reminds, and when it did. */
export type DueRow = Read<typeof dueRow>;

/** Where the account's mail address stands. */
export const mailState = object({ state: text, reason: maybe(text), enabled: flag });
/** `none`, `unconfirmed`, `confirmed`, `failed` or `off`; and whether the hub sends mail at all. */
export type MailState = Read<typeof mailState>;

/** A permalinked post. */
export const permalinkRow = object({
  audience: name,
  post: octets(),
  approvals: or(list(octets()), []),
  corrected_by: maybe(name),
  withdrawn_by: maybe(name),
});

/** What a live event is about. */
export const eventData = object({ audience: maybe(name), subject: maybe(name) });

/** The body of a request to join. */
export interface JoinBody {
  request: string;
  link_signature: string;
  signature: string;
  membership?: string;
  membership_signature?: string;
}

/** One deposit of an open link. */
export interface Deposited {
  readonly s: string;
  readonly token: string;
}

/** One enrolment of a batch. */
export interface Enrolment {
  readonly account: string;
  readonly s: string;
  readonly ek: string;
  readonly token: string;
  readonly membership: string;
  readonly membership_signature: string;
}

/** A batch of at most 4,096 enrolments. */
export interface Enrolments {
  readonly x: string;
  readonly members: readonly Enrolment[];
}
