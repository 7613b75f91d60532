/** Marks that a teacher has not given back yet, kept in this browser. */

import type { Account } from "../account.ts";
import type { AccountRef } from "../names.ts";
import type { Verdict } from "./actions.ts";
import type { Work } from "./works.ts";

const prefix = ({ audience, id }: Work): string => `mark ${audience} ${id} `;

/** Keeps the draft of a mark, or takes it away. */
export function keepMark(
  { store }: Account,
  work: Work,
  pupil: AccountRef,
  draft: Verdict | undefined,
): Promise<void> {
  return store.put("drafts", prefix(work) + pupil, draft);
}

/** The drafts of marks of a work, by pupil. */
export async function marks({ store }: Account, work: Work): Promise<Map<AccountRef, Verdict>> {
  const names = (await store.keys("drafts")).filter((name) => name.startsWith(prefix(work)));
  const kept = await Promise.all(names.map((name) => store.get<Verdict>("drafts", name)));
  const entries = names.map((name, i) => [name.slice(prefix(work).length), kept[i]] as const);
  return new Map(entries.flatMap(([pupil, draft]) => (draft === undefined ? [] : [[pupil, draft]])));
}
