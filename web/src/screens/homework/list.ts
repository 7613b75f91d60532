/** `/homework`: every assignment by due date across classes; what is to be done, handed in, given back. */

import type { Work } from "../../client/index.ts";
import type { Context, Screen } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { show } from "../../page/frame.ts";
import { dueHeading, near, type Piece, pieces } from "../../page/homework.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, choice, drum, empty, rows, section } from "../../page/parts.ts";
import { titleOf } from "../../page/title.ts";
import { words } from "../../page/words.ts";
import { line } from "./line.ts";
import { monthAside } from "./month.ts";
import { teachingRows } from "./teaching.ts";

/** Which assignments are listed. */
type Filter = "todo" | "in" | "back";

/** What the reader last chose, so that it is there on coming back. */
const chosen: { filter: Filter } = { filter: "todo" };

/** What came back is news for a week. */
const NEWS_MS = 7 * 86_400_000;

/** `/homework` */
export const list: Screen = async (context) => {
  await new List(context).show();
};

class List {
  readonly #context: Context;
  readonly #filters = h("div");
  readonly #list = h("div.stack");
  readonly #aside = h("aside.stack");

  constructor(context: Context) {
    this.#context = context;
  }

  async show(): Promise<void> {
    const said = words().homework;
    const child = this.#context.acting?.child;
    const search = h(
      "a.btn.is-icon",
      { href: "/search", "aria-label": said.search, title: said.search },
      icon("search"),
    );
    const title = child === undefined ? said.title : said.of(child.name);
    show(
      { title, action: search, place: "homework", shape: "split" },
      h("h1.sr", title),
      h("div.stack.homework", this.#filters, this.#list),
      this.#aside,
    );
    replace(this.#list, h("p", badge("going", words().common.loading)));
    this.#drawFilters();
    await this.#draw();
    this.#context.changes(({ kind }) => {
      if (kind !== "progress") void this.#draw();
    });
  }

  #drawFilters(): void {
    const said = words().homework;
    const options = [
      ["todo", said.todo],
      ["in", said.in],
      ["back", said.back],
    ] as const;
    const press = (value: Filter) => {
      chosen.filter = value;
      void this.#draw();
    };
    replace(this.#filters, choice(h("span.sr", said.filter), "saring", options, chosen.filter, press));
  }

