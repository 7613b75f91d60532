/** `/write`: an announcement, from the first word to the moment it is sealed. */

import type { AudienceView } from "../../client/index.ts";
import type { Context, Screen } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce, content, note, show } from "../../page/frame.ts";
import { mark } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, empty, field } from "../../page/parts.ts";
import { undoLine } from "../../page/undo.ts";
import { clock, currentLanguage, figure, size, words } from "../../page/words.ts";
import {
  blank,
  dropWriting,
  findWriting,
  isBlank,
  keepWriting,
  newName,
  releaseOf,
  weightOf,
  type Writing,
} from "../../page/writing.ts";
import { place, schedule, sound, versions } from "./extras.ts";
import { Pieces } from "./pieces.ts";
import { preview } from "./preview.ts";
import { shelf } from "./shelf.ts";
import { textField } from "./text.ts";
import type { Writer } from "./writer.ts";

/** `/write`, `/write/{audience}`, with `?draft=` or `?correct=`. */
export const write: Screen = async (context, { audience = "" }) => {
  const audiences = (await context.client.audiences()).filter(
    ({ role, state }) => role !== "member" && state !== "removed",
  );
  if (audiences.length === 0) return nowhere(context);
  const asked = new URLSearchParams(location.search);
  const only = audiences.length === 1 ? (audiences[0]?.audience ?? "") : "";
  const writing =
    (await drafted(context, asked.get("draft") ?? "")) ??
    (await correcting(context, asked.get("correct") ?? "")) ??
    blank(audience || only, currentLanguage(), context.now());
  if (!context.left.aborted) await new Sheet(context, writing, audiences).show();
};

/** Nobody to write to, as far as is known by now. */
function nowhere({ client, changes, go }: Context): void {
  const said = words().write.nowhere;
  show({ title: words().common.write, place: "write" });
  const draw = () =>
    liveOf(client).fetched
      ? content(
          empty(
            mark(),
            h("h1", said.title),
            h("p", said.text),
            h("a.btn.is-main", { href: "/audiences/new" }, said.make),
          ),
        )
      : content(h("h1.sr", words().common.write), h("p", badge("going", words().common.loading)));
  draw();
  changes(() => {
    void (async () => {
      const found = (await client.audiences()).some(
        ({ role, state }) => role !== "member" && state !== "removed",
      );
      if (found) await go(location.pathname + location.search, true);
      else draw();
    })();
  });
}

/** A draft, unless it is on its way: that is beside the sheet. */
async function drafted({ client }: Context, id: string): Promise<Writing | undefined> {
  const { errands } = liveOf(client);
  await errands.ready;
  const given = errands.list.some((kept) => kept.act === "publish" && kept.writing.id === id);
  return given ? undefined : findWriting(client, id);
}

/** A sheet with what is to be corrected on it. */
async function correcting({ client, now }: Context, id: string): Promise<Writing | undefined> {
  const post = id === "" ? undefined : await client.post(id);
  if (post === undefined) return undefined;
  const { title, body, attachments, place, language, versions: others, priority } = post.content;
  return {
    ...blank(post.audience, language ?? currentLanguage(), now()),
    title: title ?? "",
    body,
    pieces: attachments.map((attachment) => ({ id: newName(), attachment })),
    place: place?.name ?? "",
    geo: place?.geo ?? "",
    versions: others.map((one) => ({ ...one, title: one.title ?? "" })),
    sound: priority ?? "usual",
    corrects: post.post,
  };
}

