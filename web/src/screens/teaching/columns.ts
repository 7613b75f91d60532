/** A column of the board: who is in it, and what one may do with all of them. */

import type { Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, type Child } from "../../page/dom.ts";
import { type Beat, button, drum } from "../../page/parts.ts";
import { figure, words, written } from "../../page/words.ts";
import { type Column, detail, owing, type Standing } from "./standing.ts";

/** Names that are shown before the rest is asked for. */
const SHOWN = 12;

/** What a column can do. */
export interface ColumnActs {
  /** Whether all names are shown. */
  readonly whole: boolean;
  /** Shows them all. */
  more(): void;
  /** Reminds these. */
  remind(whom: readonly Standing[]): void;
}

/** One column, of the whole class. */
export function column(
  { now }: Context,
  work: Work,
  name: Column,
  all: readonly Standing[],
  acts: ColumnActs,
): HTMLElement {
  const said = words().teaching.board;
  const here = all.filter((one) => one.column === name);
  const shown = acts.whole || here.length <= SHOWN + 1 ? here : here.slice(0, SHOWN);
  const id = `kolom-${name}`;
  const late = name === "none" && here.some(({ beat }) => beat === "miss");
  return h(
    `section.stack${here.length === 0 ? ".is-nobody" : ""}`,
    { "aria-labelledby": id },
    h("h2.line", { id }, drum(beatFor(name, late)), said.columns[name], " ", h("small", figure(here.length))),
    here.length === 0
      ? h("p", h("small", said.none[name]))
      : h(
          "ul.rows",
          shown.map((one) => line(work, one, now())),
        ),
    shown.length < here.length && button(said.more(here.length - shown.length), () => acts.more()),
    name === "none" && work.state === "PUBLISHED" && reminding(owing(here, now()), acts),
  );
}

const beatFor = (name: Column, late: boolean): Beat =>
  (({ in: "on", late: "half", none: late ? "miss" : "", returned: "echo" }) as const)[name];

function line(work: Work, one: Standing, now: number): HTMLElement {
  const { name, pupil } = one;
  return h(
    "li",
    h(
      "a.row.is-bare",
      { href: `/homework/${work.audience}/${work.id}/check/${pupil.account}` },
      h("span.what", h("span", name), h("small", detail(one, now))),
      h("span.end", mark(one)),
    ),
  );
}

/** The mark; one that is not given back yet says so. */
function mark({ verdict, pupil, column }: Standing): Child {
  const { mark: given } = pupil.submission;
  const waiting = column === "in" || column === "late";
  if (verdict !== undefined && waiting)
    return [
      verdict.mark !== undefined && h("b", written(verdict.mark)),
      h("small", words().teaching.board.draftMark),
    ];
  return given !== undefined && h("b", written(given));
}

function reminding(whom: readonly Standing[], acts: ColumnActs): Child {
  if (whom.length === 0) return undefined;
  return button(words().teaching.remind.button(whom.length), () => acts.remind(whom), "usual", "bell");
}
