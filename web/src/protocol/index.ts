/**
 * The Kentongan protocol, version 1, for the browser: one encryption by the sender, one ciphertext
 * per recipient made by a hub that cannot read it.
 *
 * The folder mirrors the crate `protocol/src` and `docs/protocol.md` section by section and keeps
 * their symbols. It holds bytes, keys and proofs and nothing else: no requests, no clock and no
 * randomness of its own. Whatever parses has been checked; whatever fails throws a `Refusal`.
 *
 * | section | modules |
 * |---|---|
 * | 1 Conventions | `bytes`, `text`, `primitives`, `ed25519`, `secrets`, `handles`, `ids` |
 * | 2 Accounts | `account`, `card`, `vault`, `age` |
 * | 3 Audiences and charters | `charter`, `chain` |
 * | 4 Enrolment | `keys`, `token`, `link`, `membership` |
 * | 5 Posts | `post`, `pad`, `payload` |
 * | 6 Approvals, permalinks | `approval`, `permalink` |
 * | 7 Letters | `letter`, `receipt`, `attachment`; `record` (docs/payload.md) |
 *
 * What only a hub does (transforming) is in the crate alone; a hub's acceptance of posts is in
 * `post/accept.ts` for the vectors and stays out of this index.
 */

export * from "./account.ts";
export { AgeRefused } from "./age.ts";
export * from "./approval.ts";
export * from "./attachment.ts";
export { type Bytes, hex, type Id, isZero, Malformed, same } from "./bytes.ts";
export * from "./card.ts";
export * from "./chain.ts";
export * from "./charter.ts";
export * from "./handles.ts";
export * from "./ids.ts";
export * from "./keys.ts";
export * as letter from "./letter.ts";
export * from "./link.ts";
export * from "./membership.ts";
export { MAX_PAYLOAD, TooLong } from "./pad.ts";
export * from "./permalink.ts";
export * as post from "./post.ts";
export type { Random } from "./primitives.ts";
export * from "./receipt.ts";
export * from "./record.ts";
export { Refusal } from "./refusal.ts";
export { type Exchange, ExchangeSecret, type Identity, IdentitySecret, Seed } from "./secrets.ts";
export { fromUtf8, utf8 } from "./text.ts";
export * from "./token.ts";
export * from "./vault.ts";
export { COHORT } from "./version.ts";
