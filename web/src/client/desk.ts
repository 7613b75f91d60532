/** The desk as its publishers share it: which letter is open, who has taken it, what is done; and how fast threads go. */

import type { Account } from "./account.ts";
import type { AccountRef, AudienceRef, LetterRef, PostRef } from "./names.ts";

/** Where a letter to the desk stands. */
export interface DeskState {
  readonly state: "open" | "assigned" | "resolved";
  /** Who has taken it, also once it is resolved. */
  readonly assignee: AccountRef | undefined;
}

/** How fast members may reply in a thread. */
export interface ThreadState {
  readonly state: "open" | "slow" | "closed";
  /** Seconds between two replies of one member, where slow. */
  readonly everyS: number;
}

/** Asks the hub where the letters to a desk stand. */
export async function deskStates(
  { api }: Account,
  audience: AudienceRef,
): Promise<Map<LetterRef, DeskState>> {
  const states = new Map<LetterRef, DeskState>();
  let after = 0;
  for (;;) {
    const page = await api.desk(audience, after);
    for (const { letter, state, assignee } of page.items)
      states.set(letter, { state: state ?? "open", assignee });
    if (typeof page.next !== "number" || page.next <= after) return states;
    after = page.next;
  }
}

/** Asks the hub how fast replies may come under a post. */
export async function threadState(
  { api }: Account,
  audience: AudienceRef,
  post: PostRef,
): Promise<ThreadState> {
  const row = await api.threadOf(audience, post);
  return { state: row?.thread_state ?? "open", everyS: row?.every_s ?? 0 };
}
