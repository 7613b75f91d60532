/** `/me/known`: every row that the hub keeps about the account, in plain words; and deleting the account. */

import type { Client, Known } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { show } from "../../page/frame.ts";
import { beats, button, drum, facts, section, shares } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";
import { goneSection } from "./gone.ts";
import { cut, grouped, total, type Group, type Kind } from "./groups.ts";
import { beatOf, tell, type Names } from "./rows.ts";
import { learn, said } from "./said.ts";

/** Draws it; the rows come from the hub. */
export async function known(context: Context): Promise<void> {
  await learn();
  const say = said();
  const place = h("div.stack.parts");
  show(
    { title: say.title, back: "/me", place: "me", shape: "split" },
    h("div.stack.parts", h("h1", say.heading), place),
    h("aside.stack.parts", goneSection(context)),
  );
  const names = await namesOf(context);
  const found = await doing(place, words().common.loading, () => context.client.known());
  if (found !== undefined) replace(place, drawn(context, names, found.value, place));
}

function limits(): HTMLElement {
  const { cannot, can } = said();
  return facts(
    { icon: "unseen", term: cannot.heading, text: cannot.text },
    { icon: "eye", term: can.heading, text: can.text },
  );
}

function drawn(context: Context, names: Names, known: Known, around: HTMLElement): Child[] {
  const say = said();
  const groups = grouped(known, names.account).filter(
    ([group, kinds]) => group !== "other" || kinds.some(({ count }) => count > 0),
  );
  const place = h("div");
  const all = async () => {
    const whole = await doing(place, words().common.loading, () => fetchAll(context.client, known));
    if (whole !== undefined) replace(around, drawn(context, names, whole.value, around));
  };
  const rest = cut(known).length > 0 && button(say.more, () => void all());
  return [
    h("div.stack", h("p", say.lead(figure(total(known)))), limits(), h("div.line", rest), place),
    groups.map(([group, kinds]) => drawGroup(group, kinds, names)),
  ];
}

async function fetchAll(client: Client, known: Known): Promise<Known> {
  const tables = new Map(known.tables);
  for (const table of cut(known)) tables.set(table, await client.knownRows(table));
  return { ...known, tables };
}

function drawGroup(group: Group, kinds: readonly Kind[], names: Names): HTMLElement {
  const [title = "", lead = ""] = said().groups[group];
  const there = kinds.filter(({ count }) => count > 0);
  const lists = there.map((kind) => drawKind(kind, names));
  return section(title, h("p", lead), there.length === 0 ? h("p", h("small", said().nothing)) : lists);
}

function drawKind({ table, rows, count }: Kind, names: Names): HTMLElement {
  const say = said();
  const title = say.tables[table] ?? table;
  const shown = shares(states(table, rows, count), count, 30);
  const label = `${title}: ${say.rows(figure(count))}`;
  const number =
    rows.length < count ? say.newest(figure(rows.length), figure(count)) : say.rows(figure(count));
  return h(
    "div.stack.is-tight.kind",
    h("div.line.is-apart", h("h3", title), h("small", number)),
    beats(shown.beats, label),
    shown.each > 1 && h("small", say.each(figure(shown.each))),
    h(
      "details",
      h("summary", say.show(figure(rows.length)), h("span.sr", `: ${title}`)),
      h(
        "ul.rows",
        rows.map((row) => line(table, row, names)),
      ),
    ),
  );
}

/** How many rows are in which state, as drums. */
function states(table: string, rows: Kind["rows"], count: number) {
  const tally = { echo: 0, on: 0, "": 0 };
  for (const row of rows) tally[beatOf(table, row) as keyof typeof tally]++;
  // Rows that have not been fetched are taken to be as usual.
  tally.on += count - rows.length;
  return [["echo", tally.echo] as const, ["on", tally.on] as const];
}

function line(table: string, row: Kind["rows"][number], names: Names): HTMLElement {
  const [title, under] = tell(table, row, names);
  const raw = Object.entries(row).map(([column, value]) =>
    h("div", h("dt", column), h("dd", String(value ?? "–"))),
  );
  return h(
    "li",
    h("div.row", drum(beatOf(table, row)), h("span.what", h("b", title), h("small", under))),
    h("details.raw", h("summary", h("small", said().raw)), h("dl", raw)),
  );
}

/** Names for what the hub knows by number only. */
async function namesOf({ client, now }: Context): Promise<Names> {
  const [labels, titles] = [new Map<string, string>(), new Map<string, string>()];
  for (const { audience, label } of await client.audiences()) {
    labels.set(audience, label);
    for (const { post, content } of await client.posts(audience))
      if (content.title !== undefined) titles.set(post, content.title);
  }
  return {
    account: client.account,
    audience: (id) => labels.get(id) ?? said().someAudience,
    post: (id) => titles.get(id),
    now,
  };
}
