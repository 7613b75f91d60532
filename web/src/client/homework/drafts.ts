/**
 * Drafts of marks: what a teacher has written about a pupil's work and not given back yet, kept in their private record.
 *
 * Invariant: of two drafts about one work the newer counts, on whichever of the teacher's devices it was written.
 */

import type { Account } from "../account.ts";
import { Cannot } from "../error.ts";
import type { AccountRef } from "../names.ts";
import { type PostBody, sameContent } from "../payload.ts";
import { markKey } from "../recorded.ts";
import { answer, lastReturn, type Verdict } from "./actions.ts";
import type { Work } from "./works.ts";

/** Keeps the draft of a mark, or takes it away. */
export async function keepMark(
  account: Account,
  { audience, id }: Work,
  pupil: AccountRef,
  draft: Verdict | undefined,
): Promise<void> {
  const { device, world } = account;
  const key = markKey(id, pupil);
  const held = (await device.audience(audience)).local.marks?.get(key);
  if (held?.draft === undefined && draft === undefined) return;
  // A clock that was put back must not make it look older than the one it replaces.
  const atMs = Math.max(world.clock(), (held?.atMs ?? 0) + 1);
  await device.change(audience, (local) => {
    (local.marks ??= new Map()).set(key, { atMs, draft, recorded: false });
  });
  device.toRecord(audience);
  await account.remember();
}

/** The drafts of marks of a work, by pupil; what was given back since it was written is none any more. */
export async function marks(account: Account, work: Work): Promise<Map<AccountRef, Verdict>> {
  const { local } = await account.device.audience(work.audience);
  const drafts = new Map<AccountRef, Verdict>();
  for (const [key, { atMs, draft }] of local.marks ?? []) {
    const [of, pupil = ""] = key.split(" ");
    if (of !== work.id || draft === undefined) continue;
    const last = await lastReturn(account, work, pupil);
    // Where it broke off in between, it was given back and is still kept.
    const given = last?.told !== true && last !== undefined && atMs <= last.sentMs;
    if (!(given && says(last.content, work, pupil, draft))) drafts.set(pupil, draft);
  }
  return drafts;
}

/** Whether this return says what the draft does. */
function says(content: PostBody, work: Work, pupil: AccountRef, draft: Verdict): boolean {
  try {
    return sameContent("return", content, answer(work, pupil, draft, content.homework?.submission));
  } catch (e) {
    if (e instanceof Cannot) return false;
    throw e;
  }
}
