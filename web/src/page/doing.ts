/** Work that takes a moment: said while it lasts, and its failure said beside it. */

import { replace } from "./dom.ts";
import { announce } from "./frame.ts";
import { badge } from "./parts.ts";
import { problem } from "./problem.ts";

const busy = new WeakSet<Element>();

/**
 * Runs `work` with a drum at work in `place`; a second press meanwhile does nothing.
 *
 * Undefined where it failed, which `place` then says, by `explain` if that knows more than the usual sentence.
 */
export async function doing<T>(
  place: HTMLElement,
  text: string,
  work: () => Promise<T>,
  explain: (error: unknown) => HTMLElement | undefined = () => undefined,
): Promise<{ readonly value: T } | undefined> {
  if (busy.has(place)) return undefined;
  busy.add(place);
  replace(place, badge("going", text));
  announce(text);
  try {
    const value = await work();
    replace(place);
    return { value };
  } catch (error) {
    replace(place, explain(error) ?? problem(error));
    return undefined;
  } finally {
    busy.delete(place);
  }
}
