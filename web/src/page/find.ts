/**
 * Looking for words in what this device has opened.
 *
 * Invariant: nothing is asked of anybody; every word looked for has to be found, each anywhere, capitals and accents
 * apart.
 */

import { h, type Child } from "./dom.ts";

/** Letters that are compared: no capitals, no accents; as many as went in, so that places stay the same. */
export function fold(text: string): string {
  let folded = "";
  for (const unit of text) {
    const bare = unit.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    folded +=
      bare.length === unit.length ? bare : unit.toLowerCase().slice(0, unit.length).padEnd(unit.length);
  }
  return folded;
}

/** The words of a question, folded; each once, the longest first. */
export function terms(question: string): string[] {
  const all = fold(question).split(/[^\p{L}\p{N}]+/u);
  return [...new Set(all.filter((term) => term !== ""))].sort((a, b) => b.length - a.length).slice(0, 12);
}

/** Where the words stand in a text: from and to, in order, never overlapping. */
export function places(text: string, wanted: readonly string[]): [from: number, to: number][] {
  const folded = fold(text);
  const found: [number, number][] = [];
  for (const term of wanted) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      const end = at + term.length;
      if (!found.some(([from, to]) => at < to && from < end)) found.push([at, end]);
    }
  }
  return found.sort(([a], [b]) => a - b);
}

/** The text with what was found marked. */
export function marked(text: string, wanted: readonly string[]): Child[] {
  const children: Child[] = [];
  let from = 0;
  for (const [start, end] of places(text, wanted)) {
    children.push(text.slice(from, start), h("mark", text.slice(start, end)));
    from = end;
  }
  return [...children, text.slice(from)];
}

/** About `length` letters of a text around the first word found. */
export function around(text: string, wanted: readonly string[], length = 120): string {
  const first = places(text, wanted)[0]?.[0] ?? 0;
  if (text.length <= length) return text;
  const from = Math.max(0, Math.min(first - length / 3, text.length - length));
  const begin = from === 0 ? 0 : text.indexOf(" ", from) + 1;
  const end = Math.min(text.length, begin + length);
  return `${begin > 0 ? "… " : ""}${text.slice(begin, end).trim()}${end < text.length ? " …" : ""}`;
}

/** Whether every word is in one of the texts. */
export const matches = (texts: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((term) => texts.some((text) => fold(text).includes(term)));
