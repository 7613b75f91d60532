/** Children whose login cards this account keeps. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { ask, iconButton, rows, section, tile } from "../../page/parts.ts";
import { undoLine } from "../../page/undo.ts";
import { words } from "../../page/words.ts";

/** The list, and the way to add one. */
export async function childrenSection(context: Context): Promise<HTMLElement> {
  const said = words().homework.children;
  const self = context.client;
  const [list, told] = [h("div.stack"), h("div")];
  const line = undoLine(() => draw());
  const draw = async () => {
    const children = await self.wards.list();
    const none = h("p", h("small", said.none));
    replace(
      list,
      children.length === 0 ? none : rows(children.map((child) => row(child.account, child.name))),
    );
  };
  const row = (account: string, name: string) => {
    const remove = async () => {
      const { title, text, unsent, yes } = said.removeAsk;
      const body = h("div.stack.is-tight", h("p", text), h("p", unsent));
      if ((await ask(title(name), body, [{ value: "yes", label: yes }])) !== "yes") return;
      const done = await doing(told, words().me.saving, () => self.wards.remove(account));
      if (done === undefined) return;
      await Promise.all([context.familyChanged(), draw()]);
      announce(said.removed(name));
    };
    const off = iconButton("trash", said.remove(name), () => void remove());
    return h("li", h("div.row", tile(name), h("span.what", h("b", name)), off));
  };
  await draw();
  const add = h("a.btn", { href: "/me/child" }, icon("plus"), said.add);
  return section(said.heading, line.element, h("p", h("small", said.lead)), list, told, h("div.line", add));
}
