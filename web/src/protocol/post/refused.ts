/** Why a reader does not show a post (sections 5 and 6). */

import { Refusal } from "../refusal.ts";

/**
 * Of a `fork` (another post of this `seq` was seen first) and a wrong `previous`, both posts are
 * kept as evidence. `slot`: the hub has nothing for this reader, or no point. `identity`: not the
 * post the permalink names.
 */
export type ReadReason =
  | "charter"
  | "sent time"
  | "hosting"
  | "author"
  | "signature"
  | "fork"
  | "previous"
  | "thread"
  | "approvals"
  | "identity"
  | "slot";

/** A post that a reader does not show; what does not open is `Unreadable` instead. */
export class ReadRefused extends Refusal<ReadReason> {
  constructor(reason: ReadReason) {
    super("post", reason);
  }
}

/** Refuses unless `holds`. */
export function ensure(holds: boolean, reason: ReadReason): asserts holds {
  if (!holds) throw new ReadRefused(reason);
}
