/**
 * Marks: numbers up to a whole, words out of a list, or free text, as the assignment says.
 *
 * Invariant: a mark that was read under a scale is one of that scale.
 */

import { Cannot } from "../error.ts";
import type { HomeworkFields } from "./fields.ts";

/** What marks of an assignment may be: numbers from 0 with at most two decimals, these words, or any short text. */
export type Scale =
  | { readonly kind: "points"; readonly most: number }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "free" };

/** The longest mark in free text, in characters. */
const LONGEST = 40;

/** The scale that an assignment says. */
export function scaleOf({ points, words = [] }: HomeworkFields): Scale {
  if (points !== undefined) return { kind: "points", most: points };
  return words.length > 0 ? { kind: "words", words } : { kind: "free" };
}

/** Reads a mark as people write it, `8,5` too; in the form in which it is sent. {@link Cannot} `mark` where it is none. */
export function mark(scale: Scale, text: string): string {
  const read = readMark(scale, text.trim());
  if (read === undefined) throw new Cannot("mark", scale.kind);
  return read;
}

function readMark(scale: Scale, text: string): string | undefined {
  if (scale.kind === "words") return scale.words.find((word) => word.toLowerCase() === text.toLowerCase());
  if (scale.kind === "free") return text !== "" && [...text].length <= LONGEST ? text : undefined;
  const number = text.replaceAll(",", ".");
  return /^\d{1,10}(\.\d{1,2})?$/.test(number) && Number(number) <= scale.most ? number : undefined;
}
