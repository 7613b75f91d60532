/** A teacher's board: every pupil of an assignment, with where their work stands. */

import type { Account } from "../account.ts";
import { nameOf } from "../memory.ts";
import { type MemberLine, members } from "../enrol.ts";
import { type AccountRef, byBytes } from "../names.ts";
import { Submission } from "./submission.ts";
import { submissionsOf, termsFor, type Work } from "./works.ts";

/** A pupil on the board. */
export interface Pupil {
  readonly account: AccountRef;
  /** The name it gives itself. */
  readonly name?: string | undefined;
  /** Whether it is no longer in the class. */
  readonly removed: boolean;
  readonly submission: Submission;
}

/** Everybody who was given an assignment, by name, with those who left if they handed in; asks the hub for members. */
export async function board(account: Account, work: Work): Promise<Pupil[]> {
  return boardOf(account, work, await members(account, work.audience));
}

/** The same, of a class whose members are known. */
export async function boardOf(account: Account, work: Work, lines: readonly MemberLine[]): Promise<Pupil[]> {
  const { local } = await account.device.audience(work.audience);
  const submissions = await submissionsOf(account, work);
  const pupils = new Map<AccountRef, Pupil>();
  const put = (pupil: AccountRef, name: string | undefined, removed: boolean): void => {
    const submission = submissions.get(pupil) ?? Submission.of(termsFor(work, pupil), []);
    pupils.set(pupil, { account: pupil, name, removed, submission });
  };
  for (const { account: pupil, name, role, removed } of lines) {
    // A guardian acts for a pupil, and owes nothing of their own.
    const given = work.chosen?.has(pupil) ?? (role === "member" && !removed);
    // Who was let in again has a place that was given up, and one that was not.
    const better = pupils.get(pupil)?.removed !== false;
    if ((given || submissions.has(pupil)) && better) put(pupil, name, removed);
  }
  // Of an account that is no member any more the hub may know nothing.
  for (const pupil of submissions.keys()) if (!pupils.has(pupil)) put(pupil, nameOf(local, pupil), true);
  return [...pupils.values()].sort(byName);
}

/** Those without a name first, as at the command line. */
function byName(a: Pupil, b: Pupil): number {
  const [x, y] = [a.name?.toLowerCase() ?? "", b.name?.toLowerCase() ?? ""];
  return (x < y ? -1 : x > y ? 1 : 0) || byBytes(a.account, b.account);
}
