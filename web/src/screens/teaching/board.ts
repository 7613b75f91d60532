/** `/homework/{audience}/{work}/board`: the whole class under one assignment, filling while work comes in. */

import { ClientError, type Work } from "../../client/index.ts";
import type { Context, Screen } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { announce, retitle, show } from "../../page/frame.ts";
import {
  badge,
  type Beat,
  beats,
  button,
  drum,
  empty,
  iconButton,
  notice,
  shares,
} from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { titleOf } from "../../page/title.ts";
import { undoLine } from "../../page/undo.ts";
import { figure, moment, words } from "../../page/words.ts";
import { menu, remind, returnAll } from "./acts.ts";
import { column } from "./columns.ts";
import { COLUMNS, isMarked, type Standing, standings, waits } from "./standing.ts";

/** `/homework/{audience}/{work}/board` */
export const board: Screen = async (context, { audience = "", work: id = "" }) => {
  const { client } = context;
  let work = await client.homework.work(audience, id);
  if (work === undefined) {
    await client.fetchAll().catch(() => undefined);
    work = await client.homework.work(audience, id);
  }
  if (context.left.aborted) return;
  if (work === undefined || !work.teaching) return missing();
  await new Board(context, work).show();
};

/** Nothing of that name is here to be checked. */
export function missing(): void {
  const said = words().teaching.missing;
  show(
    { title: words().teaching.title, back: "/homework", place: "homework" },
    empty(drum("miss"), h("h1", said.title), h("p", said.text), h("a.btn", { href: "/homework" }, said.list)),
  );
}

/** The screen. */
class Board {
  readonly #context: Context;
  #work: Work;
  #all: readonly Standing[] = [];
  /** Columns that are shown whole. */
  readonly #whole = new Set<string>();
  readonly #undo = undoLine(() => this.#refresh());
  readonly #sum = h("section.stack", { "aria-label": words().teaching.board.summary });
  readonly #columns = h("div.board");
  readonly #doing = h("div.slot", { role: "status" });
  readonly #told = h("div.slot");
  readonly #notice = h("div.slot");
  #due = false;
  #running: Promise<void> = Promise.resolve();

