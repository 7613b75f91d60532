/**
 * Due times as an iCalendar file (RFC 5545), made on this device. Load it with `import()`.
 *
 * Invariant: an assignment is the same event in every file of it, also of the command line's, and a later file replaces
 * what an earlier one said.
 */

import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from "ical-generator";

import type { PostRef, Submission, Work } from "../client/index.ts";
import { plain } from "./prose.ts";
import { titleOf } from "./title.ts";
import { moment, words } from "./words.ts";

/** The largest number that calendars take for the count of changes. */
const MOST = 2 ** 31 - 1;

/** The file: an event at each due time, as more time for this pupil moves it; what was taken back is cancelled. */
export function calendarOf(
  works: readonly Work[],
  submissions: ReadonlyMap<PostRef, Submission>,
  now: number,
): Blob {
  const calendar = ical({
    name: "Kentongan",
    prodId: "//Kentongan//Homework//EN",
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const work of works) {
    const submission = submissions.get(work.id);
    const due = submission?.dueMs() ?? work.terms.dueMs;
    // What pupils do not have yet is in nobody's calendar.
    if (due === undefined || work.state === "DRAFT") continue;
    const changed = Math.max(work.changedMs, submission?.toldMs ?? 0);
    calendar.createEvent({
      id: `${work.id}@kentongan`,
      sequence: sequence(work.givenMs, changed),
      stamp: new Date(now),
      lastModified: new Date(changed),
      start: new Date(due),
      summary: summaryOf(work),
      description: descriptionOf(work, submission?.cutoffMs() ?? work.terms.cutoffMs, now),
      status: work.state === "DELETED" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return new Blob([calendar.toString()], { type: "text/calendar;charset=utf-8" });
}

function summaryOf({ content }: Work): string {
  const { audience } = content;
  return audience === undefined ? titleOf(content) : `${titleOf(content)} (${audience})`;
}

function descriptionOf({ content }: Work, cutoffMs: number | undefined, now: number): string {
  const cutoff = cutoffMs === undefined ? [] : [words().read.calendar.cutoff(moment(cutoffMs, now))];
  return [plain(content.body), ...cutoff].join("\n\n").trim();
}

/** Seconds from the giving to the last change: it never goes back, and needs no counting of what may not have come. */
function sequence(givenMs: number, changedMs: number): number {
  return Math.min(Math.ceil(Math.max(changedMs - givenMs, 0) / 1000), MOST);
}
