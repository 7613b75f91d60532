/**
 * Assignments as a pupil or a teacher has them: posts of kind 2, and letters of kind 7 to chosen pupils.
 *
 * Invariant: of several letters of one work to one pupil the newest counts, for its teachers and for that pupil alike.
 */

import type { Account } from "../account.ts";
import { audiences, keptChain } from "../audience.ts";
import type { Remembered, SavedLetter } from "../memory.ts";
import {
  type AccountRef,
  accountNamed,
  type AudienceRef,
  byBytes,
  idOf,
  type LetterRef,
  type PostRef,
} from "../names.ts";
import type { PostBody } from "../payload.ts";
import { type PostView, postsOf, saidBefore } from "../view.ts";
import { deedOf, type Entry, type Terms, termsOf } from "./entries.ts";
import { Submission } from "./submission.ts";

/** An assignment's state in the field's words: pupils do not have it yet, have it, or it was taken back. */
export type CourseWork = "DRAFT" | "PUBLISHED" | "DELETED";

/** An assignment. */
export interface Work {
  readonly audience: AudienceRef;
  /** Its post, or the id that letters to chosen pupils share; `thread` of every letter about it. */
  readonly id: PostRef;
  readonly state: CourseWork;
  readonly terms: Terms;
  /** What it says, as it was corrected last. */
  readonly content: PostBody;
  /** When it was given. */
  readonly givenMs: number;
  /** When it was last changed or taken back. */
  readonly changedMs: number;
  /** When it goes out, while it waits for that. */
  readonly releaseMs?: number | undefined;
  /** Whether this account is a teacher there. */
  readonly teaching: boolean;
  /** The pupils it was given to, for its teacher; `undefined` where it is everybody's. */
  readonly chosen: ReadonlySet<AccountRef> | undefined;
  /** Of chosen pupils: what each of them was told, also those it was taken back from. */
  readonly told?: ReadonlyMap<AccountRef, Terms> | undefined;
}

/** A letter with its name. */
type Line = SavedLetter & { readonly letter: LetterRef };

/** Every assignment this account knows of, by due time, those without one last. */
export async function worksOf(account: Account): Promise<Work[]> {
  const all = await Promise.all(audiences(account).map((audience) => worksIn(account, audience)));
  const due = ({ terms }: Work): number => terms.dueMs ?? Number.MAX_SAFE_INTEGER;
  return all.flat().sort((a, b) => due(a) - due(b) || a.givenMs - b.givenMs || byBytes(a.id, b.id));
}

/** The assignments of one audience. */
export async function worksIn(account: Account, audience: AudienceRef): Promise<Work[]> {
  const chain = await keptChain(account, audience);
  const teaching = chain?.current().isPublisher(account.ik.public) === true;
  const posts = (await postsOf(account, audience)).filter(({ kind }) => kind === "assignment");
  const remembered = await account.device.audience(audience);
  return [
    ...posts.map((post) => ofPost(post, remembered, teaching)),
    ...ofLetters(audience, remembered, teaching),
  ];
}

function ofPost(
  { audience, post, shown, lapsed, pending, content: shows, sentMs, shownMs, releaseMs }: PostView,
  remembered: Remembered,
  teaching: boolean,
): Work {
  const gone = shown === "withdrawn" || lapsed !== undefined;
  // What is taken back is still told by what it said last.
  const content = shown === "withdrawn" ? (saidBefore(remembered, post) ?? shows) : shows;
  return {
    ...{ audience, id: post, content, givenMs: sentMs, changedMs: shownMs, releaseMs, teaching },
    state: gone ? "DELETED" : pending ? "DRAFT" : "PUBLISHED",
    terms: termsOf(content),
    chosen: undefined,
  };
}

