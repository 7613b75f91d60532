/** `/me/child`: taking a child's login card in, after saying what that means and how it is taken back. */

import type { Screen } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce, show } from "../../page/frame.ts";
import type { Icon } from "../../page/icons.ts";
import { facts, field, section } from "../../page/parts.ts";
import { carry } from "../../page/undo.ts";
import { words } from "../../page/words.ts";
import { cardField } from "../begin/card-field.ts";

/** The longest name. */
const NAME_LETTERS = 40;

/** Draws it. */
export const child: Screen = async (context) => {
  const said = words().homework.children.page;
  const place = h("div");
  const input = h("input", { name: "anak", autocomplete: "off", maxlength: NAME_LETTERS });
  const name = field(said.name, input, said.nameHint);
  const enter = async () => {
    const card = entry.card();
    const called = input.value.trim();
    name.wrong(called === "" ? said.noName : undefined);
    if (card === undefined) return;
    if (called === "") return input.focus();
    if (context.client.isCard(card)) return entry.wrong(said.own);
    const done = await doing(place, said.working, () => context.client.wards.add(card.toText(), called));
    if (done === undefined) return;
    await context.familyChanged();
    carry(said.added(called));
    announce(said.added(called));
    await context.go("/me", true);
  };
  const entry = cardField(() => input.focus());
  const form = h(
    "form.stack",
    { novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void enter()) },
    entry.element,
    name.element,
    h("div.line", h("button.btn.is-main", { type: "submit" }, said.button)),
    place,
  );
  show(
    { title: said.title, back: "/me", place: "me", shape: "split" },
    h("div.stack", h("h1", said.heading), h("p", said.lead), form),
    h("aside.stack", section(said.means, facts(...meanings()))),
  );
};

function meanings(): { icon: Icon; term: string; text: string }[] {
  const { same, guardian, hub, back } = words().homework.children.page.facts;
  const of = (icon: Icon, [term = "", text = ""]: readonly string[]) => ({ icon, term, text });
  return [of("eye", same), of("child", guardian), of("lock", hub), of("turn", back)];
}
