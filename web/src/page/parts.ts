/** The pieces that screens are made of, in the words of the visual language: drums, rows, badges, fields, sheets. */

import { h, type Child } from "./dom.ts";
import { icon, type Icon } from "./icons.ts";
import { words } from "./words.ts";

/** What a drum says; see the table in web/README.md. */
export type Beat = "" | "going" | "q1" | "half" | "q3" | "on" | "echo" | "miss";

const beatClass = (beat: Beat): string => (beat === "" ? "" : `.is-${beat}`);

/** One drum, before its word. */
export const drum = (beat: Beat): HTMLElement => h(`i.drum${beatClass(beat)}`);

/** A row of drums with what they say in words; big ones stand for cohorts. */
export function beats(list: readonly Beat[], label: string, big = false): HTMLElement {
  return h(
    `div.beats${big ? ".is-big" : ""}`,
    { role: "img", "aria-label": label },
    list.map((beat) => h(`i${beatClass(beat)}`)),
  );
}

/**
 * Shares of a whole as at most `most` drums, in order; what the shares leave over is empty.
 *
 * Every share that is not nothing shows as at least one drum; `each` is how many one drum stands for.
 */
export function shares(
  parts: readonly (readonly [Beat, number])[],
  whole: number,
  most = 50,
): { beats: Beat[]; each: number } {
  const each = Math.max(1, Math.ceil(whole / most));
  const drums = Math.ceil(whole / each);
  const list: Beat[] = [];
  for (const [beat, amount] of parts) {
    const wanted = amount === 0 ? 0 : Math.max(1, Math.floor(amount / each));
    for (let i = 0; i < wanted && list.length < drums; i++) list.push(beat);
  }
  while (list.length < drums) list.push("");
  return { beats: list, each };
}

/** A state: a drum or an icon, and its word. */
export const badge = (lead: Beat | Icon | HTMLElement, ...text: Child[]): HTMLElement =>
  h(
    "span.badge",
    typeof lead === "object" ? lead : isBeat(lead) ? drum(lead) : icon(lead),
    h("span", ...text),
  );

const BEATS: ReadonlySet<string> = new Set(["", "going", "q1", "half", "q3", "on", "echo", "miss"]);
const isBeat = (lead: string): lead is Beat => BEATS.has(lead);

