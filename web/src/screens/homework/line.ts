/** One assignment as a line of the list: its drum, where it stands, when it is due or what came back. */

import type { Context } from "../../page/context.ts";
import { h, type Child } from "../../page/dom.ts";
import { described } from "../../page/handing.ts";
import { beatOf, isBad, markText, near, type Piece } from "../../page/homework.ts";
import { icon } from "../../page/icons.ts";
import { drum, row } from "../../page/parts.ts";
import { plain } from "../../page/prose.ts";
import { titleOf } from "../../page/title.ts";
import { figure, words } from "../../page/words.ts";
import { listed } from "./given.ts";

/** Letters of what a teacher said. */
const QUOTE = 48;

/** The row. */
export async function line(context: Context, piece: Piece): Promise<HTMLElement> {
  const { work, standing, label, submission } = piece;
  const said = words().homework;
  const word = h(isBad(standing) ? "strong.bad" : "strong", said.standing[standing]);
  const detail = await detailOf(context, piece);
  return row({
    href: `/homework/${work.audience}/${work.id}`,
    lead: drum(beatOf(standing)),
    over: label,
    title: titleOf(work.content),
    under: [word, detail !== "" && ` · ${detail}`],
    end:
      submission.mark === undefined
        ? standing === "waiting" && icon("wait")
        : markEnd(piece, submission.mark),
    fresh: standing === "new" || standing === "missing" || standing === "redo",
  });
}

function markEnd({ work }: Piece, mark: string): Child {
  const { scale } = work.terms;
  return [
    h("strong", markText(work, mark)),
    scale.kind === "points" && h("small", words().homework.outOf(figure(scale.most))),
  ];
}

async function detailOf(context: Context, piece: Piece): Promise<string> {
  const said = words().homework;
  const { submission, standing, draft, work } = piece;
  const now = context.now();
  const due = submission.dueMs();
  if (standing === "in" || standing === "late") return near(submission.handedIn()?.receivedMs ?? now, now);
  if (standing === "back") return quote(context, piece);
  if (standing === "excused") return "";
  if (standing === "soon" && work.terms.opensMs !== undefined)
    return said.opens(near(work.terms.opensMs, now));
  const parts = [due === undefined ? said.noDue : near(due, now)];
  if (submission.extendedUntilMs !== undefined && submission.extendedUntilMs > now)
    parts[0] = said.extended(near(submission.extendedUntilMs, now));
  if (draft !== undefined)
    parts.push(said.inDraft(listed(described(draft.pieces), draft.body.trim() !== "")));
  const open = typeof submission.nextAttempt(now) === "number";
  const late = standing === "missing" ? said.stillLate : standing === "before" ? said.stillOpen : "";
  return parts.join(", ") + (open && late !== "" ? `; ${late}` : "");
}

/** The beginning of what the teacher said; where nothing was said, when it came back. */
async function quote(context: Context, { submission, work }: Piece): Promise<string> {
  const last = submission.returns.at(-1);
  const letter = last === undefined ? undefined : await context.client.homework.letter(work, last);
  const text = plain(letter?.content.body.split("\n\n")[0] ?? "");
  if (text === "") return letter === undefined ? "" : near(letter.receivedMs, context.now());
  const end = text.lastIndexOf(" ", QUOTE);
  return words().homework.quote(text.length <= QUOTE ? text : `${text.slice(0, end > 0 ? end : QUOTE)} …`);
}
