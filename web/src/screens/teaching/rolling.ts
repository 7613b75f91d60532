/**
 * Copying assignments from one class to another: a new year, a second class.
 *
 * Invariant: each copy is an act with a name of its own, and noted on this device when it is done, so that going on after a
 * break gives nothing twice.
 */

import { type Client, fileName, type Progress, type Work } from "../../client/index.ts";
import { askingOf, moved, termsOf } from "../../page/asking.ts";

/** A copying that was begun. */
export interface Rolling {
  readonly to: string;
  readonly chosen: readonly string[];
  readonly days: number;
  /** What was copied, and what it became. */
  readonly done: Readonly<Record<string, string>>;
}

export const DAY_MS = 86_400_000;

const nameOf = (from: string): string => `roll ${from}`;

/** One that was begun from this class and not finished. */
export const begun = (client: Client, from: string): Promise<Rolling | undefined> =>
  client.draft<Rolling>(nameOf(from));

/** Forgets it. */
export const forget = (client: Client, from: string): Promise<void> =>
  client.keepDraft(nameOf(from), undefined);

/** The assignments of a class that can be given again, the oldest first. */
export async function copiable(client: Client, from: string): Promise<Work[]> {
  const all = await client.homework.works();
  return all
    .filter(({ audience, teaching, state }) => audience === from && teaching && state !== "DELETED")
    .sort((a, b) => (a.terms.dueMs ?? a.givenMs) - (b.terms.dueMs ?? b.givenMs));
}

/** Copies what is not copied yet, one after another; how many there are now. */
export async function roll(
  client: Client,
  from: string,
  rolling: Rolling,
  progress: Progress,
): Promise<number> {
  let now = rolling;
  const keep = (next: Rolling) => {
    now = next;
    return client.keepDraft(nameOf(from), next);
  };
  await keep(now);
  await client.fetch(rolling.to);
  const works = (await copiable(client, from)).filter(({ id }) => now.chosen.includes(id));
  for (const [at, work] of works.entries()) {
    progress(at, works.length);
    if (now.done[work.id] !== undefined) continue;
    const made = await copy(client, now, work);
    await keep({ ...now, done: { ...now.done, [work.id]: made } });
  }
  progress(works.length, works.length);
  await forget(client, from);
  return works.length;
}

async function copy(client: Client, { to, days }: Rolling, work: Work): Promise<string> {
  const attachments = [];
  for (const one of work.content.attachments) {
    const blob = await client.attachment(work.audience, one);
    const file = new File([blob], fileName(one), { type: one.type });
    attachments.push(await client.attach(to, file, file.name, "audience"));
  }
  const { title, body, language } = work.content;
  const asked = termsOf(askingOf({ terms: moved(work.terms, days * DAY_MS), chosen: undefined }));
  const draft = {
    ...(title === undefined ? {} : { title }),
    ...(language === undefined ? {} : { language }),
    body,
    attachments,
    ...asked,
  };
  const made = await client.homework.assign(to, draft, undefined, undefined, `copy ${work.id} ${days}`);
  await client.fetch(to);
  return made;
}
