/** Assignments that one gave, as rows of the list of homework: how much came in, and what waits. */

import type { Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { badge, drum, row } from "../../page/parts.ts";
import { titleOf } from "../../page/title.ts";
import { figure, moment, stamp, words } from "../../page/words.ts";

/** A row for each, what waits to be looked at first, then the newest; asks nobody. */
export async function teachingRows(
  { client, now }: Pick<Context, "client" | "now">,
  works: readonly Work[],
): Promise<HTMLElement[]> {
  const labels = new Map((await client.audiences()).map(({ audience, label }) => [audience, label]));
  const given = works.filter(({ teaching, state }) => teaching && state !== "DELETED");
  const all = await Promise.all(
    given.map(async (work) => {
      const submissions = [...(await client.homework.submissions(work)).values()];
      const waiting = submissions.filter(({ phase }) => phase.at === "turnedIn").length;
      const came = submissions.filter((one) => one.handedIn() !== undefined).length;
      return { work, waiting, came };
    }),
  );
  all.sort((a, b) => Number(b.waiting > 0) - Number(a.waiting > 0) || b.work.givenMs - a.work.givenMs);
  return all.map((one) => line(one, labels.get(one.work.audience) ?? "", now()));
}

function line(
  { work, waiting, came }: { readonly work: Work; readonly waiting: number; readonly came: number },
  label: string,
  now: number,
): HTMLElement {
  const said = words().teaching.list;
  const { terms, chosen, state, audience, id } = work;
  const due = terms.dueMs === undefined ? said.noDue : words().teaching.board.due(moment(terms.dueMs, now));
  const parts = [
    state === "DRAFT" ? said.draft : due,
    chosen !== undefined && said.chosen(chosen.size),
    came > 0 && said.came(figure(came)),
  ].filter((part) => part !== false);
  return row({
    href: `/homework/${audience}/${id}/board`,
    lead: drum(waiting > 0 ? "on" : state === "DRAFT" ? "half" : came > 0 ? "echo" : ""),
    over: label,
    title: titleOf(work.content),
    under: [parts.join(" · "), waiting > 0 && h("span.line", badge("on", h("b", said.waiting(waiting))))],
    end: h("time", stamp(work.givenMs, now)),
    fresh: waiting > 0,
  });
}
