/** Beside the sheet: other drafts, what waits for a connection, what waits for approval, and what was sent last. */

import type { PostView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { icon } from "../../page/icons.ts";
import type { Kept, Publishing } from "../../page/errands.ts";
import { liveOf } from "../../page/live.ts";
import { badge, button, drum, iconButton, row, rows, section } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { plain } from "../../page/prose.ts";
import { titleOf } from "../../page/title.ts";
import type { UndoLine } from "../../page/undo.ts";
import { clock, date, figure, moment, words } from "../../page/words.ts";
import { dropWriting, keepWriting, type Writing, writings } from "../../page/writing.ts";

/** How many of what was sent are listed. */
const SENT = 6;

/** A section for what waits, and one for the rest; `except`: the draft that is being written. */
export async function shelf(
  context: Context,
  undo: UndoLine,
  except: string,
): Promise<{ urgent: Child; rest: Child }> {
  const { client } = context;
  const said = words().write.shelf;
  const mine = (await client.audiences()).filter(({ role }) => role !== "member");
  const { errands } = liveOf(client);
  await errands.ready;
  const waiting = errands.list.filter((kept) => kept.act === "publish");
  const given = new Set([except, ...waiting.map(({ writing }) => writing.id)]);
  const all = (await writings(client)).filter(({ id }) => !given.has(id));
  // A year of copies would bury everything else: those of a class are behind one row.
  const copied = new Map(mine.map((one) => [one, all.filter((draft) => isCopyFor(draft, one.audience))]));
  const copies = [...copied].filter(([, its]) => its.length > 0);
  const apart = new Set(copies.flatMap(([, its]) => its));
  const drafts = all.filter((draft) => !apart.has(draft));
  const posts = (await Promise.all(mine.map(({ audience }) => client.posts(audience)))).flat();
  const root = posts.filter(({ kind }) => kind !== "reply").sort((a, b) => b.sentMs - a.sentMs);
  const asked = root.filter(
    ({ pending, own, releaseMs, lapsed }) => pending && !own && !releaseMs && !lapsed,
  );
  const sent = root.filter(({ own }) => own).slice(0, SENT);
  const listed = new Set(waiting.map(({ audience }) => audience));
  const held = mine.filter(({ onItsWay, audience }) => onItsWay && !listed.has(audience));
  return {
    urgent: [
      waiting.length + held.length > 0 &&
        section(
          said.waiting,
          h(
            "ul.stack",
            waiting.map((kept) => h("li", waits(context, kept))),
            held.map(({ label }) => h("li", badge("half", said.sealed(label)))),
          ),
        ),
      asked.length > 0 && section(said.asked, rows(...asked.map((post) => postRow(post, context.now())))),
    ],
    rest: [
      drafts.length + copies.length > 0 &&
        section(
          said.drafts,
          h(
            "ul.rows",
            copies.map(([{ audience, label }, its]) => copiesRow(audience, label, its.length)),
            drafts.map((draft) => draftRow(context, undo, draft)),
          ),
        ),
      sent.length > 0 && section(said.sent, rows(...sent.map((post) => postRow(post, context.now())))),
    ],
  };
}

const isCopyFor = (draft: Writing, audience: string): boolean =>
  draft.audience === audience && draft.copyOf !== undefined && draft.task !== undefined;

function copiesRow(audience: string, label: string, n: number): HTMLElement {
  const said = words().teaching.drafts;
  return row({
    href: `/audiences/${audience}/drafts`,
    over: label,
    title: said.way,
    under: said.wayUnder(figure(n)),
    end: icon("chevron"),
  });
}

function draftRow({ client, now }: Context, undo: UndoLine, draft: Writing): HTMLElement {
  const said = words().write.shelf;
  const title = draft.title.trim() || plain(draft.body).slice(0, 60) || words().read.inbox.untitled;
  const today = new Date(draft.changedMs).toDateString() === new Date(now()).toDateString();
  const drop = async () => {
    await dropWriting(client, draft.id);
    item.remove();
    undo.say(said.dropped(title), () => keepWriting(client, draft));
  };
  const link = h(
    "a.row.is-bare",
    { href: `/write?draft=${draft.id}` },
    h("span.what", h("b", title), h("small", today ? clock(draft.changedMs) : date(draft.changedMs))),
  );
  const item = h(
    "li.kept",
    link,
    iconButton("trash", said.drop(title), () => void drop()),
  );
  return item;
}

function postRow(post: PostView, now: number): HTMLElement {
  return row({
    href: `/sent/${post.post}`,
    over: post.label,
    title: titleOf(
      post.shown === "withdrawn" ? (post.replaced ?? { body: words().read.inbox.withdrawn }) : post.content,
    ),
    under: stateOf(post, now),
    end: h("time", date(post.sentMs)),
  });
}

/** Where one's own post stands. */
function stateOf({ shown, pending, releaseMs, lapsed }: PostView, now: number): Child {
  const said = words().write.shelf;
  if (shown === "withdrawn") return words().read.inbox.withdrawn;
  if (lapsed !== undefined) return badge("miss", said.lapsed);
  if (releaseMs !== undefined) return badge("half", said.scheduled(moment(releaseMs, now)));
  if (pending) return badge("half", words().read.inbox.pending);
  return shown === "corrected" ? words().read.inbox.corrected : undefined;
}

function waits(context: Context, kept: Kept & Publishing): HTMLElement {
  const said = words().write.shelf;
  const { errands } = liveOf(context.client);
  const wrong = h("div");
  const back = async () => {
    try {
      const back = await errands.drop(kept.id, () => keepWriting(context.client, kept.writing));
      if (back) await context.go(`/write?draft=${kept.writing.id}`);
      else replace(wrong, h("p", h("small", said.tooLate)));
    } catch (error) {
      replace(wrong, problem(error));
    }
  };
  const { refused } = kept;
  return h(
    "div.stack.is-tight",
    h("p.line", drum(refused === undefined ? "half" : "miss"), h("b", titleOf(kept.writing))),
    refused === undefined ? h("p", h("small", said.waitingText)) : problem(refused),
    h(
      "div.line",
      button(said.back, () => void back(), "usual", "edit"),
    ),
    wrong,
  );
}
