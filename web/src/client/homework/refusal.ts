/** Why something about a work may not be, in one word. */

/**
 * Why a letter, or what somebody is about to do, may not be: before it opens; at or after the cut-off; something is in;
 * it was given back for good; what is named is not what waits for the teacher.
 */
export type Refusal = (typeof REFUSALS)[number];

const REFUSALS = ["not-open", "closed", "already-in", "no-attempts-left", "not-in"] as const;

/** Whether an answer says why not. */
export function isRefusal(answer: string | number): answer is Refusal {
  return REFUSALS.some((word) => word === answer);
}
