/** What a teacher gave back: the mark, what they say about it, voice and photos with drawing; and all earlier attempts. */

import type { LetterView, Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, type Child } from "../../page/dom.ts";
import { markText, near } from "../../page/homework.ts";
import { badge, notice, section } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";
import { given } from "./given.ts";
import type { Attempt, Loaded } from "./load.ts";

/** A mark with its whole: `86 dari 100`. */
export function markOf(work: Work, mark: string): Child[] {
  const { scale } = work.terms;
  const whole = scale.kind === "points" && h("small", words().homework.outOf(figure(scale.most)));
  return [h("strong", markText(work, mark)), whole];
}

/** What came back last, where the pupil is to see it first. */
export function feedback(context: Context, { piece, returns }: Loaded): HTMLElement | undefined {
  const said = words().homework.work;
  const { submission, work } = piece;
  const last = returns.findLast(({ content }) => speaks(content));
  const back = submission.phase.at === "returned" || submission.mark !== undefined;
  if (last === undefined || !back || submission.phase.at === "turnedIn") return undefined;
  const title = submission.redo ? said.redoTitle : said.backTitle;
  const { mark } = submission;
  const element = notice("reply", title, "");
  element.classList.add("feedback");
  const place = element.querySelector("div");
  place?.querySelector("p")?.remove();
  if (mark !== undefined)
    place?.append(h("p.mark-line", h("span.sr", `${said.mark}: `), ...markOf(work, mark)));
  place?.append(spoken(context, last), h("small", byline(last, context.now())));
  return element;
}

function speaks({ body, attachments, homework = {} }: LetterView["content"]): boolean {
  return (
    body.trim() !== "" ||
    attachments.length > 0 ||
    homework.submission !== undefined ||
    homework.mark !== undefined
  );
}

function spoken(context: Context, letter: LetterView): HTMLElement {
  const nothing = letter.content.body.trim() === "" && letter.content.attachments.length === 0;
  return nothing ? h("p", h("small", words().homework.work.noFeedback)) : given(context, letter);
}

function byline({ name, receivedMs }: LetterView, now: number): string {
  return `${name ?? words().homework.work.teacher}, ${near(receivedMs, now)}`;
}

/** Every attempt but the one that the page shows itself, the newest first. */
export function history(
  context: Context,
  { attempts, piece, moot }: Loaded,
  shown: string | undefined,
): Child {
  const said = words().homework.work;
  const list = attempts.filter(({ letter }) => letter.letter !== shown).reverse();
  const { refused } = piece.submission;
  if (list.length === 0 && refused.length === 0) return undefined;
  return section(
    said.earlier_attempts,
    list.map((attempt) => past(context, piece.work, attempt)),
    refused.map(({ letter, why }) => {
      const found = moot.find((one) => one.letter === letter);
      return found === undefined
        ? h("p", badge("miss", `${said.notCounted}: ${said.why[why]}`))
        : notCounted(context, found, said.why[why]);
    }),
  );
}

/** What came in and changed nothing: its words and files stay to be read. */
function notCounted(context: Context, letter: LetterView, why: string): HTMLElement {
  const detail = `${why} · ${near(letter.receivedMs, context.now())}`;
  const summary = h("summary", words().homework.work.notCounted, " ", h("small", detail));
  return h("details.past", summary, given(context, letter));
}

function past(context: Context, work: Work, { n, letter, returns }: Attempt): HTMLElement {
  const said = words().homework.work;
  const now = context.now();
  const back = returns.map((one) => {
    const mark = one.content.homework?.mark;
    return h(
      "div.before.stack.is-tight",
      h("p", h("b", said.attemptBack), " ", h("small", byline(one, now))),
      mark !== undefined && h("p", ...markOf(work, mark)),
      spoken(context, one),
    );
  });
  return h(
    "details.past",
    h("summary", said.attemptTitle(n), " ", h("small", near(letter.receivedMs, now))),
    h("div.stack.is-tight", given(context, letter), back),
  );
}
