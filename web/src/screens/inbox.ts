/** The inbox: what is urgent, then day by day; unread, archived, one audience; and what this device refused. */

import type { AudienceView } from "../client/index.ts";
import type { Context, Screen } from "../page/context.ts";
import { h, replace, type Child } from "../page/dom.ts";
import { keepingPlace } from "../page/focus.ts";
import { dueBadge } from "../page/homework.ts";
import { show } from "../page/frame.ts";
import { icon, mark } from "../page/icons.ts";
import { liveOf } from "../page/live.ts";
import {
  badge,
  button,
  choice,
  count,
  drum,
  empty,
  field,
  iconButton,
  notice,
  row,
  rows,
  section,
  tile,
} from "../page/parts.ts";
import { setArchived } from "../page/preferences.ts";
import { problem } from "../page/problem.ts";
import { plain } from "../page/prose.ts";
import { called, type Topic, topics, why } from "../page/reading.ts";
import { titleOf } from "../page/title.ts";
import { undoLine } from "../page/undo.ts";
import { clock, dayHeading, words } from "../page/words.ts";
import { preferred, readerLanguages, texts } from "./post/language.ts";
import { sounds } from "./sounds.ts";

/** Which topics are listed. */
type Filter = "all" | "unread" | "archived";

/** What the reader last chose, so that it is there on coming back. */
const chosen: { filter: Filter; audience: string } = { filter: "all", audience: "" };

/** Letters of the text under a title. */
const LINE = 72;

/** `/inbox` */
export const inbox: Screen = async (context) => {
  const said = words().read.inbox;
  const search = h(
    "a.btn.is-icon",
    { href: "/search", "aria-label": said.search, title: said.search },
    icon("search"),
  );
  await new Inbox(context).show(search);
};

/** The screen. */
class Inbox {
  readonly #context: Context;
  readonly #undo = undoLine(() => this.#draw());
  readonly #filters = h("div.stack.is-tight");
  readonly #list = h("div.stack");
  readonly #aside = h("aside.stack");
  /** Those that were unread when the list was opened: they stay in place while it is looked at. */
  #filtersFor = "";

  constructor(context: Context) {
    this.#context = context;
  }

  async show(search: HTMLElement): Promise<void> {
    const title = words().common.news;
    show(
      { title, action: search, place: "news", shape: "split" },
      h("h1.sr", title),
      h("div.stack", this.#undo.element, this.#filters, this.#list),
      this.#aside,
    );
    replace(this.#list, h("p", badge("going", words().common.loading)));
    await this.#draw();
    this.#context.changes(({ kind }) => {
      if (kind !== "progress") void this.#draw();
    });
  }

