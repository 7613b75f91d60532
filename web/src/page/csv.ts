/**
 * Tables for spreadsheets: RFC 4180 in UTF-8, with the mark by which Excel knows that. Load it with `import()`.
 *
 * Invariant: no cell is taken for a formula, and none breaks out of its place: names and titles are other people's text.
 */

import Papa from "papaparse";

/**
 * What spreadsheets take for a formula, some after blanks, some in the wide letters of Chinese and Japanese; and a tab or
 * line break at the beginning, which hides one.
 */
const FORMULA = /^(?:\s*[=+\-@|%＝＋－＠]|[\t\r\n])/;

/** What is safe only between quotes besides commas and quotes: blanks at the ends, and what other countries separate by. */
const QUOTED = /[;\t\r\n]|^\s|\s$/;

/** A table as a file: its lines, each of texts and numbers. */
export function tableOf(rows: readonly (readonly (string | number)[])[]): Blob {
  const text = Papa.unparse(rows as (string | number)[][], {
    escapeFormulae: FORMULA,
    quotes: (cell) => QUOTED.test(String(cell)),
    newline: "\r\n",
  });
  return new Blob(["\u{feff}", text, "\r\n"], { type: "text/csv;charset=utf-8" });
}
