/** `/homework/{audience}/{work}`: what is asked, where it is done, what was handed in and what came back. */

import type { Context, Screen } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { announce, content, retitle, show } from "../../page/frame.ts";
import { again, isEmpty, keepHanding, NOTHING } from "../../page/handing.ts";
import { beatOf, isBad, near, nearTitled } from "../../page/homework.ts";
import { liveOf } from "../../page/live.ts";
import { badge, drum, empty } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { prose } from "../../page/prose.ts";
import { titleOf } from "../../page/title.ts";
import { undoLine } from "../../page/undo.ts";
import { words } from "../../page/words.ts";
import { files } from "../post/files.ts";
import { Editor } from "./editor.ts";
import { feedback, history } from "./feedback.ts";
import { givenSection } from "./handed.ts";
import { handInBar } from "./hand-in.ts";
import { type Attempt, load, type Loaded } from "./load.ts";
import { notices } from "./notices.ts";
import { Questions } from "./questions.ts";
import { receiptOf } from "./receipts.ts";
import { isGoing, waitingSection } from "./waiting.ts";

/** The longest time that a browser counts down. */
const LONGEST_MS = 2 ** 31 - 1;

/** `/homework/{audience}/{work}` */
export const work: Screen = async (context, { audience = "", work: id = "" }) => {
  const found = await load(context, audience, id);
  if (found === undefined) return missing(context, audience, id);
  if (found.piece.work.teaching) return context.go(`/homework/${audience}/${id}/board`, true);
  await new Doing(context, found).show();
};

