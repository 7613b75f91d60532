/** The first page for somebody without an account here: what this is, and the two ways in. */

import type { Visit } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { show } from "../../page/frame.ts";
import { choice, facts, type Fact } from "../../page/parts.ts";
import type { Icon } from "../../page/icons.ts";
import { render } from "../../page/route.ts";
import {
  currentLanguage,
  LANGUAGES,
  rememberLanguage,
  speak,
  words,
  type Language,
} from "../../page/words.ts";

/** `/` without an account. */
export async function welcome(_: Visit): Promise<void> {
  const say = words().begin.welcome;
  show(
    { title: say.title, shape: "split" },
    h(
      "div.stack.hero",
      h("h1", say.heading),
      h("p", say.lead),
      h(
        "div.answering",
        { role: "img", "aria-label": say.picture },
        h("i.drum.is-on"),
        h(
          "div.beats",
          Array.from({ length: 30 }, () => h("i.is-echo")),
        ),
      ),
      h("small", { "aria-hidden": "true" }, say.picture),
      h(
        "div.line",
        h("a.btn.is-main", { href: "/begin" }, say.start),
        h("a.btn", { href: "/signin" }, say.signIn),
      ),
      h("small", say.invited),
    ),
    h(
      "aside.stack.parts",
      facts(
        fact("lock", say.facts.sealed),
        fact("seal", say.facts.genuine),
        fact("unseen", say.facts.members),
        fact("me", say.facts.phone),
      ),
      languages(),
    ),
  );
}

const fact = (icon: Icon, [term = "", text = ""]: readonly string[]): Fact => ({ icon, term, text });

/** The choice of a language, for somebody who has no settings yet. */
function languages(): HTMLElement {
  const options = Object.entries(LANGUAGES) as [Language, string][];
  return choice(words().begin.welcome.language, "bahasa", options, currentLanguage(), async (language) => {
    await speak(language);
    rememberLanguage(language);
    await render(false);
  });
}
