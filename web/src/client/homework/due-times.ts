/**
 * Due times told to the hub: only where an admin of the audience allows it, and only for its reminders.
 *
 * Invariant: nothing here is said to the hub on its own; a due time leaves the device when a person asks for a reminder.
 */

import type { Account } from "../account.ts";
import type { AudienceRef, PostRef } from "../names.ts";

/** What the hub is told of an assignment. */
export interface Due {
  readonly dueMs: number;
  /** When it reminds those who handed nothing in. */
  readonly remindMs: number;
}

/** Whether the publishers of an audience may tell the hub due times. */
export function dueTimesAllowed({ api }: Account, audience: AudienceRef): Promise<boolean> {
  return api.dueTimes(audience);
}

/** Allows it, or forbids it, which has the hub forget those it was told: an admin's. */
export function allowDueTimes({ api }: Account, audience: AudienceRef, allowed: boolean): Promise<void> {
  return api.putDueTimes(audience, allowed);
}

/** What the hub was told of an assignment, if anything. */
export async function toldDue({ api }: Account, work: PostRef): Promise<Due | undefined> {
  const row = await api.due(work);
  return row && { dueMs: row.due_ms, remindMs: row.remind_ms };
}

/** Tells the hub about an assignment, or has it forget. */
export function tellDue({ api }: Account, work: PostRef, due: Due | undefined): Promise<void> {
  return due === undefined ? api.deleteDue(work) : api.putDue(work, due.dueMs, due.remindMs);
}

/**
 * The assignment `from` was corrected and is `to` now: what the hub was told of it, if anything, it is told anew with the
 * reminder as long before, or forgets it where there is no due time any more or the reminder's time would be past.
 */
export async function moveDue(
  account: Account,
  from: PostRef,
  to: PostRef,
  dueMs: number | undefined,
): Promise<void> {
  const told = await toldDue(account, from);
  if (told === undefined || (from === to && told.dueMs === dueMs)) return;
  const remindMs = dueMs === undefined ? 0 : dueMs - (told.dueMs - told.remindMs);
  const past = remindMs <= account.world.clock();
  await tellDue(account, to, dueMs === undefined || past ? undefined : { dueMs, remindMs });
}
