/** The words of this screen in the page's language: long, and fetched with it. */

import { currentLanguage } from "../../page/words.ts";
import type { KnownWords } from "../../words/id/known.ts";

let chosen: KnownWords | undefined;

/** The words; {@link learn} comes first. */
export const said = (): KnownWords => {
  if (chosen === undefined) throw new Error("the words of this screen have not been fetched");
  return chosen;
};

/** Fetches them. */
export async function learn(): Promise<void> {
  const { known } =
    currentLanguage() === "en"
      ? await import("../../words/en/known.ts")
      : await import("../../words/id/known.ts");
  chosen = known;
}
