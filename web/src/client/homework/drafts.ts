/**
 * Drafts of marks: what a teacher has written about a pupil's work and not given back yet, kept in their private record.
 *
 * Invariant: of two drafts about one work the newer counts, on whichever of the teacher's devices it was written.
 */

import type { Account } from "../account.ts";
import type { AccountRef } from "../names.ts";
import { markKey } from "../recorded.ts";
import type { Verdict } from "./actions.ts";
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

/** The drafts of marks of a work, by pupil. */
export async function marks({ device }: Account, { audience, id }: Work): Promise<Map<AccountRef, Verdict>> {
  const { local } = await device.audience(audience);
  const its = [...(local.marks ?? [])].filter(([key]) => key.startsWith(`${id} `));
  return new Map(its.flatMap(([key, { draft }]) => (draft ? [[key.slice(id.length + 1), draft]] : [])));
}
