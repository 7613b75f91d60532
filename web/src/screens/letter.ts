/** One conversation of the desk: what the member wrote, what was answered, answering, and who takes it. */

import type { DeskState } from "../client/index.ts";
import type { Context, Screen } from "../page/context.ts";
import { askStates, type Conversation, conversations, publisherName, subjectOf } from "../page/desk.ts";
import { h, replace, type Child } from "../page/dom.ts";
import { keepingPlace } from "../page/focus.ts";
import { announce, content, show } from "../page/frame.ts";
import { icon } from "../page/icons.ts";
import { liveOf } from "../page/live.ts";
import { ask, badge, button, drum, empty, notice, section, tile } from "../page/parts.ts";
import { problem } from "../page/problem.ts";
import { prose } from "../page/prose.ts";
import { called } from "../page/reading.ts";
import { titleOf } from "../page/title.ts";
import { moment, words } from "../page/words.ts";
import { composer, told, type Written } from "./post/composer.ts";
import { letterItem } from "./post/private.ts";
import { queued } from "../page/errands.ts";
import { waitingItem } from "./post/thread.ts";

/** `/desk/{letter}` */
export const letter: Screen = async (context, { letter: id = "" }) => {
  const said = words().desk.letter;
  const { client } = context;
  const list = h("ol.thread", { "aria-live": "polite", "aria-relevant": "additions" });
  const [top, reported, aside, wrong] = [h("header.stack"), h("div"), h("aside.stack"), h("div")];
  const find = async () =>
    (await conversations(client)).find(({ letters }) => letters.some((one) => one.letter === id));
  let one = await find();
  show({ title: words().desk.title, back: "/desk", place: "desk", shape: "split" });
  if (one === undefined) return missing(context, id);
  const first = one;
  const errands = liveOf(client).errands;

  const send =
    (resolve: boolean) => async (written: Written, progress: (done: number, total: number) => void) => {
      const { newest, audience } = one ?? first;
      const errand = {
        act: "answer",
        audience: audience.audience,
        thread: newest.thread ?? "",
        to: newest.author,
        resolves: resolve ? newest.letter : undefined,
        body: written.body,
        files: [...written.files],
      } as const;
      told(await errands.run(errand, progress), said.sent);
      await refresh();
    };
  const form = composer(context, {
    key: `answer ${first.newest.author} ${first.newest.thread ?? ""}`,
    label: said.answer,
    hint: said.answerTold(called(first.newest)),
    buttons: [
      { label: said.send, press: send(false), main: true },
      { label: said.sendResolve, press: send(true) },
    ],
    files: true,
  });
  content(
    h(
      "article.post",
      top,
      reported,
      section(said.history, list, h("small", said.colleague)),
      first.newest.thread === undefined ? undefined : form,
    ),
    aside,
  );

  async function draw(): Promise<void> {
    one = (await find()) ?? one ?? first;
    if (context.left.aborted) return;
    const names = await client.names(one.audience.audience);
    const waits = queued(errands.list, one.newest.thread ?? "", "answer");
    const letters = [
      ...one.letters.map((each) => letterItem({ context }, each)),
      ...waits.map((kept) => waitingItem({ errands, redraw: () => void draw() }, kept)),
    ];
    const [head, state] = [headOf(one), stateOf(context, one, names, change)];
    keepingPlace(top, () => replace(top, ...head));
    keepingPlace(list, () => replace(list, letters));
    keepingPlace(aside, () => replace(aside, wrong, state));
  }

  async function refresh(): Promise<void> {
    if (one !== undefined) await askStates(client, [one.audience]);
    await draw();
  }

  async function change(state: DeskState["state"], assignee?: string): Promise<void> {
    replace(wrong);
    try {
      await client.setDesk((one ?? first).newest.letter, state, assignee);
      await refresh();
      announce(said.changed[state]);
      aside.querySelector<HTMLElement>("button")?.focus();
    } catch (error) {
      replace(wrong, problem(error));
    }
  }

  await draw();
  void prove(context, first, reported);
  for (const each of first.letters) if (!each.read) await client.markLetterRead(each.audience, each.letter);
  await liveOf(client).count();
  context.changes(({ kind }) => void (kind === "desk" || kind === "letter" ? refresh() : draw()));
  await refresh();
};

