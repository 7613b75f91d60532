/** Entering a mark in the assignment's scale. */

import type { Scale } from "../../client/index.ts";
import { h } from "../../page/dom.ts";
import { field } from "../../page/parts.ts";
import { words } from "../../page/words.ts";

/** The longest mark in free text. */
const LONGEST = 40;

/** The field. */
export interface MarkField {
  readonly element: HTMLElement;
  set(mark: string): void;
  /** Says what is wrong and goes there; whether anything is. An empty mark is none. */
  wrong(): boolean;
}

/** Numbers are typed, words chosen. */
export function markField(scale: Scale, changed: (mark: string) => void): MarkField {
  const said = words().teaching.check;
  if (scale.kind === "words") return chosen(scale.words, changed);
  const points = scale.kind === "points";
  const input = h(
    "input",
    points
      ? { inputmode: "decimal", maxlength: 12, autocomplete: "off" }
      : { maxlength: LONGEST, autocomplete: "off" },
  );
  const box = field(points ? said.markOf(scale.most) : said.mark, input);
  box.element.classList.add("mark-field");
  const isWrong = () => points && input.value.trim() !== "" && !isMark(input.value, scale.most);
  input.addEventListener("input", () => {
    box.wrong(undefined);
    changed(input.value);
  });
  input.addEventListener("change", () =>
    box.wrong(isWrong() && points ? said.markWrong(scale.most) : undefined),
  );
  return {
    element: box.element,
    set: (mark) => (input.value = mark),
    wrong() {
      const wrong = isWrong();
      box.wrong(wrong && points ? said.markWrong(scale.most) : undefined);
      if (wrong) input.focus();
      return wrong;
    },
  };
}

/** A number from 0 to the whole with at most two decimals, as it is written here or abroad. */
export function isMark(text: string, most: number): boolean {
  const [, whole = "", part = ""] = /^\s*(\d{1,10})(?:[.,](\d{1,2}))?\s*$/.exec(text) ?? [];
  return whole !== "" && Number(`${whole}.${part || "0"}`) <= most;
}

function chosen(list: readonly string[], changed: (mark: string) => void): MarkField {
  const said = words().teaching.check;
  const select = h(
    "select",
    h("option", { value: "" }, said.noMark),
    list.map((word) => h("option", { value: word }, word)),
  );
  select.addEventListener("change", () => changed(select.value));
  return {
    element: field(said.mark, select).element,
    set: (mark) => (select.value = list.includes(mark) ? mark : ""),
    wrong: () => false,
  };
}
