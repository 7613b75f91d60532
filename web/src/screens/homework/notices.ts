/** What is special about an assignment for this pupil: more time, excused, not open yet, closed, reminded. */

import type { Context } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { near } from "../../page/homework.ts";
import { notice } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import type { Loaded } from "./load.ts";

/** The notices, the most pressing first. */
export function notices(context: Context, { piece, reminders }: Loaded): HTMLElement[] {
  const said = words().homework.work;
  const now = context.now();
  const { submission, work, errand, standing } = piece;
  const list: HTMLElement[] = [];
  if (standing === "left") return [notice("people", said.left, said.leftText)];
  if (standing === "before" || standing === "beforeClosed")
    list.push(notice("clock", said.early, standing === "before" ? said.earlyText : said.earlyClosedText));
  const { phase, extendedUntilMs, excused } = submission;
  const next = submission.nextAttempt(now);
  const open = phase.at === "assigned" || phase.at === "reclaimed" || submission.redo;
  if (excused && open) list.push(notice("check", said.excused, said.excusedText));
  if (next === "not-open" && work.terms.opensMs !== undefined)
    list.push(notice("lock", said.opens(near(work.terms.opensMs, now)), said.opensText));
  if (next === "closed" && open && errand === undefined && !excused && standing !== "beforeClosed")
    list.push(notice("lock", said.closed, said.closedText));
  if (extendedUntilMs !== undefined && extendedUntilMs > now && open)
    list.push(notice("clock", said.extended(near(extendedUntilMs, now)), said.extendedText));
  const reminder = reminders.at(-1);
  if (reminder !== undefined && open && errand === undefined && !excused) {
    const { name, receivedMs, content } = reminder;
    const line = h("span", said.reminded(name ?? said.teacher, near(receivedMs, now)));
    const body = content.body.trim();
    list.push(notice("bell", said.reminder, body === "" ? line : [body, h("br"), h("small", line)]));
  }
  return list;
}