function headOf(one: Conversation): Child[] {
  const { newest, about, audience } = one;
  const proof = h("small.badge.good", ...badge("seal", words().read.post.memberProof).childNodes);
  const subject = newest.content.report === undefined ? titleOfAbout(one) : words().desk.report;
  const leads =
    about !== undefined && h("p", h("a", { href: `/post/${about.post}` }, words().desk.letter.thread));
  return [
    h("p.from", tile(called(newest)), h("span", h("b", called(newest)), proof)),
    h("h1", subject),
    h("p", h("small", audience.label)),
    leads,
  ];
}

const titleOfAbout = (one: Conversation): string =>
  one.about === undefined ? subjectOf(one) : titleOf(one.about.content);

/** Where the letter stands, and what can be done about that. */
function stateOf(
  { client }: Context,
  { state, audience }: Conversation,
  names: ReadonlyMap<string, string>,
  change: (state: DeskState["state"], assignee?: string) => Promise<void>,
): HTMLElement {
  const said = words().desk;
  const me = client.account;
  const holder = state.assignee === undefined ? undefined : publisherName(client, state.assignee, names);
  const now = {
    open: badge("", said.open),
    assigned: badge(
      "half",
      state.assignee === me ? said.heldByMe : said.heldBy(holder ?? words().common.publisher),
    ),
    resolved: badge("echo", said.resolved),
  }[state.state];
  const others = (audience.charter?.staff ?? []).filter(({ account }) => account !== me);
  const hand = async () => {
    const options = others.map(({ account }) => ({
      value: account,
      label: publisherName(client, account, names),
    }));
    const to = await ask(said.letter.assignTo, "", options);
    if (to !== undefined) await change("assigned", to);
  };
  const take = button(said.letter.take, () => void change("assigned", me), "usual", "desk");
  const resolve = button(said.letter.resolve, () => void change("resolved"), "usual", "check");
  const reopen = button(said.letter.reopen, () => void change("open"), "usual", "turn");
  return section(
    said.letter.state,
    h("p", { role: "status" }, now),
    state.state !== "resolved" && state.assignee !== me && take,
    state.state !== "resolved" &&
      others.length > 0 &&
      button(said.letter.assign, () => void hand(), "usual", "people"),
    state.state !== "resolved" && resolve,
    state.state !== "open" && reopen,
    notice("people", "", h("small", said.shared)),
  );
}

/** Shows what was reported, once it is proved. */
async function prove({ client, now }: Context, one: Conversation, place: HTMLElement): Promise<void> {
  const said = words().desk.letter.reported;
  const { report } = one.letters.findLast(({ content }) => content.report !== undefined)?.content ?? {};
  if (report === undefined) return;
  replace(place, h("p", badge("going", words().common.loading)));
  try {
    const proved = await client.proveReport(one.audience.audience, report);
    const name = proved.name ?? words().common.someone;
    replace(
      place,
      h(
        "section.preview.stack",
        h("h2", said.title),
        h("p", badge("seal", said.proven(name))),
        h(
          "div.before.stack.is-tight",
          h("p.said", h("b", name), h("time", moment(proved.sentMs, now()))),
          prose(proved.content.body),
        ),
        one.about !== undefined &&
          h("p", h("a", { href: `/post/${one.about.post}#${proved.post}` }, said.where)),
      ),
    );
  } catch (error) {
    const failed =
      typeof error === "object" && error !== null && "kind" in error && error.kind === "distrust";
    replace(place, failed ? notice("unseen", said.title, said.unproven, true) : problem(error));
  }
}

async function missing(context: Context, id: string): Promise<void> {
  const said = words().desk.letter;
  const { client } = context;
  const draw = () =>
    content(
      liveOf(client).fetched
        ? empty(
            drum("miss"),
            h("h1", said.gone),
            h("p", said.goneText),
            h("a.btn", { href: "/desk" }, icon("desk"), words().desk.title),
          )
        : h("p", badge("going", words().common.loading)),
    );
  draw();
  context.changes(() => {
    void (async () => {
      const there = (await client.letters()).some(({ letter: one }) => one === id);
      if (there) await context.go(`/desk/${id}`, true);
      else draw();
    })();
  });
}
