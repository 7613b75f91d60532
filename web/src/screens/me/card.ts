/** `/me/card`: checking the card one holds, and making another in its place. */

import type { LoginCard } from "../../protocol/card.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce, focusMain, show } from "../../page/frame.ts";
import { badge, button, facts, section } from "../../page/parts.ts";
import { date, words } from "../../page/words.ts";
import { cardField } from "../begin/card-field.ts";
import { confirmed } from "../begin/kept.ts";
import { keepCard } from "../begin/login-card.ts";

/** Draws it. */
export async function card(context: Context): Promise<void> {
  const say = words().me.card;
  show(
    { title: say.title, back: "/me", place: "me", shape: "split" },
    h("div.stack.parts", h("div.stack", h("h1", say.heading), h("p", say.lead)), checking(context)),
    h("aside.stack.parts", renewing(context)),
  );
  if (location.hash === "#baru") document.getElementById("baru")?.scrollIntoView();
}

function checking({ client }: Context): HTMLElement {
  const say = words().me.card.check;
  const told = h("p", { role: "status" });
  const check = () => {
    const given = entry.card();
    replace(told);
    if (given === undefined) return;
    const right = client.isCard(given);
    given.erase();
    if (right) confirmed(client.account);
    if (right) replace(told, badge("echo", say.right));
    else entry.wrong(say.wrong);
  };
  const entry = cardField(check);
  const form = h(
    "form.stack",
    { novalidate: true },
    entry.element,
    h("div.line", h("button.btn", { type: "submit" }, say.button)),
    told,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  return section(say.heading, h("p", say.lead), form);
}

function renewing(context: Context): HTMLElement {
  const say = words().me.card.renew;
  const place = h("div");
  const others = { icon: "turn", term: say.facts.others[0], text: say.facts.others[1] } as const;
  const stolen = { icon: "flag", term: say.facts.stolen[0], text: say.facts.stolen[1] } as const;
  const make = () => void doing(place, words().common.loading, () => renew(context));
  const element = section(
    say.heading,
    h("p", say.lead),
    facts(others, stolen),
    h("div.line", button(say.button, make)),
    place,
  );
  element.id = "baru";
  return element;
}

/** Shows a new card; it counts once its owner says that it is kept. */
async function renew(context: Context): Promise<void> {
  const { client, now } = context;
  const say = words().me.card.renew;
  const made = client.newCard();
  const shown = {
    card: made,
    name: client.name ?? "",
    account: client.account.slice(0, 8),
    origin: client.origin,
    date: date(now()),
  };
  const kept = await keepCard(shown, say.go, say.working, () => use(context, made));
  const lead = [h("p", words().begin.card.lead), h("p", say.lead2)];
  show(
    { title: words().me.card.title, back: "/me", place: "me" },
    h("div.stack", h("h1", say.heading2), lead),
    kept,
  );
  focusMain();
}

async function use(context: Context, made: LoginCard): Promise<void> {
  const { client } = context;
  const say = words().me.card.renew;
  let sentence = say.done;
  try {
    await client.replaceCard(made);
  } catch (error) {
    // Here it counts already: what is left to do on the hub is done with the next connection.
    if (!client.isCard(made)) throw error;
    sentence = say.later;
  }
  confirmed(client.account);
  made.erase();
  show(
    { title: words().me.card.title, back: "/me", place: "me" },
    h("div.stack", h("h1", words().me.card.heading), h("p", badge("echo", sentence))),
    h("div.line", h("a.btn.is-main", { href: "/me" }, words().common.done)),
  );
  announce(sentence);
  focusMain();
}
