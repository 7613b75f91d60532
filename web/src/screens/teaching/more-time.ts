/** More time for one pupil, and being excused: told at once. */

import type { Verdict, Work } from "../../client/index.ts";
import { localTime, timeOf } from "../../page/asking.ts";
import type { Context } from "../../page/context.ts";
import { h, type Child } from "../../page/dom.ts";
import { button, field } from "../../page/parts.ts";
import { moment, words } from "../../page/words.ts";
import type { Standing } from "./standing.ts";

/** Tells the pupil so much and no more; `undo` takes it back. */
export type Telling = (part: Partial<Verdict>, text: string, undo?: () => Promise<void>) => Promise<void>;

const DAY_MS = 86_400_000;

/** What may be said; nothing where there is no time to give. `place` is where it stood before. */
export function moreTime(
  context: Context,
  work: Work,
  one: Standing,
  place: HTMLElement,
  tell: Telling,
): Child {
  const said = words().teaching.check;
  const { submission } = one.pupil;
  const inHand = submission.handedIn() !== undefined;
  // A return about what is in gives it back: more time for that is another try.
  if (inHand && work.terms.dueMs === undefined) return undefined;
  return h(
    "details.rules",
    { open: place.querySelector("details")?.open === true },
    h("summary", inHand ? said.moreTime : said.moreOpen),
    h("div.stack", extending(context, one, inHand, tell), !inHand && excusing(one, submission.excused, tell)),
  );
}

function extending({ now }: Context, one: Standing, inHand: boolean, tell: Telling): HTMLElement {
  const said = words().teaching.check;
  const input = h("input", { type: "datetime-local", step: "any" });
  const due = one.pupil.submission.dueMs() ?? now();
  input.value = localTime(new Date(Math.max(due, now()) + DAY_MS).setSeconds(0, 0));
  const box = field(said.extendUntil, input, inHand ? said.extendReturned : said.extendTold);
  const press = button(said.extend, () => {
    const until = timeOf(input.value);
    const late = until === undefined || until <= now();
    box.wrong(late ? said.extendWrong : undefined);
    if (late) return input.focus();
    const part = inHand ? { extendedUntilMs: until, redo: true } : { extendedUntilMs: until };
    void tell(part, said.extended(one.name, moment(until, now())));
  });
  return h("div.stack.is-tight", box.element, h("div.line", press));
}

function excusing({ name }: Standing, excused: boolean, tell: Telling): HTMLElement {
  const said = words().teaching.check;
  const [done, undone] = excused
    ? [said.unexcused(name), said.excusedNow(name)]
    : [said.excusedNow(name), said.unexcused(name)];
  const press = () => void tell({ excused: !excused }, done, () => tell({ excused }, undone));
  return h(
    "div.stack.is-tight",
    h("p", h("small", excused ? said.excusedTold : said.excuseTold)),
    h("div.line", button(excused ? said.unexcuse : said.excuse, press)),
  );
}
