/** Gives an assignment out as it was written, or gives it out again as it was changed. */

import type { Client, Draft, Progress } from "../client/index.ts";
import { type Asking, termsOf } from "./asking.ts";

/** What is to be given out. */
export interface Assigning {
  readonly audience: string;
  /** The assignment that is changed, or empty. */
  readonly work: string;
  readonly asking: Asking;
  /** Its text and files. */
  readonly draft: Draft;
  readonly releaseMs: number | undefined;
  /** A name of the act, by which its repeat finds it done. */
  readonly once: string;
}

/** Seals and sends it; its name. */
export async function assign(client: Client, assigning: Assigning, progress?: Progress): Promise<string> {
  const { audience, work, asking, draft, releaseMs, once } = assigning;
  const full = { ...draft, ...termsOf(asking) };
  const chosen = asking.chosen === undefined ? undefined : [...asking.chosen];
  if (work === "") {
    const to = chosen !== undefined ? { chosen } : releaseMs !== undefined ? { releaseMs } : undefined;
    return client.homework.assign(audience, full, to, progress, once);
  }
  const given = await client.homework.work(audience, work);
  return given === undefined ? work : client.homework.change(given, full, chosen, progress, once);
}