  async #draw(): Promise<void> {
    const { client, now, left } = this.#context;
    const [all, audiences] = await Promise.all([topics(client, now()), client.audiences()]);
    const refused = await refusals(this.#context, audiences);
    if (left.aborted) return;
    if (chosen.audience !== "" && !audiences.some(({ audience }) => audience === chosen.audience))
      chosen.audience = "";
    this.#drawFilters(audiences);
    const mine = all.filter(({ post }) => chosen.audience === "" || post.audience === chosen.audience);
    const listed = mine.filter(({ post, unread }) => {
      if (chosen.filter === "archived") return post.archived;
      return !post.archived && (chosen.filter === "all" || unread > 0);
    });
    keepingPlace(this.#list, () =>
      replace(
        this.#list,
        this.#standing(audiences),
        listed.length > 0 ? this.#sections(listed) : this.#nothing(audiences, all.length > 0),
        chosen.filter !== "archived" && refused,
        this.#archiveRead(listed),
      ),
    );
    keepingPlace(this.#aside, () => this.#drawAside(audiences));
  }

  #drawFilters(audiences: readonly AudienceView[]): void {
    // Drawn anew only where there is something new to choose, so that the focus stays.
    const key = audiences.map(({ audience, label }) => audience + label).join();
    this.#filters.hidden = audiences.length === 0;
    if (this.#filtersFor === key) return;
    this.#filtersFor = key;
    const said = words().read.inbox;
    const options: readonly (readonly [Filter, string])[] = [
      ["all", said.all],
      ["unread", said.unread],
      ["archived", said.archived],
    ];
    const which = choice(h("span.sr", said.filter), "saring", options, chosen.filter, (value) => {
      chosen.filter = value;
      this.#undo.clear();
      void this.#draw();
    });
    replace(this.#filters, which, audiences.length > 1 && this.#audienceChoice(audiences));
  }

  #audienceChoice(audiences: readonly AudienceView[]): HTMLElement {
    const said = words().read.inbox;
    const option = ({ audience, label }: AudienceView) =>
      h("option", { value: audience, selected: audience === chosen.audience }, label);
    const select = h("select", h("option", { value: "" }, said.everyone), audiences.map(option));
    select.addEventListener("change", () => {
      chosen.audience = select.value;
      this.#undo.clear();
      void this.#draw();
    });
    return field(h("span.sr", said.from), select).element;
  }

  /** What is so about audiences rather than posts: being prepared, not admitted yet, left. */
  #standing(audiences: readonly AudienceView[]): Child {
    const said = words().read.inbox;
    const live = liveOf(this.#context.client);
    const waiting = [...live.waiting.values()].reduce((sum, n) => sum + n, 0);
    const texts: Readonly<Record<string, (name: string) => string>> = {
      asked: said.asked,
      waiting: said.renewing,
      removed: said.removed,
    };
    const lines = audiences.flatMap(({ state, label }) => {
      const text = texts[state];
      return text === undefined ? [] : [h("p", badge(state === "removed" ? "miss" : "half", text(label)))];
    });
    return [waiting > 0 && h("p", { role: "status" }, badge("going", said.waiting(waiting))), lines];
  }

  #sections(listed: readonly Topic[]): HTMLElement[] {
    const now = this.#context.now();
    const urgent = chosen.filter === "archived" ? [] : listed.filter((topic) => topic.urgent);
    const days = new Map<string, Topic[]>();
    for (const topic of listed) {
      if (urgent.includes(topic)) continue;
      const heading = dayHeading(topic.newestMs, now);
      days.set(heading, [...(days.get(heading) ?? []), topic]);
    }
    const sections = [...days].map(([heading, list]) =>
      section(heading, rows(list.map((topic) => line(topic, now)))),
    );
    if (urgent.length === 0) return sections;
    const alarm = section(
      [icon("bell"), words().read.inbox.urgent],
      rows(urgent.map((topic) => line(topic, now))),
    );
    alarm.querySelector("h2")?.classList.add("line", "bad");
    return [alarm, ...sections];
  }

