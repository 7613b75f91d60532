/**
 * Due times as an iCalendar file (RFC 5545), made on this device. Load it with `import()`.
 *
 * Invariants: an assignment is the same event in every file of it, also of the command line's, and a later file replaces
 * what an earlier one said. Calendars are copied to whoever keeps them, so nothing of an assignment is in one but its
 * title, its class and its time.
 */

import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from "ical-generator";

import type { Submission, Work } from "../client/index.ts";

/** The largest number that calendars take for the count of changes. */
const MOST = 2 ** 31 - 1;

/** An assignment as a pupil has it. */
export interface Dated {
  readonly work: Work;
  readonly submission: Submission;
  /** What the class is called. */
  readonly label: string;
}

/** The file: an event at each due time, as more time for this pupil moves it; what was taken back is cancelled. */
export function calendarOf(all: readonly Dated[]): Blob {
  const calendar = ical({
    name: "Kentongan",
    prodId: "//Kentongan//Homework//EN",
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const { work, submission, label } of all) {
    const due = submission.dueMs();
    // What pupils do not have yet is in nobody's calendar.
    if (due === undefined || work.state === "DRAFT") continue;
    const changed = Math.max(work.changedMs, submission.toldMs ?? 0);
    calendar.createEvent({
      id: `${work.id}@kentongan`,
      sequence: sequence(work.givenMs, changed),
      stamp: new Date(changed),
      lastModified: new Date(changed),
      start: new Date(due),
      summary: summaryOf(work.content.title, label),
      status: work.state === "DELETED" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return new Blob([calendar.toString()], { type: "text/calendar;charset=utf-8" });
}

/** The title and the class, or the class alone: what is asked for stays where it is sealed. */
function summaryOf(title: string | undefined, label: string): string {
  const [called, of] = [inOneLine(title ?? ""), inOneLine(label)];
  return called === "" ? of : `${called} (${of})`;
}

const inOneLine = (text: string): string => text.replace(/[\p{White_Space}\p{Cc}]+/gu, " ").trim();

/** Seconds from the giving to the last change: it never goes back, and needs no counting of what may not have come. */
function sequence(givenMs: number, changedMs: number): number {
  return Math.min(Math.ceil(Math.max(changedMs - givenMs, 0) / 1000), MOST);
}
