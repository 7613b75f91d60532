/** The sheet that an announcement or an assignment is written on, until it is sealed. */

import type { AudienceView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { mistakes } from "../../page/asking.ts";
import { announce, note, retitle, show } from "../../page/frame.ts";
import { liveOf } from "../../page/live.ts";
import { field } from "../../page/parts.ts";
import { undoLine } from "../../page/undo.ts";
import { clock, figure, size, words } from "../../page/words.ts";
import { dropWriting, isBlank, keepWriting, releaseOf, weightOf, type Writing } from "../../page/writing.ts";
import { asking, type AskingForm, kindChoice } from "./asking.ts";
import { place, schedule, sound, versions } from "./extras.ts";
import { Pieces } from "./pieces.ts";
import { preview } from "./preview.ts";
import { shelf } from "./shelf.ts";
import { textField } from "./text.ts";
import type { Writer } from "./writer.ts";

/** The screen. */
export class Sheet implements Writer {
  readonly context: Context;
  readonly audiences: readonly AudienceView[];
  writing: Writing;
  readonly #undo = undoLine(() => this.#drawShelf());
  readonly #pieces: Pieces;
  readonly #preview = preview(this);
  readonly #schedule: ReturnType<typeof schedule>;
  readonly #reach = new Map<string, number>();
  readonly #name = h("h1.sr");
  readonly #told = h("small");
  readonly #act = h("div.act");
  readonly #state = h("div", { role: "status" });
  readonly #urgent = h("div.stack");
  readonly #rest = h("div.stack");
  readonly #text: ReturnType<typeof textField>;
  readonly #title = h("input", { maxlength: 200, name: "judul", autocomplete: "off" });
  readonly #to = h("select", { name: "kepada" });
  readonly #toField = field(words().write.to, this.#to);
  readonly #asking: AskingForm;
  readonly #news: HTMLElement;
  readonly #when: HTMLElement;
  #keeping: Promise<unknown> = Promise.resolve();
  #due = false;
  #gone = false;

  constructor(context: Context, writing: Writing, audiences: readonly AudienceView[]) {
    [this.context, this.writing, this.audiences] = [context, writing, audiences];
    this.#pieces = new Pieces(this, this.#undo);
    this.#schedule = schedule(this);
    this.#asking = asking(this);
    this.#news = h("div.stack", place(this), sound(this), versions(this));
    this.#when = h("div.stack", this.#schedule.element);
    this.#text = textField(words().write.body, writing.body, (body) => this.change({ body }));
  }

  get audience(): AudienceView | undefined {
    return this.audiences.find(({ audience }) => audience === this.writing.audience);
  }

  async show(): Promise<void> {
    const said = words().write;
    const toggle = h(
      "button.btn.is-plain.is-phone",
      { type: "button", "aria-pressed": "false" },
      said.preview.button,
    );
    toggle.addEventListener("click", () => this.#toggle(toggle));
    const [heading, { audience, corrects, task }] = [this.#heading(), this.writing];
    const back = corrects !== "" && task !== undefined ? `/homework/${audience}/${corrects}/board` : "/inbox";
    this.#name.textContent = heading;
    show(
      { title: heading, under: said.hub, back, action: toggle, place: "write", shape: "split" },
      this.#name,
      this.#form(),
      h("aside.stack", this.#preview.element, this.#rest),
    );
    this.#asking.draw();
    this.#draw();
    this.#pieces.upload();
    this.context.changes(({ kind }) => {
      if (kind !== "progress") void this.#drawShelf();
    });
    await this.#drawShelf();
    void this.#ask();
  }

  #heading(): string {
    const { task, corrects } = this.writing;
    const said = task === undefined ? words().write : words().teaching;
    return corrects === "" ? said.heading : said.correction;
  }

  #form(): HTMLElement {
    const said = words().write;
    const { corrects, task } = this.writing;
    this.#fillTo();
    this.#title.value = this.writing.title;
    this.#title.addEventListener("input", () => this.change({ title: this.#title.value }));
    this.#to.addEventListener("change", () => this.#direct());
    this.#toField.element.append(this.#told);
    const told = task === undefined ? said.correctionTold : words().teaching.correctionTold;
    return h(
      "form.stack.sheet-of-paper",
      { novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void this.#send()) },
      this.#undo.element,
      this.#urgent,
      corrects === "" ? kindChoice(this, () => this.#becomes()) : h("p", h("small", told)),
      this.#toField.element,
      field(said.title, this.#title).element,
      this.#text.element,
      this.#pieces.element,
      this.#asking.element,
      this.#news,
      this.#when,
      this.#act,
    );
  }

  /** It goes to another audience: whom it may be for is another list then. */
  #direct(): void {
    const { task } = this.writing;
    const audience = this.#to.value;
    this.change({ audience, ...(task?.chosen === undefined ? {} : { task: { ...task, chosen: [] } }) });
    this.#toField.wrong(undefined);
    this.#asking.draw();
    this.#pieces.upload();
    void this.#ask();
  }

  /** An announcement became an assignment, or the other way round. */
  #becomes(): void {
    this.#asking.draw();
    this.#draw();
    retitle(this.#heading());
    this.#name.textContent = this.#heading();
    announce(this.#heading());
  }

  change(part: Partial<Writing>): void {
    this.writing = { ...this.writing, ...part, changedMs: this.context.now() };
    this.#draw();
    void this.#keep();
  }

  /** Keeps the newest; while one write runs, whatever is typed meanwhile is kept by the next. */
  #keep(): Promise<unknown> {
    if (this.#due) return this.#keeping;
    this.#due = true;
    this.#keeping = this.#keeping.then(async () => {
      this.#due = false;
      if (this.#gone) return;
      const { writing, context } = this;
      try {
        if (isBlank(writing)) await dropWriting(context.client, writing.id);
        else await keepWriting(context.client, writing);
        if (context.left.aborted) return;
        const address = isBlank(writing) ? location.pathname : `/write?draft=${writing.id}`;
        if (location.pathname + location.search !== address) history.replaceState(null, "", address);
        note(isBlank(writing) ? words().write.hub : words().write.kept(clock(writing.changedMs)));
      } catch {
        note(words().write.notKept);
      }
    });
    return this.#keeping;
  }

  #fillTo(): void {
    const said = words().write;
    const { audience: chosen, corrects } = this.writing;
    const option = ({ audience, label }: AudienceView) => {
      const reach = this.#reach.get(audience);
      const text = reach === undefined ? label : said.reaches(label, figure(reach));
      return h("option", { value: audience, selected: audience === chosen }, text);
    };
    const none = h("option", { value: "", selected: chosen === "" }, said.choose);
    replace(this.#to, chosen === "" && none, this.audiences.map(option));
    this.#to.disabled = corrects !== "";
  }

  /** Asks how many each audience reaches; without the hub the names stand alone. */
  async #ask(): Promise<void> {
    for (const { audience } of this.audiences) {
      if (this.#reach.has(audience) || this.context.left.aborted) continue;
      const reach = await this.context.client.reach(audience).catch(() => undefined);
      if (reach !== undefined) this.#reach.set(audience, reach);
    }
    if (!this.context.left.aborted) this.#fillTo();
  }

  #draw(): void {
    this.#preview.draw();
    const said = words().write;
    const { task, corrects } = this.writing;
    this.#asking.element.hidden = task === undefined;
    this.#news.hidden = task !== undefined;
    // Letters to some pupils go at once; only a post can wait at the hub.
    this.#when.hidden = corrects !== "" || task?.chosen !== undefined;
    const { charter } = this.audience ?? {};
    const approvals = charter?.approvals ?? 0;
    this.#told.textContent =
      charter === undefined
        ? ""
        : [said.replies[charter.replies], approvals > 0 ? said.approvals(approvals) : ""].join(" ");
    if (!this.#act.hasChildNodes()) {
      this.#act.append(h("button.btn.is-main", { type: "submit" }), this.#state, h("small"));
    }
    const [press, cost] = [this.#act.querySelector("button"), this.#act.querySelector(":scope > small")];
    const chosen = task?.chosen;
    const label =
      corrects !== ""
        ? said.send.correction
        : chosen !== undefined
          ? said.send.usual
          : releaseOf(this.writing) !== undefined
            ? said.send.schedule
            : approvals > 0
              ? said.send.approval
              : said.send.usual;
    if (press !== null && press.textContent !== label) press.textContent = label;
    const bytes = weightOf(this.writing) + new Blob([this.writing.title, this.writing.body]).size;
    const cohorts = charter?.cohorts.length ?? 1;
    if (cost === null) return;
    cost.textContent =
      chosen === undefined
        ? said.cost(figure(cohorts), size(bytes))
        : words().teaching.cost(figure(chosen.length), size(bytes));
  }

  async #drawShelf(): Promise<void> {
    const { urgent, rest } = await shelf(this.context, this.#undo, this.writing.id);
    if (this.context.left.aborted) return;
    keepingPlace(this.#urgent, () => replace(this.#urgent, urgent));
    keepingPlace(this.#rest, () => replace(this.#rest, rest));
  }

  #toggle(button: HTMLButtonElement): void {
    const seen = document.querySelector("main")?.classList.toggle("is-seen") === true;
    button.setAttribute("aria-pressed", String(seen));
    button.textContent = seen ? words().write.preview.back : words().write.preview.button;
    if (seen) document.getElementById("tinjau")?.focus();
    else this.#title.focus();
    scrollTo(0, 0);
  }

  /** Says what is missing, and goes there. */
  #isReady(): boolean {
    const said = words().write;
    const { audience, title, body, pieces, task, corrects } = this.writing;
    this.#toField.wrong(audience === "" ? said.noAudience : undefined);
    const nothing = `${title}${body}`.trim() === "" && pieces.length === 0;
    this.#text.wrong(nothing ? said.nothing : undefined);
    if (audience === "") this.#to.focus();
    else if (nothing) this.#text.input.focus();
    if (audience === "" || nothing) return false;
    const fresh = corrects === "";
    if (task !== undefined && this.#asking.wrong(mistakes(task, this.context.now(), fresh))) return false;
    return !(fresh && task?.chosen === undefined && this.#schedule.wrong());
  }

  async #send(): Promise<void> {
    if (!this.#isReady()) return;
    const said = words().write.send;
    const { client } = this.context;
    const sent = await doing(this.#state, said.going, async () => {
      await this.#pieces.settled();
      const { writing } = this;
      const { audience, corrects: thread } = writing;
      const errand = { act: "publish", audience, thread, writing } as const;
      const began = performance.now();
      const post = await liveOf(client).errands.publish(errand);
      performance.measure("post sent", { start: began });
      await this.#finish();
      return post;
    });
    if (sent === undefined || this.context.left.aborted) return;
    if (sent.value === undefined) return this.#waits();
    await client.fetch(this.writing.audience).catch(() => undefined);
    const { audience, task } = this.writing;
    if (task === undefined) return this.context.go(`/sent/${sent.value}`, true);
    // A correction is a post of its own; the assignment keeps its name, unless it still waited for its time.
    const found = await client.homework.work(audience, sent.value);
    const work = found === undefined ? this.writing.corrects : sent.value;
    await this.context.go(`/homework/${audience}/${work}/board`, true);
  }

  /** Takes the draft away, after what is still being written of it. */
  async #finish(): Promise<void> {
    this.#gone = true;
    await this.#keeping;
    await dropWriting(this.context.client, this.writing.id);
  }

  /** It is kept and goes out with the connection; a new sheet is laid out under what waits. */
  async #waits(): Promise<void> {
    await this.context.go("/write", true);
    announce(words().write.shelf.waitingText);
  }
}
