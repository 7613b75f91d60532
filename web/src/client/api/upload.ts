/**
 * Uploads of sealed files, part by part: each goes on where the hub says it is.
 *
 * Invariant: what the hub has is asked, never guessed; a file is done when the hub has the whole.
 */

import { isProblem, Offline } from "../error.ts";

/** A part: what is lost at most where a proxy hands on nothing of a request that broke off. */
const PART = 1 << 20;
/** Tries in a row in which nothing more arrived, and the pause after the first, doubled after each: six seconds in all. */
const TRIES = 5;
const PAUSE_MS = 200;

/** A file on its way. */
export interface Sending {
  /** Of the whole, in bytes. */
  readonly size: number;
  /** What the hub has: up to where, or all of it. */
  readonly has: () => Promise<number | "whole">;
  /** Sends the bytes from the first offset to before the second. */
  readonly send: (from: number, to: number) => Promise<void>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Sends it all; goes on after the network broke off, and gives up where nothing arrives any more. */
export async function sendAll({ size, has, send, wait }: Sending): Promise<void> {
  let [at, reached, tries] = [-1, 0, 0];
  for (;;) {
    try {
      if (at < 0) {
        const there = await has();
        if (there === "whole") return;
        at = there;
      }
      if (at > reached) [reached, tries] = [at, 0];
      const to = Math.min(at + PART, size);
      await send(at, to);
      if (to === size) return;
      at = to;
    } catch (e) {
      if (tries === TRIES || !mayPass(e)) throw e;
      await wait(PAUSE_MS * 2 ** tries++);
      at = -1;
    }
  }
}

/** Whether going on may help: the network broke off, or the hub still has the end of what broke off in its hands. */
function mayPass(e: unknown): boolean {
  return e instanceof Offline || isProblem(e, "unavailable") || isProblem(e, "conflict");
}
