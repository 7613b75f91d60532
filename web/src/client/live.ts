/** Live events for all tabs of a browser over one connection, which is taken up again when it ends. */

import type { Account } from "./account.ts";
import type { Event } from "./api/events.ts";
import { ClientError } from "./error.ts";
import { alone } from "./lock.ts";

/** The first pause before coming again, and the longest. */
const [PAUSE_MS, LONGEST_MS] = [1_000, 60_000];

/** Something happened; `connected`: from now on nothing is missed, so what came before is to be fetched. */
export type Heard =
  Event | { readonly kind: "connected"; readonly audience: undefined; readonly subject: undefined };

/** Listens until `stop`, while no other tab does. */
export function listen(account: Account, stop: AbortSignal, heard: (event: Heard) => void): Promise<void> {
  return alone(`${account.store.name} live`, stop, async () => {
    let [last, pause]: [string | undefined, number] = [undefined, PAUSE_MS];
    while (!stop.aborted) {
      try {
        for await (const { id, event } of account.api.events(last, stop)) {
          if (last === undefined) heard({ kind: "connected", audience: undefined, subject: undefined });
          last = id ?? last ?? "0";
          pause = PAUSE_MS;
          if (event !== undefined) heard(event);
        }
      } catch (e) {
        if (!(e instanceof ClientError)) throw e;
      }
      if (stop.aborted) return;
      await account.world.wait(pause);
      pause = Math.min(2 * pause, LONGEST_MS);
    }
  });
}
