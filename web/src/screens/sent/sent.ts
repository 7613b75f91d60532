/** `/sent/{post}`: watching a post go out; approving it, correcting it, taking it back. */

import { type AudienceView, ClientError, type PostView, type Status } from "../../client/index.ts";
import type { Context, Screen } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce, note, show } from "../../page/frame.ts";
import { ask, badge, button, drum, empty, type Fact, facts } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { titleOf } from "../../page/title.ts";
import { figure, moment, words } from "../../page/words.ts";
import { whole } from "./content.ts";
import { isRunning, isSmall, Rate } from "./drums.ts";
import { before, drums, echoes, sums } from "./picture.ts";

/** Between two looks while it goes out, and after that, while echoes come. */
const [RUNNING_MS, ECHO_MS] = [1_000, 8_000];

/** `/sent/{post}` */
export const sent: Screen = async (context, { post = "" }) => {
  const { client } = context;
  let found = await client.post(post);
  if (found === undefined) {
    await client.fetchAll().catch(() => undefined);
    found = await client.post(post);
  }
  if (context.left.aborted) return;
  const audience = found && (await client.audience(found.audience));
  if (found === undefined || audience === undefined || audience.role === "member") return missing();
  await new Watch(context, found, audience).show();
};

function missing(): void {
  const said = words().read.post;
  show(
    { title: words().read.inbox.unknownKind, back: "/inbox", place: "write" },
    empty(
      drum("miss"),
      h("h1", said.gone),
      h("p", said.goneText),
      h("a.btn", { href: "/write" }, words().common.write),
    ),
  );
}

/** Waits so long, or until it is woken or left. */
function pause(ms: number, left: AbortSignal, wake: EventTarget): Promise<void> {
  return new Promise((over) => {
    const done = () => {
      clearTimeout(timer);
      left.removeEventListener("abort", done);
      wake.removeEventListener("wake", done);
      over();
    };
    const timer = setTimeout(done, ms);
    left.addEventListener("abort", done);
    wake.addEventListener("wake", done);
  });
}

/** The screen. */
class Watch {
  readonly #context: Context;
  #post: PostView;
  readonly #audience: AudienceView;
  #status: Status | undefined;
  readonly #rate = new Rate();
  #perSecond = 0;
  readonly #wake = new EventTarget();
  readonly #heading = h("h1.is-full");
  readonly #picture = h("div.stack.is-full");
  readonly #figures = h("dl.sum.is-full");
  readonly #facts = h("div.stack");
  readonly #acts = h("div.stack");
  readonly #echo = h("div.stack");
  readonly #whole: HTMLElement;
  readonly #wrong = h("div", { role: "status" });
  #acted = "";

