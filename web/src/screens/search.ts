/** Search over what this device has opened: titles, texts, names. Nothing is asked of the hub. */

import type { LetterView, PostView } from "../client/index.ts";
import type { Context, Screen } from "../page/context.ts";
import { h, replace } from "../page/dom.ts";
import { around, marked, matches, terms } from "../page/find.ts";
import { announce, show } from "../page/frame.ts";
import { field, row, rows, tile } from "../page/parts.ts";
import { plain } from "../page/prose.ts";
import { called, isPrivate } from "../page/reading.ts";
import { titleOf } from "../page/title.ts";
import { stamp, words } from "../page/words.ts";

/** The most that are listed. */
const MOST = 50;

/** Something that was opened, ready to be searched. */
interface Found {
  readonly href: string;
  readonly label: string;
  readonly title: string;
  readonly what: string;
  readonly name: string;
  readonly text: string;
  readonly ms: number;
}

/** What was looked for last, so that it is there on coming back. */
let asked = "";

/** `/search` */
export const search: Screen = async (context) => {
  const said = words().read.search;
  const input = h("input", { type: "search", autocomplete: "off", enterkeyhint: "search", value: asked });
  const state = h("p", { role: "status" });
  const list = h("div");
  const form = h(
    "form",
    { role: "search", onsubmit: (event: Event) => event.preventDefault() },
    field(said.label, input, said.told).element,
  );
  show({ title: said.title, back: "/inbox", place: "news" }, h("h1.sr", said.title), form, state, list);
  const all = await everything(context);
  const draw = () => {
    asked = input.value;
    const wanted = terms(asked);
    const found =
      wanted.length === 0 ? [] : all.filter((one) => matches([one.title, one.text, one.name], wanted));
    replace(
      list,
      found.length > 0 && rows(found.slice(0, MOST).map((one) => line(one, wanted, context.now()))),
    );
    const text =
      wanted.length === 0
        ? said.first
        : found.length === 0
          ? `${said.found(0)} ${said.none}`
          : `${said.found(found.length)}${found.length > MOST ? ` ${said.most(MOST)}` : ""}`;
    state.textContent = text;
    announce("");
  };
  input.addEventListener("input", draw);
  draw();
  input.focus();
};

function line(one: Found, wanted: readonly string[], now: number): HTMLElement {
  return row({
    href: one.href,
    lead: tile(one.label),
    over: h("span", one.label, " · ", one.what, marked(one.name, wanted)),
    title: h("span", marked(one.title, wanted)),
    under: h("span", marked(around(one.text, wanted), wanted)),
    end: h("time", { datetime: new Date(one.ms).toISOString() }, stamp(one.ms, now)),
  });
}

async function everything({ client }: Context): Promise<Found[]> {
  const all: Found[] = [];
  for (const { audience } of await client.audiences()) {
    const posts = await client.posts(audience);
    const titles = new Map(posts.map((post) => [post.post, titleOf(post.content)]));
    for (const post of posts) {
      if (post.shown !== "withdrawn" && !post.blocked) all.push(...ofPost(post, titles));
    }
  }
  for (const letter of await client.letters()) if (!letter.blocked) all.push(ofLetter(letter));
  return all.sort((a, b) => b.ms - a.ms);
}

/** A post in each of its languages would be listed twice: the words of all stand in one. */
function ofPost(post: PostView, titles: ReadonlyMap<string, string>): Found[] {
  const { content, kind, thread, label, sentMs } = post;
  const reply = kind === "reply";
  const versions = content.versions.flatMap(({ title, body }) => [title ?? "", plain(body)]);
  const names = content.attachments.map(({ name }) => name);
  const text = [plain(content.body), content.place?.name ?? "", ...versions, ...names].filter(
    (t) => t !== "",
  );
  return [
    {
      href: reply && thread !== undefined ? `/post/${thread}#${post.post}` : `/post/${post.post}`,
      label,
      title: reply ? (titles.get(thread ?? "") ?? titleOf(content)) : titleOf(content),
      what: reply ? `${words().read.search.reply} · ` : "",
      name: called(post),
      text: text.join(" · "),
      ms: sentMs,
    },
  ];
}

function ofLetter(letter: LetterView): Found {
  const { content, thread, label, sentMs, own } = letter;
  const desk = !isPrivate(letter) && !own;
  return {
    href: desk ? `/desk/${letter.letter}` : thread === undefined ? "/inbox" : `/post/${thread}`,
    label,
    title: titleOf(content),
    what: `${words().read.search.letter} · `,
    name: called(letter),
    text: [plain(content.body), ...content.attachments.map(({ name }) => name)].join(" · "),
    ms: sentMs,
  };
}
