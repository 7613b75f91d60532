/** `/audiences/{a}/copy`: the assignments of a class for another one, and the class put away. */

import type { AudienceView, Client, Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { content } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, button, choice, drum, empty, field, tick } from "../../page/parts.ts";
import { setHeard } from "../../page/preferences.ts";
import type { Parameters } from "../../page/route.ts";
import { titleOf } from "../../page/title.ts";
import { carry } from "../../page/undo.ts";
import { date, figure, size, words } from "../../page/words.ts";
import { type Here, open, publishersOnly } from "../people/here.ts";
import { progressDrums } from "../people/progress.ts";
import { daysLater, localTime } from "../../page/asking.ts";
import {
  begun,
  type Copies,
  copiable,
  copiesIn,
  forget,
  type Given,
  roll,
  type Rolling,
  toDo,
  unmake,
} from "./rolling.ts";

const DAY_MS = 86_400_000;

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
  const kept = await unfinished(client, here.audience);
  if (context.left.aborted) return;
  const heading = h("h1", said.heading(here.view.label));
  if (works.length === 0)
    return content(heading, empty(drum(""), h("h2", words().teaching.marks.none), h("p", said.noneText)));
  if (others.length === 0) {
    const make = h("a.btn.is-main", { href: "/audiences/new" }, icon("plus"), said.make);
    return content(heading, empty(drum(""), h("h2", said.noClass), h("p", said.noClassText), make));
  }
  const form = new Copying(here, works, others, kept);
  await form.look();
  content(heading, h("p", said.lead), form.element);
}

/** A copying that was begun and has something left to do. */
async function unfinished(client: Client, from: string): Promise<Rolling | undefined> {
  const kept = await begun(client, from);
  if (kept === undefined || toDo(kept, await copiesIn(client, kept.to)).length > 0) return kept;
  await forget(client, from);
  return undefined;
}

/** The form. */
class Copying {
  readonly element: HTMLElement;
  readonly #here: Here;
  readonly #works: readonly Work[];
  readonly #chosen: Set<string>;
  readonly #begun: Rolling | undefined;
  readonly #to = h("select");
  readonly #first = h("input", { type: "date" });
  readonly #archive: ReturnType<typeof tick>;
  readonly #stopped = h("p");
  readonly #list = h("ul.rows.picks");
  readonly #told = h("small", { role: "status" });
  readonly #how = h("small", { role: "status" });
  readonly #press = h("button.btn.is-main", { type: "submit" });
  readonly #state = h("div", { role: "status" });
  #give: boolean;
  #copies: Copies = { given: new Set(), kept: new Map() };

