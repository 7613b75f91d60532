/** The thread under a post, where everyone may reply: replies in their order, and what one may do with each. */

import type { PostView } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { announce } from "../../page/frame.ts";
import { ask, badge, button, field, iconButton } from "../../page/parts.ts";
import { prose } from "../../page/prose.ts";
import { called } from "../../page/reading.ts";
import { type Kept, queued } from "../../page/errands.ts";
import { problem } from "../../page/problem.ts";
import { setBlocked } from "../../page/preferences.ts";
import { clock, day, moment, words } from "../../page/words.ts";
import { composer, told, type Written } from "./composer.ts";
import { files } from "./files.ts";
import type { Page } from "./page.ts";

/** The section, and how its list is drawn again while what is being typed stays. */
export interface Section {
  readonly element: HTMLElement;
  draw(): void;
}

/** Replies of everyone. */
export function thread(page: Page): Section {
  const said = words().read.thread;
  const list = h("ol.thread", { "aria-live": "polite", "aria-relevant": "additions" });
  const form = h("div");
  const standing = h("div");
  const open = button(said.reply, () => write(), "plain", "reply");
  const heading = h("h2", { id: "tanya" }, said.title);
  const element = h(
    "section.stack",
    { "aria-labelledby": "tanya" },
    h("div.line.is-apart", heading, open),
    form,
    standing,
    list,
  );

  function write(): void {
    const close = () => {
      replace(form);
      open.hidden = !page.mayReply();
      open.focus();
    };
    const key = `reply ${page.topic.post.post}`;
    const buttons = [{ label: said.send, press: send }];
    const how = { key, label: said.label, hint: said.everyone, buttons, files: true };
    replace(form, composer(page.context, how, close));
    open.hidden = true;
    form.querySelector("textarea")?.focus();
  }

  async function send({ body, files: chosen }: Written, progress: (done: number, total: number) => void) {
    const { audience, post } = page.topic.post;
    const errand = { act: "reply", audience, thread: post, body, files: [...chosen] } as const;
    const waits = await page.errands.run(errand, progress);
    if (waits && page.thread.state === "slow") announce(said.queuedTurn);
    else told(waits, said.sent);
    await page.refresh();
  }

  const inTurn = takingTurns(page);

  function draw(): void {
    const { replies } = page.topic;
    const waiting = queued(page.errands.list, page.topic.post.post, "reply");
    open.hidden = !page.mayReply() || form.childElementCount > 0;
    replace(standing, standingOf(page));
    inTurn();
    const state = page.thread.state === "slow" && navigator.onLine ? said.queuedTurn : said.queuedShort;
    if (replies.length === 0 && waiting.length === 0) return replace(list, h("li", h("small", said.none)));
    keepingPlace(list, () =>
      replace(list, [
        ...replies.map((reply) => item(page, reply)),
        ...waiting.map((kept) => waitingItem(page, kept, state)),
      ]),
    );
  }

  draw();
  return { element, draw };
}

/** The least time between two tries of a reply that waits for its turn. */
const PAUSE_MS = 3000;

/** In a slowed thread the next reply goes out by itself once its time has come; to be called when anything changed. */
function takingTurns(page: Page): () => void {
  const { left, now } = page.context;
  let timer: ReturnType<typeof setTimeout> | undefined;
  left.addEventListener("abort", () => clearTimeout(timer), { once: true });
  const wait = (): void => {
    clearTimeout(timer);
    const { thread, topic, errands } = page;
    const waiting = queued(errands.list, topic.post.post, "reply");
    if (thread.state !== "slow" || left.aborted || waiting.every(({ refused }) => refused !== undefined))
      return;
    const last = topic.replies.findLast(({ own }) => own)?.sentMs ?? now();
    const due = last + thread.everyS * 1000 - now();
    timer = setTimeout(() => void errands.retry().then(page.refresh.bind(page)), Math.max(PAUSE_MS, due));
  };
  return wait;
}

function standingOf(page: Page): HTMLElement | undefined {
  const said = words().read.thread;
  const { thread: standing } = page;
  if (standing.state === "closed") return h("p", badge("lock", said.closed));
  if (standing.state !== "slow") return undefined;
  return h("p", badge("clock", said.slow(said.minutes(Math.max(1, Math.round(standing.everyS / 60))))));
}

/** Something of one's own that has not gone out: it waits, in the words of `waits`, or the hub refused it. */
export function waitingItem(
  page: Pick<Page, "errands" | "redraw">,
  kept: Kept,
  waits = words().read.thread.queuedShort,
): HTMLElement {
  const said = words().read.thread;
  const { refused } = kept;
  const drop = async () => {
    await page.errands.drop(kept.id);
    page.redraw();
  };
  const state = badge(refused === undefined ? "half" : "miss", refused === undefined ? waits : said.notSent);
  return h(
    "li",
    h("p.said", h("b", words().common.you), h("small", state)),
    "body" in kept && prose(kept.body),
    refused !== undefined && [
      problem(refused),
      button(words().common.remove, () => void drop(), "plain", "trash"),
    ],
  );
}

