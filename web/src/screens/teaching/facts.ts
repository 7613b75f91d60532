/** What an assignment asks, in words: for its teacher, and for a pupil in the preview. */

import type { Terms } from "../../client/index.ts";
import { facts } from "../../page/parts.ts";
import { moment, words } from "../../page/words.ts";

/** Times, marks and attempts, ruled; what is not asked is not said. */
export function taskFacts({ dueMs, cutoffMs, opensMs, attempts, scale }: Terms, now: number): HTMLElement {
  const said = words().teaching.facts;
  const marks =
    scale.kind === "points"
      ? said.points(scale.most)
      : scale.kind === "words"
        ? scale.words.join(", ")
        : said.free;
  return facts(
    opensMs !== undefined && opensMs > now && { icon: "lock", term: said.opens, text: moment(opensMs, now) },
    { icon: "clock", term: said.due, text: dueMs === undefined ? said.noDue : moment(dueMs, now) },
    cutoffMs !== undefined && { icon: "stop", term: said.cutoff, text: moment(cutoffMs, now) },
    { icon: "check", term: said.marks, text: marks },
    attempts > 1 && { icon: "turn", term: said.attempts, text: said.attemptsOf(attempts) },
  );
}
