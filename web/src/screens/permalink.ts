/** One post by its permanent link, for whoever holds it: every check, and who stands behind it as far as is known. */

import { Cannot, type LinkedPost, openPermalink } from "../client/index.ts";
import type { OpenScreen, Visit } from "../page/context.ts";
import { h } from "../page/dom.ts";
import { content, type Frame, show } from "../page/frame.ts";
import { badge, button, drum, empty, notice, section, tile } from "../page/parts.ts";
import { problem } from "../page/problem.ts";
import { prose } from "../page/prose.ts";
import { titleOf } from "../page/title.ts";
import { moment, words } from "../page/words.ts";
import { languageChoice, preferred, readerLanguages, texts } from "./post/language.ts";
import { place } from "./post/place.ts";

/** The link of this visit: it is taken out of the address bar at once, and a reload of the page loses it. */
let held: string | undefined;

/** `/permalink` */
export const permalink: OpenScreen = async (visit) => {
  const said = words().read.permalink;
  if (location.hash.length > 1) {
    held = location.hash.slice(1);
    history.replaceState(history.state, "", location.pathname);
  }
  const frame: Frame = {
    title: said.title,
    ...(visit.client === undefined ? {} : { back: "/inbox", place: "news" }),
  };
  if (held === undefined) return incomplete(frame);
  show({ ...frame, shape: "split" });
  await open(visit, frame, held, false);
};

function incomplete(frame: Frame): void {
  const { bad } = words().read.permalink;
  show(frame, empty(drum("miss"), h("h1", bad.title), h("p", bad.text)));
}

async function open(visit: Visit, frame: Frame, link: string, consent: boolean): Promise<void> {
  const said = words().read.permalink;
  content(h("p", { role: "status" }, badge("going", said.opening)));
  try {
    draw(visit, await openPermalink(location.origin, link, consent), 0);
  } catch (error) {
    if (visit.left.aborted) return;
    if (error instanceof Cannot && error.reason === "hosted") askConsent(visit, frame, link, error.detail);
    else if (error instanceof Cannot) incomplete(frame);
    else
      content(
        h("h1", said.title),
        problem(error),
        h(
          "p",
          button(words().common.again, () => void open(visit, frame, link, consent)),
        ),
      );
  }
}

function askConsent(visit: Visit, frame: Frame, link: string, host: string): void {
  const { hosted, title } = words().read.permalink;
  content(
    h("h1.sr", title),
    notice("eye", hosted.title(host), hosted.text, true),
    h(
      "p",
      button(hosted.yes, () => void open(visit, frame, link, true), "main"),
    ),
  );
}

function draw(visit: Visit, post: LinkedPost, wanted: number | undefined): void {
  const said = words().read.permalink;
  const all = texts(post.content);
  const at = wanted === undefined || wanted === 0 ? preferred(all, readerLanguages()) : wanted - 1;
  const text = all[at] ?? post.content;
  const name = post.content.from?.name;
  const label = post.content.audience ?? said.from;
  const host = post.charter.host;
  content(
    h(
      "article.post",
      standing(post),
      h(
        "header.stack",
        h(
          "p.from",
          tile(label),
          h(
            "span",
            h("b", name === undefined ? said.from : said.fromNamed(name)),
            h("small.badge.good", ...badge("seal", words().read.post.publisherProof).childNodes),
          ),
        ),
        h("h1", titleOf(text)),
        h("p", h("small", label, " · ", moment(post.sentMs, visit.now()))),
      ),
      languageChoice(all, at, (chosen) => draw(visit, post, chosen + 1)),
      place(post.content.place),
      h("div", { lang: "language" in text ? text.language : undefined }, prose(text.body)),
      post.content.attachments.length > 0 && h("p", h("small", said.noFiles)),
      h("p", h("small", said.join)),
    ),
    h(
      "aside.stack",
      section(
        said.stands.title,
        h("p", said.stands.text),
        h("div", h("small", said.stands.code), h("p.code", post.audience)),
      ),
      host !== undefined && notice("eye", said.hosted.title(host), "", true),
      !post.corrected && !post.withdrawn && h("p", h("small", said.latest)),
    ),
  );
}

function standing({ corrected, withdrawn, earlierRules }: LinkedPost): HTMLElement[] {
  const said = words().read.permalink;
  const { earlier } = words().read.post;
  const list: HTMLElement[] = [];
  if (withdrawn) list.push(notice("turn", words().read.post.withdrawn.title, said.withdrawn));
  else if (corrected) list.push(notice("edit", words().read.post.corrected.title, said.corrected));
  if (earlierRules) list.push(notice("clock", earlier.title, earlier.text));
  return list;
}
