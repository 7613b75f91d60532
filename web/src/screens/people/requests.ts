/** `/audiences/{a}/requests`: who asks to be admitted, by the names they gave; admit or decline one, some, all. */

import type { Asking, Refusing } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { announce, content } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { ask, badge, button, choice, drum, empty, notice } from "../../page/parts.ts";
import { why } from "../../page/reading.ts";
import type { Parameters } from "../../page/route.ts";
import { figure, moment, words } from "../../page/words.ts";
import { type Here, memberName, open, publishersOnly, short } from "./here.ts";
import { progressDrums } from "./progress.ts";

/** Draws it. */
export async function requests(context: Context, parameters: Parameters): Promise<void> {
  const here = await open(context, parameters, { title: words().people.requests.title });
  if (!here.publisher) return publishersOnly(here);
  await new Requests(here).show();
}

/** The screen. */
class Requests {
  readonly #here: Here;
  readonly #list = h("div.stack");
  /** What is being done, and what came of it. */
  readonly #place = h("div.is-told", { role: "status" });
  readonly #act = h("div.act");
  readonly #chosen = new Set<string>();
  #asking: readonly Asking[] = [];
  #refused: readonly Refusing[] = [];
  #role: "member" | "guardian" = "member";
  #busy = false;

  constructor(here: Here) {
    this.#here = here;
  }

