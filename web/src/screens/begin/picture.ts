/** The login card as an image file: large enough to print, readable by any camera. */

import { modules, type Modules } from "../../page/qr.ts";
import { words } from "../../page/words.ts";
import type { Shown } from "./login-card.ts";

const [WIDTH, HEIGHT, EDGE, CODE] = [1200, 760, 72, 384];

/** Draws a card in the colours of the one on the page. */
export async function picture(shown: Shown, like: Element): Promise<Blob> {
  const { backgroundColor, color, fontFamily } = getComputedStyle(like);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser draws no pictures");
  pen.fillStyle = backgroundColor;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  drawCode(pen, await modules(shown.card.toText()), EDGE, 176);
  pen.fillStyle = color;
  pen.textBaseline = "alphabetic";
  pen.font = `600 48px ${fontFamily}`;
  pen.fillText(words().begin.card.name, EDGE, 112);
  writeGroups(pen, shown.card.toGroups().split("-"), EDGE + CODE + 56, 260);
  pen.font = `400 36px ${fontFamily}`;
  pen.fillText(`${new URL(shown.origin).host} · ${shown.date}`, EDGE, 690, WIDTH - 2 * EDGE);
  pen.textAlign = "right";
  pen.fillText(shown.name, WIDTH - EDGE, 112, WIDTH / 2);
  return blob(canvas);
}

/** Symbols in two columns of four, so that nobody loses their place. */
function writeGroups(pen: CanvasRenderingContext2D, groups: readonly string[], x: number, y: number): void {
  pen.font = "600 64px ui-monospace, 'Roboto Mono', Menlo, Consolas, monospace";
  for (const [i, group] of groups.entries())
    pen.fillText(group, x + (i % 2) * 240, y + Math.floor(i / 2) * 92);
}

/** Black on white with the margin that readers need. */
function drawCode(pen: CanvasRenderingContext2D, rows: Modules, x: number, y: number): void {
  pen.fillStyle = "#fff";
  pen.fillRect(x, y, CODE, CODE);
  // Whole pixels: a blurred module is a wrong one.
  const module = Math.floor(CODE / (rows.length + 8));
  const margin = Math.floor((CODE - module * rows.length) / 2);
  pen.fillStyle = "#000";
  for (const [j, row] of rows.entries()) {
    for (const [i, dark] of row.entries())
      if (dark) pen.fillRect(x + margin + i * module, y + margin + j * module, module, module);
  }
}

async function blob(canvas: HTMLCanvasElement): Promise<Blob> {
  const made = await new Promise<Blob | null>((over) => canvas.toBlob(over, "image/png"));
  if (made === null) throw new Error("the picture could not be made");
  return made;
}
