/** One post: who says it and how that is known, what it says, *understood*, and the conversation about it. */

import type { AudienceView, ThreadState } from "../client/index.ts";
import type { Context, Screen } from "../page/context.ts";
import { h, replace } from "../page/dom.ts";
import { keepingPlace } from "../page/focus.ts";
import { announce, content, show } from "../page/frame.ts";
import { dueBadge } from "../page/homework.ts";
import { icon } from "../page/icons.ts";
import { liveOf } from "../page/live.ts";
import { badge, beats, button, drum, empty, iconButton, notice, section, shares } from "../page/parts.ts";
import { problem } from "../page/problem.ts";
import { prose } from "../page/prose.ts";
import { why } from "../page/reading.ts";
import { titleOf } from "../page/title.ts";
import { undoLine } from "../page/undo.ts";
import { figure, words } from "../page/words.ts";
import { files } from "./post/files.ts";
import { head, notices } from "./post/head.ts";
import { languageChoice, preferred, readerLanguages, texts } from "./post/language.ts";
import { more } from "./post/more.ts";
import { load, type Page } from "./post/page.ts";
import { place } from "./post/place.ts";
import { privately } from "./post/private.ts";
import { type Section, thread } from "./post/thread.ts";

/** `/post/{id}` */
export const post: Screen = async (context, { id = "" }) => {
  const began = performance.now();
  const found = await load(context, id);
  if (found === undefined) return missing(context, id);
  await new Reading(context, found.topic, found.audience).show();
  performance.measure("post opened", { start: began });
};

/** The screen of one post. */
class Reading implements Page {
  readonly context: Context;
  topic: Page["topic"];
  audience: AudienceView;
  thread: ThreadState = { state: "open", everyS: 0 };
  readonly errands: Page["errands"];
  readonly undo = undoLine(() => this.reload());
  readonly #article = h("div.stack");
  readonly #aside = h("div.stack");
  readonly #wrong = h("div");
  #language: number | undefined;
  /** Apart from what is drawn again: somebody may be typing in it. */
  readonly #talk: Section;

  constructor(context: Context, topic: Page["topic"], audience: AudienceView) {
    [this.context, this.topic, this.audience] = [context, topic, audience];
    this.errands = liveOf(context.client).errands;
    this.#talk = this.#conversation();
  }

  get publisher(): boolean {
    return this.audience.role !== "member";
  }

  mayReply(): boolean {
    const { charter, state } = this.audience;
    const live = state === "live" && charter?.replies === "everyone";
    const root = this.topic.post;
    return (
      live &&
      !root.pending &&
      root.shown !== "withdrawn" &&
      (this.publisher || this.thread.state !== "closed")
    );
  }