function item(page: Page, reply: PostView): HTMLElement {
  const said = words().read.thread;
  if (reply.blocked && !reply.own) return hidden(page, reply);
  const name = called(reply);
  const withdrawn = reply.shown === "withdrawn";
  const former = reply.formerNames.at(-1);
  const officer =
    reply.byPublisher && h("small.badge.good", ...badge("seal", words().read.post.publisher).childNodes);
  const choices = withdrawn ? [] : choicesOf(page, reply);
  return h(
    "li",
    { id: reply.post },
    h(
      "div.said",
      h("p.line", h("b", name), officer, former !== undefined && h("small", said.nameChanged(former))),
      h(
        "div.line",
        time(reply.sentMs, page.context.now()),
        choices.length > 0 && iconButton("more", said.more(name), () => void more(page, reply, choices)),
      ),
    ),
    withdrawn ? h("p", h("small", said.withdrawnBy(name))) : prose(reply.content.body),
    reply.shown === "corrected" && h("small", said.corrected),
    withdrawn ? undefined : files(page.context, reply.audience, reply.content.attachments),
  );
}

/** When something was said: today the time alone. */
export function time(ms: number, now: number): HTMLElement {
  const today = new Date(ms).toDateString() === new Date(now).toDateString();
  return h(
    "time",
    { datetime: new Date(ms).toISOString() },
    today ? clock(ms) : `${day(ms, now)}, ${clock(ms)}`,
  );
}

function hidden(page: Page, reply: PostView): HTMLElement {
  const said = words().read.thread;
  const show = button(said.unblock, () => void block(page, reply, false), "plain");
  return h("li.is-hidden", h("small", said.blocked(called(reply))), show);
}

type Choice = "withdraw" | "report" | "block";

function choicesOf({ publisher }: Page, { own, byPublisher }: PostView): Choice[] {
  if (own) return ["withdraw"];
  const choices: Choice[] = publisher ? ["withdraw"] : [];
  if (!byPublisher) choices.push(...(publisher ? [] : (["report"] as const)), "block");
  return choices;
}

async function more(page: Page, reply: PostView, choices: readonly Choice[]): Promise<void> {
  const said = words().read.thread;
  const labels = { withdraw: said.withdraw, report: said.report, block: said.block };
  const options = choices.map((value) => ({ value, label: labels[value] }));
  const text = h("small", `${called(reply)} · ${moment(reply.sentMs, page.context.now())}`);
  const choice = await ask(said.more(called(reply)), text, options);
  if (choice === "withdraw") await withdraw(page, reply);
  else if (choice === "report") await report(page, reply);
  else if (choice === "block") await askToBlock(page, reply);
}

/** Takes a post or reply back, after asking. */
export async function withdraw(page: Page, post: PostView): Promise<void> {
  const said = words().read.post.withdrawAsk;
  const yes = [{ value: "yes", label: said.yes, main: true }] as const;
  const answer = await ask(said.title, h("p", post.kind === "reply" ? said.reply : said.text), yes);
  if (answer !== "yes") return;
  await page.attempt(async () => {
    await page.context.client.send(post.audience, "withdrawal", {}, post.post);
    await page.refresh();
    announce(said.done);
  });
}

/** Discloses one reply to the publishers, after saying what that reveals. */
export async function report(page: Page, reply: PostView): Promise<void> {
  const said = words().read.thread.reportAsk;
  const note = field(said.label, h("textarea", { rows: 2, maxlength: 2000 }));
  const text = h("div.stack", h("p", said.text), note.element);
  const answer = await ask(said.title, text, [{ value: "yes", label: said.yes, main: true }]);
  if (answer !== "yes") return;
  await page.attempt(async () => {
    const { client } = page.context;
    const disclosed = await client.report(reply.audience, reply.post);
    const draft = { body: note.input.value.trim(), report: disclosed };
    await client.sendLetter(reply.audience, "desk", "reply", draft, page.topic.post.post);
    page.undo.say(said.done);
  });
}

/** Hides an author's replies for this account, after asking. */
export async function askToBlock(page: Page, reply: PostView): Promise<void> {
  const said = words().read.thread.blockAsk;
  const yes = [{ value: "yes", label: said.yes, main: true }] as const;
  if ((await ask(said.title(called(reply)), h("p", said.text), yes)) === "yes")
    await block(page, reply, true);
}

async function block(page: Page, reply: PostView, hide: boolean): Promise<void> {
  const said = words().read.thread;
  const name = called(reply);
  const set = (on: boolean) => async () => {
    await setBlocked(page.context, reply.author, on);
    await page.refresh();
  };
  await page.attempt(async () => {
    await set(hide)();
    page.undo.say(hide ? said.blockedNow(name) : said.unblockedNow(name), hide ? set(false) : undefined);
  });
}
