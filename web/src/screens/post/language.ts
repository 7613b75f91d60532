/** Which of a post's languages is shown: the reader's, if its author wrote it; the others are a tap away. */

import type { PostBody } from "../../client/index.ts";
import { h } from "../../page/dom.ts";
import { currentLanguage, words } from "../../page/words.ts";

/** Title and text in one language. */
export interface Text {
  /** BCP 47, if its author said. */
  readonly language: string | undefined;
  readonly title: string | undefined;
  readonly body: string;
}

/** Every language of a content, the original first. */
export function texts(content: PostBody): Text[] {
  const { language, title, body, versions } = content;
  return [{ language, title, body }, ...versions.map((v) => ({ ...v, title: v.title }))];
}

/** The one for a reader of these languages, in their order; the original where none fits. */
export function preferred(all: readonly Text[], wanted: readonly string[]): number {
  const base = (tag: string) => tag.toLowerCase().split("-")[0];
  for (const tag of wanted) {
    const at = all.findIndex(({ language }) => language !== undefined && base(language) === base(tag));
    if (at >= 0) return at;
  }
  return 0;
}

/** What this reader reads: the page's language, then the browser's. */
export const readerLanguages = (): string[] => [currentLanguage(), ...navigator.languages];

/** The choice of a language, where there is one. */
export function languageChoice(
  all: readonly Text[],
  chosen: number,
  choose: (at: number) => void,
): HTMLElement | undefined {
  if (all.length < 2) return undefined;
  const option = ({ language }: Text, at: number) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(at === chosen),
        "aria-current": at === chosen && "true",
        lang: language,
        onclick: () => choose(at),
      },
      nameOf(language),
    );
  return h("div.seg", { role: "group", "aria-label": words().read.post.language }, all.map(option));
}

function nameOf(language: string | undefined): string {
  if (language === undefined) return words().read.post.original;
  try {
    return (
      new Intl.DisplayNames([language, currentLanguage()], { type: "language" }).of(language) ?? language
    );
  } catch {
    // A tag that is none is shown as its author wrote it.
    return language;
  }
}
