/** Accounts whose replies and letters are not shown, and taking that back. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { button, rows, section, tile } from "../../page/parts.ts";
import { date, words } from "../../page/words.ts";

/** The list. */
export async function blockedSection({ client }: Context): Promise<HTMLElement> {
  const say = words().me.blocked;
  const names = await namesOf(client);
  const place = h("div.stack");
  const told = h("div");
  const draw = () => {
    const blocked = Object.entries(client.settings.blocked ?? {});
    const line = ([account, since]: [string, number]) => {
      const name = names.get(account) ?? words().common.someone;
      const undo = async () => {
        const done = await doing(told, words().me.saving, () =>
          client.changeSettings((settings) => {
            const { [account]: _, ...rest } = settings.blocked ?? {};
            return { ...settings, blocked: rest };
          }),
        );
        if (done === undefined) return;
        draw();
        announce(say.undone(name));
      };
      const label = [h("b", name), h("small", say.since(date(since)))];
      return h(
        "li",
        h(
          "div.row",
          tile(name),
          h("span.what", label),
          button(say.undo, () => void undo(), "plain"),
        ),
      );
    };
    replace(place, blocked.length === 0 ? h("p", h("small", say.none)) : rows(blocked.map(line)));
  };
  draw();
  return section(say.heading, place, told);
}

/** The names that accounts last gave themselves, as this device has met them. */
async function namesOf(client: Context["client"]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const note = ({ author, name }: { author: string; name: string | undefined }) => {
    if (name !== undefined) names.set(author, name);
  };
  for (const { audience } of await client.audiences()) (await client.posts(audience)).forEach(note);
  (await client.letters()).forEach(note);
  return names;
}
