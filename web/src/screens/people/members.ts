/** `/audiences/{a}/members`: everyone here by the names they gave, what one may do about each, and the publishers. */

import type { MemberLine } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { announce, content } from "../../page/frame.ts";
import { marked, matches, terms } from "../../page/find.ts";
import { icon } from "../../page/icons.ts";
import { ask, badge, beats, empty, field, iconButton, shares, tile } from "../../page/parts.ts";
import type { Parameters } from "../../page/route.ts";
import { date, figure, words } from "../../page/words.ts";
import { type Here, memberName, open, publishersOnly, reload } from "./here.ts";
import { remove, removeForCause } from "./removal.ts";
import { addPublisher, staffSection } from "./staff.ts";

/** Lines that are shown at first, and at each further wish. */
const PAGE = 50;

/** Draws it. */
export async function members(context: Context, parameters: Parameters): Promise<void> {
  const here = await open(context, parameters, { title: words().people.members.title, shape: "split" });
  if (!here.publisher) return publishersOnly(here);
  await new Members(here).show();
}

/** The screen. */
class Members {
  #here: Here;
  readonly #count = h("div.stack.is-tight.is-told");
  readonly #list = h("div.stack");
  readonly #staff = h("div.stack");
  /** What is being done, and what came of it. */
  readonly #place = h("div.stack.is-told", { role: "status" });
  readonly #search = h("input", { type: "search", autocomplete: "off" });
  #members: readonly MemberLine[] = [];
  #wanted = PAGE;
  #busy = false;

  constructor(here: Here) {
    this.#here = here;
  }

  async show(): Promise<void> {
    const say = words().people.members;
    const { context, audience } = this.#here;
    const search = field(say.search, this.#search).element;
    content(
      h("div.stack", h("h1", say.heading), this.#count, this.#place, search, this.#list),
      h("aside.stack", this.#staff),
    );
    this.#search.addEventListener("input", () => {
      this.#wanted = PAGE;
      this.#drawList();
    });
    replace(this.#list, h("p", badge("going", say.loading)));
    await this.#load();
    context.changes((change) => {
      const mine = change.audience === audience && /^(member|charter|letter)$/.test(change.kind);
      if ((mine || change.kind === "connected") && !this.#busy) void this.#load();
    });
  }

  async #load(): Promise<void> {
    const { context, audience } = this.#here;
    const failed = h("div");
    const told = await doing(failed, words().people.members.loading, () => context.client.members(audience));
    if (context.left.aborted) return;
    const before = this.#here.view.charter?.revision;
    this.#here = await reload(context, audience);
    // What comes by itself does not close the form in which a publisher is being added.
    const adding = this.#staff.querySelector("details[open]") !== null;
    if (!adding || this.#here.view.charter?.revision !== before)
      keepingPlace(this.#staff, () =>
        replace(
          this.#staff,
          staffSection(this.#here, (step) => this.run(step)),
        ),
      );
    if (told === undefined) return replace(this.#list, failed);
    this.#members = [...told.value].sort((a, b) => memberName(a).localeCompare(memberName(b)));
    this.#drawCount();
    keepingPlace(this.#list, () => this.#drawList());
  }

  #drawCount(): void {
    const { audience: say } = words().people;
    const there = this.#members.filter(({ removed }) => !removed);
    const waiting = there.filter((one) => one.waiting).length;
    const text = say.count(figure(there.length));
    const drums = shares(
      [
        ["on", there.length - waiting],
        ["half", waiting],
      ],
      there.length,
    );
    replace(
      this.#count,
      there.length > 0 && [h("p", text), beats(drums.beats, text)],
      drums.each > 1 && h("small", say.each(figure(drums.each))),
      waiting > 0 && h("small", say.countWaiting(figure(waiting))),
    );
  }

  #drawList(): void {
    const say = words().people.members;
    const there = this.#members.filter(({ removed }) => !removed);
    const gone = this.#members.filter(({ removed }) => removed);
    const looked = terms(this.#search.value);
    const found = there.filter((one) => matches([memberName(one)], looked));
    const rest = found.length - this.#wanted;
    const more = () => {
      this.#wanted += PAGE;
      this.#drawList();
    };
    if (there.length === 0)
      replace(
        this.#list,
        empty(icon("people"), h("h2", say.none.title), h("p", say.none.text), this.#toInvite()),
      );
    else
      replace(
        this.#list,
        looked.length > 0 &&
          h(
            "small",
            { role: "status" },
            found.length === 0 ? say.nobody : say.found(figure(found.length), figure(there.length)),
          ),
        found.length > 0 &&
          h(
            "ul.rows",
            found.slice(0, this.#wanted).map((one) => this.#line(one, looked)),
          ),
        rest > 0 &&
          h("button.btn", { type: "button", onclick: more }, say.more(figure(Math.min(PAGE, rest)))),
      );
    if (gone.length === 0) return;
    const names = gone.map((one) => h("li", memberName(one)));
    this.#list.append(
      h(
        "details",
        h("summary", say.gone(figure(gone.length))),
        h("p", h("small", say.goneText)),
        h("ul.stack.is-tight", names),
      ),
    );
  }

  #toInvite(): HTMLElement {
    return h(
      "a.btn",
      { href: `/audiences/${this.#here.audience}/invite` },
      icon("qr"),
      words().people.audience.invite,
    );
  }

  #line(one: MemberLine, looked: readonly string[]): HTMLElement {
    const say = words().people.members;
    const name = memberName(one);
    const under = [
      words().people.roles[one.role],
      say.since(date(one.joinedMs)),
      one.waiting ? say.waiting : undefined,
    ];
    return h(
      "li",
      h(
        "div.row",
        tile(name),
        h(
          "span.what",
          h("b", marked(name, looked)),
          h("small", under.filter((part) => part !== undefined).join(" · ")),
        ),
        iconButton("more", say.act(name), () => void this.#act(one)),
      ),
    );
  }

  async #act(one: MemberLine): Promise<void> {
    const say = words().people.members;
    const name = memberName(one);
    const { admin } = this.#here;
    const text: Child = [
      h("p", say.sheet(date(one.joinedMs), words().people.roles[one.role] ?? "")),
      h("p", h("b", say.remove), ": ", say.removeText),
      admin && h("p", h("b", say.forCause), ": ", say.forCauseText),
      !admin && h("p", h("small", say.adminsOnly)),
    ];
    const options = [
      ...(admin ? [{ value: "publisher", label: say.publisher } as const] : []),
      { value: "remove", label: say.remove } as const,
      ...(admin ? [{ value: "cause", label: say.forCause } as const] : []),
    ];
    const answer = await ask(name, text, options);
    if (answer === "publisher") await addPublisher(this.#here, one.account, name, (step) => this.run(step));
    else if (answer === "remove") await this.run((place) => remove(this.#here, one, place));
    else if (answer === "cause")
      await this.run((place) => removeForCause(this.#here, one, this.#members, place));
  }

  /** Does one thing at a time, then asks the hub who is here; what came of it stays to be read. */
  async run(step: (place: HTMLElement) => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await step(this.#place);
      this.#place.scrollIntoView({ block: "nearest" });
    } finally {
      this.#busy = false;
    }
    await this.#load();
    announce(this.#place.textContent ?? "");
  }
}