  async #draw(): Promise<void> {
    const { client, left, now } = this.#context;
    const all = await pieces(client, now());
    const works = (await client.homework.works()).filter(({ teaching }) => teaching);
    const taught = await teachingRows(this.#context, works);
    const lists: Readonly<Record<Filter, () => Promise<Child>>> = {
      todo: () => this.#todo(all),
      in: () => this.#in(all),
      back: () => this.#back(all),
    };
    const own = all.length === 0 && works.length > 0 ? undefined : await lists[chosen.filter]();
    const aside = all.length === 0 ? undefined : monthAside(this.#context, all);
    if (left.aborted) return;
    this.#filters.hidden = all.length === 0;
    const gone = await this.#withdrawn();
    if (left.aborted) return;
    const teaching = taught.length > 0 && section(words().homework.teaching, rows(taught));
    keepingPlace(this.#list, () => replace(this.#list, own, gone, teaching));
    keepingPlace(this.#aside, () => replace(this.#aside, aside));
  }

  async #todo(all: readonly Piece[]): Promise<Child> {
    const said = words().homework;
    const now = this.#context.now();
    const before = all.filter(({ standing }) => standing === "before" || standing === "beforeClosed");
    const refused = all.filter(({ standing }) => standing === "refused");
    const overdue = all.filter((piece) => isOverdue(piece, now));
    // What is in already stays under its day, so that the day is seen whole.
    const apart = new Set([...before, ...refused, ...overdue]);
    const open = all.filter((piece) => !apart.has(piece) && (isOpen(piece) || isComing(piece, now)));
    const fresh = all.filter((piece) => cameBack(piece, now));
    if (refused.length + overdue.length + open.length === 0)
      return [
        this.#nothing(all),
        fresh.length > 0 && (await this.#section(said.justBack, fresh)),
        before.length > 0 && (await this.#section(said.beforeYou, byDue(before))),
      ];
    const days = new Map<string, { rank: number; pieces: Piece[] }>();
    for (const piece of open) {
      const [rank, heading] = dueHeading(piece.submission.dueMs(), now);
      const held = days.get(heading) ?? { rank, pieces: [] };
      held.pieces.push(piece);
      days.set(heading, held);
    }
    const ordered = [...days].sort(([, a], [, b]) => a.rank - b.rank);
    const sections: Child[] = [];
    if (refused.length > 0) sections.push(await this.#section(said.standing.refused, refused));
    if (overdue.length > 0) sections.push(await this.#section(said.overdue, overdue));
    for (const [heading, { pieces: of }] of ordered) sections.push(await this.#section(heading, byDue(of)));
    if (fresh.length > 0) sections.push(await this.#section(said.justBack, fresh));
    if (before.length > 0) sections.push(await this.#section(said.beforeYou, byDue(before)));
    return sections;
  }

  /** What was taken back lately, so that nobody wonders where it went. */
  async #withdrawn(): Promise<Child> {
    if (chosen.filter !== "todo") return undefined;
    const said = words().homework;
    const { client, now } = this.#context;
    const gone = (await client.homework.works()).filter(
      ({ teaching, state, changedMs }) => !teaching && state === "DELETED" && now() - changedMs < NEWS_MS,
    );
    if (gone.length === 0) return undefined;
    const labels = new Map((await client.audiences()).map(({ audience, label }) => [audience, label]));
    const line = ({ audience, content, changedMs }: Work) =>
      h(
        "li.row.is-gone",
        drum(""),
        h(
          "span.what",
          h("small", labels.get(audience) ?? ""),
          h("span", titleOf(content)),
          h("small", said.takenBack(near(changedMs, now()))),
        ),
      );
    return section(said.withdrawn, h("ul.rows", gone.map(line)));
  }

  async #in(all: readonly Piece[]): Promise<Child> {
    const said = words().homework;
    const waits = all.filter(({ standing }) => standing === "waiting");
    const handed = all.filter(({ submission }) => submission.phase.at === "turnedIn");
    if (waits.length + handed.length === 0) return this.#nothing(all);
    const newest = [...handed].sort((a, b) => receivedMs(b) - receivedMs(a));
    return [
      waits.length > 0 && (await this.#section(said.standing.waiting, waits)),
      handed.length > 0 && (await this.#section(said.waitingForMarks, newest)),
    ];
  }

  async #back(all: readonly Piece[]): Promise<Child> {
    const back = all.filter(
      ({ submission }) => submission.phase.at === "returned" || submission.mark !== undefined,
    );
    if (back.length === 0) return this.#nothing(all);
    const newest = [...back].sort((a, b) => receivedMs(b) - receivedMs(a));
    return this.#section(words().homework.back, newest);
  }

  async #section(heading: string, list: readonly Piece[]): Promise<HTMLElement> {
    return section(heading, rows(await Promise.all(list.map((piece) => line(this.#context, piece)))));
  }

  #nothing(all: readonly Piece[]): HTMLElement {
    const said = words().homework.empty;
    if (!liveOf(this.#context.client).fetched && all.length === 0)
      return h("p", badge("going", words().common.loading));
    const { title, text } = all.length === 0 ? said.none : said[chosen.filter];
    const beat = all.length > 0 && chosen.filter === "todo" ? "echo" : "";
    return empty(drum(beat), h("h2", title), h("p", text));
  }
}

const DONE: ReadonlySet<string> = new Set(["in", "late", "back", "excused", "closed", "left"]);

/** These have a section of their own, or go out by themselves. */
const APART: ReadonlySet<string> = new Set(["before", "beforeClosed", "refused", "waiting"]);

/** Whether its pupil still has something to do, or something waits to go out. */
const isOpen = ({ standing }: Piece): boolean => !DONE.has(standing);

/** Due, and with its pupil all the same: missing, or to be done again since. */
function isOverdue(piece: Piece, now: number): boolean {
  const { standing, submission } = piece;
  if (APART.has(standing)) return false;
  if (standing === "missing") return true;
  const due = submission.dueMs();
  return isOpen(piece) && due !== undefined && due < now;
}

/** Handed in, and its day is still to come. */
function isComing({ standing, submission }: Piece, now: number): boolean {
  const due = submission.dueMs();
  return (standing === "in" || standing === "excused") && due !== undefined && due >= now;
}

function cameBack({ standing, submission }: Piece, now: number): boolean {
  const work = submission.handedIn();
  return standing === "back" && work !== undefined && now - work.receivedMs < NEWS_MS;
}

const receivedMs = ({ submission }: Piece): number => submission.handedIn()?.receivedMs ?? 0;

const byDue = (list: readonly Piece[]): Piece[] =>
  [...list].sort((a, b) => (a.submission.dueMs() ?? Infinity) - (b.submission.dueMs() ?? Infinity));
