/** The marks of a class as a table, computed on this device from what was opened here. */

import type { AccountRef, Client, Submission, Work } from "../../client/index.ts";
import type { Beat } from "../../page/parts.ts";
import { titleOf } from "../../page/title.ts";
import { date, words, written } from "../../page/words.ts";
import { memberName } from "../people/here.ts";
import { beatOf } from "./standing.ts";

/** Where one pupil stands with one assignment. */
export interface Cell {
  /** `undefined`: it was not given to them. */
  readonly beat: Beat | undefined;
  readonly mark: string | undefined;
  /** What the drum says. */
  readonly state: string;
}

/** A pupil's line. */
export interface Line {
  readonly account: AccountRef;
  readonly name: string;
  readonly cells: readonly Cell[];
  /** Points of all marks, and the most those could be; `undefined` where there are none. */
  readonly sum: { readonly points: number; readonly most: number } | undefined;
}

/** The table. */
export interface Grades {
  readonly works: readonly Work[];
  readonly lines: readonly Line[];
  /** The middle of the points of each assignment; `undefined` where it has none. */
  readonly averages: readonly (number | undefined)[];
}

/** Everybody in the class and what was given there, the oldest assignment first; asks the hub for members. */
export async function grades(client: Client, audience: string, now: number): Promise<Grades> {
  const all = await client.homework.works();
  const works = all
    .filter((work) => work.audience === audience && work.teaching && work.state === "PUBLISHED")
    .sort((a, b) => (a.terms.dueMs ?? a.givenMs) - (b.terms.dueMs ?? b.givenMs));
  const pupils = new Map<AccountRef, string>();
  for (const member of await client.members(audience))
    if (!member.removed && member.role === "member") pupils.set(member.account, memberName(member));
  const submissions = await Promise.all(works.map((work) => client.homework.submissions(work)));
  const lines = [...pupils].map(([account, name]) => {
    const its = submissions.map((of) => of.get(account));
    return {
      account,
      name,
      cells: works.map((work, at) => cellOf(work, account, its[at], now)),
      sum: sumOf(works, its),
    };
  });
  lines.sort((a, b) => a.name.localeCompare(b.name));
  const averages = works.map((work, at) =>
    averageOf(
      work,
      lines.map(({ account }) => submissions[at]?.get(account)),
    ),
  );
  return { works, lines, averages };
}

function cellOf(work: Work, account: AccountRef, submission: Submission | undefined, now: number): Cell {
  const said = words().teaching.marks;
  if (work.chosen?.has(account) === false && submission === undefined)
    return { beat: undefined, mark: undefined, state: said.notGiven };
  if (submission === undefined) {
    const missing = (work.terms.dueMs ?? Infinity) < now;
    return { beat: missing ? "miss" : "", mark: undefined, state: missing ? said.missing : said.nothing };
  }
  const beat = beatOf(submission, now);
  const states = words().teaching.states;
  const state = submission.excused
    ? words().teaching.board.excused
    : submission.redo
      ? words().teaching.board.redo
      : beat === "miss"
        ? said.missing
        : submission.late() && submission.phase.at === "turnedIn"
          ? words().teaching.board.columns.late
          : states[submission.phase.at];
  return { beat: submission.excused ? "echo" : beat, mark: submission.mark, state };
}

/** A mark in points. */
function pointsOf({ terms: { scale } }: Work, submission: Submission | undefined): number | undefined {
  if (scale.kind !== "points" || submission?.mark === undefined) return undefined;
  const points = Number(submission.mark);
  return Number.isFinite(points) ? points : undefined;
}

function sumOf(works: readonly Work[], its: readonly (Submission | undefined)[]): Line["sum"] {
  let [hundredths, most, any] = [0, 0, false];
  for (const [at, work] of works.entries()) {
    const points = pointsOf(work, its[at]);
    if (points === undefined || work.terms.scale.kind !== "points") continue;
    // In hundredths, so that 0.1 and 0.2 are 0.3.
    [hundredths, most, any] = [hundredths + Math.round(points * 100), most + work.terms.scale.most, true];
  }
  return any ? { points: hundredths / 100, most } : undefined;
}

function averageOf(work: Work, its: readonly (Submission | undefined)[]): number | undefined {
  const all = its.map((submission) => pointsOf(work, submission)).filter((points) => points !== undefined);
  return all.length === 0 ? undefined : all.reduce((sum, points) => sum + points, 0) / all.length;
}

/** The same as lines of text, for a spreadsheet. */
export function sheetOf({ works, lines }: Grades): string[][] {
  const said = words().teaching.marks;
  const most = ({ terms: { scale } }: Work) => (scale.kind === "points" ? ` (${scale.most})` : "");
  const due = ({ terms: { dueMs } }: Work) => (dueMs === undefined ? "" : date(dueMs));
  return [
    [said.pupil, ...works.map((work) => titleOf(work.content) + most(work)), said.sum, said.sumOf],
    [words().teaching.facts.due, ...works.map(due), "", ""],
    ...lines.map(({ name, cells, sum }) => [
      name,
      ...cells.map(({ mark, state }) => (mark === undefined ? state : written(mark))),
      sum === undefined ? "" : written(String(sum.points)),
      sum === undefined ? "" : String(sum.most),
    ]),
  ];
}
