/** `/audiences/{a}/drafts`: homework of a class that is written and not given, and the way to give all of it in its time. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { homeworkDrafts } from "../../page/drafted.ts";
import { keepingPlace } from "../../page/focus.ts";
import { content } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { badge, button, drum, empty, iconButton } from "../../page/parts.ts";
import { plain } from "../../page/prose.ts";
import type { Parameters } from "../../page/route.ts";
import { undoLine } from "../../page/undo.ts";
import { moment, size, words } from "../../page/words.ts";
import {
  dropWriting,
  keepWriting,
  LONGEST_MS,
  releaseOf,
  weightOf,
  type Writing,
} from "../../page/writing.ts";
import { timeOf } from "../../page/asking.ts";
import { type Here, open, publishersOnly } from "../people/here.ts";
import { progressDrums } from "../people/progress.ts";
import { give, holdOf, ungive } from "./rolling.ts";

/** Draws it. */
export async function drafts(context: Context, parameters: Parameters): Promise<void> {
  const here = await open(context, parameters, { title: words().teaching.drafts.title });
  if (!here.publisher) return publishersOnly(here);
  await new Drafts(here).show();
}

/** The screen. */
class Drafts {
  readonly #here: Here;
  readonly #undo = undoLine(() => this.#draw());
  readonly #place = h("div.stack");
  readonly #state = h("div", { role: "status" });
  #busy = false;

  constructor(here: Here) {
    this.#here = here;
  }

  async show(): Promise<void> {
    const { context, view } = this.#here;
    const said = words().teaching.drafts;
    await this.#draw();
    if (context.left.aborted) return;
    content(h("h1", said.heading(view.label)), this.#undo.element, this.#place);
    context.changes(({ kind }) => {
      if (kind !== "progress") void this.#draw();
    });
  }

  async #draw(): Promise<void> {
    const { context, audience } = this.#here;
    if (this.#busy) return;
    const all = await homeworkDrafts(context.client, audience);
    if (context.left.aborted) return;
    keepingPlace(this.#place, () =>
      replace(this.#place, all.length === 0 ? this.#nothing() : this.#whole(all)),
    );
  }

  #nothing(): Child {
    const said = words().teaching.drafts;
    const { audience } = this.#here;
    return empty(
      drum(""),
      h("h2", said.none),
      h("p", said.noneText),
      h("a.btn", { href: `/write/${audience}?task` }, icon("plus"), words().teaching.list.give),
    );
  }

  #whole(all: readonly Writing[]): Child {
    const said = words().teaching.drafts;
    const now = this.#here.context.now();
    const ready = all.filter((draft) => holdOf(draft, now) === undefined);
    return [
      h("p", said.lead),
      h(
        "ul.rows",
        all.map((draft) => this.#line(draft, now)),
      ),
      h("p", h("small", ready.length > 0 ? said.goTold : said.goNone)),
      ready.length > 0
        ? h(
            "div.act",
            button(said.go(ready.length), () => void this.#give(ready), "main", "clock"),
            this.#state,
          )
        : this.#state,
    ];
  }

  #line(draft: Writing, now: number): HTMLElement {
    const said = words().teaching.drafts;
    const { id, pieces, task } = draft;
    const title = draft.title.trim() || plain(draft.body).slice(0, 60) || words().read.inbox.untitled;
    const dueMs = timeOf(task?.due ?? "");
    const about = [
      dueMs === undefined ? words().teaching.facts.noDue : words().teaching.board.due(moment(dueMs, now)),
      pieces.length > 0 && said.files(pieces.length, size(weightOf(draft))),
    ].filter((part) => part !== false);
    return h(
      "li.kept",
      h(
        "a.row.is-bare",
        { href: `/write?draft=${id}` },
        h("span.what", h("b", title), h("small", about.join(" · ")), h("span.line", when(draft, now))),
      ),
      iconButton("trash", words().write.shelf.drop(title), () => void this.#drop(draft, title)),
    );
  }

  async #drop(draft: Writing, title: string): Promise<void> {
    const { client } = this.#here.context;
    await dropWriting(client, draft.id);
    await this.#draw();
    this.#undo.say(words().write.shelf.dropped(title), () => keepWriting(client, draft));
  }

  async #give(ready: readonly Writing[]): Promise<void> {
    const said = words().teaching.drafts;
    const { client } = this.#here.context;
    this.#busy = true;
    const done = await doing(this.#state, said.going, async () => {
      const drums = progressDrums(said.progress, ready.length);
      replace(this.#state, drums.element);
      return give(client, ready, drums.progress);
    });
    this.#busy = false;
    await this.#draw();
    if (done === undefined) return;
    const waiting = done.value.filter(({ post }) => post === undefined).length;
    const text = waiting > 0 ? words().teaching.copy.waiting(waiting) : said.done(done.value.length);
    this.#undo.say(text, waiting > 0 ? undefined : () => ungive(client, done.value));
  }
}

/** When it goes out, or what keeps it. */
function when(draft: Writing, now: number): HTMLElement {
  const said = words().teaching.drafts;
  const at = releaseOf(draft) ?? 0;
  const hold = holdOf(draft, now);
  if (hold === undefined) return badge("clock", said.at(moment(at, now)));
  if (hold === "chosen")
    return draft.task?.chosen?.length === 0
      ? badge("people", said.chooseAnew)
      : badge("people", words().teaching.list.chosen(draft.task?.chosen?.length ?? 0));
  if (hold === "far") return badge("clock", said.far(moment(at, now), moment(at - LONGEST_MS, now)));
  return badge("half", hold === "wrong" ? said.wrong : hold === "past" ? said.past : said.noTime);
}
