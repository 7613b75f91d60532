/** Homework that is written for a class and not given yet, as far as it is on this device. */

import type { Client } from "../client/index.ts";
import { timeOf } from "./asking.ts";
import { liveOf } from "./live.ts";
import { releaseOf, type Writing, writings } from "./writing.ts";

/** Drafts of a class's homework, in the order in which they are to go out. */
export async function homeworkDrafts(client: Client, audience: string): Promise<Writing[]> {
  const { errands } = liveOf(client);
  await errands.ready;
  const going = new Set(errands.list.map((kept) => (kept.act === "publish" ? kept.writing.id : "")));
  const due = ({ task }: Writing): number => timeOf(task?.due ?? "") ?? Number.MAX_SAFE_INTEGER;
  const at = (one: Writing): number => releaseOf(one) ?? due(one);
  return (await writings(client))
    .filter((one) => one.audience === audience && one.task !== undefined)
    .filter(({ corrects, id }) => corrects === "" && !going.has(id))
    .sort((a, b) => at(a) - at(b) || due(a) - due(b));
}
