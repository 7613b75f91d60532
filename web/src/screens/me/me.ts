/** `/me`: everything about one's own account that is not news. */

import type { Context } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { show } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { row, rows, section, tile } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import { isConfirmed } from "../begin/kept.ts";
import { aboutSection, installSection } from "./about.ts";
import { blockedSection } from "./blocked.ts";
import { childrenSection } from "./children.ts";
import { languageSection, soundSection } from "./choices.ts";
import { dataSection } from "./data.ts";
import { devicesSection } from "./devices.ts";
import { hoursSection } from "./hours.ts";
import { mailSection } from "./mail.ts";
import { nameSection } from "./name.ts";

/** Draws it. */
export async function me(context: Context): Promise<void> {
  const { client, left } = context;
  const head = h("div.from");
  const drawHead = () => {
    const name = client.name ?? words().me.nobody;
    const host = new URL(client.origin).host;
    replace(head, tile(name), h("div", h("h1", name), h("small", words().me.onThisHub(host))));
  };
  drawHead();
  const sounds = await soundSection(context);
  const blocked = await blockedSection(context);
  const children = await childrenSection(context);
  if (left.aborted) return;
  show(
    { title: words().me.title, place: "me", shape: "split" },
    h(
      "div.stack.parts",
      head,
      accountSection(client.account),
      nameSection(context, drawHead),
      children,
      languageSection(context),
      sounds,
      hoursSection(context),
      mailSection(context),
      devicesSection(context),
      blocked,
      dataSection(context),
    ),
    h("aside.stack.parts", installSection(context), aboutSection(context)),
  );
  // A link to a section, from the screen of somebody who wants to use another card.
  if (location.hash === "#keluar") document.getElementById("keluar")?.scrollIntoView();
}

function accountSection(account: string): HTMLElement {
  const say = words().me.account;
  const card = isConfirmed(account) ? say.cardUnder : h("span.bad", say.cardPending);
  const leads = (name: "lock" | "eye") => h("span.tile", { "aria-hidden": "true" }, icon(name));
  return section(
    say.heading,
    rows(
      row({ href: "/me/card", lead: leads("lock"), title: say.card, under: card, end: icon("chevron") }),
      row({
        href: "/me/known",
        lead: leads("eye"),
        title: say.known,
        under: say.knownUnder,
        end: icon("chevron"),
      }),
    ),
  );
}
