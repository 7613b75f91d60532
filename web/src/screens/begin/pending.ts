/** An account whose login card nobody has confirmed: it can be checked or replaced, not shown again. */

import type { Visit } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { show } from "../../page/frame.ts";
import { words } from "../../page/words.ts";
import { afterwards } from "./next.ts";

/** What to do about it. */
export async function pending(_: Visit): Promise<void> {
  const say = words().begin.pending;
  show(
    { title: words().begin.card.title },
    h("div.stack", h("h1", say.heading), h("p", say.lead)),
    h(
      "div.line",
      h("a.btn.is-main", { href: "/me/card#baru" }, say.renew),
      h("a.btn", { href: "/me/card" }, say.saved),
    ),
    h("div.line", h("a.btn.is-plain", { href: afterwards() }, say.later), h("small", say.laterText)),
  );
}
