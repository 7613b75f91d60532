/**
 * Approvals: other publishers signing a post before it goes out (section 6).
 *
 * An approval counts by its signature alone; a hub can withhold one and cannot make one.
 */

import { type Bytes, concat, hex, Reader, same } from "./bytes.ts";
import type { Charter } from "./charter.ts";
import { verify } from "./ed25519.ts";
import type { IdentityKey, PostId } from "./ids.ts";
import { type Header, needsApproval } from "./post/header.ts";
import type { Identity } from "./secrets.ts";

/** A publisher's signature on somebody else's post. */
export interface Approval {
  /** Who approves. */
  readonly ik: IdentityKey;
  /** `Sign(ik, "approval", post_id)`. */
  readonly signature: Bytes;
}

/** `ik ‖ Sign(ik, "approval", post_id)`. */
export async function approve(publisher: Identity, post: PostId): Promise<Approval> {
  return { ik: publisher.public, signature: await publisher.sign("approval", post) };
}

/** Reads exactly 96 bytes. */
export function parseApproval(bytes: Uint8Array): Approval {
  const r = new Reader(bytes);
  const approval: Approval = { ik: r.id(), signature: r.take(64) };
  r.finish();
  return approval;
}

/** The 96 bytes. */
export function encodeApproval({ ik, signature }: Approval): Bytes {
  return concat(ik, signature);
}

/** Whether an approval counts: by a publisher of the named charter other than the author, and genuine. */
export function counts(
  { ik, signature }: Approval,
  charter: Charter,
  author: IdentityKey,
  post: PostId,
): boolean {
  return !same(ik, author) && charter.isPublisher(ik) && verify(ik, "approval", post, signature);
}

/** How many approvals a post with this header needs under the charter it names. */
export function needed(charter: Charter, header: Header): number {
  return needsApproval(header.kind) && charter.isPublisher(header.ik) ? charter.terms.approvals : 0;
}

/** The most approvals that are looked at: no charter has more publishers, and each costs a signature. */
export const MAX_GIVEN = 255;

/**
 * How many approvals the post still lacks under the charter it names; zero: it may go out.
 *
 * Approvals that do not count are passed over, and so are a publisher's second one and all after `MAX_GIVEN`.
 */
export function missing(charter: Charter, header: Header, post: PostId, given: readonly Approval[]): number {
  const wanted = needed(charter, header);
  const publishers = new Set<string>();
  for (const approval of given.slice(0, MAX_GIVEN)) {
    if (publishers.size >= wanted) break;
    const publisher = hex(approval.ik);
    if (!publishers.has(publisher) && counts(approval, charter, header.ik, post)) publishers.add(publisher);
  }
  return wanted - publishers.size;
}
