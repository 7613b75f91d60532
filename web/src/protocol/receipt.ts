/**
 * Receipts: the hub's word for when a submission came in (section 7).
 *
 * The hub cannot read what it vouches for; its key is pinned by clients at first sight.
 */

import { type Bytes, Writer } from "./bytes.ts";
import { verify } from "./ed25519.ts";
import type { IdentityKey, LetterId } from "./ids.ts";

/** A hub's signed hand-in time of one letter. */
export interface Receipt {
  /** The letter. */
  readonly letter: LetterId;
  /** When it came in, by the hub's clock. */
  readonly receivedMs: bigint;
  /** `Sign(hub key, "receipt", letter_id ‖ received_ms)`. */
  readonly signature: Bytes;
}

/** Whether this hub signed the receipt. */
export function isReceiptOf(hub: IdentityKey, receipt: Receipt): boolean {
  const statement = new Writer().put(receipt.letter).u64(receipt.receivedMs).done();
  return verify(hub, "receipt", statement, receipt.signature);
}
