/**
 * What an assignment asks for, as it stands in the form, and as pupils are given it.
 *
 * Invariant: what {@link mistakes} finds nothing wrong with has a meaning in every client.
 */

import type { AssignmentDraft, Scale, Terms, Work } from "../client/index.ts";

/** How marks are written. */
export type ScaleKind = Scale["kind"];

/** An assignment's part of a draft; times as a `datetime-local` says them, empty for none. */
export interface Asking {
  readonly due: string;
  readonly cutoff: string;
  readonly opens: string;
  readonly scale: ScaleKind;
  /** The most points, as typed. */
  readonly points: string;
  /** Words that are marks, with commas between them. */
  readonly words: string;
  readonly attempts: number;
  /** Accounts of the pupils it is for; nothing where it is for everybody. */
  readonly chosen?: readonly string[] | undefined;
  /** The hub is to remind those who have not handed in, a day before; as it was, where nothing is said. */
  readonly remind?: boolean | undefined;
}

/** A field that something is wrong with. */
export type AskingField = "due" | "cutoff" | "opens" | "points" | "words" | "chosen";

/** What marks start from. */
export const blankAsking: Asking = {
  ...{ due: "", cutoff: "", opens: "", scale: "points", points: "100", words: "", attempts: 1 },
};

/** So long before the due time the hub reminds. */
export const REMIND_MS = 86_400_000;

/** Most points that a mark may have, and most attempts: more is a slip of the finger. */
const [MOST_POINTS, MOST_ATTEMPTS] = [10_000, 99];

/** A time as a `datetime-local` says it, in this device's own zone. */
export const localTime = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** The time in milliseconds; `undefined` where there is none. */
export const timeOf = (local: string): number | undefined => {
  const ms = local === "" ? Number.NaN : new Date(local).getTime();
  return Number.isNaN(ms) ? undefined : ms;
};

const local = (ms: number | undefined): string => (ms === undefined ? "" : localTime(ms));

/** The words of a list, each once. */
export const wordsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[,;\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  ),
];

/** What an assignment asks, back in a form. */
export function askingOf({ terms, chosen }: Pick<Work, "terms" | "chosen">): Asking {
  const { dueMs, cutoffMs, opensMs, attempts, scale } = terms;
  return {
    ...blankAsking,
    due: local(dueMs),
    cutoff: local(cutoffMs),
    opens: local(opensMs),
    attempts,
    scale: scale.kind,
    ...(scale.kind === "points" ? { points: String(scale.most) } : {}),
    ...(scale.kind === "words" ? { words: scale.words.join(", ") } : {}),
    ...(chosen === undefined ? {} : { chosen: [...chosen] }),
  };
}

/** What is wrong, by field; `fresh` where it is a new one, whose due time is still to come. */
export function mistakes(asking: Asking, now: number, fresh: boolean): AskingField[] {
  const [due, cutoff, opens] = [timeOf(asking.due), timeOf(asking.cutoff), timeOf(asking.opens)];
  const wrong: AskingField[] = [];
  if (due !== undefined && fresh && due <= now) wrong.push("due");
  if (cutoff !== undefined && (cutoff < (due ?? 0) || (fresh && cutoff <= now))) wrong.push("cutoff");
  if (opens !== undefined && opens >= (due ?? cutoff ?? Infinity)) wrong.push("opens");
  const points = Number(asking.points);
  if (asking.scale === "points" && !(Number.isInteger(points) && points >= 1 && points <= MOST_POINTS))
    wrong.push("points");
  const list = wordsOf(asking.words);
  if (asking.scale === "words" && (list.length < 2 || list.some((word) => [...word].length > 40)))
    wrong.push("words");
  if (asking.chosen?.length === 0) wrong.push("chosen");
  return wrong;
}

/** The same as the payload has it. */
export function termsOf(asking: Asking): Omit<AssignmentDraft, "title" | "body"> {
  const [dueMs, cutoffMs, opensMs] = [timeOf(asking.due), timeOf(asking.cutoff), timeOf(asking.opens)];
  return {
    ...(dueMs === undefined ? {} : { dueMs }),
    ...(cutoffMs === undefined ? {} : { cutoffMs }),
    ...(opensMs === undefined ? {} : { opensMs }),
    ...(asking.scale === "points" ? { points: Number(asking.points) } : {}),
    ...(asking.scale === "words" ? { words: wordsOf(asking.words) } : {}),
    attempts: Math.min(Math.max(1, asking.attempts), MOST_ATTEMPTS),
  };
}

/** The same time of day, so many days later, whatever clocks did meanwhile. */
export const daysLater = (ms: number, days: number): number =>
  new Date(ms).setDate(new Date(ms).getDate() + days);

/** The terms of an assignment as a copy of it has them, with all times so many days later. */
export function moved(terms: Terms, days: number): Terms {
  const { dueMs, cutoffMs, opensMs } = terms;
  return {
    ...terms,
    ...(dueMs === undefined ? {} : { dueMs: daysLater(dueMs, days) }),
    ...(cutoffMs === undefined ? {} : { cutoffMs: daysLater(cutoffMs, days) }),
    ...(opensMs === undefined ? {} : { opensMs: daysLater(opensMs, days) }),
  };
}
