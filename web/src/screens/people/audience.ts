/** `/audiences/{a}`: whose it is, who can read, by which rules, and the ways to everything one may do here. */

import { type CharterView, Cannot, Offline } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { homeworkDrafts } from "../../page/drafted.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { again, announce, content } from "../../page/frame.ts";
import { icon, type Icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, beats, button, facts, notice, row, rows, section, shares, tick } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { setHeard } from "../../page/preferences.ts";
import type { Parameters } from "../../page/route.ts";
import { undoLine } from "../../page/undo.ts";
import { date, figure, words } from "../../page/words.ts";
import { sounds } from "../sounds.ts";
import { type Here, open, publisherNames, reload } from "./here.ts";
import { dueTimes } from "./due-times.ts";
import { leaving, renaming } from "./leaving.ts";
import { changeRules } from "./rules.ts";

/** Draws it. */
export async function audience(context: Context, parameters: Parameters): Promise<void> {
  const { client } = context;
  let here = await open(context, parameters, {
    title: words().people.title,
    shape: "split",
    back: "/audiences",
  });
  let drafts = 0;
  const look = async () => {
    if (here.publisher) drafts = (await homeworkDrafts(client, here.audience)).length;
  };
  const undo = undoLine(() => redraw());
  const members = h("div.stack.is-tight");
  const draw = () => {
    content(
      h("div.stack.parts", head(here), undo.element, trust(here, redraw), h("div.stack", ways(here, drafts))),
      h(
        "aside.stack.parts",
        here.publisher ? members : undefined,
        here.view.charter && section(words().people.rules.heading, rules(here, here.view.charter)),
        here.publisher && changeRules(here, undo, redraw),
        dueTimes(here),
        more(here, redraw),
      ),
    );
  };
  const redraw = async () => {
    here = await reload(context, here.audience);
    await look();
    if (!context.left.aborted) draw();
  };
  /** For what comes by itself: it moves nothing under the reader's hands, nor what is being chosen in the rules. */
  const refresh = async () => {
    const before = told(here);
    here = await reload(context, here.audience);
    if (
      context.left.aborted ||
      told(here) === before ||
      document.querySelector("main details[open]") !== null
    )
      return;
    again(draw);
  };
  await look();
  if (context.left.aborted) return;
  draw();
  if (here.publisher && here.view.hasKeys) void countMembers(here, members);
  context.changes(async (change) => {
    if (change.audience !== undefined && change.audience !== here.audience) return;
    await refresh();
    if (change.kind === "member") await countMembers(here, members);
  });
  // The rules may have changed while nobody listened.
  await client.sync(here.audience).then(refresh, (error: unknown) => {
    if (!(error instanceof Offline) && !(error instanceof Cannot)) content(head(here), problem(error));
  });
}

/** All that is drawn of it, to compare. */
function told({ context, audience, view, elsewhere }: Here): string {
  return JSON.stringify([view, [...elsewhere], liveOf(context.client).asking.get(audience)]);
}

function head({ view, publisher }: Here): HTMLElement {
  const say = words().people;
  const state = say.states[view.state];
  return h(
    "div.stack.is-tight",
    h("h1", view.label),
    h(
      "p.line",
      badge(publisher ? "edit" : "me", say.roles[view.role]),
      state !== undefined && badge(view.state === "removed" ? "miss" : "half", state),
      view.muted && badge("mute", say.muted),
    ),
  );
}

/** Who can read here: said before anything else, and asked where an operator does. */
function trust(here: Here, redraw: () => Promise<void>): Child {
  const say = words().people.audience;
  const { view, publisher, context } = here;
  const host = view.charter?.host;
  const keys = publisher && !view.hasKeys && notice("wait", say.noKeys[0], say.noKeys[1], true);
  if (host === undefined) return [keys, notice("lock", say.blind[0], say.blind[1])];
  const strong = notice("eye", say.hostedTitle, say.hostedText(host), true);
  if (view.hostingConsented || publisher) return [keys, strong];
  const agree = tick(say.consentTick(host), { required: true });
  const place = h("div");
  const form = h(
    "form.stack",
    agree.element,
    h("div.line", h("button.btn.is-main", { type: "submit" }, say.consent)),
    place,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const done = await doing(place, words().common.loading, () =>
      context.client.consentToHosting(here.audience),
    );
    if (done === undefined) return;
    announce(say.consented);
    await liveOf(context.client).fetchAll();
    await redraw();
  });
  return [keys, strong, form];
}

