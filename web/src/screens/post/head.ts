/**
 * The top of a post: who says it and how that is known, what it is called, when it was said, and what must be said
 * beside it before it is read.
 */

import type { PostView } from "../../client/index.ts";
import { h, type Child } from "../../page/dom.ts";
import { badge, drum, notice, tile } from "../../page/parts.ts";
import { prose } from "../../page/prose.ts";
import { clock, day, moment, words } from "../../page/words.ts";
import { called } from "../../page/reading.ts";
import { titleOf } from "../../page/title.ts";
import type { Text } from "./language.ts";

/** The header of an article. */
export function head(post: PostView, text: Text, now: number): HTMLElement {
  const said = words().read.post;
  const proof = post.byPublisher ? said.publisherProof : said.memberProof;
  return h(
    "header.stack",
    h(
      "p.from",
      tile(post.label),
      h("span", h("b", called(post)), h("small.badge.good", ...badge("seal", proof).childNodes)),
    ),
    h("h1", titleOf(text)),
    h("p", h("small", ...when(post, now))),
    approvals(post),
  );
}

function when({ sentMs, own, label, formerNames, shown }: PostView, now: number): Child[] {
  const { post, thread } = words().read;
  const at = h("time", { datetime: new Date(sentMs).toISOString() }, clock(sentMs));
  const parts: Child[] = [own ? post.own : label, " · ", day(sentMs, now), ", ", at];
  const former = formerNames.at(-1);
  if (former !== undefined) parts.push(" · ", thread.nameChanged(former));
  if (shown === "corrected") parts.push(" · ", words().read.inbox.corrected.toLowerCase());
  return parts;
}

function approvals({ approvedBy, pending }: PostView): Child {
  if (pending) return h("p.badge", drum("half"), h("span", words().read.inbox.pending));
  if (approvedBy.length === 0) return undefined;
  const list = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });
  const parts = list
    .formatToParts(approvedBy.map(({ name }) => name ?? words().read.post.unnamed))
    .map(({ type, value }) => (type === "element" ? h("b", value) : value));
  return h(
    "p.badge",
    approvedBy.map(() => drum("echo")),
    h("span", words().read.post.approvedBy, " ", ...parts),
  );
}

/** What is not wrong but must be said: earlier rules, a gap, a correction, a withdrawal, a thread that is missing. */
export function notices(post: PostView, now: number): HTMLElement[] {
  const said = words().read.post;
  const list: HTMLElement[] = [];
  if (post.shown === "withdrawn")
    list.push(notice("turn", "", said.withdrawn.text(called(post), moment(post.shownMs, now))));
  if (post.replaced !== undefined) {
    const text = said.corrected.text(called(post), moment(post.shownMs, now));
    const line = notice("edit", said.corrected.title, text);
    line.querySelector("div")?.append(before(post.replaced));
    list.push(line);
  }
  if (post.earlierRules) list.push(notice("clock", said.earlier.title, said.earlier.text));
  if (post.gap > 0) list.push(notice("wait", said.gap.title(post.gap), said.gap.text));
  if (post.threadUnavailable) list.push(notice("unseen", "", said.threadUnavailable));
  return list;
}

function before({ title, body }: NonNullable<PostView["replaced"]>): HTMLElement {
  return h(
    "details",
    h("summary", words().read.post.corrected.before),
    h("div.before.stack.is-tight", title !== undefined && h("b", title), prose(body)),
  );
}
