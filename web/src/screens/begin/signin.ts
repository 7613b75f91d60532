/** Signing in with the login card in another browser. */

import type { Client } from "../../client/index.ts";
import type { Visit } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce, raise, show } from "../../page/frame.ts";
import {
  currentLanguage,
  type Language,
  LANGUAGES,
  rememberLanguage,
  speak,
  words,
} from "../../page/words.ts";
import { cardField, type CardField } from "./card-field.ts";
import { afterwards } from "./next.ts";

/** `/signin` */
export async function signIn(visit: Visit): Promise<void> {
  const say = words().begin.signIn;
  if (visit.client !== undefined) return here(visit.client.name ?? words().me.nobody);
  const place = h("div");
  const enter = () => {
    const card = entry.card();
    if (card === undefined) return;
    void doing(
      place,
      say.working,
      () => open(visit, card.toText()),
      (e) => unopened(e, entry),
    );
  };
  const entry = cardField(enter);
  const user = h("input.sr", { type: "text", autocomplete: "username", name: "username", tabindex: "-1" });
  user.setAttribute("aria-hidden", "true");
  const form = h(
    "form.stack",
    { novalidate: true },
    user,
    entry.element,
    h("div.line", h("button.btn.is-main", { type: "submit" }, say.button)),
    place,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });
  show(
    { title: say.title, back: "/", shape: "split" },
    h("div.stack", h("h1", say.heading), h("p", say.lead), form),
    h("aside.stack", lost()),
  );
}

async function open(visit: Visit, card: string): Promise<void> {
  const { Client, Store, thisBrowser } = await import("../../client/index.ts");
  const client = await Client.signIn(await thisBrowser(), await Store.open(), location.origin, card);
  visit.enter(client);
  await speakAs(client);
  await visit.go(afterwards(), true);
  announce(words().begin.signIn.welcome);
}

/** The language that the owner chose on another device. */
async function speakAs({ settings: { language } }: Client): Promise<void> {
  const chosen = language as Language | undefined;
  if (chosen === undefined || !(chosen in LANGUAGES) || chosen === currentLanguage()) return;
  await speak(chosen);
  rememberLanguage(chosen);
  raise();
}

/** A card unknown here, or one whose vault does not open: said at the card. */
function unopened(error: unknown, entry: CardField): HTMLElement | undefined {
  const { kind, reason } = error as { kind?: unknown; reason?: unknown };
  const say = words().begin.signIn.wrong;
  const known =
    kind === "hub" && reason === "not-found"
      ? say.unknown(location.host)
      : kind === "distrust" && (reason === "vault" || reason === "foreign vault")
        ? say.damaged
        : undefined;
  if (known === undefined) return undefined;
  entry.wrong(known);
  return h("p");
}

function lost(): HTMLElement {
  const say = words().begin.signIn;
  return h(
    "section.stack",
    h("h2", say.lost),
    h(
      "ul.stack.plain",
      say.lostText.map((text) => h("li", text)),
    ),
    h("div.line", h("a.btn", { href: "/begin" }, say.makeNew)),
  );
}

function here(name: string): void {
  const say = words().begin;
  show(
    { title: say.signIn.title, place: "me" },
    h("div.stack", h("h1", say.signIn.heading), h("p", say.signIn.here(name))),
    h(
      "div.line",
      h("a.btn.is-main", { href: afterwards() }, say.make.toInbox),
      h("a.btn", { href: "/me#keluar" }, words().me.devices.end),
    ),
  );
}
