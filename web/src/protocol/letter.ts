/**
 * A letter: one message to one recipient, or to an audience's desk (section 7).
 *
 * A `Letter` that was parsed has the exact layout and the right lengths; whether it may be shown is
 * {@link openLetter}'s question.
 */

export { type Header, isAboutPost, type Kind } from "./letter/header.ts";
export { encodeLetter, isLetterSigned, type Letter, letterId, parseLetter } from "./letter/layout.ts";
export { type Opened, openLetter, type Reading, type ReadReason, ReadRefused } from "./letter/open.ts";
export type { Account } from "./letter/rules.ts";
export { type Draft, sealLetter, SealRefused } from "./letter/seal.ts";
