/** The form for another invitation link. */

import type { NewLink } from "../../client/index.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { choice, field } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";
import { DAY_MS } from "./links.ts";

const USES = [1, 40, 100, 1_000, 100_000];
const DAYS = [1, 7, 30, 90, 365];

/** Kind, uses and expiry; `make` makes it. */
export function newLink(usual: NewLink, make: (wanted: NewLink) => Promise<void>): HTMLElement {
  const say = words().people.invite;
  let kind = usual.kind;
  const hint = h("small", { role: "status" }, say.kindHint[kind]);
  const kinds = choice(
    say.kind,
    "cara",
    [
      ["approval", say.kinds.approval],
      ["open", say.kinds.open],
    ],
    kind,
    (value) => {
      kind = value;
      hint.textContent = say.kindHint[value];
    },
  );
  const options = (list: readonly number[], chosen: number, text: (n: number) => string) =>
    h(
      "select",
      list.map((n) => h("option", { value: n, selected: n === chosen }, text(n))),
    );
  const uses = options(USES, usual.maxUses, (n) => say.usesOption(figure(n)));
  const days = options(DAYS, usual.validMs / DAY_MS, say.days);
  const place = h("div");
  const form = h(
    "form.stack",
    h("div.stack.is-tight", kinds, hint),
    h("div.pairs", field(say.uses, uses).element, field(say.expiry, days).element),
    h("div.line", h("button.btn", { type: "submit" }, say.make)),
    place,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = { kind, maxUses: Number(uses.value), validMs: Number(days.value) * DAY_MS };
    void doing(place, say.making, () => make(wanted));
  });
  return form;
}
