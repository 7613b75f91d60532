/** Work on many people as drums that fill while it is done. */

import type { Progress } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import { beats, shares } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";

/** Drums for `all` people, and what fills them; `text` says how many of how many. */
export function progressDrums(
  text: (done: string, all: string) => string,
  all: number,
): { readonly element: HTMLElement; readonly progress: Progress } {
  const element = h("div.stack.is-tight");
  const progress: Progress = (done, whole) => {
    if (whole === 0) return replace(element);
    const said = text(figure(done), figure(whole));
    const drums = shares(
      [
        ["on", done],
        ["going", done < whole ? 1 : 0],
      ],
      whole,
    );
    replace(
      element,
      h("p", said),
      beats(drums.beats, said),
      drums.each > 1 && h("small", words().people.audience.each(figure(drums.each))),
    );
  };
  progress(0, all);
  return { element, progress };
}
