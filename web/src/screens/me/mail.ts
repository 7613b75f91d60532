/** E-mail nudges: an address the hub may write to, confirmed by a mail, and how to end that. */

import type { MailState } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { badge, button, field, section, type Beat } from "../../page/parts.ts";
import { currentLanguage, words } from "../../page/words.ts";

/** Where it stands, which the hub is asked for, and what can be done. */
export function mailSection({ client }: Context): HTMLElement {
  const say = words().me.mail;
  const place = h("div.stack");
  const look = async () => {
    const state = await doing(place, words().common.loading, () => client.mail());
    if (state !== undefined) draw(state.value);
  };
  const after = async (text: string) => {
    await look();
    announce(text);
  };
  const draw = (state: MailState) => {
    if (!state.enabled) return replace(place, h("p", say.disabled));
    const told = h("p", badge(beatOf(state), sentenceOf(state)));
    const end = state.state !== "none" && endButton(client, () => after(say.ended));
    if (state.state !== "confirmed")
      return replace(
        place,
        told,
        asking(client, () => after(say.asked)),
        end,
      );
    const change = button(say.change, () =>
      replace(
        place,
        told,
        asking(client, () => after(say.asked)),
        end,
      ),
    );
    replace(place, told, h("div.line", change, end));
  };
  void look();
  return section(say.heading, h("p", say.lead), place);
}

function beatOf({ state }: MailState): Beat {
  const beats: Readonly<Record<string, Beat>> = { confirmed: "echo", unconfirmed: "half", failed: "miss" };
  return beats[state] ?? "";
}

function sentenceOf({ state }: MailState): string {
  const say = words().me.mail;
  const known: Readonly<Record<string, string>> = {
    unconfirmed: say.unconfirmed,
    confirmed: say.confirmed,
    failed: say.failed,
    off: say.off,
  };
  return known[state] ?? say.none;
}

function asking(client: Context["client"], asked: () => Promise<void>): HTMLElement {
  const say = words().me.mail;
  const input = h("input", { type: "email", name: "email", autocomplete: "email", spellcheck: "false" });
  const address = field(say.label, input, say.hint);
  const place = h("div");
  const form = h(
    "form.stack",
    { novalidate: true },
    address.element,
    h("div.line", h("button.btn", { type: "submit" }, say.ask)),
    place,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = input.value.trim();
    const fits = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given);
    address.wrong(fits ? undefined : say.wrong);
    if (!fits) return input.focus();
    const done = await doing(place, say.ask, () => client.askForMail(given, currentLanguage()));
    if (done !== undefined) await asked();
  });
  input.addEventListener("input", () => address.wrong(undefined));
  return form;
}

function endButton(client: Context["client"], ended: () => Promise<void>): HTMLElement {
  const say = words().me.mail;
  const place = h("div");
  const press = async () => {
    if ((await doing(place, say.end, () => client.endMail())) !== undefined) await ended();
  };
  return h(
    "div.line",
    button(say.end, () => void press()),
    place,
  );
}
