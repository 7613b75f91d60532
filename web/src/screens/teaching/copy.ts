/** `/audiences/{a}/copy`: the assignments of a class for another one, and the class put away. */

import type { AudienceView, Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { content } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, button, drum, empty, field, tick } from "../../page/parts.ts";
import { setHeard } from "../../page/preferences.ts";
import type { Parameters } from "../../page/route.ts";
import { titleOf } from "../../page/title.ts";
import { carry } from "../../page/undo.ts";
import { date, figure, size, words } from "../../page/words.ts";
import { type Here, open, publishersOnly } from "../people/here.ts";
import { progressDrums } from "../people/progress.ts";
import { localTime } from "../../page/asking.ts";
import { begun, copiable, DAY_MS, roll, type Rolling } from "./rolling.ts";

/** A year of whole weeks: what was due on a Friday stays due on a Friday. */
const YEAR_DAYS = 364;

/** Draws it. */
export async function copy(context: Context, parameters: Parameters): Promise<void> {
  const said = words().teaching.copy;
  const { client } = context;
  const back = `/audiences/${parameters["a"] ?? ""}/marks`;
  const here = await open(context, parameters, { title: said.title, back });
  if (!here.publisher) return publishersOnly(here);
  // A browser that was signed in just now has nothing yet.
  if (!liveOf(client).fetched) await liveOf(client).fetchAll();
  const works = await copiable(client, here.audience);
  const others = (await client.audiences()).filter(
    ({ role, state, audience, archived }) =>
      role !== "member" && state !== "removed" && !archived && audience !== here.audience,
  );
  const kept = await begun(client, here.audience);
  if (context.left.aborted) return;
  const heading = h("h1", said.heading(here.view.label));
  if (works.length === 0)
    return content(heading, empty(drum(""), h("h2", words().teaching.marks.none), h("p", said.noneText)));
  if (others.length === 0) {
    const make = h("a.btn.is-main", { href: "/audiences/new" }, icon("plus"), said.make);
    return content(heading, empty(drum(""), h("h2", said.noClass), h("p", said.noClassText), make));
  }
  content(heading, h("p", said.lead), new Copying(here, works, others, kept).element);
}

/** The form. */
class Copying {
  readonly element: HTMLElement;
  readonly #here: Here;
  readonly #works: readonly Work[];
  readonly #chosen: Set<string>;
  readonly #to = h("select");
  readonly #first = h("input", { type: "date" });
  readonly #archive: ReturnType<typeof tick>;
  readonly #list = h("ul.rows.picks");
  readonly #told = h("small", { role: "status" });
  readonly #press = h("button.btn.is-main", { type: "submit" });
  readonly #state = h("div", { role: "status" });
  #done: Rolling["done"];

  constructor(
    here: Here,
    works: readonly Work[],
    others: readonly AudienceView[],
    kept: Rolling | undefined,
  ) {
    const said = words().teaching.copy;
    [this.#here, this.#works, this.#done] = [here, works, kept?.done ?? {}];
    this.#chosen = new Set(kept?.chosen ?? works.map(({ id }) => id));
    this.#archive = tick(said.archive(here.view.label), {
      checked: kept === undefined && !here.view.archived,
    });
    for (const { audience, label } of others)
      this.#to.append(h("option", { value: audience, selected: audience === kept?.to }, label));
    const start = this.#earliest();
    if (start !== undefined)
      this.#first.value = localTime(start + (kept?.days ?? YEAR_DAYS) * DAY_MS).slice(0, 10);
    this.#first.addEventListener("input", () => this.#draw());
    // What was begun goes on as it was begun, or is begun anew for another class.
    this.#to.addEventListener("change", () => ((this.#done = {}), this.#draw()));
    this.element = h(
      "form.stack",
      { novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void this.#go()) },
      kept !== undefined &&
        h("p", badge("half", said.begun(figure(Object.keys(kept.done).length), figure(kept.chosen.length)))),
      field(said.to, this.#to).element,
      start !== undefined && this.#dates(),
      h(
        "div.line.is-apart",
        h("p.legend", said.which),
        h(
          "div.line",
          button(words().teaching.whom.every, () => this.#every(true), "plain"),
          button(words().teaching.whom.none, () => this.#every(false), "plain"),
        ),
      ),
      this.#list,
      this.#archive.element,
      h("div.act", this.#press, this.#state),
    );
    this.#draw();
  }

  #dates(): HTMLElement {
    const box = field(words().teaching.copy.first, this.#first);
    box.element.append(this.#told);
    return box.element;
  }

  /** The first due time of all; the dates of the others follow it. */
  #earliest(): number | undefined {
    const dues = this.#works.map(({ terms }) => terms.dueMs).filter((ms) => ms !== undefined);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  get #days(): number {
    const start = this.#earliest();
    if (start === undefined || this.#first.value === "") return 0;
    const day = (ms: number) => Date.parse(localTime(ms).slice(0, 10));
    return Math.round((Date.parse(this.#first.value) - day(start)) / DAY_MS);
  }

  #every(on: boolean): void {
    for (const { id } of this.#works) {
      if (on) this.#chosen.add(id);
      else this.#chosen.delete(id);
    }
    this.#draw();
  }

  #draw(): void {
    const said = words().teaching.copy;
    const days = this.#days;
    this.#told.textContent = said.shifted(figure(Math.abs(days)), days < 0, days % 7 === 0);
    replace(
      this.#list,
      this.#works.map((work) => h("li", this.#line(work, days))),
    );
    this.#tell();
  }

  #tell(): void {
    const n = this.#chosen.size;
    this.#press.textContent = words().teaching.copy.go(n);
    this.#press.disabled = n === 0;
  }

  #line(work: Work, days: number): HTMLElement {
    const said = words().teaching.copy;
    const { dueMs } = work.terms;
    const bytes = work.content.attachments.reduce((sum, one) => sum + one.size, 0);
    const when =
      dueMs === undefined
        ? words().teaching.facts.noDue
        : said.moves(date(dueMs), date(dueMs + days * DAY_MS));
    const copied = this.#done[work.id] !== undefined;
    const text = [
      h("b", titleOf(work.content)),
      h(
        "small.under",
        [when, bytes > 0 ? size(bytes) : "", copied ? said.copied : ""]
          .filter((part) => part !== "")
          .join(" · "),
      ),
    ];
    const box = tick(text, { checked: this.#chosen.has(work.id) });
    box.element.classList.add("pick");
    box.input.addEventListener("change", () => {
      if (box.input.checked) this.#chosen.add(work.id);
      else this.#chosen.delete(work.id);
      this.#tell();
    });
    return box.element;
  }

  async #go(): Promise<void> {
    const said = words().teaching.copy;
    const { context, audience, view } = this.#here;
    const { client } = context;
    const chosen = this.#works.map(({ id }) => id).filter((id) => this.#chosen.has(id));
    if (chosen.length === 0) return;
    const rolling: Rolling = { to: this.#to.value, chosen, days: this.#days, done: this.#done };
    this.#press.disabled = true;
    const done = await doing(this.#state, said.going, async () => {
      const drums = progressDrums(said.progress, chosen.length);
      replace(this.#state, drums.element);
      const n = await roll(client, audience, rolling, drums.progress);
      if (this.#archive.input.checked) await setHeard(client, audience, { archived: true, muted: true });
      return n;
    });
    this.#press.disabled = false;
    if (done === undefined || context.left.aborted) return;
    const archived = this.#archive.input.checked;
    carry(archived ? said.doneArchived(done.value, view.label) : said.done(done.value));
    await context.go(`/audiences/${rolling.to}`);
  }
}
