/** The desk: what members wrote to the publishers, open, taken or resolved, shared by all of them. */

import type { DeskState } from "../client/index.ts";
import type { Context, Screen } from "../page/context.ts";
import {
  askStates,
  type Conversation,
  conversations,
  desks,
  publisherName,
  subjectOf,
} from "../page/desk.ts";
import { h, replace, type Child } from "../page/dom.ts";
import { keepingPlace } from "../page/focus.ts";
import { show } from "../page/frame.ts";
import { isOpen } from "../page/hours.ts";
import { icon } from "../page/icons.ts";
import { liveOf } from "../page/live.ts";
import { badge, choice, count, drum, empty, field, notice, row, rows, tile } from "../page/parts.ts";
import { plain } from "../page/prose.ts";
import { called } from "../page/reading.ts";
import { stamp, weekday, words } from "../page/words.ts";

type State = DeskState["state"];

/** What the reader last chose, so that it is there on coming back. */
const chosen: { state: State; audience: string } = { state: "open", audience: "" };

/** `/desk` */
export const desk: Screen = async (context) => {
  const said = words().desk;
  const mine = await desks(context.client);
  if (mine.length === 0) {
    const make = h("a.btn", { href: "/audiences/new" }, icon("plus"), said.notPublisher.make);
    const text = empty(icon("desk"), h("h1", said.notPublisher.title), h("p", said.notPublisher.text), make);
    return show({ title: said.title, place: "desk" }, text);
  }
  const filters = h("div.stack.is-tight");
  const list = h("div.stack", h("p", badge("going", words().common.loading)));
  const aside = h("aside.stack");
  show(
    { title: said.title, place: "desk", shape: "split" },
    h("h1.sr", said.title),
    h("div.stack", filters, list),
    aside,
  );
  let drawn = "";
  const draw = async () => {
    const all = await conversations(context.client);
    const names = new Map<string, ReadonlyMap<string, string>>();
    for (const { audience } of mine) names.set(audience, await context.client.names(audience));
    if (context.left.aborted) return;
    const here = all.filter(
      ({ audience }) => chosen.audience === "" || audience.audience === chosen.audience,
    );
    const of = (state: State) => here.filter((one) => one.state.state === state);
    const counts = said.counts(of("open").length, of("assigned").length, of("resolved").length);
    if (drawn !== counts) keepingPlace(filters, () => replace(filters, choose(counts, of)));
    drawn = counts;
    const listed = of(chosen.state);
    const line = (one: Conversation) => lineOf(context, one, names.get(one.audience.audience) ?? new Map());
    keepingPlace(list, () => replace(list, listed.length > 0 ? rows(listed.map(line)) : nothing(context)));
    replace(aside, outside(context), notice("people", "", h("small", said.shared)));
  };

  function choose(counts: string, of: (state: State) => readonly Conversation[]): Child {
    const label = (state: State, word: string) =>
      [state, [word, of(state).length > 0 && ` (${of(state).length})`]] as const;
    const options = [
      label("open", said.open),
      label("assigned", said.assigned),
      label("resolved", said.resolved),
    ];
    const states = choice(h("span.sr", said.filter), "keadaan", options, chosen.state, (state) => {
      chosen.state = state;
      void draw();
    });
    return [states, h("p.sr", { role: "status" }, counts), mine.length > 1 && from()];
  }

  function from(): HTMLElement {
    const option = (view: (typeof mine)[number]) =>
      h("option", { value: view.audience, selected: view.audience === chosen.audience }, view.label);
    const select = h("select", h("option", { value: "" }, said.everywhere), mine.map(option));
    select.addEventListener("change", () => {
      chosen.audience = select.value;
      void draw();
    });
    return field(h("span.sr", said.from), select).element;
  }

  await draw();
  const ask = async () => {
    await askStates(context.client, mine);
    await draw();
  };
  context.changes(
    ({ kind }) => void (kind === "desk" || kind === "letter" || kind === "connected" ? ask() : draw()),
  );
  await ask();
};

/** That nothing is heard now, for the one whose hours these are. */
function outside({ client, now }: Context): Child {
  const { officeHours } = client.settings;
  if (officeHours === undefined || isOpen(officeHours, now())) return undefined;
  const said = words().teaching.hours;
  const days = officeHours.days.map((day) => weekday(day, "short")).join(", ");
  const text = said.outside(days, officeHours.from.replace(":", "."), officeHours.until.replace(":", "."));
  return notice("mute", said.heading, [text, " ", h("a", { href: "/me" }, said.change)]);
}

function nothing({ client }: Context): HTMLElement {
  const { title, text } = words().desk.empty[chosen.state];
  if (!liveOf(client).fetched) return h("p", badge("going", words().common.loading));
  return empty(drum(chosen.state === "open" ? "echo" : ""), h("h2", title), h("p", text));
}

function lineOf(
  { client, now }: Context,
  one: Conversation,
  names: ReadonlyMap<string, string>,
): HTMLElement {
  const said = words().desk;
  const { newest, state, unread, audience } = one;
  const name = called(newest);
  const holder = state.assignee === undefined ? undefined : publisherName(client, state.assignee, names);
  const held =
    state.state === "assigned" && holder !== undefined
      ? h("span.line", badge("half", state.assignee === client.account ? said.heldByMe : said.heldBy(holder)))
      : undefined;
  const text = plain(newest.content.body);
  return row({
    href: `/desk/${newest.letter}`,
    lead: tile(name),
    over: [audience.label, " · ", subjectOf(one)],
    title: newest.content.report === undefined ? name : [icon("flag"), " ", name],
    under: [held, held !== undefined && " ", text.length > 120 ? `${text.slice(0, 120)} …` : text],
    end: [
      h("time", { datetime: new Date(newest.receivedMs).toISOString() }, stamp(newest.receivedMs, now())),
      count(unread),
    ],
    fresh: unread > 0,
  });
}
