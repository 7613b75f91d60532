/** Deleting the account: what goes, what stays, and a word to type. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { content, focusMain, show } from "../../page/frame.ts";
import { button, facts, field, section, tick } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { words } from "../../page/words.ts";
import { said } from "./said.ts";

/** What it means, and a button that opens the form. */
export function goneSection(context: Context): HTMLElement {
  const say = said().gone;
  const { deleted, stays } = say.facts;
  const place = h("div.stack");
  const open = () => {
    const [form, input] = confirmation(context);
    replace(place, form);
    input.focus();
  };
  replace(place, h("div.line", button(say.begin, open, "usual", "trash")));
  return section(
    say.heading,
    h("p", say.lead),
    facts(
      { icon: "x", term: deleted[0], text: deleted[1] },
      { icon: "check", term: stays[0], text: stays[1] },
    ),
    place,
  );
}

function confirmation({ client }: Context): [HTMLElement, HTMLInputElement] {
  const say = said().gone;
  const input = h("input", { autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const typed = field(say.label(say.word), input);
  const place = h("div.stack");
  const last = h("div.stack");
  const abandon = tick(say.abandon);
  const explain = (error: unknown) => {
    const { reason } = error as { reason?: unknown };
    if (reason !== "conflict") return problem(error);
    replace(last, abandon.element);
    return h(
      "div.stack.is-tight",
      { role: "alert" },
      h("p.bad", say.last),
      h("div.line", h("a.btn", { href: "/audiences" }, say.toAudiences)),
    );
  };
  const form = h(
    "form.stack",
    { novalidate: true },
    typed.element,
    last,
    h("div.line", h("button.btn.is-bad", { type: "submit" }, say.button)),
    place,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const right = input.value.trim() === say.word;
    typed.wrong(right ? undefined : say.wrong(say.word));
    if (!right) return input.focus();
    const done = await doing(place, say.working, () => client.deleteAccount(abandon.input.checked), explain);
    if (done !== undefined) farewell();
  });
  return [form, input];
}

/** Begins anew when they go on, so that nothing of the account stays in this page's memory. */
function farewell(): void {
  const say = said().gone;
  show({ title: say.done });
  content(
    h("div.stack", h("h1", say.done), h("p", say.doneText)),
    h(
      "div.line",
      button(words().common.done, () => location.assign("/"), "main"),
    ),
  );
  focusMain();
}
