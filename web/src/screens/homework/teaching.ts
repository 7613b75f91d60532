/** Assignments that this account gave, as lines of the list; each leads to its board. */

import type { Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { near } from "../../page/homework.ts";
import { drum, row } from "../../page/parts.ts";
import { titleOf } from "../../page/title.ts";
import { words } from "../../page/words.ts";

/** The rows, by due time. */
export async function teachingRows({ client, now }: Context, works: readonly Work[]): Promise<HTMLElement[]> {
  const labels = new Map((await client.audiences()).map(({ audience, label }) => [audience, label]));
  const out = works.filter(({ state }) => state !== "DELETED");
  return out.map(({ audience, id, content, terms }) =>
    row({
      href: `/homework/${audience}/${id}/board`,
      lead: drum(""),
      over: labels.get(audience) ?? "",
      title: titleOf(content),
      under: terms.dueMs === undefined ? words().homework.noDue : near(terms.dueMs, now()),
    }),
  );
}
