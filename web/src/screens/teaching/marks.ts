/** `/audiences/{a}/marks`: the marks of a class, to look at, to save as a table, to print. */

import { ClientError } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import { keepingPlace } from "../../page/focus.ts";
import { announce, content } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, button, drum, empty } from "../../page/parts.ts";
import type { Parameters } from "../../page/route.ts";
import { titleOf } from "../../page/title.ts";
import { date, figure, words, written } from "../../page/words.ts";
import { type Here, open, publishersOnly } from "../people/here.ts";
import { type Cell, type Grades, grades, type Line, sheetOf } from "./grades.ts";

/** Draws it. */
export async function marks(context: Context, parameters: Parameters): Promise<void> {
  const said = words().teaching.marks;
  const here = await open(context, parameters, { title: said.title, shape: "wide" });
  if (!here.publisher) return publishersOnly(here);
  const place = h("div.stack");
  const state = h("div", { role: "status" });
  content(h("div.stack.on-paper.is-full", h("h1", said.heading(here.view.label)), state, place));
  const draw = async () => {
    const look = () => grades(context.client, here.audience, context.now());
    // Only the first look is told of; a later one that fails leaves what is there.
    const first = place.childElementCount === 0;
    const found = first ? await doing(state, words().common.loading, look) : await again(look);
    if (found === undefined || context.left.aborted) return;
    const all = found.value;
    if (all.works.length > 0) keepingPlace(place, () => replace(place, whole(here, all)));
    else if (liveOf(context.client).fetched) replace(place, nothing(here));
    else replace(place, h("p", badge("going", words().common.loading)));
  };
  await draw();
  context.changes(({ kind, audience }) => {
    if (kind !== "progress" && (audience === undefined || audience === here.audience)) void draw();
  });
}

async function again(look: () => Promise<Grades>): Promise<{ readonly value: Grades } | undefined> {
  try {
    return { value: await look() };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return undefined;
  }
}

function nothing({ audience }: Here): Child {
  const said = words().teaching.marks;
  return empty(
    drum(""),
    h("h2", said.none),
    h("p", said.noneText),
    h("a.btn", { href: `/write/${audience}?task` }, icon("plus"), words().teaching.list.give),
  );
}

function whole(here: Here, all: Grades): Child {
  const said = words().teaching.marks;
  const save = async () => {
    const { tableOf } = await import("../../page/csv.ts");
    const name = `${said.file} ${here.view.label}`.replace(/[^\p{L}\p{N} -]/gu, "");
    download(tableOf(sheetOf(all)), `${name}.csv`);
    announce(said.saved);
  };
  return [
    h(
      "div.line.is-apart",
      h("p", h("small", said.told, h("span.on-paper-only", ` ${date(here.context.now())}`))),
      h(
        "div.line",
        button(said.csv, () => void save(), "usual", "down"),
        button(words().common.print, () => print(), "usual", "print"),
        h("a.btn", { href: `/audiences/${here.audience}/copy` }, icon("archive"), said.rollOver),
      ),
    ),
    h(
      "div.table-scroll",
      { role: "region", tabindex: "0", "aria-label": said.heading(here.view.label) },
      table(here, all),
    ),
    h("ul.line", legend()),
  ];
}

function legend(): Child {
  const said = words().teaching.marks;
  const columns = words().teaching.board.columns;
  const all = [
    ["on", columns.in],
    ["half", columns.late],
    ["echo", columns.returned],
    ["miss", said.missing],
    ["", said.nothing],
  ] as const;
  return all.map(([beat, text]) => h("li", badge(beat, text)));
}

function table(here: Here, { works, lines, averages }: Grades): HTMLElement {
  const said = words().teaching.marks;
  const board = (at: number) => `/homework/${here.audience}/${works[at]?.id ?? ""}/board`;
  const withSum = lines.some(({ sum }) => sum !== undefined);
  const head = works.map(({ content: asked, terms: { dueMs, scale } }, at) =>
    h(
      "th",
      { scope: "col" },
      h("a", { href: board(at) }, titleOf(asked)),
      h(
        "small",
        [dueMs === undefined ? "" : date(dueMs), scale.kind === "points" ? said.most(scale.most) : ""]
          .filter((part) => part !== "")
          .join(" · "),
      ),
    ),
  );
  const row = ({ account, name, cells, sum }: Line) =>
    h(
      "tr",
      h("th", { scope: "row" }, name),
      cells.map((cell, at) => {
        const title = works[at] === undefined ? "" : titleOf(works[at].content);
        const href = `/homework/${here.audience}/${works[at]?.id ?? ""}/check/${account}`;
        return h(
          "td",
          cell.beat === undefined
            ? nobody(cell)
            : h("a", { href, "aria-label": label(name, title, cell) }, shown(cell)),
        );
      }),
      withSum &&
        h(
          "td.sum-of",
          sum && [h("b", written(String(sum.points))), h("small", said.outOf(figure(sum.most)))],
        ),
    );
  const average = (points: number | undefined) =>
    h("td", points === undefined ? "" : written(points.toFixed(1)));
  return h(
    "table.marks",
    h("caption.sr", said.heading(here.view.label)),
    h(
      "thead",
      h("tr", h("th", { scope: "col" }, said.pupil), head, withSum && h("th", { scope: "col" }, said.sum)),
    ),
    h("tbody", lines.map(row)),
    withSum && h("tfoot", h("tr", h("th", { scope: "row" }, said.average), averages.map(average), h("td"))),
  );
}

const nobody = ({ state }: Cell): Child => [h("span", { "aria-hidden": "true" }, "–"), h("span.sr", state)];

const shown = ({ mark, beat }: Cell): Child =>
  mark === undefined ? drum(beat ?? "") : h("b", written(mark));

const label = (name: string, title: string, { mark, state }: Cell): string =>
  `${name}, ${title}: ${mark === undefined ? state : written(mark)}`;
