/**
 * What teachers do with an assignment itself: give it to all or to chosen pupils, change it, take it back.
 *
 * Invariant: an assignment to chosen pupils that broke off goes on under the same id, and nobody is given it twice.
 */

import { hash } from "../../protocol/primitives.ts";
import { utf8 } from "../../protocol/text.ts";
import type { Account } from "../account.ts";
import { Cannot } from "../error.ts";
import { sendLetter } from "../letters.ts";
import { type AccountRef, type AudienceRef, type PostRef, textOf } from "../names.ts";
import { settle } from "../outbox.ts";
import { type Draft, sameContent } from "../payload.ts";
import { schedule } from "../schedule.ts";
import { send } from "../write.ts";
import { requireTeaching } from "./actions.ts";
import { moveDue } from "./due-times.ts";
import type { HomeworkFields } from "./fields.ts";
import type { Work } from "./works.ts";

/** What a teacher asks for; the fields are those of `docs/payload.md`. */
export interface AssignmentDraft extends Draft {
  readonly dueMs?: number | undefined;
  readonly cutoffMs?: number | undefined;
  readonly opensMs?: number | undefined;
  readonly points?: number | undefined;
  readonly words?: readonly string[] | undefined;
  readonly attempts?: number | undefined;
  /** The assignment, of another class, that this is a copy of. */
  readonly copyOf?: PostRef | undefined;
}

/** Broken-off assignments that are remembered. */
const REMEMBERED = 8;

/** The draft of a post or letter that asks for this. */
export function draftOf(asked: AssignmentDraft, more: HomeworkFields = {}): Draft {
  const { dueMs, cutoffMs, opensMs, points, words, attempts, copyOf, ...draft } = asked;
  const scale = points === undefined ? { words: [...(words ?? [])] } : { points };
  // Said always: a correction without any field of homework leaves them all as they were.
  return {
    ...draft,
    homework: { dueMs, cutoffMs, opensMs, ...scale, attempts: attempts ?? 1, copyOf, ...more },
  };
}

/** Gives an assignment to everybody, now or when the hub is to release it; its post. */
export async function assignToAll(
  account: Account,
  audience: AudienceRef,
  asked: AssignmentDraft,
  releaseMs: number | undefined,
  once?: string,
): Promise<PostRef> {
  const draft = draftOf(asked);
  if (releaseMs !== undefined) return schedule(account, audience, "assignment", draft, releaseMs, once);
  return (await send(account, audience, "assignment", undefined, draft, once)).post;
}

/** The id under which chosen pupils are given an assignment: the same one until all of them have it. */
export async function workFor(
  account: Account,
  audience: AudienceRef,
  asked: AssignmentDraft,
  chosen: readonly AccountRef[],
  once?: string,
): Promise<PostRef> {
  await requireTeaching(account, audience);
  const { record } = account.device;
  const all = once ?? JSON.stringify([audience, asked, [...chosen].sort()]);
  const said = textOf(hash("client assigning", utf8(all)));
  const begun = record.assigning?.find((one) => one.said === said);
  if (begun !== undefined) return begun.work;
  const work = textOf(account.world.random(32));
  record.assigning = [...(record.assigning ?? []), { said, work }].slice(-REMEMBERED);
  await account.remember();
  return work;
}

/** All chosen pupils have theirs. */
export async function assigned(account: Account, work: PostRef): Promise<void> {
  const { record } = account.device;
  record.assigning = (record.assigning ?? []).filter((one) => one.work !== work);
  await account.remember();
}

/** Tells one chosen pupil what a work says, unless that is what they were told last. */
export async function tell(
  account: Account,
  audience: AudienceRef,
  work: PostRef,
  pupil: AccountRef,
  asked: AssignmentDraft,
  withdrawn = false,
): Promise<void> {
  await settle(account, audience, work);
  const draft = draftOf(asked, { work, withdrawn });
  if (await isTold(account, audience, work, pupil, draft)) return;
  await sendLetter(account, audience, { account: pupil }, "assignment", undefined, draft);
}

async function isTold(
  { device }: Account,
  audience: AudienceRef,
  work: PostRef,
  pupil: AccountRef,
  draft: Draft,
): Promise<boolean> {
  const { letters } = await device.audience(audience);
  const its = [...letters.values()].filter(
    ({ kind, to, content }) => kind === "assignment" && to === pupil && content.homework?.work === work,
  );
  const newest = its.sort((a, b) => a.receivedMs - b.receivedMs).at(-1)?.content;
  return newest !== undefined && sameContent("assignment", newest, draft);
}

/** Corrects an assignment of everybody's; one that waits for its time is sealed again, under another post. */
export async function correct(
  account: Account,
  work: Work,
  asked: AssignmentDraft,
  once?: string,
): Promise<PostRef> {
  const { audience, id, releaseMs } = work;
  if (work.state === "DELETED") throw new Cannot("work taken back");
  if (work.state === "PUBLISHED") {
    await send(account, audience, "correction", id, draftOf(asked), once);
    await moveDue(account, id, id, asked.dueMs);
    return id;
  }
  if (releaseMs === undefined) throw new Cannot("work waits");
  await account.api.takeBack(id);
  const post = await schedule(account, audience, "assignment", draftOf(asked), releaseMs, once);
  await moveDue(account, id, post, asked.dueMs);
  return post;
}

/** Takes an assignment of everybody's back. */
export async function takeBack(account: Account, { audience, id, state, releaseMs }: Work): Promise<void> {
  if (state === "DELETED") return;
  if (state === "PUBLISHED") return void (await send(account, audience, "withdrawal", id, {}));
  if (releaseMs === undefined) throw new Cannot("work waits");
  await account.api.takeBack(id);
}