/** Two letters for a name: `Kanal Imunisasi` is KI, `Kelas 7A` is 7A. */
export function initials(name: string): string {
  const parts = name
    .trim()
    .split(/[\s·,/-]+/u)
    .filter((part) => part !== "");
  const short = parts.find((part) => /^\p{N}+\p{L}?$/u.test(part));
  if (short !== undefined && short.length <= 3) return short.toUpperCase();
  return (
    parts
      .slice(0, 2)
      .map((part) => [...part][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}

/** The square with the initials; the name stands beside it. */
export const tile = (name: string): HTMLElement => h("span.tile", { "aria-hidden": "true" }, initials(name));

/** One line of a list that leads somewhere. */
export interface Row {
  /** Where it leads. */
  readonly href: string;
  /** A tile or a drum; nothing where the row is bare. */
  readonly lead?: HTMLElement;
  /** Small line above: the audience. */
  readonly over?: Child;
  /** What it is about. */
  readonly title: Child;
  /** Small line below. */
  readonly under?: Child;
  /** At the right: a time, a count. */
  readonly end?: Child;
  /** Unread. */
  readonly fresh?: boolean;
}

/** A row as a list item. */
export function row(of: Row): HTMLLIElement {
  const small = (child: Child) => (child === undefined || child === "" ? undefined : h("small", child));
  return h(
    "li",
    h(
      `a.row${of.fresh === true ? ".is-new" : ""}${of.lead === undefined ? ".is-bare" : ""}`,
      { href: of.href },
      of.lead,
      h("span.what", small(of.over), h("b", of.title), small(of.under)),
      h("span.end", of.end),
    ),
  );
}

/** A list of rows. */
export const rows = (...items: Child[]): HTMLElement => h("ul.rows", ...items);

/** A number of things unread. */
export const count = (n: number): Child =>
  n === 0
    ? undefined
    : [h("span.count", { "aria-hidden": "true" }, n), h("span.sr", words().common.unread(n))];

/** A section under its heading. */
export function section(title: Child, ...children: Child[]): HTMLElement {
  const id = unique("bagian");
  return h("section.stack", { "aria-labelledby": id }, h("h2", { id }, title), ...children);
}

/** One line of facts: an icon and a word, then what is so. */
export interface Fact {
  readonly icon: Icon;
  readonly term: Child;
  readonly text: Child;
}

/** Facts, ruled. */
export const facts = (...list: readonly (Fact | undefined | false)[]): HTMLElement =>
  h(
    "dl.facts",
    list.map(
      (fact) =>
        fact !== undefined &&
        fact !== false &&
        h("div", h("dt", icon(fact.icon), fact.term), h("dd", fact.text)),
    ),
  );

/** A notice, ruled like an official one; `strong` is for an operator who can read. */
export const notice = (lead: Icon, title: Child, text: Child, strong = false): HTMLElement =>
  h(
    `section.notice${strong ? ".is-strong" : ""}`,
    icon(lead),
    h("div.stack.is-tight", title !== "" && h("h2", title), h("p", text)),
  );

/** What to do where there is nothing yet. */
export const empty = (lead: Node, ...children: Child[]): HTMLElement => h("section.empty", lead, ...children);

/** A labelled input, with a hint and a place for what is wrong with it. */
export interface Field<E extends HTMLElement> {
  /** All of it. */
  readonly element: HTMLElement;
  /** What is typed into. */
  readonly input: E;
  /** Says what is wrong and marks the input, or takes that back. */
  wrong(problem: string | undefined): void;
}

/** Puts label, hint and complaint around an input. */
export function field<E extends HTMLElement>(label: Child, input: E, hint?: Child): Field<E> {
  input.id ||= unique("isian");
  const [hintId, wrongId] = [unique("petunjuk"), unique("keliru")];
  const hinted = hint === undefined ? undefined : h("small", { id: hintId }, hint);
  const complaint = h("small.bad", { id: wrongId, role: "alert" });
  input.setAttribute("aria-describedby", hinted === undefined ? wrongId : `${hintId} ${wrongId}`);
  const element = h("div.field", h("label", { for: input.id }, label), input, hinted, complaint);
  return {
    element,
    input,
    wrong(problem) {
      complaint.textContent = problem ?? "";
      if (problem === undefined) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    },
  };
}

/** One of a few: radio buttons side by side. */
export function choice<V extends string>(
  legend: Child,
  name: string,
  options: readonly (readonly [V, Child])[],
  chosen: V,
  changed?: (value: V) => void,
): HTMLElement {
  const label = ([value, text]: readonly [V, Child]) => {
    const input = h("input.sr", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => changed?.(value));
    return h("label", input, " ", text);
  };
  return h("fieldset.stack.is-tight", h("legend", legend), h("div.seg", options.map(label)));
}

/** A box to tick beside what it means. */
export function tick(
  text: Child,
  attributes: { readonly required?: boolean; readonly checked?: boolean } = {},
) {
  const input = h("input", { type: "checkbox", ...attributes });
  return { element: h("label.tick", input, h("span", text)), input };
}

/** A button; `main` is the one main button of a screen. */
export function button(
  text: Child,
  press: (event: Event) => void,
  kind: "main" | "usual" | "plain" = "usual",
  lead?: Icon,
): HTMLButtonElement {
  const spec = { main: "button.btn.is-main", usual: "button.btn", plain: "button.btn.is-plain" } as const;
  return h(spec[kind], { type: "button", onclick: press }, lead !== undefined && icon(lead), text);
}

/** A button that is an icon; `label` is what it says to a screen reader. */
export const iconButton = (lead: Icon, label: string, press: (event: Event) => void): HTMLButtonElement =>
  h("button.btn.is-icon", { type: "button", "aria-label": label, title: label, onclick: press }, icon(lead));

/** A file, to tap. */
export const file = (
  lead: Icon,
  name: Child,
  detail: Child,
  end: Child,
  press: (event: Event) => void,
): HTMLButtonElement =>
  h("button.file", { type: "button", onclick: press }, icon(lead), h("span", name, h("small", detail)), end);

/**
 * Asks before something that cannot be taken back, or shows a few choices, in a sheet.
 *
 * Answers with the value of the button pressed, or undefined when it was closed.
 */
export function ask<V extends string>(
  title: Child,
  text: Child,
  options: readonly { readonly value: V; readonly label: Child; readonly main?: boolean }[],
): Promise<V | undefined> {
  const id = unique("lembar");
  const dialog = h(
    "dialog.sheet",
    { "aria-labelledby": id },
    h("h2", { id }, title),
    h("div.stack.is-tight", text),
  );
  return new Promise((resolve) => {
    for (const { value, label, main } of options) {
      dialog.append(
        h(
          `button.btn${main === true ? ".is-main" : ""}`,
          { type: "button", onclick: () => dialog.close(value) },
          label,
        ),
      );
    }
    dialog.append(
      h(
        "button.btn",
        { type: "button", onclick: () => dialog.close("") },
        options.length === 0 ? words().common.close : words().common.cancel,
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(options.find(({ value }) => value === dialog.returnValue)?.value);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

let last = 0;

/** An id that nothing else on the page has. */
export const unique = (stem: string): string => `${stem}-${++last}`;
