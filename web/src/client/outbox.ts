/**
 * Letters whose answer never came: the same bytes go out again when their writer says the same again.
 *
 * Invariant: a sealed letter is stored before it is sent, and gone from there once the hub has judged it; what is kept
 * of it is written in the same step.
 */

import { concat } from "../protocol/bytes.ts";
import type { Kind } from "../protocol/letter.ts";
import { hash } from "../protocol/primitives.ts";
import type { LetterId } from "../protocol/ids.ts";
import { isReceiptOf } from "../protocol/receipt.ts";
import { utf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import type { LetterTaken } from "./api/rows.ts";
import { unexpected } from "./api/transport.ts";
import type { SealedLetter } from "./device.ts";
import { noted, type SavedLetter } from "./memory.ts";
import { Distrust, HubError, Offline, type ProblemWord } from "./error.ts";
import { type AccountRef, type AudienceRef, idOf, type LetterRef, type PostRef, textOf } from "./names.ts";

/** Letters without an answer that are remembered; who leaves more unsaid has given the oldest up. */
const REMEMBERED = 32;

/** The work that a letter is about: the post of an assignment, or the id that its letters share. */
export function workOf({ thread, content }: Pick<SavedLetter, "thread" | "content">): PostRef | undefined {
  return thread ?? content.homework?.work;
}

/** To whom a letter goes: the audience's publishers, or one account. */
export type Addressee = "desk" | { readonly account: AccountRef };

/** What a letter says and to whom, however it is sealed. */
export function said(
  audience: AudienceRef,
  to: Addressee,
  kind: Kind,
  thread: PostRef | undefined,
  payload: Uint8Array,
): string {
  const whom = to === "desk" ? "desk" : to.account;
  const head = utf8([audience, whom, kind, thread ?? "", ""].join("\n"));
  return textOf(hash("client letter", concat(head, payload)));
}

/** The letter that said this and has had no answer; of an act with a name, the letter of that act. */
export function unanswered({ device }: Account, what: string, once?: string): SealedLetter | undefined {
  const { unanswered: letters } = device.record;
  return letters.find((letter) => letter.once === once && (once !== undefined || letter.said === what));
}

/** The letter of an act with this name, once the hub has taken it. */
export function letterSentAs({ device }: Account, once: string | undefined): LetterTaken | undefined {
  return once === undefined ? undefined : device.record.letters?.find((act) => act.once === once)?.taken;
}

/** Writes a sealed letter down, then sends it. */
export async function dispatch(account: Account, letter: SealedLetter): Promise<LetterTaken> {
  const { record } = account.device;
  const others = record.unanswered.filter((other) => other.letter !== letter.letter);
  if (others.length === record.unanswered.length) {
    record.unanswered = [...others, letter].slice(-REMEMBERED);
    await account.remember();
  }
  const settle = async (): Promise<void> => {
    record.unanswered = record.unanswered.filter((other) => other.letter !== letter.letter);
    await account.remember();
  };
  const taken = await account.api.putLetter(letter.bytes, letter.proof).catch(async (e: unknown) => {
    if (isVerdict(e)) await settle();
    throw e;
  });
  if (taken.letter !== letter.letter) throw unexpected("another letter than the one sent");
  const genuine = isGenuine(account, taken);
  await keep(account, letter, taken, genuine);
  record.letters = noted(record.letters, { once: letter.once, taken });
  await settle();
  if (!genuine) throw new Distrust("receipt");
  return taken;
}

/** Keeps what the hub took, with its receipt if that is one. */
async function keep(
  { device }: Account,
  { letter, keep: kept }: SealedLetter,
  { received_ms, receipt }: LetterTaken,
  genuine: boolean,
): Promise<void> {
  if (kept === undefined) return;
  const saved = { ...kept.letter, receivedMs: received_ms, receipt: genuine ? receipt : undefined };
  await device.keepLetter(kept.audience, letter, saved);
  device.toRecord(kept.audience);
}

/** Sends again what was said about a work and had no answer, so that where it stands is known; what the hub has now. */
export async function settle(account: Account, audience: AudienceRef, work: PostRef): Promise<LetterRef[]> {
  const settled: LetterRef[] = [];
  for (const letter of account.device.record.unanswered) {
    const { keep: kept } = letter;
    if (kept?.audience !== audience || workOf(kept.letter) !== work) continue;
    try {
      settled.push((await dispatch(account, letter)).letter);
    } catch (e) {
      // It never arrived, and will not be taken any more as it was sealed.
      if (!isVerdict(e)) throw e;
    }
  }
  return settled;
}

/** A receipt is signed with the key that the hub has always had, or it is none; the work was sent all the same. */
function isGenuine({ vault }: Account, { letter, received_ms, receipt }: LetterTaken): boolean {
  const key = vault.document.hub_key;
  if (receipt === undefined || key === null) return true;
  const signed = { letter: idOf<LetterId>(letter), receivedMs: BigInt(received_ms), signature: receipt };
  return isReceiptOf(idOf(key), signed);
}

const PASSING: ReadonlySet<ProblemWord> = new Set([
  "unavailable",
  "rate-limited",
  "unauthenticated",
  "internal",
  "unexpected-answer",
]);

/** Whether the hub judged the post or letter itself; anything else may pass, and the same bytes are sent again. */
export function isVerdict(e: unknown): boolean {
  return e instanceof HubError && !PASSING.has(e.reason);
}

/** Whether what is in the way may be gone at the next try: there is no connection, or the hub cannot judge now. */
export function mayPass(e: unknown): boolean {
  return e instanceof Offline || (e instanceof HubError && !isVerdict(e));
}
