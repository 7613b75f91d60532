/** Where the account is signed in, and signing out: here, or everywhere else. */

import type { SessionRow } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { ask, button, drum, rows, section } from "../../page/parts.ts";
import { date, moment, words } from "../../page/words.ts";
import { isConfirmed } from "../begin/kept.ts";

/** The devices, which the hub is asked for, and the way out. */
export function devicesSection(context: Context): HTMLElement {
  const say = words().me.devices;
  const place = h("div.stack");
  const look = async () => {
    const found = await doing(place, words().common.loading, () => context.client.sessions());
    if (found !== undefined) replace(place, list(context, found.value, look));
  };
  void look();
  const leaving = h("div");
  const element = section(
    say.heading,
    place,
    h(
      "div.line",
      button(say.end, () => void end(context, leaving), "usual"),
    ),
    leaving,
  );
  element.id = "keluar";
  return element;
}

function list(
  { client, now }: Context,
  sessions: readonly SessionRow[],
  look: () => Promise<void>,
): HTMLElement[] {
  const say = words().me.devices;
  const line = ({ created_ms, expires_ms, current }: SessionRow) =>
    h(
      "li",
      h(
        "div.row",
        drum(current ? "on" : ""),
        h(
          "span.what",
          h("b", current ? say.this : say.other),
          h("small", say.since(moment(created_ms, now()), date(expires_ms))),
        ),
      ),
    );
  const others = sessions.filter(({ current }) => !current).length;
  const place = h("div");
  const endOthers = async () => {
    const sure = await ask(say.endOthersTitle, h("p", say.endOthersText), [
      { value: "end", label: say.endOthers, main: true },
    ]);
    if (sure === undefined) return;
    if ((await doing(place, say.endOthers, () => client.endOtherSessions())) === undefined) return;
    await look();
    announce(say.endedOthers);
  };
  return [
    rows(sessions.map(line)),
    h("div.line", others > 0 && button(say.endOthers, () => void endOthers()), place),
  ];
}

/** Says what is lost, then takes the account off this browser. */
async function end({ client }: Context, place: HTMLElement): Promise<void> {
  const say = words().me.devices;
  const [unsent, drafts] = [
    (await client.audiences()).some(({ onItsWay }) => onItsWay),
    await client.drafts(),
  ];
  const text = [
    h("p", say.endText),
    (unsent || drafts.length > 0) && h("p.bad", say.unsent),
    !isConfirmed(client.account) &&
      h("p.bad", say.endCard, " ", h("a", { href: "/me/card" }, words().me.card.title)),
  ];
  const sure = await ask(say.endTitle, text, [{ value: "end", label: say.end, main: true }]);
  if (sure === undefined) return;
  const done = await doing(place, say.end, () => client.signOut());
  // Begins anew, so that nothing of the account stays in this page's memory.
  if (done !== undefined) location.assign("/");
}