  async show(): Promise<void> {
    const say = words().people.requests;
    const { context, audience } = this.#here;
    content(h("div.stack", h("h1", say.heading), h("p", say.lead)), this.#place, this.#list, this.#act);
    replace(this.#list, h("p", badge("going", words().common.loading)));
    await this.#load();
    context.changes((change) => {
      const mine = change.audience === audience && /^(request|member|letter)$/.test(change.kind);
      if ((mine || change.kind === "connected") && !this.#busy) void this.#load();
    });
  }

  async #load(): Promise<void> {
    const { context, audience } = this.#here;
    const failed = h("div");
    const told = await doing(failed, words().common.loading, () => context.client.asking(audience));
    if (context.left.aborted) return;
    if (told === undefined) return replace(this.#list, failed);
    this.#asking = told.value.asking;
    this.#refused = told.value.refused;
    for (const account of this.#chosen) if (!this.#has(account)) this.#chosen.delete(account);
    this.#draw();
  }

  #has = (account: string): boolean => this.#asking.some((one) => one.account === account);

  #draw(): void {
    const say = words().people.requests;
    // Somebody may be choosing when another request comes in.
    keepingPlace(this.#list, () =>
      replace(
        this.#list,
        this.#asking.length === 0 ? this.#nobody() : [this.#all(), this.#lines(), this.#roles()],
        this.#refused.length > 0 && this.#forged(),
      ),
    );
    this.#drawAct();
    announce(this.#asking.length === 0 ? say.none.title : words().people.asking(figure(this.#asking.length)));
  }

  #nobody(): HTMLElement {
    const { none } = words().people.requests;
    const share = h("a.btn", { href: `/audiences/${this.#here.audience}/invite` }, icon("qr"), none.invite);
    return empty(drum("echo"), h("h2", none.title), h("p", none.text), share);
  }

  #all(): Child {
    if (this.#asking.length < 2) return undefined;
    const all = h("input", { type: "checkbox", id: "pilih-semua" });
    all.checked = this.#chosen.size === this.#asking.length;
    all.addEventListener("change", () => {
      this.#chosen.clear();
      if (all.checked) for (const { account } of this.#asking) this.#chosen.add(account);
      this.#draw();
    });
    return h("label.tick", all, h("span", words().people.requests.all));
  }

  #lines(): HTMLElement {
    const say = words().people.requests;
    const names = new Map<string, number>();
    for (const { name = "" } of this.#asking) names.set(name, (names.get(name) ?? 0) + 1);
    const line = (one: Asking) => {
      const box = h("input", { type: "checkbox", id: `pilih-${one.account}` });
      box.checked = this.#chosen.has(one.account);
      box.addEventListener("change", () => {
        if (box.checked) this.#chosen.add(one.account);
        else this.#chosen.delete(one.account);
        this.#draw();
      });
      const twin = one.name !== undefined && (names.get(one.name) ?? 0) > 1;
      return h(
        "li",
        h(
          "label.tick.pick",
          box,
          h(
            "span.what",
            h("b", memberName(one)),
            h("small", say.asked(moment(one.receivedMs, this.#here.context.now()))),
            twin && h("small.bad", `${say.same} · ${words().people.code(short(one.account))}`),
          ),
        ),
      );
    };
    return h("ul.rows", { "aria-label": say.list }, this.#asking.map(line));
  }

  #roles(): HTMLElement {
    const say = words().people.requests;
    const { roles } = words().people;
    const options = (["member", "guardian"] as const).map((role) => [role, roles[role]] as const);
    const roleChoice = choice(say.role, "peran", options, this.#role, (role) => (this.#role = role));
    return h("div.stack.is-tight", roleChoice, h("small", say.roleHint));
  }

  #drawAct(): void {
    const say = words().people.requests;
    this.#act.hidden = this.#asking.length === 0;
    const some = this.#chosen.size > 0;
    const n = figure(some ? this.#chosen.size : this.#asking.length);
    const admit = button(some ? say.admit(n) : say.admitAll(n), () => void this.#admit(), "main", "check");
    const decline = some && button(say.declineSome(n), () => void this.#decline(), "plain");
    admit.id = "terima";
    keepingPlace(this.#act, () => replace(this.#act, h("div.line", admit, decline)));
  }

  #wanted(): string[] {
    const all = this.#asking.map(({ account }) => account);
    return this.#chosen.size === 0 ? all : all.filter((account) => this.#chosen.has(account));
  }

  async #admit(): Promise<void> {
    const say = words().people.requests;
    const { context, audience } = this.#here;
    const wanted = this.#wanted();
    await this.#run(async () => {
      const drums = progressDrums(say.progress, wanted.length);
      replace(this.#list, drums.element);
      const told = await doing(this.#place, say.admitting, () =>
        context.client.admit(audience, wanted, this.#role, drums.progress),
      );
      if (told === undefined) return;
      const { admitted, refused } = told.value;
      replace(
        this.#place,
        admitted.length > 0 && h("p", badge("echo", say.admitted(figure(admitted.length)))),
        refused.length > 0 && this.#failed(refused),
      );
      this.#chosen.clear();
    });
  }

  #failed(refused: readonly Refusing[]): Child {
    const name = (account: string) =>
      memberName(this.#asking.find((one) => one.account === account) ?? { account, name: undefined });
    const known: Readonly<Record<string, string>> = words().problems.cannot;
    const line = ({ account, reason }: Refusing) =>
      h("li", h("b", name(account)), ": ", known[reason] ?? why(reason));
    return [
      h("p.bad", words().people.requests.failed(figure(refused.length))),
      h("ul.stack.is-tight", refused.map(line)),
    ];
  }

  async #decline(): Promise<void> {
    const say = words().people.requests;
    const { context, audience } = this.#here;
    const wanted = this.#wanted();
    const answer = await ask(say.declineTitle(figure(wanted.length)), h("p", say.declineText), [
      { value: "decline", label: say.declineYes },
    ]);
    if (answer !== "decline") return;
    await this.#run(async () => {
      const done = await doing(this.#place, say.declining, async () => {
        for (const account of wanted) await context.client.decline(audience, account);
      });
      if (done === undefined) return;
      replace(this.#place, h("p", badge("check", say.declined(figure(wanted.length)))));
      this.#chosen.clear();
    });
  }

  /** Does it, then asks the hub who is left; the list stays meanwhile. */
  async #run(step: () => Promise<void>): Promise<void> {
    const { context, audience } = this.#here;
    if (this.#busy) return;
    this.#busy = true;
    this.#act.hidden = true;
    try {
      await step();
    } finally {
      this.#busy = false;
    }
    await this.#load();
    const live = liveOf(context.client);
    live.asking.set(audience, this.#asking.length);
    await live.count();
    (document.getElementById("terima") ?? document.querySelector<HTMLElement>("main h1"))?.focus();
  }

  #forged(): HTMLElement {
    const say = words().people.requests.refused;
    const element = notice("flag", say.title, say.text, true);
    const line = ({ account, reason }: Refusing) =>
      h("li", say.line(short(account)), " ", h("small.code", reason));
    element.querySelector("div")?.append(h("ul.stack.is-tight", this.#refused.map(line)));
    return element;
  }
}
