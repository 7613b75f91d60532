/** Handing in: what goes, what it costs, what it means; asked before, and told after with both times. */

import type { Progress } from "../../client/index.ts";
import type { Acting } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { described, isEmpty, sizeOf } from "../../page/handing.ts";
import { near, refusalText } from "../../page/homework.ts";
import { liveOf } from "../../page/live.ts";
import { ask, badge, button } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { size, words } from "../../page/words.ts";
import { listed } from "./given.ts";
import { sent } from "./sent.ts";
import type { Doing } from "./work.ts";

/** The main button, and before the work the way to begin from what was handed in last. */
export interface Bar {
  readonly element: HTMLElement;
  readonly before: HTMLElement;
  draw(): void;
}

/** The bar with the main button of the page, and the way to draw it anew. */
export function handInBar(page: Doing): Bar {
  const said = words().homework.work;
  const press = button(said.handInPlain, () => void handIn(page, state, press), "main");
  const state = h("div", { role: "status" });
  const told = h("small");
  const before = button(
    words().homework.work.fromBefore,
    () => void page.attempt(() => page.work("before")),
    "usual",
    "turn",
  );
  const element = h("div.act", press, state, told);
  const draw = () => {
    const { piece, attempts } = page.loaded;
    const { submission, work, label } = piece;
    const now = page.context.now();
    const next = submission.nextAttempt(now);
    const { opensMs } = work.terms;
    element.hidden = !page.working || (next === "closed" && !submission.redo);
    press.disabled = next === "not-open";
    press.textContent =
      next === "not-open" && opensMs !== undefined
        ? said.opensButton(near(opensMs, now))
        : isEmpty(page.editor.handing)
          ? said.handInPlain
          : said.handIn(size(weightOf(page)));
    told.textContent = said.readers(label);
    before.hidden = !page.working || !isEmpty(page.editor.handing) || attempts.length === 0;
  };
  return { element, before, draw };
}

/** Bytes of what goes: files and words. */
function weightOf({ editor: { handing } }: Doing): number {
  return handing.pieces.reduce((sum, piece) => sum + sizeOf(piece), new Blob([handing.body]).size);
}

async function handIn(page: Doing, state: HTMLElement, press: HTMLButtonElement): Promise<void> {
  const said = words().homework.work;
  const { context, editor } = page;
  const { work, submission } = page.loaded.piece;
  if (isEmpty(editor.handing)) return replace(state, h("p.bad", { role: "alert" }, said.nothing));
  const next = submission.nextAttempt(context.now());
  if (typeof next !== "number") return replace(state, h("p.bad", { role: "alert" }, refusalText(next)));
  replace(state);
  if (!(await agreed(page, next))) return press.focus();
  press.disabled = true;
  page.sending = true;
  try {
    const { pieces, body } = editor.handing;
    const { acting } = context;
    const who = acting === undefined ? {} : { guardian: { name: nameOf(acting) } };
    replace(state, badge("going", said.sealing));
    announce(said.sealing);
    const errand = {
      ...({ act: "handIn", audience: work.audience, thread: work.id, body: body.trim(), pieces } as const),
      finishedMs: context.now(),
      ...who,
    };
    const waits = await liveOf(context.client).errands.run(errand, progress(state));
    page.sending = false;
    await page.finish();
    replace(state);
    if (!waits) await context.client.fetch(work.audience).catch(() => undefined);
    await page.reload();
    const done = context.acting === undefined ? said.done : said.doneFor(context.acting.child.name);
    if (waits) announce(said.waitingDone);
    else page.undo.say(done);
    document.querySelector<HTMLElement>("main h1")?.focus();
  } catch (error) {
    replace(state, problem(error));
  } finally {
    page.sending = false;
    press.disabled = false;
  }
}

/** What a guardian is called who hands in. */
const nameOf = ({ guardian }: Acting): string => guardian.name ?? words().common.guardian;

const progress =
  (place: HTMLElement): Progress =>
  (done, total) =>
    replace(place, sent(done, total));

/** Says what goes and what that means; whether it is to be done. */
async function agreed(page: Doing, attempt: number): Promise<boolean> {
  const said = words().homework.work.ask;
  const { context, editor } = page;
  const { work, submission } = page.loaded.piece;
  const now = context.now();
  const { pieces, body } = editor.handing;
  const list = said.what(listed(described(pieces), body.trim() !== ""), size(weightOf(page)));
  const what = list.charAt(0).toUpperCase() + list.slice(1);
  const most = Math.max(work.terms.attempts, attempt);
  const [due, cutoff] = [submission.dueMs(), submission.cutoffMs()];
  const lines: Child[] = [
    h("p", what),
    due !== undefined && now > due && h("p.bad", said.late),
    h(
      "p",
      attempt === most ? (most > 1 ? `${said.last} ` : "") : `${said.attempt(attempt, most)} `,
      cutoff === undefined ? said.anytime : said.until(near(cutoff, now)),
    ),
    context.acting !== undefined &&
      h("p", badge("child", said.guardian(nameOf(context.acting), context.acting.child.name))),
    !navigator.onLine && h("p", badge("wait", said.offline)),
  ];
  const name = work.content.from?.name;
  const title = name === undefined ? said.titlePlain : said.title(name);
  return (await ask(title, lines, [{ value: "yes", label: said.yes, main: true }])) === "yes";
}
