/** Office hours of somebody who keeps a desk: on which days, from when to when. */

import type { OfficeHours } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { USUAL } from "../../page/hours.ts";
import { field, section, tick } from "../../page/parts.ts";
import { weekday, words } from "../../page/words.ts";

/** From Monday on. */
const WEEK = [1, 2, 3, 4, 5, 6, 0];

/** The section; empty for those who keep no desk, until they do. */
export function hoursSection(context: Context): HTMLElement {
  const place = h("div");
  const draw = async () => {
    if (place.hasChildNodes() || !(await context.client.audiences()).some(({ role }) => role !== "member"))
      return;
    if (!context.left.aborted && !place.hasChildNodes()) place.append(hours(context));
  };
  void draw();
  // A browser that was signed in just now learns its audiences in a moment.
  context.changes(() => void draw());
  return place;
}

function hours({ client }: Context): HTMLElement {
  const said = words().teaching.hours;
  const [place, form] = [h("div"), h("div.stack")];
  const save = async (officeHours: OfficeHours | undefined) => {
    const done = await doing(place, words().me.saving, () =>
      client.changeSettings(({ officeHours: _, ...rest }) =>
        officeHours === undefined ? rest : { ...rest, officeHours },
      ),
    );
    if (done !== undefined) announce(officeHours === undefined ? said.off : said.saved);
  };
  const draw = () => {
    const { officeHours } = client.settings;
    replace(form, officeHours !== undefined && inputs(officeHours, save));
  };
  const on = tick(said.on, { checked: client.settings.officeHours !== undefined });
  on.input.addEventListener("change", async () => {
    await save(on.input.checked ? USUAL : undefined);
    draw();
  });
  draw();
  return section(said.heading, h("p", h("small", said.lead)), on.element, form, place);
}

/** Kept with each change that makes sense. */
function inputs(hours: OfficeHours, save: (hours: OfficeHours) => Promise<void>): HTMLElement {
  const said = words().teaching.hours;
  let now = hours;
  const complaint = h("small.bad", { role: "alert" });
  const time = (value: string, change: (value: string) => OfficeHours) => {
    const input = h("input", { type: "time", required: true });
    input.value = value;
    input.addEventListener("change", () => input.value !== "" && set(change(input.value)));
    return input;
  };
  const from = field(
    said.from,
    time(hours.from, (value) => ({ ...now, from: value })),
  );
  const until = field(
    said.until,
    time(hours.until, (value) => ({ ...now, until: value })),
  );
  const set = (wanted: OfficeHours) => {
    now = wanted;
    const late = now.from >= now.until;
    until.wrong(late ? said.wrong : undefined);
    complaint.textContent = now.days.length === 0 ? said.noDay : "";
    if (!late && now.days.length > 0) void save(now);
  };
  const day = (n: number) => {
    const input = h("input.sr", { type: "checkbox", checked: now.days.includes(n) });
    input.addEventListener("change", () => {
      const others = now.days.filter((one) => one !== n);
      set({ ...now, days: input.checked ? [...others, n].sort() : others });
    });
    return h(
      "label",
      input,
      h("span.sr", weekday(n, "long")),
      h("span", { "aria-hidden": "true" }, weekday(n, "short")),
    );
  };
  return h(
    "div.stack",
    h("fieldset.stack.is-tight", h("legend", said.days), h("div.seg.week", WEEK.map(day)), complaint),
    h("div.pairs", from.element, until.element),
  );
}
