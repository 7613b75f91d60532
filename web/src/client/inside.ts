/** What an account does once there is something to read or to write, loaded with the first of it: beginning does without. */

export { approve } from "./approve.ts";
export { attach, saveAttachment } from "./attach.ts";
export { deskStates, threadState } from "./desk.ts";
export { look } from "./invitation.ts";
export { join, leave } from "./join.ts";
export { fetchDesk, fetchLetters, sendLetter } from "./letters.ts";
export { lettersOf } from "./letterview.ts";
export { closeLink, links, makeLink } from "./links.ts";
export { letterSentAs } from "./outbox.ts";
export { permalink } from "./permalink.ts";
export { acknowledge, fetchPosts, markRead } from "./read.ts";
export { proveReport, reportOf } from "./report.ts";
export { schedule, scheduledAs } from "./schedule.ts";
export { shareSecrets } from "./secrets.ts";
export { noteUpload } from "./uploads.ts";
export { audienceView, findPost, historyOf, namesIn, postsOf } from "./view.ts";
export { flush, send, sentAs } from "./write.ts";
