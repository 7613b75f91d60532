/** A few words to say what must hold, the same in Node and in a page: tests register, a runner runs them. */

import { hex } from "../src/protocol/bytes.ts";
import { Refusal } from "../src/protocol/refusal.ts";

/** A story and its name. */
export interface Test {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

/** All tests of the modules imported so far. */
export const tests: Test[] = [];

/** Registers a test. */
export function test(name: string, run: () => void | Promise<void>): void {
  tests.push({ name, run });
}

/** Fails unless `holds`. */
export function ok(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Fails unless both are the same bytes, or the same value. */
export function equal(actual: unknown, expected: unknown, what = ""): void {
  const [a, b] = [shown(actual), shown(expected)];
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** The reason for which `run` is refused; `undefined` where it is not. Any other error is a failure. */
export async function refusal(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (e) {
    if (e instanceof Refusal) return e.reason;
    throw e;
  }
}

/** Fails unless `run` is refused for this reason. */
export async function refused(run: () => unknown, reason: string | undefined, what = ""): Promise<void> {
  equal(await refusal(run), reason, what);
}