  #nothing(audiences: readonly AudienceView[], any: boolean): HTMLElement {
    const said = words().read.inbox;
    if (audiences.length === 0)
      return empty(
        mark(),
        h("h2", said.noAudience.title),
        h("p", said.noAudience.text),
        h("a.btn", { href: "/audiences/new" }, icon("plus"), said.noAudience.make),
      );
    if (chosen.filter === "archived")
      return empty(icon("archive"), h("h2", said.noneArchived.title), h("p", said.noneArchived.text));
    if (chosen.filter === "unread" && any)
      return empty(drum("echo"), h("h2", said.allRead.title), h("p", said.allRead.text));
    if (!liveOf(this.#context.client).fetched) return h("p", badge("going", words().common.loading));
    return empty(drum(""), h("h2", said.nothing.title), h("p", said.nothing.text));
  }

  #archiveRead(listed: readonly Topic[]): Child {
    const said = words().read.inbox;
    const read = listed.filter(
      ({ unread, urgent, post }) => unread === 0 && !urgent && !post.archived && !post.pending,
    );
    if (chosen.filter !== "all" || read.length < 3) return undefined;
    const posts = read.map(({ post }) => post.post);
    const archive = async () => {
      try {
        await setArchived(this.#context, posts, true);
        await this.#draw();
        this.#undo.say(said.archivedNow(posts.length), () => setArchived(this.#context, posts, false));
        this.#undo.element.querySelector("button")?.focus();
      } catch (error) {
        replace(this.#undo.element, problem(error));
      }
    };
    return h(
      "p",
      button(said.archiveRead(read.length), () => void archive(), "plain", "archive"),
    );
  }

  #drawAside(audiences: readonly AudienceView[]): void {
    const said = words().read.inbox;
    const each = (view: AudienceView) => {
      const { label, muted, unread, audience } = view;
      const n = unread.posts + unread.replies + unread.letters;
      const change = async () => {
        await sounds(this.#context, view);
        await this.#draw();
        this.#aside.querySelector<HTMLElement>(`[data-audience="${audience}"]`)?.focus();
      };
      const bell = iconButton(muted ? "mute" : "bell", said.settings(label), () => void change());
      bell.dataset["audience"] = audience;
      return h(
        "li.heard",
        h("a", { href: `/audiences/${audience}` }, label),
        muted ? h("small", said.muted) : h("span", count(n)),
        bell,
      );
    };
    const lock = notice("lock", "", h("small", said.deviceOnly));
    if (audiences.length === 0) replace(this.#aside, lock);
    else replace(this.#aside, section(said.yours, h("ul.facts", audiences.map(each))), lock);
  }
}

/** A topic as a line of a list. */
function line({ post, replies, letters, unread, newestMs, muted }: Topic, now: number): HTMLElement {
  const said = words().read.inbox;
  const all = texts(post.content);
  const text = all[preferred(all, readerLanguages())] ?? post.content;
  const title = post.shown === "withdrawn" ? said.withdrawn : titleOf(text);
  const answer = letters.findLast(({ own }) => !own);
  const reply = replies.findLast(({ blocked, shown }) => !blocked && shown !== "withdrawn");
  const last = answer !== undefined && answer.sentMs > (reply?.sentMs ?? 0) ? answer : reply;
  const beginning =
    text.title === undefined || text.title === "" ? "" : plain(text.body.split("\n\n")[0] ?? "");
  const under = post.pending
    ? badge("half", said.pending)
    : last !== undefined
      ? said.said(called(last), cut(plain(last.content.body)))
      : cut(beginning);
  const homework = post.kind === "assignment" && post.shown !== "withdrawn";
  const over = [
    post.label,
    homework && words().homework.post.kind,
    post.shown === "corrected" && said.corrected,
  ];
  return row({
    href: homework && replies.length === 0 ? `/homework/${post.audience}/${post.post}` : `/post/${post.post}`,
    lead: tile(post.label),
    over: over.filter((part) => part !== false).join(" · "),
    title,
    under: homework && last === undefined && !post.pending ? dueBadge(post.content, now) : under,
    end: [
      h("time", { datetime: new Date(newestMs).toISOString() }, clock(newestMs)),
      muted ? undefined : count(unread),
    ],
    fresh: unread > 0,
  });
}

function cut(text: string): string {
  return text.length <= LINE
    ? text
    : `${text.slice(0, text.lastIndexOf(" ", LINE) > 0 ? text.lastIndexOf(" ", LINE) : LINE)} …`;
}

/** What was refused, as what it is, with the reason. */
async function refusals({ client }: Context, audiences: readonly AudienceView[]): Promise<Child> {
  const said = words().read.inbox.refused;
  const parts: HTMLElement[] = [];
  for (const { audience, label } of audiences) {
    if (chosen.audience !== "" && audience !== chosen.audience) continue;
    const list = await client.refused(audience);
    if (list.length === 0) continue;
    const each = list.map(({ reason }) => h("li", h("p", why(reason)), h("small.code", reason)));
    const lead = notice("unseen", `${label}: ${said.one(list.length)}`, said.text, true);
    lead.querySelector("div")?.append(h("details", h("summary", said.reason), h("ul.stack.is-tight", each)));
    parts.push(lead);
  }
  return parts.length === 0 ? undefined : section(said.title, parts);
}
