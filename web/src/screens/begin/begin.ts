/** Making an account: a name, the keys, and the login card that has to be kept before anything else. */

import type { Client } from "../../client/index.ts";
import type { LoginCard } from "../../protocol/card.ts";
import type { Visit } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce, focusMain, show } from "../../page/frame.ts";
import { field } from "../../page/parts.ts";
import { date, words } from "../../page/words.ts";
import { pending } from "./pending.ts";
import { confirmed, isConfirmed, unconfirmed } from "./kept.ts";
import { keepCard } from "./login-card.ts";
import { afterwards } from "./next.ts";

/** The longest name one writes under. */
export const NAME_LETTERS = 80;

/** `/begin`, `?next=` leads to where one came from. */
export async function begin(visit: Visit): Promise<void> {
  const say = words().begin.make;
  if (visit.client !== undefined) {
    if (!isConfirmed(visit.client.account)) return pending(visit);
    return visit.go("/inbox", true);
  }
  const name = h("input", { autocomplete: "name", name: "name", maxlength: NAME_LETTERS });
  const named = field(say.name, name, say.nameHint);
  const place = h("div");
  const form = h(
    "form.stack",
    { novalidate: true },
    named.element,
    h("div.line", h("button.btn.is-main", { type: "submit" }, say.button)),
    place,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void doing(place, say.working, () => make(visit, name.value.trim()));
  });
  show(
    {
      title: say.title,
      back: "/",
      action: h("a.btn.is-plain", { href: "/signin" }, words().begin.welcome.signIn),
    },
    h("div.stack", h("h1", say.heading), h("p", say.lead)),
    form,
  );
}

async function make(visit: Visit, name: string): Promise<void> {
  const { Client, Store, thisBrowser } = await import("../../client/index.ts");
  const [world, store] = [await thisBrowser(), await Store.open()];
  const { client, card } = await Client.begin(world, store, location.origin, name === "" ? undefined : name);
  unconfirmed(client.account);
  visit.enter(client);
  await showCard(visit, client, card);
}

async function showCard(visit: Visit, client: Client, card: LoginCard): Promise<void> {
  const say = words().begin.card;
  const shown = {
    card,
    name: client.name ?? "",
    account: client.account.slice(0, 8),
    origin: client.origin,
    date: date(visit.now()),
  };
  const kept = await keepCard(shown, say.go, words().begin.make.working, async () => {
    confirmed(client.account);
    card.erase();
    await visit.go(afterwards(), true);
  });
  show({ title: say.title }, h("div.stack", h("h1", say.heading), h("p", say.lead), h("p", say.once)), kept);
  announce(words().begin.make.made);
  focusMain();
}
