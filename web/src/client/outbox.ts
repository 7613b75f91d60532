/**
 * Letters whose answer never came: the same bytes go out again when their writer says the same again.
 *
 * Invariant: a sealed letter is stored before it is sent, and gone from there once the hub has judged it.
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
import { noted, type SealedLetter } from "./device.ts";
import { Distrust, HubError, type ProblemWord } from "./error.ts";
import { type AccountRef, type AudienceRef, idOf, type PostRef, textOf } from "./names.ts";

/** Letters without an answer that are remembered; who leaves more unsaid has given the oldest up. */
const REMEMBERED = 32;

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

/** What is kept of a letter, in the write in which it counts as sent. */
export type Keep = (taken: LetterTaken) => Promise<void>;

/** Writes a sealed letter down, then sends it. */
export async function dispatch(account: Account, letter: SealedLetter, keep?: Keep): Promise<LetterTaken> {
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
  record.letters = noted(record.letters, { once: letter.once, taken });
  await keep?.(taken);
  await settle();
  checkReceipt(account, taken);
  return taken;
}

/** A receipt is signed with the key that the hub has always had, or it is none; the work was sent all the same. */
function checkReceipt({ vault }: Account, { letter, received_ms, receipt }: LetterTaken): void {
  const key = vault.document.hub_key;
  if (receipt === undefined || key === null) return;
  const signed = { letter: idOf<LetterId>(letter), receivedMs: BigInt(received_ms), signature: receipt };
  if (!isReceiptOf(idOf(key), signed)) throw new Distrust("receipt");
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
