/** What is in, or came back: its content, by whom it was handed in, and taking it back or doing it again. */

import { isRefusal } from "../../client/index.ts";
import { h, type Child } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { again, keepHanding } from "../../page/handing.ts";
import { near } from "../../page/homework.ts";
import { ask, button, section } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import { given } from "./given.ts";
import type { Attempt } from "./load.ts";
import type { Doing } from "./work.ts";

/** The section of what was handed in last. */
export function givenSection(page: Doing, { letter }: Attempt): HTMLElement {
  const said = words().homework.work;
  return section(said.given, given(page.context, letter), ...next(page));
}

function next(page: Doing): Child[] {
  const said = words().homework.work;
  const { submission } = page.loaded.piece;
  const now = page.context.now();
  if (submission.phase.at === "turnedIn") {
    const may = submission.reclaimable(now);
    if (isRefusal(may)) return [h("p", h("small", said.reclaimNot))];
    const cutoff = submission.cutoffMs();
    const until = cutoff === undefined ? said.reclaimAnytime : said.reclaimUntil(near(cutoff, now));
    return [
      h(
        "div.line",
        button(said.reclaim, () => void reclaim(page), "usual", "turn"),
        h("small", until),
      ),
    ];
  }
  const attempt = submission.nextAttempt(now);
  if (typeof attempt !== "number") return [];
  const begin = () => void page.attempt(() => page.work());
  const of = Math.max(page.loaded.piece.work.terms.attempts, attempt);
  return [
    h("div.line", button(said.anotherTime, begin, "usual", "edit"), h("small", said.attempt(attempt, of))),
  ];
}

async function reclaim(page: Doing): Promise<void> {
  const said = words().homework.work;
  const { context, loaded } = page;
  const { work, submission } = loaded.piece;
  const cutoff = submission.cutoffMs();
  const title =
    context.acting === undefined ? said.reclaimAsk.title : said.reclaimAsk.of(context.acting.child.name);
  const text = [
    h("p", said.reclaimAsk.text),
    cutoff !== undefined && h("p", said.reclaimAsk.until(near(cutoff, context.now()))),
  ];
  const yes = [{ value: "yes", label: said.reclaimAsk.yes, main: true }] as const;
  if ((await ask(title, text, yes)) !== "yes") return;
  await page.attempt(async () => {
    const letter = submission.handedIn()?.letter;
    const before = loaded.attempts.find((one) => one.letter.letter === letter)?.letter.content;
    await context.client.homework.reclaim(work);
    if (before !== undefined) {
      const handing = again(before.body, before.attachments, context.now());
      await keepHanding(context.client, work.id, handing);
      page.editor.load(handing);
    }
    await page.reload();
    announce(said.reclaimed);
    page.undo.say(said.reclaimed);
  });
}
