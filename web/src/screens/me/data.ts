/**
 * All that this device can read of the account, as one file for its owner.
 *
 * Invariant: no key, card, session or address that opens anything is in it.
 */

import type { Attachment, LetterView, PostBody, PostView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import { announce } from "../../page/frame.ts";
import { badge, button, section } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";

/** A button that makes the file. */
export function dataSection(context: Context): HTMLElement {
  const say = words().me.data;
  const place = h("div", { role: "status" });
  const save = async () => {
    const made = await doing(place, say.working, () => exported(context));
    if (made === undefined) return;
    const { file, posts, letters } = made.value;
    download(file, `${say.file}.json`);
    replace(place, badge("check", say.done(figure(posts), figure(letters))));
    announce(say.done(figure(posts), figure(letters)));
  };
  return section(
    say.heading,
    h("p", say.lead),
    h(
      "div.line",
      button(say.button, () => void save(), "usual", "down"),
    ),
    place,
  );
}

async function exported({ client, now }: Context): Promise<{ file: Blob; posts: number; letters: number }> {
  const audiences = [];
  let posts = 0;
  for (const { audience, label, role, state } of await client.audiences()) {
    const list = (await client.posts(audience)).map(postOut);
    posts += list.length;
    audiences.push({ audience, label, role, state, posts: list });
  }
  const letters = (await client.letters({ homework: true })).map(letterOut);
  const { account, name, origin, settings } = client;
  const all = { made: time(now()), hub: origin, account, name, settings, audiences, letters };
  const file = new Blob([JSON.stringify(all, null, 2)], { type: "application/json" });
  return { file, posts, letters: letters.length };
}

const time = (ms: number): string => new Date(ms).toISOString();

const postOut = ({
  post,
  kind,
  thread,
  author,
  name,
  own,
  sentMs,
  shown,
  shownMs,
  content,
  ...more
}: PostView) => ({
  ...{ post, kind, thread, author, name, own, shown },
  sent: time(sentMs),
  changed: shownMs === sentMs ? undefined : time(shownMs),
  acknowledged: more.acknowledged,
  content: contentOut(content),
});

const letterOut = ({
  letter,
  audience,
  label,
  kind,
  thread,
  author,
  name,
  own,
  desk,
  sentMs,
  ...more
}: LetterView) => ({
  ...{ letter, audience, label, kind, thread, author, name, own, desk },
  sent: time(sentMs),
  received: time(more.receivedMs),
  content: contentOut(more.content),
});

/** What was written; of attachments what they are, not what opens them. */
function contentOut({ attachments, report: _, ...written }: PostBody) {
  const named = ({ name, type, size }: Attachment) => ({ name, type, size });
  return { ...written, attachments: attachments.map(named) };
}
