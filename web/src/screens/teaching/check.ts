/** `/homework/{audience}/{work}/check/{account}`: one pupil's work, and what the teacher says of it. */

import { ClientError, type Work } from "../../client/index.ts";
import type { Context, Screen } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { announce, show } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { badge, drum, empty } from "../../page/parts.ts";
import { titleOf } from "../../page/title.ts";
import { carry, undoLine } from "../../page/undo.ts";
import { figure, lately, moment, words } from "../../page/words.ts";
import { missing } from "./board.ts";
import { past } from "./past.ts";
import { isMarked, lateness, type Standing, standings, waits } from "./standing.ts";
import { turning } from "./turning.ts";
import { VerdictForm } from "./verdict.ts";
import { workOf } from "./work.ts";

/** `/homework/{audience}/{work}/check/{account}` */
export const check: Screen = async (context, { audience = "", work: id = "", account = "" }) => {
  const { client, left } = context;
  let work = await client.homework.work(audience, id);
  if (work === undefined) {
    await client.fetchAll().catch(() => undefined);
    work = await client.homework.work(audience, id);
  }
  if (left.aborted) return;
  if (work === undefined || !work.teaching) return missing();
  const { label } = await client.audience(audience);
  const back = `/homework/${audience}/${id}/board`;
  const frame = {
    title: titleOf(work.content),
    under: label,
    back,
    place: "homework",
    shape: "split",
  } as const;
  const all = await standings(context, work, true);
  const at = all.findIndex(({ pupil }) => pupil.account === account);
  const one = all[at];
  if (left.aborted) return;
  show(frame);
  if (one === undefined) return nobody(back);
  await new Check(context, work, all, at).show();
};

function nobody(back: string): void {
  const said = words().teaching.check;
  document
    .querySelector("main")
    ?.append(
      empty(
        drum("miss"),
        h("h1", said.nobody),
        h("p", said.nobodyText),
        h("a.btn", { href: back }, said.board),
      ),
    );
}

/** The screen. */
class Check {
  readonly #context: Context;
  readonly #work: Work;
  #all: readonly Standing[];
  readonly #at: number;
  readonly #state = h("div.stack.is-tight");
  readonly #paper = h("div.stack");
  readonly #past = h("div");
  readonly #undo = undoLine(() => this.#refresh());
  #form: VerdictForm | undefined;
  #shown = "";

  constructor(context: Context, work: Work, all: readonly Standing[], at: number) {
    [this.#context, this.#work, this.#all, this.#at] = [context, work, all, at];
  }

  get #one(): Standing {
    const one = this.#all[this.#at];
    if (one === undefined) throw new Error("a pupil on the board stays on it");
    return one;
  }

  async show(): Promise<void> {
    const { name } = this.#one;
    const form = new VerdictForm(this.#context, this.#work, this.#one, {
      done: (text) => this.#next(text),
      undo: this.#undo,
      refresh: () => this.#refresh(),
    });
    this.#form = form;
    await form.open();
    if (this.#context.left.aborted) return;
    const main = document.querySelector("main");
    if (main === null) return;
    const sheet = h("div.stack.turned", h("h1", name), this.#state, this.#paper);
    replace(
      main,
      this.#pager(),
      h("div.stack", this.#undo.element, sheet),
      h("aside.stack.checking", form.element, this.#past),
    );
    turning(this.#context, sheet, { before: this.#path(-1), after: this.#path(1) });
    this.#draw();
    this.#context.changes(({ kind, audience }) => {
      if (kind === "progress" || (audience !== undefined && audience !== this.#work.audience)) return;
      void this.#refresh();
    });
    announce(words().teaching.check.of(name, figure(this.#at + 1), figure(this.#all.length)));
  }

  async #refresh(): Promise<void> {
    try {
      const fresh = await standings(this.#context, this.#work, true);
      if (this.#context.left.aborted) return;
      // The order in which one turns pages stays, whatever comes in meanwhile.
      const by = new Map(fresh.map((one) => [one.pupil.account, one]));
      this.#all = this.#all.map((one) => by.get(one.pupil.account) ?? one);
      this.#draw();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
  }

  #path(step: -1 | 1): string | undefined {
    const one = this.#all[this.#at + step];
    return one && this.#to(one);
  }

  #to = ({ pupil }: Standing): string =>
    `/homework/${this.#work.audience}/${this.#work.id}/check/${pupil.account}`;

  #pager(): HTMLElement {
    const said = words().teaching.check;
    const [before, after] = [this.#all[this.#at - 1], this.#all[this.#at + 1]];
    const link = (one: Standing | undefined, lead: "back" | "chevron", label: (name: string) => string) =>
      one === undefined
        ? h("span.btn.is-icon", { "aria-hidden": "true" })
        : h(
            "a.btn.is-icon",
            { href: this.#to(one), "aria-label": label(one.name), title: label(one.name) },
            icon(lead),
          );
    return h(
      "nav.pager.is-full",
      { "aria-label": said.pages },
      link(before, "back", said.before),
      h(
        "p",
        words().common.of(figure(this.#at + 1), figure(this.#all.length)),
        " ",
        h("small.is-wide-only", said.keys),
      ),
      link(after, "chevron", said.after),
    );
  }

  #draw(): void {
    const { handedIn } = this.#one;
    replace(this.#state, this.#says());
    // What is being looked at is drawn again only where other work has come in.
    const key = handedIn?.letter ?? "";
    if (this.#shown !== key || !this.#paper.hasChildNodes())
      replace(
        this.#paper,
        workOf(this.#context, this.#work, this.#one, (file) => this.#form?.attach([file])),
      );
    this.#shown = key;
    this.#form?.standing(this.#one);
    void past(this.#context, this.#work, this.#one, this.#past);
  }

  #says(): Child {
    const said = words().teaching.check;
    const { now } = this.#context;
    const { pupil, handedIn, beat } = this.#one;
    const { submission } = pupil;
    const work = submission.handedIn();
    const guardian = handedIn?.content.homework?.guardian?.name;
    const { attempts } = this.#work.terms;
    const due = submission.extendedUntilMs;
    const state = words().teaching.states[submission.missing(now()) ? "missing" : submission.phase.at];
    return h(
      "p.line",
      badge(beat, submission.redo ? words().teaching.board.redo : state),
      work !== undefined && badge("clock", said.received(lately(work.receivedMs, now()))),
      submission.late() && badge("half", lateness(submission, now())),
      work !== undefined && attempts > 1 && badge("turn", said.attempt(work.attempt, attempts)),
      guardian !== undefined && badge("child", said.guardian(guardian)),
      submission.excused && badge("seal", words().teaching.board.excused),
      due !== undefined && badge("cal", words().teaching.board.extended(moment(due, now()))),
      pupil.removed && badge("x", words().teaching.board.gone),
    );
  }

  /** Goes on to the next whose work waits, or back to the board when all is done. */
  async #next(text: string): Promise<void> {
    const all = await standings(this.#context, this.#work, true).catch(() => this.#all);
    const places = new Map(this.#all.map(({ pupil }, at) => [pupil.account, at]));
    const order = (one: Standing) => {
      const at = places.get(one.pupil.account) ?? 0;
      return at > this.#at ? at : at + this.#all.length;
    };
    const mine = this.#one.pupil.account;
    const [next] = all
      .filter((one) => waits(one) && !isMarked(one) && one.pupil.account !== mine)
      .sort((a, b) => order(a) - order(b));
    carry(text);
    await this.#context.go(next ? this.#to(next) : `/homework/${this.#work.audience}/${this.#work.id}/board`);
  }
}
