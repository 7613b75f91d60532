/** `/audiences/{a}/invite`: the link to hand out, its code, paper with it, and all links with their use. */

import type { LinkLine, NewLink } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { announce, content } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { withName } from "../../page/invited.ts";
import { ask, badge, beats, button, empty, field, section, shares } from "../../page/parts.ts";
import { qrCode } from "../../page/qr.ts";
import type { Parameters } from "../../page/route.ts";
import { figure, words } from "../../page/words.ts";
import { type Here, open, publishersOnly } from "./here.ts";
import { best, DAY_MS, isLive, stateOf } from "./links.ts";
import { newLink } from "./new-link.ts";
import { paper } from "./paper.ts";

/** Draws it. */
export async function invite(context: Context, parameters: Parameters): Promise<void> {
  const say = words().people.invite;
  const here = await open(context, parameters, { title: say.title, shape: "split" });
  if (!here.publisher) return publishersOnly(here);
  await new Invite(here).show();
}

/** The screen. */
class Invite {
  readonly #here: Here;
  readonly #hand = h("div.stack");
  readonly #list = h("div.stack");
  readonly #place = h("div", { role: "status" });
  #links: readonly LinkLine[] = [];
  #shown: string | undefined;

  constructor(here: Here) {
    this.#here = here;
  }

  async show(): Promise<void> {
    const say = words().people.invite;
    replace(this.#hand, h("p", badge("going", say.loading)));
    const form = h("div");
    const screen = () => {
      content(
        h("div.stack.parts", h("h1", say.heading), this.#hand),
        h("aside.stack.parts", this.#list, section(say.new, form)),
      );
    };
    screen();
    this.#back = screen;
    await this.#load();
    replace(
      form,
      newLink(this.#usual(), (wanted) => this.#make(wanted)),
    );
    this.#here.context.changes(({ kind, audience }) => {
      if (kind === "member" && audience === this.#here.audience) void this.#load();
    });
  }

  #back = (): void => undefined;

  /** How people came here so far: at once, as into a channel, or one by one, as into a class. */
  #usual(): NewLink {
    const [last] = this.#links;
    if (last?.kind === "open") return { kind: "open", maxUses: 100_000, validMs: 365 * DAY_MS };
    return { kind: "approval", maxUses: 100, validMs: 30 * DAY_MS };
  }

  async #load(): Promise<void> {
    const { client, left } = this.#here.context;
    const told = await doing(this.#place, words().people.invite.loading, () =>
      client.links(this.#here.audience),
    );
    if (left.aborted) return;
    if (told === undefined) return replace(this.#hand, this.#place);
    this.#links = [...told.value].sort((a, b) => b.expiresMs - a.expiresMs);
    await this.#draw();
  }

  async #draw(): Promise<void> {
    const say = words().people.invite;
    const now = this.#here.context.now();
    const chosen = this.#links.find(({ link }) => link === this.#shown);
    const link = chosen !== undefined && isLive(chosen, now) ? chosen : best(this.#links, now);
    const none = empty(icon("link"), h("h2", say.noLinks.title), h("p", say.noLinks.text));
    replace(this.#hand, link?.url === undefined ? none : await this.#handOut(link, link.url));
    const live = this.#links.filter((one) => isLive(one, now));
    replace(
      this.#list,
      this.#links.length > 0 &&
        section(
          say.links,
          h(
            "ul.facts",
            this.#links.map((one) => this.#line(one, now, one === link)),
          ),
        ),
      live.length > 1 &&
        h(
          "p",
          button(say.closeAll, () => void this.#close(live, say.closeAllTitle(figure(live.length))), "plain"),
        ),
      this.#place,
    );
  }

  async #handOut(link: LinkLine, url: string): Promise<Child> {
    const say = words().people.invite;
    const { label, charter } = this.#here.view;
    const address = withName(url, label);
    const code = await qrCode(address, say.qr(label));
    const input = h("input", { readonly: true, onfocus: () => input.select() });
    input.value = address;
    const told = h("p.is-told", { role: "status" });
    const copy = async () => {
      await navigator.clipboard.writeText(address);
      replace(told, badge("check", say.linkCopied));
    };
    const share = async () => {
      try {
        await navigator.share({ title: label, text: say.shareText(label), url: address });
      } catch (error) {
        // Closed without sharing: nothing happened.
        if (!(error instanceof DOMException)) throw error;
      }
    };
    const on = { link, address, code, label, host: charter?.host };
    const print = (what: "poster" | "cards") => paper(on, what, this.#back);
    return [
      h("p", say.lead[link.kind]),
      h(
        "div.invitation",
        h("div.code", code),
        h("p", h("b", label)),
        h("small", stateOf(link, this.#here.context.now())),
      ),
      field(say.linkLabel, input).element,
      h(
        "div.line",
        "share" in navigator && button(say.share, () => void share(), "main", "send"),
        button(say.copyLink, () => void copy(), "share" in navigator ? "usual" : "main", "link"),
      ),
      told,
      h(
        "div.line",
        button(say.poster, () => print("poster"), "usual", "print"),
        button(say.cards, () => print("cards"), "usual", "print"),
      ),
    ];
  }

  #line(link: LinkLine, now: number, shown: boolean): HTMLElement {
    const say = words().people.invite;
    const live = isLive(link, now);
    const used = shares([["on", link.uses]], Math.min(link.maxUses, 1_000_000), 20);
    const text = stateOf(link, now);
    const show = async () => {
      this.#shown = link.link;
      await this.#draw();
      announce(text);
    };
    return h(
      "li.way",
      h(
        "div.stack.is-tight",
        h("b", say.kinds[link.kind]),
        h("small", text),
        live && beats(used.beats, text),
      ),
      live &&
        h(
          "div.line",
          link.url !== undefined && !shown && button(say.show, () => void show(), "plain"),
          button(say.close, () => void this.#close([link], say.closeTitle), "plain"),
        ),
    );
  }

  async #make(wanted: NewLink): Promise<void> {
    const { client } = this.#here.context;
    const before = new Set(this.#links.map(({ link }) => link));
    await client.makeLink(this.#here.audience, wanted);
    await this.#load();
    this.#shown = this.#links.find(({ link }) => !before.has(link))?.link;
    await this.#draw();
    announce(words().people.invite.made);
    this.#hand.scrollIntoView({ block: "start" });
  }

  async #close(links: readonly LinkLine[], title: string): Promise<void> {
    const say = words().people.invite;
    const answer = await ask(title, h("p", say.closeText), [{ value: "close", label: say.closeYes }]);
    if (answer !== "close") return;
    const { client } = this.#here.context;
    const done = await doing(this.#place, say.closing, async () => {
      for (const { link } of links) await client.closeLink(this.#here.audience, link);
    });
    if (done === undefined) return;
    await this.#load();
    replace(this.#place, badge("check", say.closed(figure(links.length))));
  }
}
