/** The picture of a post on its way, for a class of thirty, a district of a hundred thousand and a province. */

import { cohortDrums, type Figures, isSmall, Rate, recipientDrums } from "../src/screens/sent/drums.ts";
import { equal, ok, test } from "./harness.ts";

const figures = (
  cohorts: readonly [total: number, ready: number, failed: number],
  recipients: readonly [total: number, ready: number],
  delivered: number,
  acknowledged: number,
): Figures => ({
  cohorts: { total: cohorts[0], ready: cohorts[1], failed: cohorts[2] },
  recipients: { total: recipients[0], ready: recipients[1] },
  delivered,
  acknowledged,
});

/** `on on q1` as `on×2 q1`. */
function runs(beats: readonly string[]): string {
  const list: [string, number][] = [];
  for (const beat of beats) {
    const last = list.at(-1);
    if (last?.[0] === beat) last[1]++;
    else list.push([beat, 1]);
  }
  return list.map(([beat, n]) => `${beat === "" ? "-" : beat}×${n}`).join(" ");
}

test("twenty-five cohorts are twenty-five drums: delivered, ready, being prepared, waiting, failed", () => {
  const { beats, each } = cohortDrums(figures([25, 19, 1], [100_000, 77_824], 64_512, 1_284), true);
  equal(each, 1);
  equal(runs(beats), "on×16 q1×3 going×3 -×2 miss×1");
});

test("a finished post has every drum ready, and full where it was delivered", () => {
  const half = cohortDrums(figures([25, 25, 0], [100_000, 100_000], 50_000, 0), false);
  equal(runs(half.beats), "on×12 half×1 q1×12");
  const whole = cohortDrums(figures([25, 25, 0], [100_000, 100_000], 100_000, 9), false);
  equal(runs(whole.beats), "on×25");
});

test("a million and more share drums: never above fifty, nothing failed is hidden", () => {
  for (const total of [49, 50, 51, 245, 1_000, 4_096]) {
    const people = total * 4_096;
    const { beats, each } = cohortDrums(
      figures([total, total - 1, 1], [people, people - 4_096], people, 0),
      true,
    );
    ok(beats.length <= 50 && beats.length * each >= total, `${total}: ${beats.length} drums of ${each}`);
    ok(beats.includes("miss"), `${total}: the cohort that failed is seen`);
  }
});

test("nobody to send to is no drum at all and no fault", () => {
  equal(cohortDrums(figures([0, 0, 0], [0, 0], 0, 0), true).beats.length, 0);
  equal(runs(cohortDrums(figures([3, 3, 0], [0, 0], 0, 0), false).beats), "q1×3");
});

test("a class of thirty is thirty drums, one for each child", () => {
  const status = figures([1, 1, 0], [30, 30], 28, 5);
  ok(isSmall(status), "a class");
  equal(runs(recipientDrums(status).beats), "echo×5 on×23 q1×2");
  ok(!isSmall(figures([2, 2, 0], [5_000, 5_000], 0, 0)), "two cohorts");
});

test("the rate is that of the last seconds", () => {
  const rate = new Rate();
  equal(rate.see(0, 0), 0);
  equal(rate.see(8_000, 1_000), 8_000);
  for (let at = 2; at <= 30; at++) rate.see(8_000, at * 1_000);
  equal(rate.see(8_000, 31_000), 0);
});