  constructor(context: Context, work: Work) {
    [this.#context, this.#work] = [context, work];
  }

  async show(): Promise<void> {
    const said = words().teaching.board;
    const { content: asked, terms, audience } = this.#work;
    const { label } = await this.#context.client.audience(audience);
    const due = terms.dueMs === undefined ? said.noDue : said.due(moment(terms.dueMs, this.#context.now()));
    show(
      {
        title: titleOf(asked),
        under: `${label} · ${due}`,
        back: "/homework",
        place: "homework",
        shape: "wide",
        action: iconButton("more", words().common.more, () => void menu(this.#acting())),
      },
      h("h1.sr", said.heading(titleOf(asked))),
      this.#undo.element,
      this.#notice,
      this.#sum,
      this.#told,
      this.#doing,
      this.#columns,
    );
    replace(this.#sum, badge("going", words().common.loading));
    this.#context.changes(({ kind, audience: of }) => {
      if (kind === "progress" || (of !== undefined && of !== audience)) return;
      void this.#refresh();
      if (kind === "post" || kind === "connected") void this.#tellDue();
    });
    void this.#tellDue();
    await this.#refresh();
  }

  /** Says what the hub was told about the due time; without an answer nothing is claimed. */
  async #tellDue(): Promise<void> {
    const { chosen, id, state } = this.#work;
    const { client, left, now } = this.#context;
    // Of letters to chosen pupils the hub is never told.
    if (chosen !== undefined || state === "DELETED") return replace(this.#told);
    try {
      const due = await client.homework.toldDue(id);
      if (left.aborted) return;
      const said = words().teaching.board;
      const at = due && moment(due.remindMs, now());
      const text = due && at && (due.remindMs > now() ? said.hubReminds(at) : said.hubReminded(at));
      replace(this.#told, text && h("p", h("small", badge("bell", text))));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
  }

  /** Looks again; what happens meanwhile is looked at once more, once. */
  #refresh(): Promise<void> {
    if (this.#due) return this.#running;
    this.#due = true;
    this.#running = this.#running.then(async () => {
      this.#due = false;
      if (!this.#context.left.aborted) await this.#look();
    });
    return this.#running;
  }

  async #look(): Promise<void> {
    const { client, left } = this.#context;
    try {
      this.#work = (await client.homework.work(this.#work.audience, this.#work.id)) ?? this.#work;
      const all = await standings(this.#context, this.#work);
      if (left.aborted) return;
      retitle(titleOf(this.#work.content));
      this.#tell(all);
      this.#all = all;
      this.#draw();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      // What was drawn before stays; the line under the bar says that there is no connection.
      if (!left.aborted && this.#all.length === 0) replace(this.#sum, problem(error));
    }
  }

  /** Says aloud whose work has come in since the last look. */
  #tell(all: readonly Standing[]): void {
    if (this.#all.length === 0) return;
    const before = new Map(this.#all.map(({ pupil, handedIn }) => [pupil.account, handedIn?.letter]));
    const fresh = all.filter((one) => waits(one) && one.handedIn?.letter !== before.get(one.pupil.account));
    const [one] = fresh;
    const said = words().teaching.board;
    if (one !== undefined) announce(fresh.length === 1 ? said.came(one.name) : said.cameMany(fresh.length));
  }

  #draw(): void {
    const { state } = this.#work;
    replace(this.#notice, state === "PUBLISHED" ? undefined : this.#state());
    if (this.#all.length === 0) return this.#nobody();
    keepingPlace(this.#sum, () => replace(this.#sum, this.#summary()));
    const columns = h(
      "div.board",
      COLUMNS.map((name) =>
        column(this.#context, this.#work, name, this.#all, {
          whole: this.#whole.has(name),
          more: () => (this.#whole.add(name), this.#draw()),
          remind: (whom) => void remind(this.#acting(), whom),
        }),
      ),
    );
    // What looks the same stays: it may be pressed just now.
    if (columns.isEqualNode(this.#columns)) return;
    keepingPlace(this.#columns, () => replace(this.#columns, [...columns.children]));
  }

  #nobody(): void {
    const said = words().teaching.board;
    replace(
      this.#sum,
      empty(
        drum(""),
        h("h2", said.nobody),
        h("p", said.nobodyText),
        h("a.btn", { href: `/audiences/${this.#work.audience}/invite` }, said.invite),
      ),
    );
  }

  /** Why pupils do not have it. */
  #state(): HTMLElement {
    const said = words().teaching.board;
    const { state, id, chosen } = this.#work;
    if (state === "DELETED") return notice("trash", said.deleted, said.deletedText);
    const link = chosen === undefined && h("a", { href: `/sent/${id}` }, said.draftLink);
    return notice("clock", said.draft, [said.draftText, " ", link]);
  }

  #summary(): Child {
    const said = words().teaching.board;
    const all = this.#all;
    const handedIn = all.filter(({ pupil }) => pupil.submission.handedIn() !== undefined).length;
    const waiting = all.filter(waits);
    const drafted = waiting.filter(isMarked);
    const next = waiting.find((one) => !isMarked(one)) ?? waiting[0];
    const text = said.handedIn(figure(handedIn), figure(all.length));
    return [
      this.#drums(),
      h(
        "div.line.is-apart",
        h("p", h("b", text), " ", said.handedInRest(figure(waiting.length))),
        h(
          "div.line",
          next !== undefined && h("a.btn.is-main", { href: this.#check(next) }, said.next),
          drafted.length > 0 &&
            button(said.returnAll(figure(drafted.length)), () => void returnAll(this.#acting(), drafted)),
        ),
      ),
    ];
  }

  #check({ pupil }: Standing): string {
    return `/homework/${this.#work.audience}/${this.#work.id}/check/${pupil.account}`;
  }

  #drums(): Child {
    const said = words().teaching.board;
    const number = (beat: Beat) => this.#all.filter((one) => one.beat === beat).length;
    const parts = (["echo", "q3", "on", "half", "miss", ""] as const).map(
      (beat) => [beat, number(beat)] as const,
    );
    const { beats: list, each } = shares(parts, this.#all.length);
    const count = (name: string) => this.#all.filter((one) => one.column === name).length;
    const label = said.drums(
      figure(this.#all.length),
      COLUMNS.map((name) => `${figure(count(name))} ${said.columns[name].toLowerCase()}`).join(", "),
    );
    return [beats(list, label), each > 1 && h("small", said.each(figure(each)))];
  }

  #acting() {
    const [context, work] = [this.#context, this.#work];
    return { context, work, place: this.#doing, undo: this.#undo, redraw: () => this.#refresh() };
  }
}
