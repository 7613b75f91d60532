/**
 * A post: one message to all of an audience, encrypted once (section 5).
 *
 * A `Post` that was parsed has the exact layout and the right lengths; whether it may be shown is
 * {@link openPost}'s question.
 */

export { MessageSecret } from "./post/capsule.ts";
export type { ChainMemory, Continuity } from "./post/continuity.ts";
export { encodeHeader, type Header, headerHash, isRoot, type Kind, parseHeader } from "./post/header.ts";
export { encodePost, parsePost, type Post } from "./post/layout.ts";
export {
  type Delivered,
  delivered,
  type Key,
  type Notices,
  type Opened,
  openPost,
  type Reading,
} from "./post/open.ts";
export { type ReadReason, ReadRefused } from "./post/refused.ts";
export { reveal, Unreadable, type UnreadableReason } from "./post/reveal.ts";
export type { Standing, ThreadPost } from "./post/rules.ts";
export { type Draft, type Position, type Sealed, sealPost, SealRefused } from "./post/seal.ts";
export { encodeTbs, hasBody, isPostSigned, parseTbs, postId, type Tbs } from "./post/tbs.ts";
