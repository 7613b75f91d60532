/** QR codes, drawn on the page; what they are made with is fetched when the first is drawn. */

import { svg } from "./dom.ts";

/** Dark modules, row by row, without the margin. */
export type Modules = readonly (readonly boolean[])[];

/** The modules of a text. */
export async function modules(text: string): Promise<Modules> {
  const { encodeQR } = await import("qr");
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 1 });
  return rows.slice(1, -1).map((row) => row.slice(1, -1));
}

/**
 * A drawing of a text's code, black where the style says `currentColor`, with the margin readers need.
 *
 * `label` is what it says to a screen reader: what the code is for, never what is in it.
 */
export async function qrCode(text: string, label: string): Promise<SVGElement> {
  const rows = await modules(text);
  const size = rows.length + 2 * MARGIN;
  const path = svg("path", { d: rows.flatMap(runs).join("") });
  const attributes = {
    class: "qr",
    viewBox: `0 0 ${size} ${size}`,
    "shape-rendering": "crispEdges",
    role: "img",
    "aria-label": label,
  };
  return svg("svg", attributes, path);
}

/** Light modules around a code; the style adds its padding to these. */
const MARGIN = 2;

/** One rectangle for every run of dark modules: few enough to draw a code fast. */
function runs(row: readonly boolean[], y: number): string[] {
  const drawn: string[] = [];
  for (let x = 0; x < row.length; x++) {
    if (row[x] !== true) continue;
    let end = x + 1;
    while (row[end] === true) end++;
    drawn.push(`M${x + MARGIN} ${y + MARGIN}h${end - x}v1h-${end - x}z`);
    x = end;
  }
  return drawn;
}
