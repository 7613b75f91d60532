/**
 * Drawing on a photo, as with a red pen in an exercise book.
 *
 * Invariant: what comes out is one picture, drawn anew on this device, no larger than {@link LONGEST} pixels.
 */

import { h } from "../../page/dom.ts";
import { icon } from "../../page/icons.ts";
import { button, choice, iconButton, unique } from "../../page/parts.ts";
import { words } from "../../page/words.ts";

/** The longest side, as of photos that are sent. */
const LONGEST = 1600;
const QUALITY = 0.8;

/** The pen, as thick as a part of the longer side. */
const PENS = { thin: 1 / 260, thick: 1 / 90 } as const;

/** Red ink; on every photo the same, in the dark too. */
const INK = "#c4231a";

type Pen = keyof typeof PENS;

/** A stroke; points in pixels of the picture. */
export interface Stroke {
  readonly pen: Pen;
  readonly points: [x: number, y: number][];
}

/**
 * Opens the picture to be drawn on, with the strokes that are kept of it; the drawn one, or nothing where it was left.
 *
 * `strokes` has what is drawn, so that Escape loses nothing; it is empty after the drawing is done or given up.
 */
export async function drawOn(photo: Blob, name: string, strokes: Stroke[]): Promise<File | undefined> {
  const picture = await createImageBitmap(photo);
  try {
    return await new Promise((resolve) => sheet(picture, name, strokes, resolve));
  } finally {
    picture.close();
  }
}

function sheet(
  picture: ImageBitmap,
  name: string,
  strokes: Stroke[],
  resolve: (file: File | undefined) => void,
): void {
  const said = words().teaching.draw;
  const { canvas, paint } = board(picture, strokes);
  const id = unique("gambar");
  let pen: Pen = "thin";
  pencil(
    canvas,
    strokes,
    () => pen,
    () => (paint(), tell()),
  );
  const undo = iconButton("turn", said.undo, () => (strokes.pop(), paint(), tell()));
  const clear = iconButton("trash", said.clear, () => (strokes.splice(0), paint(), tell()));
  const done = h("button.btn.is-main", { type: "button" }, icon("check"), said.done);
  const tell = () => {
    for (const one of [undo, clear, done]) one.disabled = strokes.length === 0;
  };
  const pens = choice(
    h("span.sr", said.pen),
    unique("pena"),
    [
      ["thin", said.thin],
      ["thick", said.thick],
    ],
    pen,
    (chosen) => (pen = chosen),
  );
  const dialog = h(
    "dialog.sheet.drawing",
    { "aria-labelledby": id },
    h("h2", { id }, said.title),
    h("div.paper-drawn", canvas),
    h("p", h("small", said.told)),
    h("div.line", pens, undo, clear),
    h(
      "div.line",
      done,
      button(words().common.cancel, () => (strokes.splice(0), dialog.close())),
    ),
  );
  let drawn: File | undefined;
  done.addEventListener("click", () => {
    canvas.toBlob(
      (blob) => {
        if (blob !== null) [drawn] = [fileOf(blob, name), strokes.splice(0)];
        dialog.close();
      },
      "image/webp",
      QUALITY,
    );
  });
  dialog.addEventListener("close", () => (dialog.remove(), resolve(drawn)));
  tell();
  document.body.append(dialog);
  dialog.showModal();
}

const fileOf = (blob: Blob, name: string): File =>
  new File([blob], `${name}.${blob.type === "image/webp" ? "webp" : "png"}`, { type: blob.type });

function board(picture: ImageBitmap, strokes: readonly Stroke[]) {
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const [width, height] = [
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  ];
  const canvas = h("canvas", { width, height, role: "img", "aria-label": words().teaching.draw.canvas });
  const context = canvas.getContext("2d");
  const paint = () => {
    if (context === null) return;
    context.drawImage(picture, 0, 0, width, height);
    Object.assign(context, { strokeStyle: INK, lineCap: "round", lineJoin: "round" });
    for (const { pen, points } of strokes) {
      context.lineWidth = Math.max(2, PENS[pen] * Math.max(width, height));
      context.beginPath();
      for (const [at, [x, y]] of points.entries()) {
        if (at === 0) context.moveTo(x, y);
        // A tap is a dot.
        context.lineTo(x, at === 0 ? y + 0.01 : y);
      }
      context.stroke();
    }
  };
  paint();
  return { canvas, paint };
}

/** Follows finger, pen or mouse. */
function pencil(canvas: HTMLCanvasElement, strokes: Stroke[], pen: () => Pen, drawn: () => void): void {
  let stroke: Stroke | undefined;
  const at = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) * canvas.width) / width, ((clientY - top) * canvas.height) / height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = { pen: pen(), points: [at(event)] };
    strokes.push(stroke);
    drawn();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (stroke === undefined || !event.isPrimary) return;
    stroke.points.push(at(event));
    drawn();
  });
  for (const end of ["pointerup", "pointercancel"] as const)
    canvas.addEventListener(end, () => (stroke = undefined));
}