  constructor(
    here: Here,
    works: readonly Work[],
    others: readonly AudienceView[],
    begun: Rolling | undefined,
  ) {
    const said = words().teaching.copy;
    [this.#here, this.#works, this.#begun, this.#give] = [here, works, begun, begun?.give ?? false];
    // What was for some of last year's pupils is nobody's this year, unless it is wanted.
    const usual = works.filter(({ chosen }) => chosen === undefined).map(({ id }) => id);
    this.#chosen = new Set(begun?.chosen ?? usual);
    this.#archive = tick(said.archive(here.view.label), {
      checked: begun === undefined && !here.view.archived,
    });
    for (const { audience, label } of others)
      this.#to.append(h("option", { value: audience, selected: audience === begun?.to }, label));
    const start = this.#earliest();
    if (start !== undefined)
      this.#first.value = localTime(daysLater(start, begun?.days ?? YEAR_DAYS)).slice(0, 10);
    this.#first.addEventListener("input", () => this.#draw());
    this.#to.addEventListener("change", () => void this.look());
    this.element = h(
      "form.stack",
      { novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void this.#go()) },
      this.#stopped,
      field(said.to, this.#to).element,
      start !== undefined && this.#dates(),
      this.#manner(),
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
  }

  /** Looks what the chosen class has already, and draws. */
  async look(): Promise<void> {
    const to = this.#to.value;
    const copies = await copiesIn(this.#here.context.client, to);
    if (to !== this.#to.value) return;
    this.#copies = copies;
    this.#draw();
  }

  #dates(): HTMLElement {
    const box = field(words().teaching.copy.first, this.#first);
    box.element.append(this.#told);
    return box.element;
  }

  #manner(): HTMLElement {
    const said = words().teaching.copy;
    const options = [
      ["drafts", said.drafts],
      ["now", said.now],
    ] as const;
    const element = choice(said.how, "cara", options, this.#give ? "now" : "drafts", (how) => {
      this.#give = how === "now";
      this.#draw();
    });
    element.append(this.#how);
    return element;
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

  /** The copying as it is chosen now. */
  get #rolling(): Rolling {
    const chosen = this.#works.map(({ id }) => id).filter((id) => this.#chosen.has(id));
    return { to: this.#to.value, chosen, days: this.#days, give: this.#give };
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
    this.#how.textContent = this.#give ? said.nowTold : said.draftsTold;
    const { chosen, to } = this.#begun ?? { chosen: [], to: "" };
    const left = this.#begun === undefined ? 0 : toDo(this.#begun, this.#copies).length;
    replace(
      this.#stopped,
      left > 0 &&
        to === this.#to.value &&
        badge("half", said.begun(figure(chosen.length - left), figure(chosen.length))),
    );
    replace(
      this.#list,
      this.#works.map((work) => h("li", this.#line(work, days))),
    );
    this.#tell();
  }

  #tell(): void {
    const n = toDo(this.#rolling, this.#copies).length;
    this.#press.textContent = (this.#give ? words().teaching.copy.goNow : words().teaching.copy.go)(n);
    this.#press.disabled = n === 0;
  }

  #line(work: Work, days: number): HTMLElement {
    const said = words().teaching.copy;
    const { dueMs } = work.terms;
    const bytes = work.content.attachments.reduce((sum, one) => sum + one.size, 0);
    const when =
      dueMs === undefined
        ? words().teaching.facts.noDue
        : said.moves(date(dueMs), date(daysLater(dueMs, days)));
    const text = [
      h("b", titleOf(work.content)),
      h("small.under", bytes > 0 ? `${when} · ${size(bytes)}` : when),
      work.chosen !== undefined && h("small.under", said.some(work.chosen.size)),
    ];
    const { given, kept } = this.#copies;
    if (given.has(work.id)) text.push(h("small.under", badge("on", said.given)));
    else if (kept.has(work.id)) text.push(h("small.under", badge("half", said.kept)));
    const done = toDo({ chosen: [work.id], give: this.#give }, this.#copies).length === 0;
    const box = tick(text, { checked: !done && this.#chosen.has(work.id) });
    box.input.disabled = done;
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
    const { context, audience } = this.#here;
    const { client } = context;
    const rolling = this.#rolling;
    const n = toDo(rolling, this.#copies).length;
    if (n === 0) return;
    const archive = this.#archive.input.checked;
    this.#press.disabled = true;
    const done = await doing(this.#state, said.going, async () => {
      const drums = progressDrums(said.progress, n);
      replace(this.#state, drums.element);
      const rolled = await roll(client, audience, rolling, context.now(), drums.progress);
      if (archive) await setHeard(client, audience, { archived: true, muted: true });
      return rolled;
    });
    if (context.left.aborted) return;
    this.#press.disabled = false;
    if (done === undefined) return this.look();
    const { made, given } = done.value;
    await this.#done(rolling, made, given, archive);
  }

  /** Says what was done where it can be seen: the class that has it, or its drafts. */
  async #done(
    { to, give }: Rolling,
    made: Awaited<ReturnType<typeof roll>>["made"],
    given: readonly Given[],
    archive: boolean,
  ): Promise<void> {
    const said = words().teaching.copy;
    const { context, audience, view } = this.#here;
    const { client } = context;
    const waiting = given.filter(({ post }) => post === undefined).length;
    const left = (await copiesIn(client, to)).kept.size;
    const text = [
      give ? said.doneNow(given.length) : said.done(made.length),
      waiting > 0 ? said.waiting(waiting) : "",
      give && left > 0 ? said.left(left) : "",
      archive ? said.archived(view.label) : "",
    ];
    // What went out cannot be called back so lightly.
    const back = async () => {
      await unmake(client, made);
      if (archive) await setHeard(client, audience, { archived: view.archived, muted: view.muted });
    };
    carry(text.filter((one) => one !== "").join(" "), give ? undefined : back);
    await context.go(left > 0 ? `/audiences/${to}/drafts` : `/audiences/${to}`);
  }
}
