/** All that homework takes, loaded when something is asked of it: the first page does without. */

export { giveBack, handIn, isReminder, reclaim, remind } from "./actions.ts";
export { assigned, assignToAll, correct, takeBack, tell, workFor } from "./assigning.ts";
export { board } from "./board.ts";
export { allowDueTimes, dueTimesAllowed, tellDue, toldDue } from "./due-times.ts";
export { keepMark, marks } from "./drafts.ts";
export { parseReceipt, receiptOf, verifyReceipt } from "./proof.ts";
export { ownSubmission, submissionsOf, worksIn, worksOf } from "./works.ts";
