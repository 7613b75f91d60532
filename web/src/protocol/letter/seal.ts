/** Sealing a letter to one X25519 key (section 7). */

import { type Bytes, concat, isZero } from "../bytes.ts";
import type { Support } from "../handles.ts";
import type { AudienceId, ExchangeKey, PostId } from "../ids.ts";
import { pad } from "../pad.ts";
import { isTyped } from "../payload.ts";
import { framed, type Random } from "../primitives.ts";
import { Refusal } from "../refusal.ts";
import type { Identity } from "../secrets.ts";
import { encodeHeader, type Header, isAboutPost, type Kind } from "./header.ts";
import { type Letter, signedPart } from "./layout.ts";

/** A letter before it is sealed. */
export interface Draft {
  /** The audience. */
  readonly audience: AudienceId;
  /** The audience's current desk, or the `xk` of the recipient's newest bundle. */
  readonly to: ExchangeKey;
  /** The post meant by replies, submissions and returns; else zero. */
  readonly thread: PostId;
  /** What it is. */
  readonly kind: Kind;
  /** The author's clock. */
  readonly sentMs: bigint;
  /** UTF-8 JSON whose `type` is the kind's word. */
  readonly payload: Uint8Array;
}

/**
 * A draft that cannot be sealed: its payload is of another kind, it names a post where none is
 * meant or none where one is, or nothing can be encrypted to the recipient's key.
 */
export class SealRefused extends Refusal<"payload" | "thread" | "recipient"> {
  constructor(reason: "payload" | "thread" | "recipient") {
    super("draft", reason);
  }
}

/** Seals a letter in the author's name; refuses a payload above 1 MiB with `TooLong`. */
export async function sealLetter(
  draft: Draft,
  author: Identity,
  random: Random,
  support: Support,
): Promise<Letter> {
  const { payload, ...rest } = draft;
  if (!isTyped(payload, draft.kind)) throw new SealRefused("payload");
  if (isZero(draft.thread) === isAboutPost(draft.kind)) throw new SealRefused("thread");
  const padded = pad(payload);
  const header: Header = { ...rest, ik: author.public, nonce: random(16) };
  // HPKE comes in with the first letter: posts need none of it.
  const { hpkeSeal } = await import("./hpke.ts");
  const sealed = await hpkeSeal(draft.to, info(header), encodeHeader(header), padded, random, support);
  if (sealed === undefined) throw new SealRefused("recipient");
  const signature = await author.sign("letter", signedPart({ header, ...sealed }));
  return { header, ...sealed, signature };
}

/** `Framed("letter", audience ‖ to)`. */
export function info(header: Header): Bytes {
  return framed("letter", concat(header.audience, header.to));
}
