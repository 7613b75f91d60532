/** One assignment with everything that this device knows about it. */

import type { AudienceView, LetterView, PostView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { findHanding, type Handing } from "../../page/handing.ts";
import { type Piece, pieceOf } from "../../page/homework.ts";
import { isPrivate } from "../../page/reading.ts";

/** One attempt: what was handed in, and what came back for it. */
export interface Attempt {
  readonly n: number;
  readonly letter: LetterView;
  readonly returns: readonly LetterView[];
}

/** What the page of an assignment shows. */
export interface Loaded {
  readonly piece: Piece;
  readonly audience: AudienceView;
  /** Its post, where it was given to everybody. */
  readonly post: PostView | undefined;
  readonly attempts: readonly Attempt[];
  /** Work of one's own that came in and was not counted. */
  readonly moot: readonly LetterView[];
  /** What teachers sent, oldest first. */
  readonly returns: readonly LetterView[];
  readonly reminders: readonly LetterView[];
  /** Questions to the teacher alone, and the answers. */
  readonly questions: readonly LetterView[];
}

/** Reads it; `undefined` where this device has no such assignment. */
export async function load(
  { client, now }: Context,
  audience: string,
  id: string,
  draft?: Handing,
): Promise<Loaded | undefined> {
  const work = await client.homework.work(audience, id);
  if (work === undefined) return undefined;
  const submission = await client.homework.own(work);
  const [view, post, kept, letters, reminders] = await Promise.all([
    client.audience(audience),
    client.post(id),
    draft ?? findHanding(client, id),
    client.letters(),
    client.homework.reminders(work),
  ]);
  const letter = (name: string) => client.homework.letter(work, name);
  const returns = (await Promise.all(submission.returns.map(letter))).filter((one) => one !== undefined);
  const piece = pieceOf(client, work, submission, view, kept, now());
  const { phase } = submission;
  const refused = new Set(submission.refused.map((one) => one.letter));
  const unheard = await Promise.all([...refused].map(letter));
  const named = returns
    .filter((one) => !refused.has(one.letter))
    .flatMap(({ content }) => content.homework?.submission ?? []);
  const last = phase.at === "assigned" || phase.at === "reclaimed" ? [] : [phase.work.letter];
  const attempts: Attempt[] = [];
  for (const name of new Set([...named, ...last])) {
    const found = await letter(name);
    const back = returns.filter(({ content }) => content.homework?.submission === name);
    if (found !== undefined) attempts.push({ n: attempts.length + 1, letter: found, returns: back });
  }
  const questions = letters.filter((one) => one.thread === id && isPrivate(one));
  const moot = unheard
    .filter((one) => one !== undefined)
    .filter(({ kind, content }) => kind === "submission" && content.homework?.reclaim === undefined);
  return { piece, audience: view, post, attempts, moot, returns, reminders, questions };
}
