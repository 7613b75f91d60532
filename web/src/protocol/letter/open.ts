/** What a recipient checks before it shows a letter, in the order of section 7. */

import { type Bytes, same } from "../bytes.ts";
import type { Chain } from "../chain.ts";
import type { Charter } from "../charter.ts";
import type { ExchangeHandle } from "../handles.ts";
import type { LetterId } from "../ids.ts";
import type { WriterProof } from "../membership.ts";
import { unpad } from "../pad.ts";
import { isTyped } from "../payload.ts";
import { Refusal } from "../refusal.ts";
import type { ExchangeSecret } from "../secrets.ts";
import { encodeHeader, type Header } from "./header.ts";
import { isLetterSigned, type Letter, letterId } from "./layout.ts";
import { type Account, maySend } from "./rules.ts";
import { info } from "./seal.ts";

/** What a recipient knows when it opens a letter. */
export interface Reading {
  /** The audience's charters, checked from its id on. */
  readonly charters: Chain;
  /** The key: the desk's (old ones open old letters) or the account's `xk`. */
  readonly key: ExchangeSecret | ExchangeHandle;
  /** Whose key it is: a publisher reads the desk's letters, an account its own. */
  readonly as: "desk" | Account;
  /** Whether a letter of this id has been opened before. */
  readonly seen: (id: LetterId) => boolean;
  /** What came beside a member's letter. */
  readonly member: WriterProof | undefined;
}

/** A letter that may be shown. */
export interface Opened {
  /** The letter's id. */
  readonly id: LetterId;
  /** UTF-8 JSON whose `type` is the kind's word. */
  readonly payload: Bytes;
}

/** Why a recipient does not show a letter. */
export type ReadReason =
  "recipient" | "seen" | "signature" | "charter" | "sender" | "cipher" | "padding" | "payload";

/** A letter that a recipient does not show. */
export class ReadRefused extends Refusal<ReadReason> {
  constructor(reason: ReadReason) {
    super("letter", reason);
  }
}

/** Makes every check of section 7 in its order and opens the letter. */
export async function openLetter(letter: Letter, reading: Reading): Promise<Opened> {
  const { header } = letter;
  const { charters, key } = reading;
  const mine = same(header.audience, charters.audience()) && same(header.to, key.public);
  ensure(mine, "recipient");
  const id = letterId(letter);
  ensure(!reading.seen(id), "seen");
  ensure(isLetterSigned(letter), "signature");
  const charter = deciding(header, charters);
  ensure(charter !== undefined, "charter");
  ensure(maySend(header, charter, reading.as, reading.member), "sender");
  const { hpkeOpen } = await import("./hpke.ts");
  const padded = await hpkeOpen(key, letter, info(header), encodeHeader(header));
  ensure(padded !== undefined, "cipher");
  const payload = unpadded(padded);
  ensure(payload !== undefined, "padding");
  ensure(isTyped(payload, header.kind), "payload");
  return { id, payload };
}

/**
 * The charter that decides who may send this: for secrets the current one, so that a former
 * publisher cannot slip any in; else the one in force when it was sent.
 */
function deciding(header: Header, charters: Chain): Charter | undefined {
  return header.kind === "secrets" ? charters.current() : charters.inForceAt(header.sentMs);
}

function unpadded(padded: Bytes): Bytes | undefined {
  try {
    return unpad(padded);
  } catch {
    return undefined;
  }
}

function ensure(holds: boolean, reason: ReadReason): asserts holds {
  if (!holds) throw new ReadRefused(reason);
}
