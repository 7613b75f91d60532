/**
 * What stands around every screen: bar, navigation, main, and the place where changes are said aloud.
 *
 * Invariant: one frame for the whole visit; a screen only says what is in it.
 */

import { append, h, replace, type Child } from "./dom.ts";
import { keepingPlace } from "./focus.ts";
import { icon, mark, type Icon } from "./icons.ts";
import { words } from "./words.ts";

/** Where in the product a screen is. */
export type Place = "news" | "write" | "homework" | "audiences" | "desk" | "me";

/** What a screen says about itself. */
export interface Frame {
  /** Of the page: in the bar, and in the browser's title. */
  readonly title: string;
  /** Small line under the title: the audience. */
  readonly under?: string;
  /** Where the back arrow leads; none on the screens that the navigation leads to. */
  readonly back?: string;
  /** At the right of the bar. */
  readonly action?: Child;
  /** Which entry of the navigation is current; no navigation where there is no account yet. */
  readonly place?: Place;
  /** Text beside an aside, as wide as the screen, or one column. */
  readonly shape?: "split" | "wide";
}

/** An entry of the navigation. */
interface Entry {
  readonly place: Place;
  readonly href: string;
  readonly icon: Icon;
  readonly label: () => string;
  /** Whom it is for; everybody where absent. */
  readonly only?: "publishers" | "classes" | "self";
}

/** One of a family, in the bar. */
export interface Member {
  readonly name: string;
  /** Whether it is their page that is shown. */
  readonly here: boolean;
  /** How much waits there unseen. */
  readonly fresh: number;
  readonly press: () => void;
}

/** Whose page is shown, and whose else there are. */
export interface Household {
  /** Said of a child's page. */
  readonly title: string | undefined;
  readonly members: readonly Member[];
}

const ENTRIES: readonly Entry[] = [
  { place: "news", href: "/inbox", icon: "news", label: () => words().common.news },
  { place: "write", href: "/write", icon: "plus", label: () => words().common.write, only: "publishers" },
  {
    place: "homework",
    href: "/homework",
    icon: "task",
    label: () => words().common.homework,
    only: "classes",
  },
  { place: "audiences", href: "/audiences", icon: "klass", label: () => words().common.audiencesShort },
  { place: "desk", href: "/desk", icon: "desk", label: () => words().common.desk, only: "publishers" },
  { place: "me", href: "/me", icon: "me", label: () => words().common.me, only: "self" },
];

const bar = h("header.bar");
const nav = h("nav.nav");
const main = h("main.page", { id: "isi", tabindex: "-1" });
const strip = h("p.strip", { role: "status" });
const voice = h("div.sr", { role: "status", "aria-live": "polite" });
let publishes = false;
let learns = false;
let household: Household | undefined;
const family = h("nav.family");
let waiting: ReadonlyMap<Place, number> = new Map();
let shown: Frame | undefined;
let stripText: string | undefined;
let hinted: { readonly text: string; readonly href: string } | undefined;

/** Puts the frame into the document, in place of the shell. */
export function raise(): void {
  replace(
    document.body,
    h("a.sr.btn", { href: "#isi" }, words().common.toContent),
    bar,
    strip,
    nav,
    main,
    voice,
  );
}

/** Shows a screen; what it holds may be drawn in later, by {@link content}. */
export function show(frame: Frame, ...children: Child[]): void {
  shown = frame;
  if (hinted?.href === location.pathname) unhint();
  document.title = `${frame.title} · ${words().common.product}`;
  document.body.classList.toggle("has-rail", frame.place !== undefined);
  main.className = `page${frame.shape === undefined ? "" : ` is-${frame.shape}`}`;
  drawBar(frame);
  drawNav(frame);
  drawFamily(frame);
  content(...children);
}

/** Changes the small line under the title; everything else stays. */
export function note(under: string): void {
  if (shown?.under === under || shown === undefined) return;
  shown = { ...shown, under };
  const line = bar.querySelector("p small");
  if (line === null) bar.querySelector("p")?.append(h("small", under));
  else line.textContent = under;
}

/** Changes the title; everything else stays. */
export function retitle(title: string): void {
  if (shown === undefined) return;
  shown = { ...shown, title };
  document.title = `${title} · ${words().common.product}`;
  const line = bar.querySelector("p b");
  if (line !== null) line.textContent = title;
}

/** Replaces what is in main; the frame stays. */
export function content(...children: Child[]): void {
  replace(main, ...children);
}

/** Draws what is in main again, because something changed by itself. */
export function again(draw: () => void): void {
  keepingPlace(main, draw);
}

