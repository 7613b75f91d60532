/** Where a login card is typed, scanned, or filled in by a password manager. */

import { BadCard, LoginCard } from "../../protocol/card.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { beats, field, tick, type Beat } from "../../page/parts.ts";
import { codeReaders } from "../../page/scan.ts";
import { words } from "../../page/words.ts";

/** Symbols on a card, the check symbol with them. */
const SYMBOLS = 27;

/** A card to be entered. */
export interface CardField {
  /** All of it. */
  readonly element: HTMLElement;
  /** What is typed into. */
  readonly input: HTMLInputElement;
  /** The card entered, or undefined after saying what is wrong with it. */
  card(): LoginCard | undefined;
  /** Says what is wrong with it, or takes that back. */
  wrong(problem: string | undefined): void;
}

/** The field; `entered` is called when a code was read, which needs no further press. */
export function cardField(entered: () => void): CardField {
  const say = words().begin.signIn;
  const input = h("input.symbols", {
    type: "password",
    name: "card",
    autocomplete: "current-password",
    autocapitalize: "characters",
    spellcheck: "false",
    maxlength: 80,
  });
  const typed = field(say.card, input, say.cardHint);
  const drums = h("div");
  const visible = tick(say.show, { checked: true });
  // Begins hidden so that password managers know it for what it is, and shows as soon as somebody types.
  const reveal = () => (input.type = visible.input.checked && input.value !== "" ? "text" : "password");
  const changed = () => {
    reveal();
    replace(drums, progress(input.value));
  };
  visible.input.addEventListener("change", reveal);
  input.addEventListener("input", () => {
    typed.wrong(undefined);
    changed();
  });
  const take = (text: string | undefined) => {
    if (text === undefined || !isCard(text))
      return typed.wrong(text === undefined ? words().scan.nothing : say.wrong.notCard);
    input.value = text;
    typed.wrong(undefined);
    changed();
    entered();
  };
  changed();
  return {
    element: h(
      "div.stack",
      typed.element,
      drums,
      visible.element,
      codeReaders(isCard, take, (p) => typed.wrong(p)),
    ),
    input,
    card() {
      const complaint = complaintOf(input.value);
      typed.wrong(complaint);
      if (complaint === undefined) return LoginCard.parse(input.value);
      input.focus();
      return undefined;
    },
    wrong(problem) {
      typed.wrong(problem);
      if (problem !== undefined) input.focus();
    },
  };
}

/** A drum for each group of the card, filled as it is typed. */
function progress(text: string): HTMLElement {
  const n = symbolsOf(text).length;
  const groups = Array.from({ length: 7 }, (_, i): Beat => {
    const wanted = i === 6 ? 3 : 4;
    const there = Math.min(wanted, Math.max(0, n - 4 * i));
    return there === wanted ? "on" : there === 0 ? "" : there === 1 ? "q1" : there === 2 ? "half" : "q3";
  });
  const label = words().begin.signIn.progress(Math.min(n, 99));
  if (n === SYMBOLS) announce(label);
  return h("div.line", beats(groups, label), h("small", { "aria-hidden": "true" }, label));
}

const symbolsOf = (text: string): string[] => [...text.replace(/[\p{White_Space}-]/gu, "")];

const isCard = (text: string): boolean => complaintOf(text) === undefined;

/** What is wrong with a typed card. */
function complaintOf(text: string): string | undefined {
  const say = words().begin.signIn.wrong;
  try {
    LoginCard.parse(text).erase();
    return undefined;
  } catch (e) {
    if (!(e instanceof BadCard)) throw e;
    const symbols = symbolsOf(text);
    const strange = symbols.find((symbol) => !/^[0-9A-Z*~$=]$/i.test(symbol));
    if (strange !== undefined) return say.symbol(strange);
    if (symbols.length !== SYMBOLS) return say.length(symbols.length);
    return say.check;
  }
}
