/** Who may send which letter to whom: the rules hub and recipients share (section 7). */

import type { Charter } from "../charter.ts";
import type { IdentityKey } from "../ids.ts";
import { mayWriteBy, type WriterProof } from "../membership.ts";
import type { Header } from "./header.ts";

/** An account to whose `xk` letters go; whether it is a publisher, the charter says. */
export interface Account {
  /** Its identity key. */
  readonly ik: IdentityKey;
  /** Whether it is, or was, a member of the letter's audience. */
  readonly member: boolean;
}

/** Whether `header.ik` may send this letter under `charter` to the desk or to an account. */
export function maySend(
  header: Header,
  charter: Charter,
  to: "desk" | Account,
  proof: WriterProof | undefined,
): boolean {
  const { kind, ik } = header;
  if (to === "desk") {
    if (kind === "join") return true;
    const taken =
      kind === "submission" || kind === "profile" || (kind === "reply" && charter.terms.replies !== "none");
    return taken && mayWriteBy(proof, charter, ik);
  }
  if (kind === "secrets") return charter.isPublisher(to.ik) && charter.isPublisher(ik);
  const toMember = kind === "reply" || kind === "return" || kind === "assignment";
  return toMember && to.member && charter.isPublisher(ik);
}
