/** The hub's signed word for when work came in: shown, checked on this device, saved as a file. */

import type { HandIn, Submission, Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import { badge, button, facts, section } from "../../page/parts.ts";
import { moment, words } from "../../page/words.ts";

/** What a check of a receipt says. */
type Check = "sound" | "unsound" | "none";

/** Checks the receipt of a letter that was handed in; asks nobody. */
export async function checked({ client }: Context, work: Work, letter: string): Promise<Check> {
  const saved = await client.homework.receipt(work.audience, letter);
  if (saved === undefined) return "none";
  return client.homework.verifyReceipt(saved).then(
    () => "sound",
    () => "unsound",
  );
}

/** The receipt of one attempt, as a section. */
export async function receiptOf(
  context: Context,
  work: Work,
  submission: Submission,
  { letter, attempt, receivedMs, finishedMs }: Omit<HandIn, "attempt"> & { readonly attempt: number },
): Promise<HTMLElement> {
  const said = words().homework.work;
  const check = await checked(context, work, letter);
  const due = submission.dueMs();
  const sound = due === undefined ? said.sound : receivedMs > due ? said.soundLate : said.soundOnTime;
  const now = context.now();
  const text = {
    sound: h("span.good", sound),
    unsound: h("span.bad", said.unsound),
    none: said.noReceipt,
  }[check];
  const wrong = h("div");
  const save = async () => {
    const saved = await context.client.homework.receipt(work.audience, letter);
    if (saved === undefined) return replace(wrong, badge("miss", said.noReceipt));
    const file = new Blob([`${JSON.stringify(saved, undefined, 2)}\n`], { type: "application/json" });
    download(file, `${said.receiptFile}-${letter.slice(0, 8)}.json`);
  };
  return section(
    said.receipt(attempt),
    facts(
      finishedMs !== undefined && { icon: "clock", term: said.finishedAt, text: moment(finishedMs, now) },
      { icon: "check", term: said.receivedAt, text: moment(receivedMs, now) },
      { icon: "seal", term: said.signature, text },
    ),
    check === "sound" && button(said.saveReceipt, () => void save(), "usual", "down"),
    wrong,
  );
}
