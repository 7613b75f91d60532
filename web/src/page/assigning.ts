/** Gives an assignment out as it was written, or gives it out again as it was changed. */

import { type AssignmentDraft, type Client, HubError, type Progress } from "../client/index.ts";
import { type Asking, REMIND_MS, termsOf, timeOf } from "./asking.ts";

/** What is to be given out. */
export interface Assigning {
  readonly audience: string;
  /** The assignment that is changed, or empty. */
  readonly work: string;
  readonly asking: Asking;
  /** Its text and files. */
  readonly draft: AssignmentDraft;
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

/** What the hub is to know of an assignment that went out. */
export interface Telling {
  readonly audience: string;
  /** What was made: the assignment, or its correction. */
  readonly made: string;
  /** The assignment that was changed, or empty. */
  readonly work: string;
  readonly asking: Asking;
}

/** Tells the hub when to remind, where its author asked for that; a hub that does not take it has the assignment all the same. */
export async function tellHub(client: Client, { audience, made, work, asking }: Telling): Promise<void> {
  if (asking.chosen !== undefined) return;
  const dueMs = timeOf(asking.due);
  const id = (await client.homework.work(audience, made)) === undefined && work !== "" ? work : made;
  try {
    if (asking.remind === true && dueMs !== undefined && dueMs - REMIND_MS > Date.now())
      await client.homework.tellDue(id, { dueMs, remindMs: dueMs - REMIND_MS });
    else if (work !== "" && asking.remind === false) await client.homework.tellDue(id, undefined);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
  }
}
