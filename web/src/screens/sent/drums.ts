/** How far a post is, as drums: a cohort each, or many cohorts each where there are more than a row holds. */

import type { Status } from "../../client/index.ts";
import { type Beat, shares } from "../../page/parts.ts";

/** Drums in one picture; more units share one. */
export const MOST = 50;

/** Recipients of a full cohort (protocol section 4). */
export const COHORT = 4096;

/** A picture, and how many units one drum of it stands for. */
export interface Picture {
  readonly beats: readonly Beat[];
  readonly each: number;
}

/** What of a status the pictures need. */
export type Figures = Pick<Status, "cohorts" | "recipients" | "delivered" | "acknowledged">;

/**
 * One drum for each cohort, or for `each` cohorts: delivered from the left, then ready, being prepared, waiting, failed.
 *
 * The hub counts deliveries for the whole post, so the filled drums are their amount, not certain cohorts.
 */
export function cohortDrums({ cohorts, recipients, delivered }: Figures, running: boolean): Picture {
  const { total, ready, failed } = cohorts;
  const each = Math.max(1, Math.ceil(total / MOST));
  const count = Math.ceil(total / each);
  const perDrum = (recipients.total / Math.max(1, total)) * each;
  const whole = perDrum === 0 ? 0 : delivered / perDrum;
  const readyDrums = ready === total ? count : Math.floor(ready / each);
  const failedDrums = failed === 0 ? 0 : Math.max(1, Math.floor(failed / each));
  const beat = (at: number): Beat => {
    if (at < readyDrums) return filled(whole - at);
    if (at >= count - failedDrums) return "miss";
    return running && at < readyDrums + 3 ? "going" : "";
  };
  return { beats: Array.from({ length: count }, (_, at) => beat(at)), each };
}

/** A drum filled so far; one that is ready and holds nothing yet shows its first quarter. */
function filled(part: number): Beat {
  if (part >= 1) return "on";
  return part >= 0.75 ? "q3" : part >= 0.5 ? "half" : "q1";
}

/** One drum for each recipient of a small audience, or for `each`: understood, delivered, ready, not yet. */
export function recipientDrums({ recipients, delivered, acknowledged }: Figures): Picture {
  const { total, ready } = recipients;
  const parts = [
    ["echo", acknowledged],
    ["on", Math.max(0, delivered - acknowledged)],
    ["q1", Math.max(0, ready - Math.max(delivered, acknowledged))],
  ] as const;
  return shares(parts, total, MOST);
}

/** Whether a row of recipients says more than a row of cohorts. */
export const isSmall = ({ cohorts, recipients }: Figures): boolean =>
  cohorts.total <= 1 && recipients.total <= COHORT;

/** What so many deliveries in so many milliseconds are a second, for the last seconds that were seen. */
export class Rate {
  readonly #seen: { readonly atMs: number; readonly delivered: number }[] = [];

  /** Takes in a count; deliveries a second over the last ten seconds, and 0 before there are two counts. */
  see(delivered: number, atMs: number): number {
    this.#seen.push({ atMs, delivered });
    while (this.#seen.length > 2 && atMs - (this.#seen[0]?.atMs ?? atMs) > 10_000) this.#seen.shift();
    const [first] = this.#seen;
    if (first === undefined || first.atMs === atMs) return 0;
    return Math.max(0, Math.round((1000 * (delivered - first.delivered)) / (atMs - first.atMs)));
  }
}

/** Whether the hub still prepares it. */
export function isRunning({ state, cohorts }: Pick<Status, "state" | "cohorts">): boolean {
  return state === "accepted" && cohorts.ready + cohorts.failed < cohorts.total;
}
