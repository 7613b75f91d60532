/** Everything that went between a pupil and the teachers about one assignment, newest first. */

import type { LetterView, Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { badge, section } from "../../page/parts.ts";
import { prose } from "../../page/prose.ts";
import { called } from "../../page/reading.ts";
import { moment, words, written } from "../../page/words.ts";
import { files } from "../post/files.ts";
import type { Standing } from "./standing.ts";

/** Draws it in its place; drawn again only where something has come in. */
export async function past(
  context: Context,
  work: Work,
  { pupil, handedIn }: Standing,
  place: HTMLElement,
): Promise<void> {
  const letters = [...(await context.client.homework.letters(work, pupil.account))].reverse();
  if (context.left.aborted || letters.length === 0) return;
  const key = letters.map(({ letter }) => letter).join();
  if (place.dataset["letters"] === key) return;
  place.dataset["letters"] = key;
  keepingPlace(place, () =>
    replace(
      place,
      section(
        words().teaching.check.past,
        h(
          "ol.thread",
          letters.map((one) => h("li", line(context, work, one, one.letter === handedIn?.letter))),
        ),
      ),
    ),
  );
}

/** One of them; what stands beside it at full size is not shown again. */
function line(context: Context, work: Work, letter: LetterView, beside: boolean): Child {
  const said = words().teaching.past;
  const { content, receivedMs, kind } = letter;
  const { now } = context;
  const { homework } = content;
  const when = h("small", moment(receivedMs, now()));
  if (kind === "submission") {
    const reclaimed = homework?.reclaim !== undefined;
    const guardian = homework?.guardian?.name;
    const finished = homework?.finishedMs;
    return [
      h("p.line", badge(reclaimed ? "" : "on", reclaimed ? said.reclaimed : said.handedIn), when),
      guardian !== undefined && h("p", h("small", words().teaching.check.guardian(guardian))),
      finished !== undefined && h("p", h("small", said.finished(moment(finished, now())))),
      !reclaimed && !beside && text(context, work, letter),
    ];
  }
  const { mark, redo, excused, extendedUntilMs, remind } = homework ?? {};
  if (remind === true) return h("p.line", badge("bell", said.reminded), when);
  const about = [
    mark !== undefined && said.mark(written(mark)),
    redo === true && words().teaching.board.redo,
    excused !== undefined && (excused ? words().teaching.board.excused : said.notExcused),
    extendedUntilMs !== undefined && words().teaching.board.extended(moment(extendedUntilMs, now())),
  ].filter((part) => part !== false);
  return [
    h("p.line", badge("echo", said.returned(called(letter))), when),
    about.length > 0 && h("p", about.join(" · ")),
    text(context, work, letter),
  ];
}

function text(context: Context, work: Work, { content }: LetterView): Child {
  return [
    content.body.trim() !== "" && h("div.prose", prose(content.body)),
    files(context, work.audience, content.attachments),
  ];
}
