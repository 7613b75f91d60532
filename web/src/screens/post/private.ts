/** Letters about a post between a member and the publishers: what was asked, what was answered, and asking. */

import type { LetterView } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import { badge } from "../../page/parts.ts";
import { prose } from "../../page/prose.ts";
import { called } from "../../page/reading.ts";
import { queued } from "../../page/errands.ts";
import { words } from "../../page/words.ts";
import { composer, told, type Written } from "./composer.ts";
import { files } from "./files.ts";
import type { Page } from "./page.ts";
import { type Section, time, waitingItem } from "./thread.ts";

/** The section of a member. */
export function privately(page: Page): Section {
  const said = words().read.thread;
  const list = h("ol.thread", { "aria-live": "polite", "aria-relevant": "additions" });
  const { audience, post } = page.topic.post;
  const how = {
    key: `ask ${post}`,
    label: said.private.label,
    hint: said.private.text,
    buttons: [{ label: said.send, press: send }],
    files: true,
  };
  const element = h(
    "section.stack",
    { "aria-labelledby": "pribadi" },
    h("h2", { id: "pribadi" }, said.private.title),
    list,
    composer(page.context, how),
    h("small", said.private.thisDevice),
  );

  async function send({ body, files: chosen }: Written, progress: (done: number, total: number) => void) {
    const errand = { act: "ask", audience, thread: post, body, files: [...chosen] } as const;
    told(await page.errands.run(errand, progress), said.private.sent);
    await page.refresh();
  }

  function draw(): void {
    const waiting = queued(page.errands.list, post, "ask");
    const { letters } = page.topic;
    list.hidden = letters.length === 0 && waiting.length === 0;
    replace(list, [
      ...letters.map((letter) => letterItem(page, letter)),
      ...waiting.map((kept) => waitingItem(page, kept)),
    ]);
  }

  draw();
  return { element, draw };
}

/** One letter in a correspondence. */
export function letterItem(page: Pick<Page, "context">, letter: LetterView): HTMLElement {
  const officer = letter.own ? letter.to !== "desk" : !letter.desk;
  const sealed = officer && h("small.badge.good", ...badge("seal", words().read.post.publisher).childNodes);
  return h(
    "li",
    { id: letter.letter },
    h(
      "div.said",
      h("p.line", h("b", letter.own ? words().common.you : called(letter)), sealed),
      time(letter.sentMs, page.context.now()),
    ),
    prose(letter.content.body),
    files(page.context, letter.audience, letter.content.attachments),
  );
}