/** Moves the focus to the screen's beginning, as a page load would. */
export function focusMain(): void {
  const heading = main.querySelector("h1");
  const target = heading ?? main;
  target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Says something to a screen reader without moving anything. */
export function announce(text: string): void {
  voice.textContent = "";
  voice.textContent = text;
}

/** A line under the bar that stays until it is taken back: no connection, a message on its way. */
export function say(text: string | undefined): void {
  if (stripText === text) return;
  stripText = text;
  drawStrip();
}

/** A line under the bar that leads somewhere, said aloud too; it stays until one goes there or takes it away. */
export function hint(text: string, href: string): void {
  hinted = { text, href };
  drawStrip();
}

function unhint(): void {
  hinted = undefined;
  drawStrip();
}

function drawStrip(): void {
  const lead = hinted && [
    h("a", { href: hinted.href }, hinted.text),
    h(
      "button.btn.is-icon",
      { type: "button", "aria-label": words().common.close, title: words().common.close, onclick: unhint },
      icon("x"),
    ),
  ];
  replace(strip, stripText ?? lead);
}

/** What the navigation shows: whether the account publishes anywhere, whether it has homework, how much waits where. */
export function navigation(publisher: boolean, homework: boolean, counts: ReadonlyMap<Place, number>): void {
  [publishes, learns, waiting] = [publisher, homework, counts];
  if (shown !== undefined) drawNav(shown);
}

/** Shows whose page it is, and whose else there are; nothing for who has no children here. */
export function showFamily(of: Household | undefined): void {
  household = of;
  if (shown !== undefined) drawFamily(shown);
}

function drawFamily(frame: Frame): void {
  const there = household !== undefined && frame.place !== undefined;
  document.body.classList.toggle("has-family", there);
  document.body.classList.toggle("acts", there && household?.title !== undefined);
  if (!there || household === undefined) {
    family.remove();
    return;
  }
  const focused =
    document.activeElement instanceof HTMLElement ? document.activeElement.dataset["member"] : undefined;
  const said = words().common;
  family.setAttribute("aria-label", said.family.label);
  replace(
    family,
    household.title !== undefined && h("p", icon("child"), h("b", household.title)),
    h(
      "div.seg",
      household.members.map(({ name, here, fresh, press }) => {
        const one = h("button", {
          type: "button",
          onclick: press,
          ...(here ? { "aria-current": "true" } : {}),
        });
        one.dataset["member"] = name;
        if (fresh > 0) one.setAttribute("aria-label", `${name}, ${said.unread(fresh)}`);
        const child = here && household?.title !== undefined && icon("child");
        append(one, h("span", child, name, fresh > 0 && h("i.drum.is-on")));
        return one;
      }),
    ),
  );
  if (family.parentElement !== bar) bar.append(family);
  if (focused !== undefined)
    family.querySelector<HTMLElement>(`[data-member="${CSS.escape(focused)}"]`)?.focus();
}

function drawBar(frame: Frame): void {
  const home = frame.place === undefined ? "/" : "/inbox";
  const brand = h(
    "a.brand",
    { href: home, "aria-label": words().common.product },
    mark(),
    h("b", words().common.product),
  );
  brand.classList.toggle("is-rail", frame.back !== undefined);
  const back =
    frame.back !== undefined &&
    h("a.btn.is-icon", { href: frame.back, "aria-label": words().common.back }, icon("back"));
  const title = h("p", h("b", frame.title), frame.under !== undefined && h("small", frame.under));
  replace(bar, brand, back, title, frame.action);
}

function drawNav(frame: Frame): void {
  nav.hidden = frame.place === undefined;
  nav.classList.toggle("is-rail", frame.back !== undefined);
  nav.setAttribute("aria-label", words().common.main);
  replace(nav);
  for (const { place, href, icon: name, label, only } of ENTRIES) {
    if (only === "publishers" && !publishes) continue;
    if (only === "classes" && !learns && place !== frame.place) continue;
    if (only === "self" && household?.title !== undefined) continue;
    const waits = waiting.get(place) ?? 0;
    const attributes = place === frame.place ? { href, "aria-current": "page" } : { href };
    const number = waits > 0 && h("span.count", { "aria-hidden": "true" }, waits);
    const { unread, asking } = words().common;
    const said = waits > 0 && h("span.sr", `, ${(place === "audiences" ? asking : unread)(waits)}`);
    append(nav, h("a", attributes, icon(name), h("span", label(), said), number));
  }
}
