/**
 * Where each piece of homework stands, in the words and drums of the page; for the list, the work itself, the inbox.
 *
 * Invariant: nothing is decided here: the client library says the state, this says how it is called.
 */

import type { AudienceView, Client, PostBody, Refusal, Submission, Work } from "../client/index.ts";
import { type Handing, handings } from "./handing.ts";
import type { Kept } from "./errands.ts";
import { liveOf } from "./live.ts";
import { badge, type Beat } from "./parts.ts";
import type { Words } from "../words/id.ts";
import { clock, day, figure, words } from "./words.ts";

/** What a piece of homework is to its pupil. */
export type Standing = keyof Words["homework"]["standing"];

/** One assignment of one's own, with all that this device knows about it. */
export interface Piece {
  readonly work: Work;
  readonly submission: Submission;
  /** What the class is called. */
  readonly label: string;
  /** What is being worked on, on this device. */
  readonly draft: Handing | undefined;
  /** It was handed in without a connection, or the hub refused it. */
  readonly errand: Kept | undefined;
  readonly standing: Standing;
}

/** Every assignment of one's own that is out, of all classes. */
export async function pieces(client: Client, now: number): Promise<Piece[]> {
  const views = new Map((await client.audiences()).map((view) => [view.audience, view]));
  const own = (await client.homework.works()).filter((work) => !work.teaching && work.state === "PUBLISHED");
  const drafts = await handings(client);
  return Promise.all(
    own.flatMap((work) => {
      const view = views.get(work.audience);
      if (view === undefined) return [];
      const piece = (submission: Submission) =>
        pieceOf(client, work, submission, view, drafts.get(work.id), now);
      return [client.homework.own(work).then(piece)];
    }),
  );
}

/** One of them. */
export function pieceOf(
  client: Client,
  work: Work,
  submission: Submission,
  view: Pick<AudienceView, "label" | "state" | "joinedMs">,
  draft: Handing | undefined,
  now: number,
): Piece {
  const errand = liveOf(client).errands.list.find((kept) => kept.act === "handIn" && kept.thread === work.id);
  const standing = standingOf(submission, draft !== undefined, errand, now);
  const { label, state } = view;
  const seen =
    state === "removed" && LOST.has(standing) ? "left" : earlier(standing, work, submission, view, now);
  return { work, submission, label, draft, errand, standing: seen };
}

/** What can be done no more by whom the class has no more. */
const LOST: ReadonlySet<Standing> = new Set([
  ...(["new", "soon", "begun", "redo", "reclaimed", "missing", "closed"] as const),
]);

/** What was over before its pupil came is nobody's fault. */
function earlier(
  standing: Standing,
  { givenMs }: Work,
  submission: Submission,
  { joinedMs = 0 }: Pick<AudienceView, "joinedMs">,
  now: number,
): Standing {
  const over = standing === "missing" ? submission.dueMs() : submission.cutoffMs();
  const owed = standing === "missing" || standing === "closed";
  if (!owed || over === undefined || Math.max(over, givenMs) >= joinedMs) return standing;
  return submission.nextAttempt(now) === "closed" ? "beforeClosed" : "before";
}

function standingOf(submission: Submission, draft: boolean, errand: Kept | undefined, now: number): Standing {
  if (errand !== undefined) return errand.refused === undefined ? "waiting" : "refused";
  const { phase, redo } = submission;
  if (phase.at === "turnedIn") return submission.late() ? "late" : "in";
  if (phase.at === "returned" && redo) return "redo";
  if (phase.at === "returned" && !draft) return "back";
  if (submission.excused) return "excused";
  const next = submission.nextAttempt(now);
  if (next === "not-open") return "soon";
  if (phase.at === "reclaimed") return "reclaimed";
  if (submission.missing(now)) return "missing";
  if (next === "closed") return "closed";
  return draft ? "begun" : "new";
}

const BEATS: Readonly<Record<Standing, Beat>> = {
  new: "",
  soon: "",
  begun: "half",
  redo: "half",
  reclaimed: "half",
  waiting: "half",
  in: "on",
  late: "on",
  back: "echo",
  excused: "echo",
  before: "",
  beforeClosed: "",
  left: "",
  missing: "miss",
  refused: "miss",
  closed: "miss",
};

/** The drum of a standing. */
export const beatOf = (standing: Standing): Beat => BEATS[standing];

/** Whether it needs somebody to act, and is said so in red. */
export const isBad = (standing: Standing): boolean =>
  standing === "missing" || standing === "refused" || standing === "closed";

const DAY = 86_400_000;
const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** How many calendar days after now. */
const daysTo = (ms: number, now: number): number => Math.round((midnight(ms) - midnight(now)) / DAY);

/** `besok, 20.00`; `Rabu, 15.00` within a week; else with its date. */
export function near(ms: number, now: number): string {
  const { at, today, tomorrow, yesterday } = words().homework.days;
  const days = daysTo(ms, now);
  const known = days === 0 ? today : days === 1 ? tomorrow : days === -1 ? yesterday : undefined;
  if (known !== undefined) return at(known, clock(ms));
  const name = day(ms, now);
  // Within a week the name of the day says enough.
  return at(Math.abs(days) < 7 ? (name.split(/[\s,]/)[0] ?? name) : name, clock(ms));
}

/** The same at the beginning of a line. */
export function nearTitled(ms: number, now: number): string {
  const text = near(ms, now);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Senin 23 November`: no comma where another one stands before. */
const dayOf = (ms: number, now: number): string => day(ms, now).replace(",", "");

/** The heading that a due time comes under, in the order of time; after each its rank. */
export function dueHeading(ms: number | undefined, now: number): readonly [rank: number, heading: string] {
  const said = words().homework;
  if (ms === undefined) return [9, said.noDue];
  const days = daysTo(ms, now);
  if (days <= 0) return [1, said.days.todayHeading(dayOf(ms, now))];
  if (days === 1) return [2, said.days.tomorrowHeading(dayOf(ms, now))];
  // Weeks begin on Monday.
  const toSunday = (7 - new Date(now).getDay()) % 7;
  if (days <= toSunday) return [3, said.days.thisWeek];
  return days <= toSunday + 7 ? [4, said.days.nextWeek] : [5, said.days.later];
}

/** A mark as it is written: numbers in the page's language. */
export function markText({ terms }: Pick<Work, "terms">, mark: string): string {
  return terms.scale.kind === "points" ? figure(Number(mark)) : mark;
}

/** What a refusal says to whoever tried. */
export const refusalText = (refusal: Refusal): string => words().homework.work.refusedNow[refusal];

/** When an assignment is due, as a badge. */
export function dueBadge({ homework }: Pick<PostBody, "homework">, now: number): HTMLElement {
  const due = homework?.dueMs;
  return badge(
    "clock",
    due === undefined ? words().homework.noDue : words().homework.post.due(near(due, now)),
  );
}
