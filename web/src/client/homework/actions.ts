/**
 * What pupils and teachers do with work that was given: hand in, take back, give back, remind.
 *
 * Invariant: before anything is done that depends on where a work stands, what this browser said about it earlier and had
 * no answer to is sent again.
 */

import type { Account } from "../account.ts";
import { keptChain } from "../audience.ts";
import { Cannot, ClientError } from "../error.ts";
import { sendLetter } from "../letters.ts";
import type { SavedLetter } from "../memory.ts";
import { type AccountRef, type AudienceRef, byBytes, type LetterRef, type PostRef } from "../names.ts";
import { settle } from "../outbox.ts";
import { type Attachment, type Draft, sameContent } from "../payload.ts";
import type { HomeworkFields } from "./fields.ts";
import { mark } from "./marks.ts";
import { isRefusal } from "./refusal.ts";
import { Submission } from "./submission.ts";
import { ownSubmission, submissionsOf, termsFor, type Work, worksIn } from "./works.ts";

/** What a pupil hands in. */
export interface Finished extends Draft {
  /** When it was finished, by this clock; what was finished at the same time is handed in once. */
  readonly finishedMs: number;
  /** Who hands it in for the pupil. */
  readonly guardian?: { readonly name: string } | undefined;
}

/** Work that the hub took. */
export interface HandedIn {
  readonly letter: LetterRef;
  readonly attempt: number;
  /** When it came in, by the hub's clock. */
  readonly receivedMs: number;
  /** Whether it was due before that. */
  readonly late: boolean;
  /** Whether the hub signed for it. */
  readonly receipt: boolean;
}

/** What a teacher says of one pupil's work. */
export interface Verdict {
  /** In words. */
  readonly body: string;
  /** A voice, a photo with drawing on it: sealed for the pupil. */
  readonly attachments: readonly Attachment[];
  /** As it is written. */
  readonly mark?: string | undefined;
  /** Whether it is to be done again. */
  readonly redo?: boolean | undefined;
  /** Whether the pupil need not hand in. */
  readonly excused?: boolean | undefined;
  /** Due time and cut-off are not before this. */
  readonly extendedUntilMs?: number | undefined;
  /** The submission that was looked at: where another one is in by now, nothing is given back. */
  readonly submission?: LetterRef | undefined;
}

/** Who was reminded less than this ago is not reminded again: of many, some were before it broke off. */
const AGAIN_MS = 10 * 60_000;

/** A work as it stands here now. */
export async function current(
  account: Account,
  { audience, id }: Pick<Work, "audience" | "id">,
): Promise<Work> {
  const work = (await worksIn(account, audience)).find((one) => one.id === id);
  if (work === undefined) throw new Cannot("no such work");
  return work;
}

/** Hands in; what was finished at the same time is never handed in twice. */
export async function handIn(account: Account, given: Work, finished: Finished): Promise<HandedIn> {
  const { audience, id } = given;
  await settle(account, audience, id);
  const { finishedMs, guardian, ...draft } = finished;
  const before = await handedInAt(account, given, finishedMs);
  if (before !== undefined) return took(account, given, before);
  const work = await current(account, given);
  if (work.state === "DELETED") throw new Cannot("work taken back");
  if (work.teaching) throw new Cannot("teaching");
  const attempt = (await ownSubmission(account, work)).nextAttempt(account.world.clock());
  if (isRefusal(attempt)) throw new Cannot(attempt);
  const content = { ...draft, homework: { attempt, finishedMs, guardian } };
  const { letter } = await sendLetter(account, audience, "desk", "submission", id, content);
  return took(account, work, letter);
}

/** The submission of this account's that was finished then, if there is one. */
async function handedInAt(
  { device }: Account,
  { audience, id }: Work,
  finishedMs: number,
): Promise<LetterRef | undefined> {
  const { letters } = await device.audience(audience);
  const same = [...letters].find(
    ([
      ,
      {
        kind,
        to,
        thread,
        content: { homework },
      },
    ]) => kind === "submission" && to === "desk" && thread === id && homework?.finishedMs === finishedMs,
  );
  return same?.[0];
}

/** What became of a submission that the hub took. */
async function took(account: Account, work: Work, letter: LetterRef): Promise<HandedIn> {
  const submission = await ownSubmission(account, await current(account, work));
  const refused = submission.refused.find((one) => one.letter === letter);
  if (refused !== undefined) throw new Cannot("not counted", refused.why);
  const taken = submission.handedIn();
  if (taken?.letter !== letter) throw new Cannot("not counted", "not-in");
  const { letters } = await account.device.audience(work.audience);
  const { attempt, receivedMs } = taken;
  const receipt = letters.get(letter)?.receipt !== undefined;
  return { letter, attempt, receivedMs, late: submission.late(), receipt };
}

