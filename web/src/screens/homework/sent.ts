/** How much of a pupil's work has gone, as drums and in words. */

import { h } from "../../page/dom.ts";
import { beats, shares } from "../../page/parts.ts";
import { size, words } from "../../page/words.ts";

/** Drums that say how much has gone. */
const STEPS = 5;

/** So many bytes of the whole. */
export function sent(done: number, total: number): HTMLElement {
  const { beats: drums } = shares([["on", done]], Math.max(1, total), STEPS);
  const going = drums.indexOf("");
  if (going >= 0) drums[going] = "going";
  const text = words().homework.work.sending(size(done), size(total));
  return h("p.badge", beats(drums, text), h("span", text));
}
