/** Turning from one pupil to the next: with arrow keys, or by a swipe across the work. */

import type { Context } from "../../page/context.ts";

/** Where it leads. */
export interface Pages {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A swipe is at least so long, and so much more across than down. */
const [LEAST, SLANT] = [64, 2];

/** What takes arrows and strokes for itself. */
const OWN = "input, textarea, select, audio, video, dialog, [data-own-arrows]";

/** Listens until the screen is left. */
export function turning({ go, left }: Context, sheet: HTMLElement, { before, after }: Pages): void {
  const turn = (to: string | undefined) => void (to !== undefined && go(to, true));
  addEventListener(
    "keydown",
    (event) => {
      const { target, key, defaultPrevented, altKey, ctrlKey, metaKey, shiftKey } = event;
      if (defaultPrevented || altKey || ctrlKey || metaKey || shiftKey) return;
      if (target instanceof Element && target.closest(OWN) !== null) return;
      if (document.querySelector("dialog[open]") !== null) return;
      if (key === "ArrowLeft") turn(before);
      if (key === "ArrowRight") turn(after);
    },
    { signal: left },
  );
  let from: { readonly x: number; readonly y: number; readonly id: number } | undefined;
  sheet.addEventListener("pointerdown", ({ pointerType, clientX: x, clientY: y, pointerId: id, target }) => {
    const own = target instanceof Element && target.closest(OWN) !== null;
    from = pointerType === "touch" && !own ? { x, y, id } : undefined;
  });
  sheet.addEventListener("pointercancel", () => (from = undefined));
  sheet.addEventListener("pointerup", ({ clientX, clientY, pointerId }) => {
    if (from === undefined || from.id !== pointerId) return;
    const [across, down] = [clientX - from.x, clientY - from.y];
    from = undefined;
    if (Math.abs(across) < LEAST || Math.abs(across) < SLANT * Math.abs(down)) return;
    turn(across > 0 ? before : after);
  });
}