/** Assignments to chosen pupils: one for each shared id, which no post has. */
function ofLetters(audience: AudienceRef, { letters, posts }: Remembered, teaching: boolean): Work[] {
  const works = new Map<PostRef, Line[]>();
  for (const [letter, saved] of letters) {
    const id = saved.content.homework?.work;
    if (saved.kind !== "assignment" || saved.desk || id === undefined || posts.has(id)) continue;
    works.set(id, [...(works.get(id) ?? []), { ...saved, letter }]);
  }
  return [...works].flatMap(([id, lines]) => ofLines(audience, id, lines.sort(byTime), teaching));
}

/** By the hub's time, then by name. */
function byTime(a: Line, b: Line): number {
  return a.receivedMs - b.receivedMs || byBytes(a.letter, b.letter);
}

const takenBack = ({ content }: Line): boolean => content.homework?.withdrawn === true;

function ofLines(audience: AudienceRef, id: PostRef, lines: readonly Line[], teaching: boolean): Work[] {
  // What is taken back is still told by what it said last.
  const newest = lines.findLast((line) => !takenBack(line)) ?? lines.at(-1);
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined || newest === undefined) return [];
  const sent = lines.filter((line) => line.to !== undefined);
  const standing = new Map(sent.map((line) => [line.to ?? "", !takenBack(line)]));
  const told = new Map(
    sent.filter((line) => !takenBack(line)).map((line) => [line.to ?? "", termsOf(line.content)]),
  );
  const chosen = new Set([...standing].filter(([, stands]) => stands).map(([pupil]) => pupil));
  const gone = sent.length > 0 ? chosen.size === 0 : takenBack(last);
  const work = {
    audience,
    id,
    terms: termsOf(newest.content),
    content: newest.content,
    givenMs: first.receivedMs,
    changedMs: last.receivedMs,
  };
  const state = gone ? "DELETED" : "PUBLISHED";
  return [{ ...work, state, teaching, ...(sent.length > 0 ? { chosen, told } : { chosen: undefined }) }];
}

/** Where this account's own work stands, as far as this browser knows. */
export async function ownSubmission({ device }: Account, work: Work): Promise<Submission> {
  const { letters } = await device.audience(work.audience);
  const entries = [...letters].flatMap(([letter, saved]) => {
    const own = saved.kind === "submission" ? saved.to === "desk" : saved.to === undefined && !saved.desk;
    return own ? entryOf(letter, saved, work) : [];
  });
  return Submission.of(work.terms, entries);
}

/** Where the work of everybody stands who has handed in, or whom a teacher told something about it. */
export async function submissionsOf({ device }: Account, work: Work): Promise<Map<AccountRef, Submission>> {
  const entries = new Map<AccountRef, Entry[]>();
  const { letters } = await device.audience(work.audience);
  for (const [letter, saved] of letters) {
    const pupil = pupilOf(saved);
    if (pupil === undefined) continue;
    entries.set(pupil, [...(entries.get(pupil) ?? []), ...entryOf(letter, saved, work)]);
  }
  const of = ([pupil, its]: [AccountRef, Entry[]]) =>
    [pupil, Submission.of(termsFor(work, pupil), its)] as const;
  return new Map([...entries].filter(([, its]) => its.length > 0).map(of));
}

/** What a pupil was told: of an assignment to chosen ones, by the newest letter to them. */
export function termsFor({ terms, told }: Work, pupil: AccountRef): Terms {
  return told?.get(pupil) ?? terms;
}

/** Whose work a submission at the desk is, or a return that a teacher sent. */
export function pupilOf({ kind, desk, to, ik }: SavedLetter): AccountRef | undefined {
  if (kind === "submission") return desk && to === undefined ? accountNamed(idOf(ik)) : undefined;
  return to === "desk" ? undefined : to;
}

function entryOf(
  letter: LetterRef,
  { kind, thread, receivedMs, content }: SavedLetter,
  { id }: Work,
): Entry[] {
  const deed = thread === id ? deedOf(kind, content) : undefined;
  return deed === undefined ? [] : [{ letter, receivedMs, deed }];
}