  constructor(context: Context, post: PostView, audience: AudienceView) {
    [this.#context, this.#post, this.#audience] = [context, post, audience];
    this.#whole = whole(context, post);
  }

  async show(): Promise<void> {
    const { label } = this.#audience;
    show(
      { title: titleOf(this.#post.content), under: label, back: "/write", place: "write", shape: "split" },
      this.#heading,
      this.#picture,
      this.#figures,
      h("div.stack", this.#facts, this.#wrong, this.#acts),
      h("aside.stack", this.#echo, this.#whole),
    );
    replace(this.#heading, titleOf(this.#post.content));
    this.#context.changes(({ kind, audience }) => {
      if (audience !== undefined && audience !== this.#audience.audience) return;
      if (kind !== "errand") this.#wake.dispatchEvent(new Event("wake"));
    });
    void this.#watch();
  }

  /** Looks, draws and waits, until the screen is left. */
  async #watch(): Promise<void> {
    const { client, left, now } = this.#context;
    while (!left.aborted) {
      let running = false;
      try {
        const status = await client.status(this.#post.post);
        this.#post = (await client.post(this.#post.post)) ?? this.#post;
        this.#perSecond = this.#rate.see(status.delivered, now());
        if (left.aborted) return;
        this.#tell(status);
        this.#status = status;
        running = isRunning(status);
        this.#draw(status);
        note(this.#audience.label);
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        if (left.aborted) return;
        if (this.#status === undefined) replace(this.#picture, problem(error));
        else note(words().sent.lastKnown);
      }
      await pause(running ? RUNNING_MS : ECHO_MS, left, this.#wake);
    }
  }

  /** Says aloud what has come to an end; the figures between are for eyes. */
  #tell(status: Status): void {
    const before = this.#status;
    if (before === undefined || (before.state === status.state && !(isRunning(before) && !isRunning(status))))
      return;
    announce(this.#title(status));
  }

  #title({ state, recipients, cohorts, approvals, needed, release_ms }: Status): string {
    const said = words().sent;
    if (this.#post.shown === "withdrawn") return words().read.inbox.withdrawn;
    if (state === "scheduled") return said.scheduled(moment(release_ms ?? 0, this.#context.now()));
    if (state === "lapsed") return said.lapsed;
    if (state === "pending") return said.pending(figure(approvals), figure(needed));
    const all = figure(recipients.total);
    if (recipients.total === 0) return said.nobody;
    return cohorts.ready < cohorts.total ? said.running(all) : said.ready(all);
  }

  #draw(status: Status): void {
    const out = status.state === "accepted";
    replace(this.#heading, this.#title(status));
    replace(this.#picture, out ? drums(status) : before(status));
    replace(this.#figures, out ? sums(status, this.#perSecond) : undefined);
    this.#figures.hidden = !out;
    replace(this.#facts, this.#says(status));
    replace(this.#echo, out && !isSmall(status) ? echoes(status) : undefined);
    this.#whole.hidden = this.#post.shown === "withdrawn";
    this.#drawActs(status);
  }

  #says(status: Status): HTMLElement {
    const said = words().sent;
    const { approvedBy, sentMs, name, own } = this.#post;
    const { now } = this.#context;
    const names = approvedBy.map((one) => one.name ?? words().common.publisher);
    const approved: Fact = { icon: "seal", term: said.approved, text: names.join(" · ") };
    const by = own ? words().common.you : (name ?? words().common.publisher);
    const away = Math.max(0, status.recipients.ready - status.delivered);
    return facts(
      names.length > 0 && approved,
      { icon: "clock", term: said.written, text: `${by}, ${moment(sentMs, now())}` },
      status.state === "accepted" && {
        icon: "lock",
        term: said.lockedOnce,
        text: said.lockedText(figure(status.recipients.total)),
      },
      status.state === "accepted" &&
        away > 0 && { icon: "bell", term: said.away, text: said.awayText(figure(away)) },
    );
  }

  #drawActs(status: Status): void {
    // Drawn anew only where something else may be done, so that the focus stays.
    const { shown, own, approvedBy } = this.#post;
    const { client } = this.#context;
    const signed = approvedBy.some(({ account }) => account === client.account);
    const key = [status.state, shown, signed, status.needed, isRunning(status)].join();
    if (this.#acted === key) return;
    this.#acted = key;
    const said = words().sent;
    const { audience, post, kind } = this.#post;
    const standing = shown !== "withdrawn" && (kind === "announcement" || kind === "assignment");
    const mayTakeBack = own || this.#audience.role === "admin";
    replace(
      this.#acts,
      status.state === "pending" &&
        !own &&
        !signed &&
        h(
          "div.act",
          button(said.approve, () => void this.#approve(), "main", "seal"),
          h("small", said.approveText),
        ),
      status.state === "pending" && signed && h("p", badge("echo", said.approvedByYou)),
      status.state === "scheduled" &&
        mayTakeBack &&
        h(
          "div.line",
          button(said.takeBack, () => void this.#takeBack(), "usual", "turn"),
        ),
      status.state === "accepted" &&
        standing &&
        h(
          "div.line",
          h("a.btn", { href: `/write/${audience}?correct=${post}` }, words().read.post.more.correct),
          button(words().read.post.more.withdraw, () => void this.#withdraw()),
          h("a.btn.is-plain", { href: `/post/${post}` }, said.open),
        ),
      isRunning(status) && h("p", h("small", said.mayClose)),
    );
  }

  async #step(text: string, step: () => Promise<unknown>): Promise<void> {
    const { client } = this.#context;
    await doing(this.#wrong, text, async () => {
      await step();
      await client.fetch(this.#audience.audience).catch(() => undefined);
    });
    this.#wake.dispatchEvent(new Event("wake"));
  }

  async #approve(): Promise<void> {
    const { audience, post } = this.#post;
    await this.#step(words().sent.approving, () => this.#context.client.approve(audience, post));
  }

  async #takeBack(): Promise<void> {
    const said = words().sent;
    const options = [{ value: "yes", label: said.takeBack, main: true }] as const;
    if ((await ask(said.takeBackAsk, said.takeBackText, options)) !== "yes") return;
    await this.#step(said.takingBack, () => this.#context.client.takeBack(this.#post.post));
  }

  async #withdraw(): Promise<void> {
    const said = words().read.post.withdrawAsk;
    const options = [{ value: "yes", label: said.yes, main: true }] as const;
    if ((await ask(said.title, said.text, options)) !== "yes") return;
    const { audience, post } = this.#post;
    await this.#step(words().sent.takingBack, () =>
      this.#context.client.send(audience, "withdrawal", {}, post),
    );
    announce(said.done);
  }
}
