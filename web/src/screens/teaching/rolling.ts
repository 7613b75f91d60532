/**
 * Copying assignments from one class to another: a new year, a second class.
 *
 * Invariants: every copy is a draft on this device first, with its files, under a name that the work and the class give
 * it, and says what it is a copy of; so what the other class has already, kept or given, is not made again, wherever
 * the copying broke off. Pupils hear of nothing before a draft is given.
 */

import { Cannot, type Client, fileName, ifFree, type Progress, type Work } from "../../client/index.ts";
import { askingOf, daysLater, localTime, mistakes, moved } from "../../page/asking.ts";
import { homeworkDrafts } from "../../page/drafted.ts";
import { liveOf } from "../../page/live.ts";
import { currentLanguage } from "../../page/words.ts";
import {
  blank,
  dropWriting,
  findWriting,
  keepWriting,
  LONGEST_MS,
  newName,
  type Piece,
  releaseOf,
  type Writing,
} from "../../page/writing.ts";

/** A copying that was begun. */
export interface Rolling {
  readonly to: string;
  readonly chosen: readonly string[];
  readonly days: number;
  /** Whether the copies are given at once; they stay drafts otherwise. */
  readonly give: boolean;
}

/** What a class has already of other classes' assignments. */
export interface Copies {
  /** Given, or on their way. */
  readonly given: ReadonlySet<string>;
  /** Drafts on this device, by what they are copies of. */
  readonly kept: ReadonlyMap<string, Writing>;
}

/** A draft that was given; its post, unless it waits for a connection. */
export interface Given {
  readonly draft: Writing;
  readonly post: string | undefined;
}

/** What keeps a draft from going out by itself at its time; nothing where it is ready. */
export type Hold = "chosen" | "wrong" | "noTime" | "past" | "far";

const nameOf = (from: string): string => `roll ${from}`;

/** One that was begun from this class and not finished. */
export const begun = (client: Client, from: string): Promise<Rolling | undefined> =>
  client.draft<Rolling>(nameOf(from));

/** Forgets it. */
export const forget = (client: Client, from: string): Promise<void> =>
  client.keepDraft(nameOf(from), undefined);

/** The assignments of a class that can be given again, the oldest first. */
export async function copiable(client: Client, from: string): Promise<Work[]> {
  const all = await client.homework.works();
  return all
    .filter(({ audience, teaching, state }) => audience === from && teaching && state !== "DELETED")
    .sort((a, b) => (a.terms.dueMs ?? a.givenMs) - (b.terms.dueMs ?? b.givenMs));
}

/** What a class has copies of, as far as this device knows. */
export async function copiesIn(client: Client, to: string): Promise<Copies> {
  const drafts = await homeworkDrafts(client, to);
  const works = (await client.homework.works()).filter(
    ({ audience, state }) => audience === to && state !== "DELETED",
  );
  const going = liveOf(client).errands.list.map((kept) =>
    kept.act === "publish" && kept.audience === to ? kept.writing.copyOf : undefined,
  );
  const given = [...works.map(({ content }) => content.homework?.copyOf), ...going];
  return {
    given: new Set(given.filter((one) => one !== undefined)),
    kept: new Map(drafts.flatMap((one) => (one.copyOf === undefined ? [] : [[one.copyOf, one]]))),
  };
}

/** What of a copying is still to be done. */
export function toDo({ chosen, give }: Pick<Rolling, "chosen" | "give">, { given, kept }: Copies): string[] {
  return chosen.filter((work) => !given.has(work) && (give || !kept.has(work)));
}

/** Why a draft cannot go out by itself at its time. */
export function holdOf(writing: Writing, now: number): Hold | undefined {
  const { task } = writing;
  if (task?.chosen !== undefined) return "chosen";
  if (task === undefined || mistakes(task, now, true).length > 0) return "wrong";
  const at = releaseOf(writing);
  if (at === undefined) return "noTime";
  if (at <= now) return "past";
  return at < now + LONGEST_MS ? undefined : "far";
}

/** Whether a draft can be given as it is, now. */
const isWhole = (writing: Writing, now: number): boolean => {
  const hold = holdOf({ ...writing, at: "" }, now);
  return hold !== "chosen" && hold !== "wrong";
};

