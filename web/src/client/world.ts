/** What a client takes from outside: the clock, randomness, patience, and which keys the browser can hold. */

import type { Bytes } from "../protocol/bytes.ts";
import { detect, type Support } from "../protocol/handles.ts";
import type { Random } from "../protocol/primitives.ts";

/** The surroundings of a client; tests bring their own. */
export interface World {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Fresh random bytes. */
  readonly random: Random;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Which keys WebCrypto can hold here. */
  readonly support: Support;
}

/** The browser this runs in. */
export async function thisBrowser(): Promise<World> {
  return {
    clock: () => Date.now(),
    random: (n): Bytes => crypto.getRandomValues(new Uint8Array(n)),
    wait: (ms) => new Promise((over) => setTimeout(over, ms)),
    support: await detect(),
  };
}

/** The world's clock as the protocol counts. */
export function nowMs(world: World): bigint {
  return BigInt(world.clock());
}
