/** Who may write which post, and in which thread: the rules hub and readers share (section 5). */

import { isZero, same } from "../bytes.ts";
import type { Charter } from "../charter.ts";
import type { IdentityKey } from "../ids.ts";
import { type Header, isRoot, type Kind } from "./header.ts";

/** Whether a post counts, waits for approvals, or lost its charter before it had them. */
export type Standing = "accepted" | "pending" | "lapsed";

/** The post that another one's `thread` names, in the same audience. */
export interface ThreadPost {
  /** What it is. */
  readonly kind: Kind;
  /** Its author. */
  readonly author: IdentityKey;
  /** Whether the charter it names lists its author as publisher. */
  readonly byPublisher: boolean;
  /** Whether it counts. */
  readonly standing: Standing;
}

/**
 * Whether `header.ik` may write this post under `charter`.
 *
 * A publisher may write everything, but no reply where there are none; a member (which is asked
 * last, for it costs signatures) replies where everyone may, and takes back its own reply.
 */
export function mayWrite(
  header: Header,
  charter: Charter,
  thread: ThreadPost | undefined,
  isMember: () => boolean,
): boolean {
  const { kind, ik } = header;
  const { replies } = charter.terms;
  if (charter.isPublisher(ik)) return kind !== "reply" || replies !== "none";
  const ownReply = thread?.kind === "reply" && same(thread.author, ik);
  const membersMay = kind === "reply" ? replies === "everyone" : kind === "withdrawal" && ownReply;
  return membersMay && isMember();
}

/** Whether the post may stand in the thread it names. */
export function fits({ kind, thread }: Header, meant: ThreadPost | undefined): boolean {
  if (isRoot(kind)) return isZero(thread);
  return !isZero(thread) && meant?.standing === "accepted" && follows(kind, meant);
}

function follows(kind: Kind, meant: ThreadPost): boolean {
  const isOriginal = isRoot(meant.kind) || meant.kind === "reply";
  if (kind === "reply") return isRoot(meant.kind);
  if (kind === "correction") return meant.byPublisher && isOriginal;
  return kind === "withdrawal" && isOriginal;
}
