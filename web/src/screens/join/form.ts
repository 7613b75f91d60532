/** The last part of an invitation: the consent it may need, the name to be given, and the button. */

import type { Client, Invitation } from "../../client/index.ts";
import type { Context, Visit } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { liveOf } from "../../page/live.ts";
import { field, section, tick } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import { asked, inAlready } from "./after.ts";
import { type Held, hold } from "./held.ts";

/** The longest name. */
const NAME_LETTERS = 80;

/** For somebody without an account: make one, and come back here. */
export function visitor(_: Visit): HTMLElement {
  const say = words().join.visitor;
  return section(
    say.title,
    h("p", say.text),
    h(
      "div.line",
      h("a.btn.is-main", { href: "/begin?next=/join" }, say.make),
      h("a.btn", { href: "/signin?next=/join" }, say.signIn),
    ),
  );
}

/** For somebody with an account; `anew` where it is not called anything here yet. */
export function joining(
  context: Context,
  held: Held,
  found: Invitation,
  title: string,
  anew: boolean,
): HTMLElement {
  const say = words().join;
  const { kind, charter } = found;
  const name = h("input", { autocomplete: "name", name: "name", maxlength: NAME_LETTERS });
  name.value = held.typedName ?? context.client.name ?? "";
  name.addEventListener("input", () => (held.typedName = name.value));
  const named = field(say.name, name, kind === "approval" ? say.nameHintApproval : say.nameHint);
  const label = h("input", { name: "label", maxlength: NAME_LETTERS, autocomplete: "off" });
  label.value = held.typedLabel ?? "";
  label.addEventListener("input", () => (held.typedLabel = label.value));
  const consent = charter.host === undefined ? undefined : tick(say.tick(charter.host));
  const wrong = h("p.bad", { role: "alert" });
  const place = h("div");
  const form = h(
    "form.stack",
    { novalidate: true },
    named.element,
    anew && held.name === undefined && field(say.label, label, say.labelHint).element,
    consent?.element,
    wrong,
    h(
      "div.line",
      h("button.btn.is-main", { type: "submit" }, say.button[kind]),
      h("a.btn.is-plain", { href: "/inbox", onclick: () => hold(undefined) }, say.no),
    ),
    place,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = name.value.trim();
    const nameless = kind === "approval" && given === "";
    named.wrong(nameless ? say.nameMissing : undefined);
    const unread = consent !== undefined && !consent.input.checked;
    wrong.textContent = unread ? say.tickFirst : "";
    if (nameless) return name.focus();
    if (unread) return consent.input.focus();
    const called = held.name ?? label.value.trim();
    const joining = {
      consent: consent !== undefined,
      ...(called === "" ? {} : { label: called }),
      ...(given === "" ? {} : { name: given }),
    };
    void doing(place, say.working[kind], () => follow(context, held, joining, title));
  });
  return form;
}

async function follow(
  context: Context,
  held: Held,
  joining: Parameters<Client["join"]>[1],
  title: string,
): Promise<void> {
  const { client } = context;
  const say = words().join;
  // The name one gives first is the one one writes under, until one chooses another.
  if (client.name === undefined && joining.name !== undefined) await client.setName(joining.name);
  const { audience, joined } = await client.join(held.link, joining);
  hold(undefined);
  const live = liveOf(client);
  void live.fetchAll();
  await live.count();
  if (context.left.aborted) return;
  if (joined === "asked") return asked(context, audience, title, say.asked.title);
  if (joined === "publisher")
    return inAlready(context, audience, say.publisher.title(title), say.publisher.text);
  inAlready(context, audience, say.in.title(title));
}
