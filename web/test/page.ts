/** Runs stories one after the other in a page and leaves the results where `browser.mjs` looks for them. */

import type { Test } from "./harness.ts";

/** What became of a story. */
interface Result {
  readonly name: string;
  readonly ms: number;
  readonly error?: string;
}

/** Runs them all, whatever becomes of one. */
export async function run(tests: readonly Test[]): Promise<void> {
  const results: Result[] = [];
  for (const { name, run: story } of tests) {
    const begun = performance.now();
    const error = await failure(story);
    const ms = Math.round(performance.now() - begun);
    results.push(error === undefined ? { name, ms } : { name, ms, error });
  }
  Object.assign(globalThis, { finished: results });
}

async function failure(story: Test["run"]): Promise<string | undefined> {
  try {
    await story();
    return undefined;
  } catch (e) {
    return e instanceof Error ? `${e.message}\n${e.stack ?? ""}` : String(e);
  }
}
