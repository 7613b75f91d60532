/**
 * The hub's signed receipts, kept with what was handed in, and checked without asking anybody.
 *
 * Invariant: a receipt is checked against the key that this account pinned when it first met its hub, never against one
 * that came with the receipt.
 */

import type { LetterId } from "../../protocol/ids.ts";
import { isReceiptOf } from "../../protocol/receipt.ts";
import type { Account } from "../account.ts";
import { audiences } from "../audience.ts";
import { nameOf } from "../memory.ts";
import { Cannot, Distrust } from "../error.ts";
import { BadForm, count, name, object, octets, text } from "../json.ts";
import {
  type AccountRef,
  accountNamed,
  type AudienceRef,
  bytesOf,
  idOf,
  type LetterRef,
  type PostRef,
  textOf,
} from "../names.ts";

const TYPE = "kentongan-receipt";

/** A receipt as it is written to a file, field for field: what {@link parseReceipt} reads. */
export interface SavedReceipt {
  readonly type: typeof TYPE;
  /** The hub's address; for people. */
  readonly hub: string;
  readonly audience: AudienceRef;
  /** The work it was handed in for. */
  readonly work: PostRef;
  /** The letter it came in. */
  readonly letter: LetterRef;
  /** When, by the hub's clock. */
  readonly received_ms: number;
  /** `Sign(hub key, "receipt", letter ‖ received_ms)`. */
  readonly signature: string;
}

/** What a genuine receipt says, with what this browser knows of its letter. */
export interface VerifiedReceipt {
  readonly letter: LetterRef;
  /** When it came in, by the hub's clock. */
  readonly receivedMs: number;
  /** The class and work that the letter is about, where it was sent from here or opened here. */
  readonly about?: { readonly audience: AudienceRef; readonly work: PostRef } | undefined;
  /** Who wrote it, likewise, and the name they give. */
  readonly author?: { readonly account: AccountRef; readonly name?: string | undefined } | undefined;
}

const form = object({
  type: text,
  hub: text,
  audience: name,
  work: name,
  letter: name,
  received_ms: count,
  signature: octets(64),
});

/** Reads a receipt file; {@link Cannot} `receipt file` where it is none. */
export function parseReceipt(file: string): SavedReceipt {
  try {
    const read = form(JSON.parse(file));
    if (read.type === TYPE) return { ...read, type: TYPE, signature: textOf(read.signature) };
  } catch (e) {
    if (!(e instanceof BadForm || e instanceof SyntaxError)) throw e;
  }
  throw new Cannot("receipt file");
}

/** The receipt of something handed in from here. */
export async function receiptOf(
  { device, vault }: Account,
  audience: AudienceRef,
  letter: LetterRef,
): Promise<SavedReceipt | undefined> {
  const sent = (await device.audience(audience)).letters.get(letter);
  if (sent?.receipt === undefined || sent.thread === undefined) return undefined;
  return {
    type: TYPE,
    hub: vault.document.hub,
    audience,
    work: sent.thread,
    letter,
    received_ms: sent.receivedMs,
    signature: textOf(sent.receipt),
  };
}

/** Checks a receipt, offline; {@link Distrust} `receipt` where this account's hub did not sign it. */
export async function verifyReceipt(account: Account, saved: SavedReceipt): Promise<VerifiedReceipt> {
  const { letter, received_ms, signature } = saved;
  const key = account.vault.document.hub_key;
  const signed = {
    letter: idOf<LetterId>(letter),
    receivedMs: BigInt(received_ms),
    signature: bytesOf(signature),
  };
  if (key === null || !isReceiptOf(idOf(key), signed)) throw new Distrust("receipt");
  for (const audience of audiences(account)) {
    const { letters, local } = await account.device.audience(audience);
    const known = letters.get(letter);
    if (known === undefined) continue;
    const author = accountNamed(idOf(known.ik));
    const about = known.thread === undefined ? undefined : { audience, work: known.thread };
    return {
      letter,
      receivedMs: received_ms,
      about,
      author: { account: author, name: nameOf(local, author) },
    };
  }
  return { letter, receivedMs: received_ms };
}
