/** What else one may do with a post, in a sheet: put away, sound, correct, withdraw, link, report. */

import type { PostView } from "../../client/index.ts";
import { h } from "../../page/dom.ts";
import { setArchived } from "../../page/preferences.ts";
import { announce } from "../../page/frame.ts";
import { ask, badge, choice } from "../../page/parts.ts";
import { carry } from "../../page/undo.ts";
import { words } from "../../page/words.ts";
import { sounds } from "../sounds.ts";
import type { Page } from "./page.ts";
import { askToBlock, report, withdraw } from "./thread.ts";

type Choice =
  | "archive"
  | "restore"
  | "sound"
  | "correct"
  | "withdraw"
  | "permalink"
  | "thread"
  | "report"
  | "block"
  | "conditions";

/** Asks which, and does it. */
export async function more(page: Page): Promise<void> {
  const said = words().read.post.more;
  const { post } = page.topic;
  const options = choices(page).map((value) => ({ value, label: said[value] }));
  const chosen = await ask(said.title, "", options);
  const acts: Record<Choice, () => Promise<void>> = {
    archive: () => archive(page),
    restore: () => restore(page),
    sound: () => sounds(page.context, page.audience),
    correct: () => page.context.go(`/write/${post.audience}?correct=${post.post}`),
    withdraw: () => withdraw(page, post),
    permalink: () => permalink(page),
    thread: () => manage(page),
    report: () => report(page, post),
    block: () => askToBlock(page, post),
    conditions: () => checks(post, page.audience.charter?.approvals ?? 0),
  };
  if (chosen !== undefined) await acts[chosen]();
}

function choices({ topic: { post }, publisher, audience }: Page): Choice[] {
  const list: Choice[] = [post.archived ? "restore" : "archive", "sound"];
  const standing = post.shown !== "withdrawn";
  if (publisher && standing && !post.pending) {
    list.push("correct", "permalink");
    if (audience.charter?.replies === "everyone") list.push("thread");
  }
  if (publisher && standing && !post.pending) list.push("withdraw");
  if (!post.own && !post.byPublisher) list.push("report", "block");
  return [...list, "conditions"];
}

async function archive(page: Page): Promise<void> {
  const { context } = page;
  const { post } = page.topic;
  await page.attempt(async () => {
    await setArchived(context, [post.post], true);
    carry(words().read.post.archivedOne, () => setArchived(context, [post.post], false));
    await context.go("/inbox");
  });
}

async function restore(page: Page): Promise<void> {
  const { context, topic, undo } = page;
  await page.attempt(async () => {
    await setArchived(context, [topic.post.post], false);
    await page.refresh();
    undo.say(words().read.inbox.restoredNow, async () => {
      await setArchived(context, [topic.post.post], true);
      await page.refresh();
    });
  });
}

async function permalink(page: Page): Promise<void> {
  const said = words().read.post.permalink;
  const { client } = page.context;
  await page.attempt(async () => {
    const { audience, post } = page.topic.post;
    const link = await client.permalink(audience, post);
    const shown = h("div.stack", h("p", said.text), h("p.code", link));
    if ((await ask(said.title, shown, [{ value: "copy", label: said.copy, main: true }])) !== "copy") return;
    await navigator.clipboard.writeText(link);
    page.undo.say(said.copied);
  });
}

async function manage(page: Page): Promise<void> {
  const said = words().read.thread.manage;
  let wanted = page.thread.state;
  const options = [
    ["open", said.open],
    ["slow", said.slow],
    ["closed", said.closed],
  ] as const;
  const form = choice(said.legend, "utas", options, wanted, (value) => (wanted = value));
  const body = h("div.stack", form, h("small", said.told));
  const answer = await ask(said.title, body, [{ value: "set", label: words().common.save, main: true }]);
  if (answer !== "set") return;
  await page.attempt(async () => {
    const { post } = page.topic.post;
    await page.context.client.setThread(post, wanted, wanted === "slow" ? SLOW_S : undefined);
    await page.refresh();
    announce(said.done);
  });
}

/** One reply of a member in this many seconds, where a thread is slowed. */
const SLOW_S = 300;

async function checks(post: PostView, approvals: number): Promise<void> {
  const said = words().read.post.checks;
  const line = (text: string) => h("li", badge("check", text));
  const list = h(
    "ul.stack.is-tight",
    line(said.signature),
    line(said.author),
    line(said.chain),
    approvals > 0 && post.byPublisher && line(said.approvals),
    line(said.capsule),
  );
  const code = h("div", h("small", said.author_code), h("p.code", post.author));
  await ask(said.title, h("div.stack", list, code), []);
}