  async show(): Promise<void> {
    const { label } = this.audience;
    const action = iconButton("more", words().common.more, () => void more(this));
    const host = this.audience.charter?.host;
    show(
      {
        title: label,
        ...(host === undefined ? {} : { under: words().read.post.hosted.title(host) }),
        back: "/inbox",
        action,
        place: "news",
        shape: "split",
      },
      h("article.post", this.undo.element, this.#wrong, this.#article, this.#talk.element),
      h("aside.stack", this.#aside),
    );
    document.title = `${titleOf(this.topic.post.content)} · ${words().common.product}`;
    this.redraw();
    void this.#drawAside();
    void this.#markRead();
    void this.#askThread();
    this.context.changes(({ audience, kind }) => {
      const mine = audience === undefined || audience === this.audience.audience;
      if (mine && kind === "thread") void this.#askThread();
      else if (mine && kind !== "progress") void this.reload();
      else if (mine) void this.#drawAside();
    });
  }

  async refresh(): Promise<void> {
    await this.context.client.fetch(this.audience.audience).catch(() => undefined);
    await Promise.all([this.reload(), this.#askThread()]);
  }

  /** How fast replies may come; open where the hub does not say. */
  async #askThread(): Promise<void> {
    const { audience, post: id } = this.topic.post;
    if (this.audience.charter?.replies !== "everyone") return;
    const state = await this.context.client.threadState(audience, id).catch(() => undefined);
    if (state === undefined || this.context.left.aborted) return;
    this.thread = state;
    this.#talk.draw();
  }

  /** Reads again what is on this device, and draws it. */
  async reload(): Promise<void> {
    const found = await load(this.context, this.topic.post.post);
    if (found === undefined || this.context.left.aborted) return;
    ({ topic: this.topic, audience: this.audience } = found);
    this.redraw();
    void this.#markRead();
  }

  redraw(): void {
    const { post: shown } = this.topic;
    const all = texts(shown.content);
    const at = Math.min(this.#language ?? preferred(all, readerLanguages()), all.length - 1);
    const text = all[at];
    if (text === undefined) return;
    const choose = (language: number) => {
      this.#language = language;
      this.redraw();
      this.#article.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    };
    const body = h("div", { lang: text.language }, prose(text.body));
    const told = notices(shown, this.context.now());
    const said =
      shown.shown === "withdrawn"
        ? told
        : [
            told,
            languageChoice(all, at, choose),
            place(shown.content.place),
            body,
            files(this.context, shown.audience, shown.content.attachments),
            this.#understood(),
          ];
    const titled = shown.shown === "withdrawn" ? { ...text, title: words().read.post.withdrawn.title } : text;
    keepingPlace(this.#article, () =>
      this.#keepOpened(() => replace(this.#article, head(shown, titled, this.context.now()), said)),
    );
    this.#talk.draw();
  }

  /** Files that were opened stay open when the rest is drawn again. */
  #keepOpened(draw: () => void): void {
    const opened = [...this.#article.querySelectorAll<HTMLElement>("[data-file].is-open")];
    draw();
    for (const element of opened) {
      const again = this.#article.querySelector(`[data-file="${CSS.escape(element.dataset["file"] ?? "")}"]`);
      again?.replaceWith(element);
    }
  }

  async attempt(step: () => Promise<void>): Promise<void> {
    replace(this.#wrong);
    try {
      await step();
    } catch (error) {
      replace(this.#wrong, problem(error));
      this.#wrong.scrollIntoView({ block: "nearest" });
    }
  }

  /** The way from an assignment to where it is done, or to who handed in. */
  #homework(): HTMLElement {
    const said = words().homework.post;
    const { audience, post: id, content } = this.topic.post;
    const at = `/homework/${audience}/${id}`;
    const href = this.publisher ? `${at}/board` : at;
    const link = h("a.btn.is-main", { href }, icon("task"), this.publisher ? said.board : said.open);
    const due = h("p", dueBadge(content, this.context.now()));
    return h("div.stack.is-tight", due, h("div.act", link, !this.publisher && h("small", said.told)));
  }

  #understood(): HTMLElement | undefined {
    const said = words().read.post;
    const { own, pending, acknowledged, audience, kind, post: id } = this.topic.post;
    if (kind === "assignment") return pending ? undefined : this.#homework();
    if (own || pending || this.publisher) return undefined;
    const waits = this.errands.list.some((kept) => kept.act === "understood" && kept.thread === id);
    if (acknowledged || waits)
      return h("p", { tabindex: "-1" }, badge("echo", waits ? said.understoodQueued : said.understoodDone));
    const press = () =>
      void this.attempt(async () => {
        const queued = await this.errands.run({ act: "understood", audience, thread: id });
        announce(queued ? said.understoodQueued : said.understoodDone);
        await this.reload();
        this.#article.querySelector<HTMLElement>("p[tabindex]")?.focus();
      });
    return h("div.act", button(said.understood, press, "main", "check"), h("small", said.understoodTold));
  }

  #conversation(): Section {
    const replies = this.audience.charter?.replies ?? "none";
    const { topic } = this;
    const asks = !this.publisher && (replies === "desk" || topic.letters.length > 0);
    const sections = [
      ...(replies === "everyone" || topic.replies.length > 0 ? [thread(this)] : []),
      ...(asks ? [privately(this)] : []),
    ];
    const element = h(
      "div.stack",
      sections.map((one) => one.element),
    );
    return { element, draw: () => sections.forEach((one) => one.draw()) };
  }

  async #drawAside(): Promise<void> {
    const said = words().read.post;
    const host = this.audience.charter?.host;
    const trust =
      host === undefined
        ? notice("lock", said.hubCannot.title, h("small", said.hubCannot.text))
        : notice("eye", said.hosted.title(host), h("small", said.hosted.text), true);
    replace(this.#aside, trust);
    if (!this.publisher || this.topic.post.pending) return;
    const { post: id, shown } = this.topic.post;
    if (shown === "withdrawn") return;
    try {
      const { recipients, acknowledged, delivered } = await this.context.client.status(id);
      if (recipients.total === 0) return;
      const parts = [["echo", acknowledged] as const, ["on", Math.max(0, delivered - acknowledged)] as const];
      const { beats: drums } = shares(parts, Math.max(1, recipients.total), 20);
      const text = said.readersOf(figure(acknowledged), figure(recipients.total));
      replace(
        this.#aside,
        trust,
        section(
          said.readers,
          beats(drums, text),
          h("p", h("small", text)),
          h("a.btn", { href: `/sent/${id}` }, icon("eye"), said.watch),
        ),
      );
    } catch {
      // The figures are the hub's to tell; without it there are none.
    }
  }

  async #markRead(): Promise<void> {
    const { client } = this.context;
    const { post: root, replies, letters } = this.topic;
    for (const one of [root, ...replies]) if (!one.read) await client.markRead(one.audience, one.post);
    for (const one of letters) if (!one.read) await client.markLetterRead(one.audience, one.letter);
    await liveOf(client).count();
  }
}

/** A post that is not here: refused, on its way, or not for this account. */
async function missing(context: Context, id: string): Promise<void> {
  const said = words().read.post;
  show({ title: words().read.inbox.unknownKind, back: "/inbox", place: "news" }, loading());
  const draw = async () => {
    for (const { audience, label } of await context.client.audiences()) {
      const refusal = (await context.client.refused(audience)).find(({ name }) => name === id);
      if (refusal === undefined) continue;
      content(
        h("h1", said.refused),
        notice("unseen", label, [why(refusal.reason), " ", words().read.inbox.refused.text], true),
        h("details", h("summary", words().read.inbox.refused.technical), h("code.code", refusal.reason)),
      );
      return;
    }
    if (!liveOf(context.client).fetched) return;
    content(
      empty(
        drum("miss"),
        h("h1", said.gone),
        h("p", said.goneText),
        h("a.btn", { href: "/inbox" }, words().common.notFound.home),
      ),
    );
  };
  await draw();
  context.changes(() => {
    void (async () => {
      if ((await context.client.post(id)) !== undefined) await context.go(`/post/${id}`, true);
      else await draw();
    })();
  });
}

const loading = () => h("p", badge("going", words().common.loading));
