/** Invitations on paper: a poster, and sheets of cards to cut; both A4, shown as they will be printed. */

import type { LinkLine } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import { content, focusMain } from "../../page/frame.ts";
import { mark } from "../../page/icons.ts";
import { button, field } from "../../page/parts.ts";
import { date, figure, words } from "../../page/words.ts";

/** What is printed. */
export interface OnPaper {
  readonly link: LinkLine;
  /** The invitation's whole address. */
  readonly address: string;
  /** Its code, to be copied. */
  readonly code: SVGElement;
  readonly label: string;
  /** The operator who can read, if one can. */
  readonly host: string | undefined;
}

/** Cards on a sheet, and how many one may want. */
const A_SHEET = 10;
const SHEETS = [1, 2, 3, 4, 5];

/** Shows it in place of the screen; `back` draws the screen again. */
export function paper(on: OnPaper, what: "poster" | "cards", back: () => void): void {
  const say = words().people.paper;
  const sheets = h("div.on-paper", { role: "group", "aria-label": say.preview });
  const draw = (n: number) =>
    replace(sheets, what === "poster" ? poster(on) : Array.from({ length: n }, () => cards(on)));
  const select = h(
    "select",
    SHEETS.map((n) => h("option", { value: n }, figure(n * A_SHEET))),
  );
  select.addEventListener("change", () => draw(Number(select.value)));
  draw(1);
  const leave = () => {
    back();
    focusMain();
  };
  content(
    h(
      "div.stack",
      h("h1", what === "poster" ? say.posterTitle : say.cardsTitle),
      what === "cards" && field(say.howMany, select, say.cardsHint).element,
      h(
        "div.line",
        button(say.print, () => print(), "main", "print"),
        button(say.back, leave, "plain"),
      ),
    ),
    sheets,
  );
  focusMain();
}

const copied = ({ code }: OnPaper): Node => code.cloneNode(true);

function poster(on: OnPaper): HTMLElement {
  const say = words().people.paper;
  const { label, link, host, address } = on;
  return h(
    "article.paper.poster",
    h("p.head", mark(), h("b", words().common.product), h("span", say.invitation[link.kind])),
    h("h2", say.heading(label)),
    h("p.what", say.what),
    h("div.code", copied(on)),
    h("p.host", new URL(address).host),
    h("h3", say.how),
    h(
      "ol",
      say.steps[link.kind].map((step, i) => h("li", h("b", figure(i + 1)), h("span", step))),
    ),
    h(
      "p.foot",
      h("b", say.readers),
      h("span", host === undefined ? say.blind : say.hosted(host)),
      h("span", say.until(date(link.expiresMs))),
    ),
  );
}

function cards(on: OnPaper): HTMLElement {
  const say = words().people.paper;
  const card = () =>
    h(
      "div.slip",
      h("div.code", copied(on)),
      h(
        "div",
        h("p.head", mark(), h("b", on.label)),
        h("p", say.cardStep),
        h("p.write", say.cardName),
        h("p.host", `${new URL(on.address).host} · ${say.until(date(on.link.expiresMs))}`),
      ),
    );
  return h("article.paper.cut", Array.from({ length: A_SHEET }, card));
}
