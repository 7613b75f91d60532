/** Where the work of pupils stands, for a board: its columns, its drums, and who is asked to hand in. */

import type { AccountRef, Client, LetterView, Pupil, Submission, Verdict, Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import type { Beat } from "../../page/parts.ts";
import { clock, lately, moment, words } from "../../page/words.ts";
import { memberName } from "../people/here.ts";

/** The columns of a board, in the order in which one works through them. */
export const COLUMNS = ["in", "late", "none", "returned"] as const;

/** One of them. */
export type Column = (typeof COLUMNS)[number];

/** A pupil with what their letters say. */
export interface Standing {
  readonly pupil: Pupil;
  readonly name: string;
  readonly column: Column;
  readonly beat: Beat;
  /** What is in, or was given back. */
  readonly handedIn: LetterView | undefined;
  /** The newest that a teacher gave back. */
  readonly returned: LetterView | undefined;
  /** What the teacher wrote and has not given back. */
  readonly verdict: Verdict | undefined;
  /** When they were last reminded. */
  readonly remindedMs: number | undefined;
}

/** Classes as the hub last listed them, by assignment: turning a page of the board asks nobody. */
const listed = new Map<string, readonly Pupil[]>();

/**
 * Everybody of an assignment, in the order of the columns and then by name.
 *
 * Asks the hub who is in the class; with `known`, only where it has not been asked on this visit.
 */
export async function standings({ client, now }: Context, work: Work, known = false): Promise<Standing[]> {
  const before = known ? listed.get(work.id) : undefined;
  const pupils = before === undefined ? await client.homework.board(work) : await again(client, work, before);
  listed.set(work.id, pupils);
  const verdicts = await client.homework.marks(work);
  const reminders = await client.homework.reminders(work);
  const all: Standing[] = [];
  for (const pupil of pupils) {
    const { submission, account } = pupil;
    const letter = submission.handedIn()?.letter;
    const last = submission.returns.at(-1);
    all.push({
      pupil,
      name: memberName(pupil),
      column: columnOf(submission),
      beat: beatOf(submission, now()),
      handedIn: letter === undefined ? undefined : await client.homework.letter(work, letter),
      returned: last === undefined ? undefined : await client.homework.letter(work, last),
      verdict: verdicts.get(account),
      remindedMs: remindedMs(reminders, account),
    });
  }
  const place = ({ column }: Standing) => COLUMNS.indexOf(column);
  return all.sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

/** The same people with what has come in since. */
async function again(client: Client, work: Work, pupils: readonly Pupil[]): Promise<Pupil[]> {
  const submissions = await client.homework.submissions(work);
  return pupils.map((pupil) => ({
    ...pupil,
    submission: submissions.get(pupil.account) ?? pupil.submission,
  }));
}

function remindedMs(reminders: readonly LetterView[], account: AccountRef): number | undefined {
  return reminders.findLast(({ to }) => to === account)?.receivedMs;
}

/** The column of a work. */
export function columnOf(submission: Submission): Column {
  const { at } = submission.phase;
  if (at === "returned") return "returned";
  if (at !== "turnedIn") return "none";
  return submission.late() ? "late" : "in";
}

/** Its drum. */
export function beatOf(submission: Submission, now: number): Beat {
  const column = columnOf(submission);
  if (column === "returned") return submission.redo ? "q3" : "echo";
  if (column !== "none") return column === "late" ? "half" : "on";
  return submission.missing(now) ? "miss" : "";
}

/** Whose work waits to be looked at. */
export const waits = ({ column }: Standing): boolean => column === "in" || column === "late";

/** Whose work is marked as it is now: what was handed in anew meanwhile is to be looked at again. */
export const isMarked = (one: Standing): boolean =>
  waits(one) &&
  one.verdict !== undefined &&
  (one.verdict.submission === undefined || one.verdict.submission === one.handedIn?.letter);

/** Who may be reminded: those who miss it, or, before anybody does, those of whom nothing is in. */
export function owing(all: readonly Standing[], now: number): Standing[] {
  const here = all.filter(({ pupil }) => !pupil.removed);
  const missing = here.filter(({ pupil }) => pupil.submission.missing(now));
  if (missing.length > 0) return missing;
  return here.filter(({ column, pupil: { submission } }) => {
    const due = submission.dueMs();
    const open = due === undefined || due >= now;
    return column === "none" && open && !submission.excused && submission.mark === undefined;
  });
}

/** Photos, sounds and files in words: `3 foto, suara`. */
export function contents(attachments: readonly { readonly type: string }[]): string {
  const said = words().teaching.contents;
  const of = (start: string) => attachments.filter(({ type }) => type.startsWith(start)).length;
  const [photos, sounds] = [of("image/"), of("audio/")];
  const others = attachments.length - photos - sounds;
  const parts = [
    photos > 0 && said.photos(photos),
    sounds > 0 && said.sounds(sounds),
    others > 0 && said.files(others),
  ].filter((part) => part !== false);
  return parts.length === 0 ? said.text : parts.join(", ");
}

/** How a name's second line says where the work is. */
export function detail(standing: Standing, now: number): string {
  const said = words().teaching.board;
  const { pupil, handedIn, returned, column, remindedMs } = standing;
  const { submission, removed } = pupil;
  const gone = removed ? said.gone : undefined;
  const join = (...parts: readonly (string | undefined)[]) =>
    [...parts, gone].filter((part) => part !== undefined).join(" · ");
  if (column === "returned")
    return join(submission.redo ? said.redo : returned && lately(returned.receivedMs, now));
  const work = submission.handedIn();
  if (work !== undefined) {
    const what = handedIn && contents(handedIn.content.attachments);
    return join(column === "late" ? lateness(submission, now) : lately(work.receivedMs, now), what);
  }
  if (submission.excused) return join(said.excused);
  const extended = submission.extendedUntilMs;
  if (extended !== undefined && extended > now) return join(said.extended(moment(extended, now)));
  if (submission.phase.at === "reclaimed") return join(said.reclaimed);
  return join(remindedMs === undefined ? said.nothing : said.reminded(lately(remindedMs, now)));
}

/** By how much it came too late, or that it was finished in time and only the signal was late. */
export function lateness(submission: Submission, now: number): string {
  const said = words().teaching.board;
  const [work, due] = [submission.handedIn(), submission.dueMs()];
  if (work === undefined || due === undefined) return "";
  const { finishedMs, receivedMs } = work;
  if (finishedMs !== undefined && finishedMs <= due) {
    const sameDay = new Date(finishedMs).toDateString() === new Date(receivedMs).toDateString();
    const at = (ms: number) => (sameDay ? clock(ms) : lately(ms, now));
    return said.signal(at(finishedMs), at(receivedMs));
  }
  const minutes = Math.max(1, Math.round((receivedMs - due) / 60_000));
  if (minutes < 60) return said.lateMinutes(minutes);
  if (minutes < 24 * 60) return said.lateHours(Math.round(minutes / 60));
  return said.lateDays(Math.round(minutes / 60 / 24));
}
