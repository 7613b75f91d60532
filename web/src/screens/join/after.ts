/** After an invitation: asked and what happens next, or in. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce, content, focusMain } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { button, drum, facts } from "../../page/parts.ts";
import { carry } from "../../page/undo.ts";
import { words } from "../../page/words.ts";

/** A publisher has been asked; the page says so when the answer comes. */
export function asked(context: Context, audience: string, name: string, title: string): void {
  const say = words().join;
  const place = h("div");
  const withdraw = async () => {
    const done = await doing(place, words().common.loading, () => context.client.leave(audience));
    if (done === undefined) return;
    await liveOf(context.client).count();
    carry(say.asked.withdrawn);
    await context.go("/audiences", true);
  };
  content(
    h("div.stack", drum("half"), h("h1", title), h("p", say.asked.text(name))),
    facts(
      { icon: "clock", term: say.asked.wait[0], text: say.asked.wait[1] },
      { icon: "flag", term: say.asked.late[0], text: say.asked.late[1] },
    ),
    h(
      "div.line",
      h("a.btn.is-main", { href: "/inbox" }, say.in.news),
      button(say.asked.withdraw, () => void withdraw(), "plain"),
    ),
    place,
  );
  announce(title);
  focusMain();
  context.changes(async () => {
    const now = (await context.client.audiences()).find((one) => one.audience === audience);
    if (now?.state !== "live" || context.left.aborted || place.isConnected === false) return;
    inAlready(context, audience, say.in.accepted);
  });
}

/** In: the news come by themselves. */
export function inAlready(_: Context, audience: string, title: string, text?: string): void {
  const say = words().join.in;
  content(
    h("div.stack", drum("echo"), h("h1", title), h("p", text ?? say.text)),
    h(
      "div.line",
      h("a.btn.is-main", { href: "/inbox" }, icon("news"), say.news),
      h("a.btn", { href: `/audiences/${audience}` }, say.about),
    ),
  );
  announce(title);
  focusMain();
}
