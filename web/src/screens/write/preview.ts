/** The announcement as its recipients will see it, drawn again as it is written. */

import type { Terms } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import { icon } from "../../page/icons.ts";
import { type Asking, timeOf, wordsOf } from "../../page/asking.ts";
import { badge, facts, tile } from "../../page/parts.ts";
import { prose } from "../../page/prose.ts";
import { size, words } from "../../page/words.ts";
import { languageChoice } from "../post/language.ts";
import { taskFacts } from "../teaching/facts.ts";
import { iconOf } from "./pieces.ts";
import type { Writer } from "./writer.ts";

/** The section, and the way to draw it anew. */
export function preview(writer: Writer): { readonly element: HTMLElement; draw(): void } {
  const said = words().write.preview;
  const article = h("article.preview.post");
  let language = 0;
  const draw = () => {
    const { writing, audience, context } = writer;
    const all = [writing, ...writing.versions];
    language = Math.min(language, all.length - 1);
    const shown = all[language] ?? writing;
    const name = context.client.name ?? words().common.publisher;
    const choose = (at: number) => {
      language = at;
      draw();
      article.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    };
    const choice = languageChoice(all, language, choose);
    const proof = h("small.badge.good", ...badge("seal", words().read.post.publisherProof).childNodes);
    const place = writing.place.trim();
    replace(
      article,
      h("p.from", tile(audience?.label ?? name), h("span", h("b", name), proof)),
      writing.sound === "urgent" && h("p", badge("bell", h("b", words().read.inbox.urgent))),
      choice,
      h("h3", { lang: shown.language }, shown.title.trim() || h("small", said.noTitle)),
      shown.body.trim() === ""
        ? h("p", h("small", said.noBody))
        : h("div", { lang: shown.language }, prose(shown.body)),
      writing.task !== undefined && taskFacts(asked(writing.task), context.now()),
      place !== "" &&
        writing.task === undefined &&
        facts({ icon: "pin", term: words().read.post.where, text: place }),
      writing.pieces.map((piece) => {
        const file = "file" in piece ? piece.file : piece.attachment;
        return h(
          "span.file",
          icon(iconOf(file.type)),
          h("span", file.name, h("small", size(file.size))),
          icon("down"),
        );
      }),
    );
  };
  const element = h(
    "section.stack.seen",
    { "aria-labelledby": "tinjau" },
    h("h2", { id: "tinjau", tabindex: "-1" }, said.title),
    article,
  );
  return { element, draw };
}

/** What is asked, as far as it is filled in; what is wrong is said when it is to be sent. */
function asked({ due, cutoff, opens, scale, points, words: list, attempts }: Asking): Terms {
  const [dueMs, cutoffMs, opensMs] = [timeOf(due), timeOf(cutoff), timeOf(opens)];
  return {
    ...(dueMs === undefined ? {} : { dueMs }),
    ...(cutoffMs === undefined ? {} : { cutoffMs }),
    ...(opensMs === undefined ? {} : { opensMs }),
    attempts,
    scale:
      scale === "points"
        ? { kind: scale, most: Number(points) || 0 }
        : scale === "words"
          ? { kind: scale, words: wordsOf(list) }
          : { kind: scale },
  };
}