/** Takes back what was handed in; the hub's time of that. */
export async function reclaim(account: Account, given: Work): Promise<number> {
  const { audience, id } = given;
  await settle(account, audience, id);
  const submission = await ownSubmission(account, await current(account, given));
  const letter = submission.reclaimable(account.world.clock());
  if (isRefusal(letter)) throw new Cannot(letter);
  const draft = { homework: { reclaim: letter } };
  return (await sendLetter(account, audience, "desk", "submission", id, draft)).received_ms;
}

/**
 * Gives a pupil's work back, or changes what is asked of them where nothing is in; the hub's time of that. What the pupil
 * was told already, in a letter whose answer came only now or about the same submission, is not told again.
 */
export async function giveBack(
  account: Account,
  given: Work,
  pupil: AccountRef,
  verdict: Verdict,
): Promise<number> {
  const { audience, id } = given;
  await requireTeaching(account, audience);
  const settled = await settle(account, audience, id);
  const work = await current(account, given);
  const submission = (await submissionsOf(account, work)).get(pupil);
  const letter = (submission ?? Submission.of(work.terms, [])).handedIn()?.letter;
  if (verdict.submission !== undefined && verdict.submission !== letter)
    throw new Cannot("changed meanwhile");
  if (letter === undefined && verdict.redo === true) throw new Cannot("not-in");
  const draft = answer(work, pupil, verdict, letter);
  const last = await lastReturn(account, work, pupil);
  const told = last !== undefined && last.told !== true && sameContent("return", last.content, draft);
  if (told && (letter !== undefined || settled.includes(last.letter))) return last.receivedMs;
  const taken = await sendLetter(account, audience, { account: pupil }, "return", id, draft);
  if (letter !== undefined) await resolve(account, letter);
  return taken.received_ms;
}

/** What a return of this submission says; {@link Cannot} `mark` where its mark is none. */
export function answer(
  work: Work,
  pupil: AccountRef,
  { body, attachments, redo, excused, extendedUntilMs, mark: written }: Verdict,
  submission: LetterRef | undefined,
): Draft {
  const scaled = written === undefined ? undefined : mark(termsFor(work, pupil).scale, written);
  const homework: HomeworkFields = { submission, mark: scaled, redo, excused, extendedUntilMs };
  return { body, attachments, homework };
}

/** What a pupil was told about a work last, by whichever of its teachers. */
export async function lastReturn(
  { device }: Account,
  { audience, id }: Work,
  pupil: AccountRef,
): Promise<(SavedLetter & { readonly letter: LetterRef }) | undefined> {
  const { letters } = await device.audience(audience);
  return [...letters]
    .map(([letter, saved]) => ({ ...saved, letter }))
    .filter(({ kind, thread, to }) => kind === "return" && thread === id && to === pupil)
    .sort((a, b) => a.receivedMs - b.receivedMs || byBytes(a.letter, b.letter))
    .at(-1);
}

/** Its place at the desk is done; without that the return counts all the same. */
async function resolve({ api }: Account, letter: LetterRef): Promise<void> {
  await api.putDesk(letter, "resolved", undefined).catch((e: unknown) => {
    if (!(e instanceof ClientError)) throw e;
  });
}

/** Refuses what only publishers do, before anything is sealed. */
export async function requireTeaching(account: Account, audience: AudienceRef): Promise<void> {
  const chain = await keptChain(account, audience);
  if (chain?.current().isPublisher(account.ik.public) !== true) throw new Cannot("publishers only");
}

/** Reminds one pupil, unless that was done just now. */
export async function remind(account: Account, { audience, id }: Work, pupil: AccountRef): Promise<void> {
  await requireTeaching(account, audience);
  await settle(account, audience, id);
  const { letters } = await account.device.audience(audience);
  const since = account.world.clock() - AGAIN_MS;
  const reminded = [...letters.values()].some(
    (saved) =>
      isReminder(saved.kind, saved.thread, saved.content, id) && saved.to === pupil && saved.sentMs > since,
  );
  if (reminded) return;
  await sendLetter(account, audience, { account: pupil }, "reply", id, { homework: { remind: true } });
}

/** Whether a letter is a reminder of this work. */
export function isReminder(
  kind: string,
  thread: PostRef | undefined,
  { homework }: { readonly homework?: HomeworkFields | undefined },
  work: PostRef,
): boolean {
  return kind === "reply" && thread === work && homework?.remind === true;
}
