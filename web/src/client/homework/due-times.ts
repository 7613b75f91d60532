/**
 * Due times told to the hub: only where an admin of the audience allows it, and only for its reminders.
 *
 * Invariant: nothing here is said to the hub on its own; a due time leaves the device when a person asks for a reminder.
 */

import type { Account } from "../account.ts";
import { isProblem } from "../error.ts";
import type { AudienceRef, PostRef } from "../names.ts";

/** Whether the publishers of an audience may tell the hub due times. */
export function dueTimesAllowed({ api }: Account, audience: AudienceRef): Promise<boolean> {
  return api.dueTimes(audience);
}

/** Allows it, or forbids it, which has the hub forget those it was told: an admin's. */
export function allowDueTimes({ api }: Account, audience: AudienceRef, allowed: boolean): Promise<void> {
  return api.putDueTimes(audience, allowed);
}

/** Tells the hub when an assignment is due and when to remind those who handed nothing in. */
export function tellDue({ api }: Account, work: PostRef, dueMs: number, remindMs: number): Promise<void> {
  return api.putDue(work, dueMs, remindMs);
}

/** Whether the hub was told when an assignment is due. */
export async function isDueTold({ api }: Account, work: PostRef): Promise<boolean> {
  return (await told(api, work)) !== undefined;
}

/**
 * The due time of an assignment was corrected: what the hub was told of it, if anything, is moved along with its reminder, or
 * forgotten where there is none any more or its time would be past.
 */
export async function moveDue({ api, world }: Account, work: PostRef, dueMs?: number): Promise<void> {
  const before = await told(api, work);
  if (before === undefined || before.due_ms === dueMs) return;
  const remindMs = dueMs === undefined ? 0 : dueMs - (before.due_ms - before.remind_ms);
  if (dueMs !== undefined && remindMs > world.clock()) await api.putDue(work, dueMs, remindMs);
  else await api.deleteDue(work);
}

async function told(api: Account["api"], work: PostRef) {
  try {
    return await api.due(work);
  } catch (e) {
    if (isProblem(e, "not-found")) return undefined;
    throw e;
  }
}
