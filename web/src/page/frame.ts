/**
 * What stands around every screen: bar, navigation, main, and the place where changes are said aloud.
 *
 * Invariant: one frame for the whole visit; a screen only says what is in it.
 */

import { append, h, replace, type Child } from "./dom.ts";
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
  readonly publisher?: true;
}

const ENTRIES: readonly Entry[] = [
  { place: "news", href: "/inbox", icon: "news", label: () => words().common.news },
  { place: "write", href: "/write", icon: "plus", label: () => words().common.write, publisher: true },
  { place: "audiences", href: "/audiences", icon: "klass", label: () => words().common.audiencesShort },
  { place: "desk", href: "/desk", icon: "desk", label: () => words().common.desk, publisher: true },
  { place: "me", href: "/me", icon: "me", label: () => words().common.me },
];

const bar = h("header.bar");
const nav = h("nav.nav");
const main = h("main.page", { id: "isi", tabindex: "-1" });
const strip = h("p.strip", { role: "status" });
const voice = h("div.sr", { role: "status", "aria-live": "polite" });
let publishes = false;
let waiting: ReadonlyMap<Place, number> = new Map();
let shown: Frame | undefined;

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
  document.title = `${frame.title} · ${words().common.product}`;
  document.body.classList.toggle("has-rail", frame.place !== undefined);
  main.className = `page${frame.shape === undefined ? "" : ` is-${frame.shape}`}`;
  drawBar(frame);
  drawNav(frame);
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
  strip.textContent = text ?? "";
}

/** What the navigation shows: whether the account publishes anywhere, and how much waits where. */
export function navigation(publisher: boolean, counts: ReadonlyMap<Place, number>): void {
  [publishes, waiting] = [publisher, counts];
  if (shown !== undefined) drawNav(shown);
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
  for (const { place, href, icon: name, label, publisher } of ENTRIES) {
    if (publisher && !publishes) continue;
    const waits = waiting.get(place) ?? 0;
    const attributes = place === frame.place ? { href, "aria-current": "page" } : { href };
    const number = waits > 0 && h("span.count", { "aria-hidden": "true" }, waits);
    const { unread, asking } = words().common;
    const said = waits > 0 && h("span.sr", `, ${(place === "audiences" ? asking : unread)(waits)}`);
    append(nav, h("a", attributes, icon(name), h("span", label(), said), number));
  }
}