/** Where one goes from here. */
function ways({ audience, publisher, context, view }: Here, drafts: number): Child {
  const say = words().people.audience;
  const to = (path: string, lead: Icon, title: string, under: Child, end?: Child) =>
    row({
      href: `/audiences/${audience}${path}`,
      lead: h("span.tile", { "aria-hidden": "true" }, icon(lead)),
      title,
      under,
      end: end ?? icon("chevron"),
      fresh: end !== undefined,
    });
  const history = to("/history", "clock", say.history, say.historyUnder);
  if (!publisher)
    return [h("p.line", h("a.btn.is-main", { href: "/inbox" }, icon("news"), say.read)), rows(history)];
  const asking = liveOf(context.client).asking.get(audience) ?? 0;
  const waits = asking > 0 ? badge("half", words().people.asking(figure(asking))) : undefined;
  return [
    view.hasKeys && h("p.line", h("a.btn.is-main", { href: `/write/${audience}` }, icon("plus"), say.write)),
    rows(
      to("/invite", "qr", say.invite, say.inviteUnder),
      to("/requests", "people", say.requests, waits === undefined ? say.requestsNone : "", waits),
      to("/members", "klass", say.members, say.membersUnder),
      drafts > 0 &&
        to("/drafts", "edit", words().teaching.drafts.way, words().teaching.drafts.wayUnder(figure(drafts))),
      to("/marks", "check", words().teaching.marks.way, words().teaching.marks.wayUnder),
      history,
    ),
  ];
}

function rules(here: Here, charter: CharterView): Child {
  const say = words().people.rules;
  const mine = words().people.audience;
  const may = charter.replies === "none" ? "member" : charter.replies;
  return facts(
    { icon: "edit", term: say.publishers, text: publisherNames(here, charter) },
    { icon: "reply", term: say.replies, text: say.repliesAre[charter.replies] },
    { icon: "unseen", term: say.members, text: say.membersAre },
    { icon: "clock", term: say.history, text: say.historyIs[charter.history] },
    { icon: "seal", term: say.approvals, text: say.approvalsAre(charter.approvals) },
    here.publisher
      ? { icon: "cal", term: say.until, text: say.untilIs(date(charter.untilMs)) }
      : { icon: "me", term: mine.you, text: mine.youAre[may] },
  );
}

/** Members as drums; asked of the hub. */
async function countMembers(here: Here, place: HTMLElement): Promise<void> {
  const say = words().people.audience;
  const told = await doing(place, say.counting, () => here.context.client.members(here.audience));
  if (told === undefined) return;
  const there = told.value.filter(({ removed }) => !removed);
  const waiting = there.filter((member) => member.waiting).length;
  const all = shares(
    [
      ["on", there.length - waiting],
      ["half", waiting],
    ],
    there.length,
  );
  const title = say.count(figure(there.length));
  if (there.length === 0) return replace(place, h("p", badge("", say.countOne)));
  replace(
    place,
    h("h2", title),
    beats(all.beats, title),
    all.each > 1 && h("small", say.each(figure(all.each))),
    waiting > 0 && h("small", say.countWaiting(figure(waiting))),
  );
}

/** What one does to one's own place here. */
function more(here: Here, redraw: () => Promise<void>): HTMLElement {
  const say = words().people.audience;
  const place = h("div");
  const heard = async () => {
    await sounds(here.context, here.view);
    await redraw();
  };
  const { audience, archived, label } = here.view;
  const archive = words().teaching.archive;
  const put = async () => {
    const done = await doing(place, words().common.loading, () =>
      setHeard(here.context.client, audience, { archived: !archived }),
    );
    if (done !== undefined) announce((archived ? archive.takeDone : archive.putDone)(label));
    await redraw();
  };
  return section(
    say.you,
    h(
      "div.line",
      button(say.sounds, () => void heard(), "usual", here.view.muted ? "mute" : "bell"),
      button(say.rename, () => void renaming(here, place, redraw), "usual", "edit"),
      button(archived ? archive.take : archive.put, () => void put(), "usual", "archive"),
    ),
    leaving(here, place),
    place,
  );
}
