/**
 * The audience of the vectors as its hub and its readers know it: charter revision 1, the three
 * posts of posts.json accepted, the author of the third a member through the open link.
 */

import { type Approval, parseApproval } from "../src/protocol/approval.ts";
import { hex, isZero, same } from "../src/protocol/bytes.ts";
import type { Chain } from "../src/protocol/chain.ts";
import type { IdentityKey, PostId } from "../src/protocol/ids.ts";
import { parseLink } from "../src/protocol/link.ts";
import { parseMembership, type WriterProof } from "../src/protocol/membership.ts";
import type { HubState } from "../src/protocol/post/accept.ts";
import type { Link } from "../src/protocol/post/continuity.ts";
import {
  type Header,
  type Key,
  parsePost,
  type Post,
  postId,
  type Reading,
  type ThreadPost,
} from "../src/protocol/post.ts";
import { chainUpTo, NOW_MS, seeded, type Vector, vectors } from "./support.ts";

/** What has happened in the audience of the vectors. */
export interface Sent {
  readonly charters: Chain;
  readonly posts: readonly Post[];
  readonly approvals: readonly (readonly Approval[])[];
}

/** Reads it. */
export function sent(): Sent {
  const file = vectors("approvals.json");
  const approval = (name: string) => [parseApproval(file.at(name).at("approval").bytes())];
  const posts = vectors("posts.json")
    .at("posts")
    .each()
    .map((p) => parsePost(p.at("post").bytes()));
  return { charters: chainUpTo(1), posts, approvals: [approval("approval"), approval("second"), []] };
}

/** The `n`th post. */
export function nth(posts: readonly Post[], n: number): Post {
  const post = posts[n];
  if (post === undefined) throw new Error(`no post ${n}`);
  return post;
}

/** What the hub knows when a post with this header comes after the first `known` posts. */
export function hubOf(audience: Sent, header: Header, known: number): HubState {
  return {
    nowMs: NOW_MS,
    charter: audience.charters.current(),
    member: memberOf(header.ik),
    thread: threadOf(audience, header.thread),
    last: lastOf(audience, header, known, 1n << 64n),
  };
}

/** What a reader of `cohort` who opened the first `known` posts knows about the next one. */
export function readingOf(
  audience: Sent,
  header: Header,
  known: number,
  approvals: readonly Approval[],
  cohort: number,
  key: Key,
): Reading {
  return {
    charters: audience.charters,
    hostingConsented: false,
    member: memberOf(header.ik),
    memory: { before: lastOf(audience, header, known, header.seq) },
    thread: threadOf(audience, header.thread),
    approvals,
    cohort,
    key,
    random: seeded(7),
  };
}

/** The post `thread` names, as far as it was accepted. */
function threadOf({ posts, charters }: Sent, thread: PostId): ThreadPost | undefined {
  const meant = posts.find((post) => same(postId(post.tbs), thread))?.tbs.header;
  if (meant === undefined || isZero(thread)) return undefined;
  const byPublisher = charters.byHash(meant.charter)?.isPublisher(meant.ik) === true;
  return { kind: meant.kind, author: meant.ik, byPublisher, standing: "accepted" };
}

function lastOf({ posts }: Sent, header: Header, known: number, below: bigint): Link | undefined {
  const chain = ({ ik, chain }: Header) => hex(ik) + hex(chain);
  const earlier = posts.slice(0, known).filter(({ tbs }) => chain(tbs.header) === chain(header));
  const links = earlier.map(({ tbs }) => ({ seq: tbs.header.seq, id: postId(tbs) }));
  return links
    .filter(({ seq }) => seq < below)
    .sort((a, b) => Number(a.seq - b.seq))
    .at(-1);
}

function memberOf(ik: IdentityKey): WriterProof | undefined {
  const proof = memberThroughTheOpenLink();
  return same(proof.membership.ik, ik) ? proof : undefined;
}

/** The proof of the member who came through the open link. */
export function memberThroughTheOpenLink(): WriterProof {
  const link = statement("link");
  const [publisher, signature] = [link.at("signer").id<IdentityKey>(), link.at("signature").bytes()];
  return {
    ...proofOf("membership by link"),
    byLink: { link: parseLink(link.at("bytes").bytes()), publisher, signature },
  };
}

/** The proof of the member whom a publisher enrolled. */
export function memberByPublisher(): WriterProof {
  return proofOf("membership by publisher");
}

function proofOf(what: string): WriterProof {
  const issued = statement(what);
  return {
    membership: parseMembership(issued.at("bytes").bytes()),
    signature: issued.at("signature").bytes(),
    byLink: undefined,
  };
}

function statement(what: string): Vector {
  const found = vectors("enrolment.json")
    .at("statements")
    .each()
    .find((c) => c.at("what").text() === what);
  if (found === undefined) throw new Error(`no statement ${what}`);
  return found;
}