/** The screen while it is shown. */
export class Doing {
  readonly context: Context;
  loaded: Loaded;
  readonly undo = undoLine(() => this.reload());
  readonly editor: Editor;
  readonly #wrong = h("div");
  readonly #head = h("div.stack");
  readonly #task = h("div.stack");
  readonly #came = h("div.stack");
  readonly #place = h("div.stack");
  readonly #bar: ReturnType<typeof handInBar>;
  readonly #receipts = h("div.stack");
  readonly #history = h("div.stack");
  readonly #questions: Questions;
  /** It is being handed in: nothing on the screen changes until that is over. */
  sending = false;
  #editing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: Context, loaded: Loaded) {
    [this.context, this.loaded] = [context, loaded];
    const { audience, id } = loaded.piece.work;
    const said = words().homework.work;
    this.editor = new Editor({
      ...{ context, audience, work: id, undo: this.undo },
      heading: context.acting === undefined ? said.yours : said.of(context.acting.child.name),
      changed: () => this.#bar.draw(),
    });
    this.#bar = handInBar(this);
    this.#questions = new Questions(context, audience, id, () => this.reload());
  }

  async show(): Promise<void> {
    const { work: of, label, draft } = this.loaded.piece;
    const title = titleOf(of.content);
    show(
      { title, under: label, back: "/homework", place: "homework", shape: "split" },
      h(
        "div.stack.homework",
        ...[
          this.undo.element,
          this.#wrong,
          this.#head,
          this.#task,
          this.#came,
          this.#bar.before,
          this.#place,
          this.#bar.element,
        ],
      ),
      h("aside.stack", this.#receipts, this.#history, this.#questions.element),
    );
    this.#editing = draft !== undefined;
    this.editor.load(draft ?? NOTHING);
    await this.draw();
    void this.#markRead();
    this.context.left.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
    this.context.changes(({ kind, audience }) => {
      if (kind === "progress") this.#drawGoing();
      else if (audience === undefined || audience === of.audience) void this.reload();
    });
  }

  /** Reads again what is on this device, and draws it; what is being typed stays. */
  async reload(): Promise<void> {
    const { audience, id } = this.loaded.piece.work;
    const { handing } = this.editor;
    const found = await load(this.context, audience, id, isEmpty(handing) ? undefined : handing);
    if (found === undefined || this.context.left.aborted) return;
    // What was said of an earlier state is no news any more.
    if (found.piece.standing !== this.loaded.piece.standing) this.undo.clear();
    this.loaded = found;
    await this.draw();
    void this.#markRead();
  }

  /** Whether the pupil works on it now: it may be handed in, now or later, or a draft is there. */
  get working(): boolean {
    const { submission, errand, work: of, standing } = this.loaded.piece;
    if (this.sending) return true;
    if (errand !== undefined || of.state !== "PUBLISHED" || standing === "left") return false;
    const next = submission.nextAttempt(this.context.now());
    if (next === "already-in" || next === "no-attempts-left") return false;
    const asked = submission.phase.at !== "returned" || submission.redo || this.#editing;
    const free = !submission.excused && next !== "closed";
    return asked && (free || this.#editing);
  }

  /** Begins to work on it, again or from what was handed in before. */
  async work(from?: "before"): Promise<void> {
    this.#editing = true;
    const last = this.loaded.attempts.at(-1)?.letter.content;
    if (from === "before" && last !== undefined) {
      const handing = again(last.body, last.attachments, this.context.now());
      await keepHanding(this.context.client, this.loaded.piece.work.id, handing);
      this.editor.load(handing);
    }
    await this.reload();
    this.editor.element.querySelector<HTMLElement>("button")?.focus();
  }

  async draw(): Promise<void> {
    const { loaded, context } = this;
    const { work: of } = loaded.piece;
    const letter = this.#shown();
    const receipt = await this.#receipt();
    if (context.left.aborted) return;
    this.#drawHead();
    keepingPlace(this.#task, () => this.#keepOpened(this.#task, () => this.#drawTask()));
    const gone = of.state !== "PUBLISHED";
    const came = gone ? [] : [notices(context, loaded), feedback(context, loaded)];
    this.#keepOpened(this.#came, () => replace(this.#came, came));
    if (this.working) {
      if (!this.#place.contains(this.editor.element)) replace(this.#place, this.editor.element);
    } else this.#drawPlace(letter);
    this.#bar.draw();
    replace(this.#receipts, receipt);
    this.#keepOpened(this.#history, () =>
      replace(this.#history, history(context, loaded, letter?.letter.letter)),
    );
    this.#questions.draw(loaded);
    // Nobody there answers any more.
    this.#questions.element.hidden = loaded.audience.state === "removed" && loaded.questions.length === 0;
    this.#wakeLater();
  }

  #drawPlace(letter: Attempt | undefined): void {
    this.#keepOpened(this.#place, () =>
      replace(this.#place, waitingSection(this), letter !== undefined && givenSection(this, letter)),
    );
  }

  /** How much has gone of what an earlier visit left: the rest of the page stays as it is. */
  #drawGoing(): void {
    if (this.loaded.piece.errand === undefined || this.working) return;
    this.#drawHead();
    keepingPlace(this.#place, () => this.#drawPlace(this.#shown()));
  }

  /** What is in, where that is shown instead of the draft. */
  #shown(): Attempt | undefined {
    const { attempts, piece } = this.loaded;
    const { submission } = piece;
    const shown = submission.phase.at === "turnedIn" || !this.working ? submission.handedIn() : undefined;
    return attempts.find((one) => one.letter.letter === shown?.letter);
  }

  /** Runs a step and says beside it what went wrong. */
  async attempt(step: () => Promise<void>): Promise<void> {
    replace(this.#wrong);
    try {
      await step();
    } catch (error) {
      replace(this.#wrong, problem(error));
      this.#wrong.scrollIntoView({ block: "nearest" });
    }
  }

  /** Leaves the draft: it was handed in, or lies with what waits for a connection. */
  async finish(): Promise<void> {
    await this.editor.settled();
    this.#editing = false;
    await keepHanding(this.context.client, this.loaded.piece.work.id, undefined);
    this.editor.load(NOTHING);
  }

  #drawHead(): void {
    const said = words().homework;
    const { piece } = this.loaded;
    const { work: of, submission, standing } = piece;
    const now = this.context.now();
    const due = submission.dueMs();
    const n = attemptOf(piece.submission, now);
    const most = Math.max(of.terms.attempts, n);
    const called = isGoing(this) ? said.work.sendingNow : said.standing[standing];
    const word = h(isBad(standing) ? "strong.bad" : "strong", called);
    const title = titleOf(of.content);
    retitle(title);
    if (of.state !== "PUBLISHED")
      return replace(this.#head, h("h1", title), h("p.line", badge("", said.withdrawn)));
    const attempt = most > 1 ? ` · ${said.work.attempt(n, most)}` : "";
    const [cutoff, opens] = [submission.cutoffMs(), of.terms.opensMs];
    replace(
      this.#head,
      h("h1", title),
      h(
        "p.line",
        badge("clock", due === undefined ? said.noDue : nearTitled(due, now)),
        badge(beatOf(standing), word, attempt),
        opens !== undefined && opens > now && badge("lock", said.work.opens(near(opens, now))),
        cutoff !== undefined &&
          cutoff > now &&
          cutoff !== due &&
          badge("lock", said.work.cutoff(near(cutoff, now))),
        this.#scale(),
      ),
    );
  }

  #scale(): HTMLElement | undefined {
    const said = words().homework.work;
    const { scale } = this.loaded.piece.work.terms;
    if (scale.kind === "points") return badge("check", said.points(String(scale.most)));
    const list = new Intl.ListFormat(document.documentElement.lang, { type: "disjunction" });
    return scale.kind === "words" ? badge("check", said.scale(list.format(scale.words))) : undefined;
  }

  #drawTask(): void {
    const { work: of } = this.loaded.piece;
    const said = words().homework.work;
    if (of.state !== "PUBLISHED")
      return replace(this.#task, h("p", h("b", said.withdrawn.title)), h("p", said.withdrawn.text));
    const { body, attachments } = of.content;
    const { changedMs, givenMs } = of;
    const before = this.loaded.post !== undefined && h("a", { href: `/post/${of.id}` }, said.before);
    replace(
      this.#task,
      changedMs > givenMs &&
        h("p", h("small", said.changed(near(changedMs, this.context.now())), " ", before)),
      body.trim() !== "" && prose(body),
      files(this.context, of.audience, attachments),
    );
  }

  /** Files and photos that were opened stay open when the rest is drawn again. */
  #keepOpened(place: HTMLElement, draw: () => void): void {
    const opened = [...place.querySelectorAll<HTMLElement>("[data-file].is-open")];
    draw();
    for (const one of opened)
      place.querySelector(`[data-file="${CSS.escape(one.dataset["file"] ?? "")}"]`)?.replaceWith(one);
  }

  async #receipt(): Promise<HTMLElement | undefined> {
    const { piece, attempts } = this.loaded;
    const { work: of, submission } = piece;
    const last = attempts.at(-1);
    if (last === undefined) return undefined;
    const { letter, receivedMs, content: said } = last.letter;
    const finishedMs = said.homework?.finishedMs;
    return receiptOf(this.context, of, submission, { letter, receivedMs, finishedMs, attempt: last.n });
  }

  async #markRead(): Promise<void> {
    const { client } = this.context;
    const { post, returns, reminders, questions, piece } = this.loaded;
    const { audience } = piece.work;
    if (post !== undefined && !post.read) await client.markRead(audience, post.post);
    for (const one of [...returns, ...reminders, ...questions])
      if (!one.read && !one.own) await client.markLetterRead(audience, one.letter);
    await liveOf(client).count();
  }

  /** Draws again when it opens, falls due or closes. */
  #wakeLater(): void {
    clearTimeout(this.#timer);
    const { submission, work: of } = this.loaded.piece;
    const now = this.context.now();
    const times = [of.terms.opensMs, submission.dueMs(), submission.cutoffMs()];
    const next = Math.min(...times.filter((ms) => ms !== undefined && ms > now).map((ms) => ms ?? 0));
    if (next - now < LONGEST_MS) this.#timer = setTimeout(() => void this.draw(), next - now + 50);
  }
}

/** The attempt that is in, or the one that comes next. */
export function attemptOf(submission: Loaded["piece"]["submission"], now: number): number {
  const { phase } = submission;
  const next = submission.nextAttempt(now);
  if (typeof next === "number") return next;
  return phase.at === "assigned" ? 1 : phase.work.attempt;
}

/** An assignment that is not here: on its way, or taken back. */
async function missing(context: Context, audience: string, id: string): Promise<void> {
  const said = words().homework.work.gone;
  const loading = h("p", badge("going", words().common.loading));
  show({ title: words().homework.title, back: "/homework", place: "homework" }, loading);
  const draw = () => {
    if (!liveOf(context.client).fetched) return;
    const home = h("a.btn", { href: "/homework" }, words().homework.title);
    content(empty(drum("miss"), h("h1", said.title), h("p", said.text), home));
    announce(said.title);
  };
  draw();
  context.changes(() => {
    void (async () => {
      const found = await context.client.homework.work(audience, id);
      if (found !== undefined) await context.go(`/homework/${audience}/${id}`, true);
      else draw();
    })();
  });
}