/** The screen. */
class Sheet implements Writer {
  readonly context: Context;
  readonly audiences: readonly AudienceView[];
  writing: Writing;
  readonly #undo = undoLine(() => this.#drawShelf());
  readonly #pieces: Pieces;
  readonly #preview = preview(this);
  readonly #schedule: ReturnType<typeof schedule>;
  readonly #reach = new Map<string, number>();
  readonly #told = h("small");
  readonly #act = h("div.act");
  readonly #state = h("div", { role: "status" });
  readonly #urgent = h("div.stack");
  readonly #rest = h("div.stack");
  readonly #text: ReturnType<typeof textField>;
  readonly #title = h("input", { maxlength: 200, name: "judul", autocomplete: "off" });
  readonly #to = h("select", { name: "kepada" });
  readonly #toField = field(words().write.to, this.#to);
  #keeping: Promise<unknown> = Promise.resolve();
  #due = false;
  #gone = false;

  constructor(context: Context, writing: Writing, audiences: readonly AudienceView[]) {
    [this.context, this.writing, this.audiences] = [context, writing, audiences];
    this.#pieces = new Pieces(this, this.#undo);
    this.#schedule = schedule(this);
    this.#text = textField(words().write.body, writing.body, (body) => this.change({ body }));
  }

  get audience(): AudienceView | undefined {
    return this.audiences.find(({ audience }) => audience === this.writing.audience);
  }

  async show(): Promise<void> {
    const said = words().write;
    const correction = this.writing.corrects !== "";
    const heading = correction ? said.correction : said.heading;
    const toggle = h(
      "button.btn.is-plain.is-phone",
      { type: "button", "aria-pressed": "false" },
      said.preview.button,
    );
    toggle.addEventListener("click", () => this.#toggle(toggle));
    this.#fillTo();
    this.#title.value = this.writing.title;
    this.#title.addEventListener("input", () => this.change({ title: this.#title.value }));
    this.#to.addEventListener("change", () => {
      this.change({ audience: this.#to.value });
      this.#toField.wrong(undefined);
      this.#pieces.upload();
      void this.#ask();
    });
    this.#toField.element.append(this.#told);
    const form = h(
      "form.stack.sheet-of-paper",
      { novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void this.#send()) },
      this.#undo.element,
      this.#urgent,
      correction && h("p", h("small", said.correctionTold)),
      this.#toField.element,
      field(said.title, this.#title).element,
      this.#text.element,
      this.#pieces.element,
      place(this),
      sound(this),
      versions(this),
      !correction && this.#schedule.element,
      this.#act,
    );
    show(
      { title: heading, under: said.hub, back: "/inbox", action: toggle, place: "write", shape: "split" },
      h("h1.sr", heading),
      form,
      h("aside.stack", this.#preview.element, this.#rest),
    );
    this.#draw();
    this.#pieces.upload();
    this.context.changes(({ kind }) => {
      if (kind !== "progress") void this.#drawShelf();
    });
    await this.#drawShelf();
    void this.#ask();
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
    const label =
      this.writing.corrects !== ""
        ? said.send.correction
        : releaseOf(this.writing) !== undefined
          ? said.send.schedule
          : approvals > 0
            ? said.send.approval
            : said.send.usual;
    if (press !== null && press.textContent !== label) press.textContent = label;
    const bytes = weightOf(this.writing) + new Blob([this.writing.title, this.writing.body]).size;
    const cohorts = charter?.cohorts.length ?? 1;
    if (cost !== null) cost.textContent = said.cost(figure(cohorts), size(bytes));
  }

  async #drawShelf(): Promise<void> {
    const { urgent, rest } = await shelf(this.context, this.#undo, this.writing.id);
    if (this.context.left.aborted) return;
    replace(this.#urgent, urgent);
    replace(this.#rest, rest);
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
    const { audience, title, body, pieces } = this.writing;
    this.#toField.wrong(audience === "" ? said.noAudience : undefined);
    const nothing = `${title}${body}`.trim() === "" && pieces.length === 0;
    this.#text.wrong(nothing ? said.nothing : undefined);
    if (audience === "") this.#to.focus();
    else if (nothing) this.#text.input.focus();
    return audience !== "" && !nothing && !(this.writing.corrects === "" && this.#schedule.wrong());
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
    await this.context.go(`/sent/${sent.value}`, true);
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
