/** Whether the hub may know when homework is due: told to everybody in the class, changed by its admins. */

import { ClientError } from "../../client/index.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { section, tick } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import type { Here } from "./here.ts";

/** The section, filled in once the hub has answered; without an answer nothing is claimed. */
export function dueTimes(here: Here): HTMLElement {
  const place = h("div");
  const { client, left } = here.context;
  void client.homework
    .dueTimes(here.audience)
    .then((allowed) => !left.aborted && replace(place, shown(here, allowed)))
    .catch((error: unknown) => {
      if (!(error instanceof ClientError)) throw error;
    });
  return place;
}

function shown({ admin, audience, context }: Here, allowed: boolean): HTMLElement {
  const said = words().teaching.dueTimes;
  const state = h("small", allowed ? said.allowed : said.forbidden);
  const text = h("p", state);
  if (!admin) return section(said.heading, text);
  const going = h("div");
  const box = tick([said.tick, h("small.under", said.told)], { checked: allowed });
  box.input.addEventListener("change", async () => {
    const { checked } = box.input;
    const done = await doing(going, words().common.loading, () =>
      context.client.homework.allowDueTimes(audience, checked),
    );
    if (done === undefined) box.input.checked = !checked;
    else {
      state.textContent = checked ? said.allowed : said.forbidden;
      announce(checked ? said.on : said.off);
    }
  });
  return section(said.heading, text, box.element, going);
}