/** Makes the drafts that are not there yet, then gives them if that was chosen; what was made and given now. */
export function roll(
  client: Client,
  from: string,
  rolling: Rolling,
  now: number,
  progress: Progress,
): Promise<{ readonly made: Writing[]; readonly given: Given[] }> {
  return alone(rolling.to, async () => {
    await client.keepDraft(nameOf(from), rolling);
    // Another device may have copied, or given what was kept here.
    await client.fetch(rolling.to);
    const { given, kept } = await copiesIn(client, rolling.to);
    const works = (await copiable(client, from)).filter(
      ({ id }) => rolling.chosen.includes(id) && !given.has(id),
    );
    const [made, all]: [Writing[], Writing[]] = [[], []];
    for (const [at, work] of works.entries()) {
      progress(at, works.length);
      const before = kept.get(work.id);
      const draft = before ?? (await copyOf(client, rolling, work, now));
      if (before === undefined) {
        await keepWriting(client, draft);
        made.push(draft);
      }
      all.push(draft);
    }
    const ready = rolling.give ? all.filter((draft) => isWhole(draft, now)) : [];
    const done = await publish(
      client,
      ready.map((draft) => ({ ...draft, at: "" })),
      progress,
    );
    progress(works.length, works.length);
    await forget(client, from);
    return { made, given: done };
  });
}

/** Gives drafts, each at the time that it has. */
export const give = (client: Client, drafts: readonly Writing[], progress: Progress): Promise<Given[]> =>
  alone(drafts[0]?.audience ?? "", () => publish(client, drafts, progress));

/** Takes drafts away that nobody has changed since they were made. */
export async function unmake(client: Client, made: readonly Writing[]): Promise<void> {
  for (const { id, changedMs } of made)
    if ((await findWriting(client, id))?.changedMs === changedMs) await dropWriting(client, id);
}

/** Takes back what still waits for its time; it is a draft again. */
export async function ungive(client: Client, given: readonly Given[]): Promise<void> {
  for (const { draft, post } of given) {
    const work = post === undefined ? undefined : await client.homework.work(draft.audience, post);
    if (work?.state !== "DRAFT") continue;
    await keepWriting(client, draft);
    await client.homework.withdraw(work);
    await client.fetch(draft.audience);
  }
}

/** One tab at a time copies into a class, or gives what was copied. */
async function alone<T>(to: string, step: () => Promise<T>): Promise<T> {
  const held = await ifFree(`kentongan roll ${to}`, step);
  if (held === undefined) throw new Cannot("changed elsewhere");
  return held.value;
}

/** One errand each: what finds no connection goes out by itself later, and once. */
async function publish(client: Client, drafts: readonly Writing[], progress: Progress): Promise<Given[]> {
  const { errands } = liveOf(client);
  const given: Given[] = [];
  for (const [at, draft] of drafts.entries()) {
    progress(at, drafts.length);
    if ((await findWriting(client, draft.id)) === undefined) continue;
    const { audience } = draft;
    const post = await errands.publish({ act: "publish", audience, thread: "", writing: draft });
    given.push({ draft, post });
    if (post !== undefined) await client.fetch(audience);
  }
  return given;
}

/** An assignment as a draft for another class. */
async function copyOf(client: Client, { to, days }: Rolling, work: Work, now: number): Promise<Writing> {
  const { title, body, language, attachments } = work.content;
  const pieces: Piece[] = [];
  for (const one of attachments) {
    const blob = await client.attachment(work.audience, one);
    pieces.push({ id: newName(), file: new File([blob], fileName(one), { type: one.type }) });
  }
  const terms = moved(work.terms, days);
  const some = work.chosen !== undefined;
  return {
    ...blank(to, language ?? currentLanguage(), now),
    // A class has one draft of it, also where two tabs copy.
    id: `${to}.${work.id}`,
    title: title ?? "",
    body,
    pieces,
    // Letters to some go at once, and to whom is chosen anew.
    at: some ? "" : proposed(work, terms.dueMs, days, now),
    task: askingOf({ terms, chosen: some ? new Set() : undefined }),
    copyOf: work.id,
  };
}

/** When it would go out: when it opened, or as long before it was due as it was given then. */
function proposed({ terms, givenMs }: Work, dueMs: number | undefined, days: number, now: number): string {
  const at = daysLater(terms.opensMs ?? givenMs, days);
  return at > now && at < (dueMs ?? Infinity) ? localTime(at) : "";
}
