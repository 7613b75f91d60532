/**
 * An account's side of Kentongan in the browser, as the Rust client library is one for the command line.
 *
 * Screens use {@link Client}, {@link Store} and {@link thisBrowser}, and two things that need no account: {@link look}
 * and {@link openPermalink}. The folder knows no DOM; whatever a hub serves is checked in here before it is shown.
 */

export type { AttachmentFor, Progress } from "./api.ts";
export type { About, Known, KnownRow, KnownValue, SessionRow } from "./api/own.ts";
export type { Approved, LetterTaken, MailState, OwnAudience, Status } from "./api/rows.ts";
export type { Rules } from "./audience.ts";
export { Client, type FetchedAll } from "./client.ts";
export type { DeskState, ThreadState } from "./desk.ts";
export type { Asking, Enrolled, MemberLine, Refusing } from "./enrol.ts";
export {
  Cannot,
  type CannotReason,
  ClientError,
  Distrust,
  type DistrustReason,
  HubError,
  Offline,
  type ProblemWord,
} from "./error.ts";
export type { Finished, HandedIn, Verdict } from "./homework/actions.ts";
export type { AssignmentDraft } from "./homework/assigning.ts";
export type { Pupil } from "./homework/board.ts";
export type { Terms } from "./homework/entries.ts";
export type { HomeworkFields } from "./homework/fields.ts";
export type { AssignTo, Homework } from "./homework/index.ts";
export { mark, type Scale } from "./homework/marks.ts";
export type { SavedReceipt, VerifiedReceipt } from "./homework/proof.ts";
export { isRefusal, type Refusal } from "./homework/refusal.ts";
export type { HandIn, Phase, State as SubmissionState, Submission } from "./homework/submission.ts";
export type { CourseWork, Work } from "./homework/works.ts";
export type { LetterView } from "./letterview.ts";
export { type Invitation, type LinkState, look } from "./invitation.ts";
export type { Joined, Joining } from "./join.ts";
export type { LinkLine, NewLink } from "./links.ts";
export type { Heard } from "./live.ts";
export { ifFree } from "./lock.ts";
export {
  type AccountRef,
  type AudienceRef,
  isName,
  type LetterRef,
  type LinkRef,
  type PostRef,
} from "./names.ts";
export type { Addressee } from "./outbox.ts";
export { type Attachment, type Draft, fileName, type Place, type PostBody, type Version } from "./payload.ts";
export { type LinkedPost, openPermalink } from "./permalink.ts";
export type { Fetched } from "./read.ts";
export type { Proved, Report } from "./report.ts";
export type { Cause, Rotated } from "./rotate.ts";
export type { AudienceSettings, Settings } from "./settings.ts";
export { Store } from "./store.ts";
export type { AudienceView, CharterView, PostView, RevisionView } from "./view.ts";
export type { Ward, Wards } from "./wards.ts";
export type { Sent } from "./write.ts";
export { thisBrowser, type World } from "./world.ts";
