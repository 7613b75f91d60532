/** The name one writes under. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { badge, field, section } from "../../page/parts.ts";
import { words } from "../../page/words.ts";

/** The longest name. */
const NAME_LETTERS = 80;

/** Name, and a button that keeps it; `changed` draws what shows it elsewhere. */
export function nameSection({ client }: Context, changed: () => void): HTMLElement {
  const say = words().me.name;
  const input = h("input", { autocomplete: "name", name: "name", maxlength: NAME_LETTERS });
  input.value = client.name ?? "";
  const place = h("div");
  const form = h(
    "form.stack",
    { novalidate: true },
    field(say.label, input, say.hint).element,
    h("div.line", h("button.btn", { type: "submit" }, words().common.save), place),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = input.value.trim();
    const done = await doing(place, words().me.saving, () => client.setName(name === "" ? undefined : name));
    if (done === undefined) return;
    place.replaceChildren(badge("check", say.saved));
    announce(say.saved);
    changed();
  });
  return section(say.heading, form);
}
