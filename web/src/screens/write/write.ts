/** `/write`: an announcement or an assignment, from the first word to the moment it is sealed. */

import type { PostBody } from "../../client/index.ts";
import { askingOf, blankAsking } from "../../page/asking.ts";
import type { Context, Screen } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { content, show } from "../../page/frame.ts";
import { mark } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, empty } from "../../page/parts.ts";
import { currentLanguage, words } from "../../page/words.ts";
import { blank, findWriting, newName, type Writing } from "../../page/writing.ts";
import { Sheet } from "./sheet.ts";

/** `/write`, `/write/{audience}`, with `?draft=`, `?correct=` or `?task`. */
export const write: Screen = async (context, { audience = "" }) => {
  const audiences = (await context.client.audiences()).filter(
    ({ role, state, archived }) => role !== "member" && state !== "removed" && !archived,
  );
  if (audiences.length === 0) return nowhere(context);
  const asked = new URLSearchParams(location.search);
  const only = audiences.length === 1 ? (audiences[0]?.audience ?? "") : "";
  const fresh = blank(audience || only, currentLanguage(), context.now());
  const writing =
    (await drafted(context, asked.get("draft") ?? "")) ??
    (await correcting(context, asked.get("correct") ?? "")) ??
    (asked.has("task") ? { ...fresh, task: blankAsking } : fresh);
  if (!context.left.aborted) await new Sheet(context, writing, audiences).show();
};

/** Nobody to write to, as far as is known by now. */
function nowhere({ client, changes, go }: Context): void {
  const said = words().write.nowhere;
  show({ title: words().common.write, place: "write" });
  const draw = () =>
    liveOf(client).fetched
      ? content(
          empty(
            mark(),
            h("h1", said.title),
            h("p", said.text),
            h("a.btn.is-main", { href: "/audiences/new" }, said.make),
          ),
        )
      : content(h("h1.sr", words().common.write), h("p", badge("going", words().common.loading)));
  draw();
  changes(() => {
    void (async () => {
      const found = (await client.audiences()).some(
        ({ role, state }) => role !== "member" && state !== "removed",
      );
      if (found) await go(location.pathname + location.search, true);
      else draw();
    })();
  });
}

/** A draft, unless it is on its way: that is beside the sheet. */
async function drafted({ client }: Context, id: string): Promise<Writing | undefined> {
  const { errands } = liveOf(client);
  await errands.ready;
  const given = errands.list.some((kept) => kept.act === "publish" && kept.writing.id === id);
  return given ? undefined : findWriting(client, id);
}

/** A sheet with what is to be corrected on it. */
async function correcting({ client, now }: Context, id: string): Promise<Writing | undefined> {
  if (id === "") return undefined;
  const work = (await client.homework.works()).find((one) => one.id === id);
  if (work !== undefined)
    return { ...again(work.audience, work.content, now()), corrects: id, task: askingOf(work) };
  const post = await client.post(id);
  return post && { ...again(post.audience, post.content, now()), corrects: id };
}

/** What was sent once, on a sheet again. */
function again(audience: string, content: PostBody, now: number): Writing {
  const { title, body, attachments, place, language, versions: others, priority } = content;
  return {
    ...blank(audience, language ?? currentLanguage(), now),
    title: title ?? "",
    body,
    pieces: attachments.map((attachment) => ({ id: newName(), attachment })),
    place: place?.name ?? "",
    geo: place?.geo ?? "",
    versions: others.map((one) => ({ ...one, title: one.title ?? "" })),
    sound: priority ?? "usual",
  };
}
