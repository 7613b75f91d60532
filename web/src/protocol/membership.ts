/**
 * Memberships: what a member shows when it writes, and when that is good (section 4).
 *
 * Nobody learns from one who else is a member: it names its holder and its issuer only.
 */

import { type Bytes, Reader, same, Writer } from "./bytes.ts";
import type { Charter } from "./charter.ts";
import { verify } from "./ed25519.ts";
import type { AudienceId, IdentityKey } from "./ids.ts";
import { CohortKey } from "./keys.ts";
import { encodeLink, isLinkSigned, type Link, readLink } from "./link.ts";
import { Refusal } from "./refusal.ts";
import type { Identity } from "./secrets.ts";
import { VERSION } from "./version.ts";

/** In what capacity somebody receives, with the same rights; only a publisher makes guardians. */
export type MemberRole = "member" | "guardian";

const ROLES: readonly MemberRole[] = ["member", "guardian"];

/** The statement that an account is a member, `Membership` in the spec. */
export interface Membership {
  /** The audience. */
  readonly audience: AudienceId;
  /** The member. */
  readonly ik: IdentityKey;
  /** Member or guardian. */
  readonly role: MemberRole;
  /** `S`: the membership ends when the charter drops it. */
  readonly cohort: CohortKey;
  /** When it was issued. */
  readonly atMs: bigint;
  /** The publisher or open link that signs it. */
  readonly issuer: IdentityKey;
}

/** Reads the 139 bytes of a membership. */
export function parseMembership(bytes: Uint8Array): Membership {
  const r = new Reader(bytes);
  const membership = readMembership(r);
  r.finish();
  return membership;
}

function readMembership(r: Reader): Membership {
  r.version();
  return {
    audience: r.id(),
    ik: r.id(),
    role: r.choice(ROLES, 1),
    cohort: CohortKey.fromBytes(r.take(32)),
    atMs: r.u64(),
    issuer: r.id(),
  };
}

/** The 139 bytes of a membership. */
export function encodeMembership(membership: Membership): Bytes {
  const w = new Writer().u16(VERSION).put(membership.audience).put(membership.ik);
  w.choice(membership.role, ROLES, 1).put(membership.cohort.bytes);
  return w.u64(membership.atMs).put(membership.issuer).done();
}

/** `Sign(issuer, "membership", Membership)`. */
export function signMembership(membership: Membership, issuer: Identity): Promise<Bytes> {
  return issuer.sign("membership", encodeMembership(membership));
}

/** Whether the issuer it names signed the membership. */
export function isMembershipSigned(membership: Membership, signature: Uint8Array): boolean {
  return verify(membership.issuer, "membership", encodeMembership(membership), signature);
}

/** The publisher's word for the link that issued a membership. */
export interface LinkProof {
  /** The link. */
  readonly link: Link;
  /** Who signed it. */
  readonly publisher: IdentityKey;
  /** `Sign(publisher, "link", Link)`. */
  readonly signature: Bytes;
}

/** What a member sends beside its post or letter. */
export interface WriterProof {
  /** The membership. */
  readonly membership: Membership;
  /** `Sign(issuer, "membership", Membership)`. */
  readonly signature: Bytes;
  /** The link that issued it; none where a publisher did. */
  readonly byLink: LinkProof | undefined;
}

/** Reads `Membership ‖ signature ‖ u8 f`, and `Link ‖ publisher ik ‖ signature` where f is 1. */
export function parseWriterProof(bytes: Uint8Array): WriterProof {
  const r = new Reader(bytes);
  const [membership, signature] = [readMembership(r), r.take(64)];
  const linked = r.choice([false, true], 0);
  const byLink = linked
    ? { link: readLink(r), publisher: r.id<IdentityKey>(), signature: r.take(64) }
    : undefined;
  r.finish();
  return { membership, signature, byLink };
}

/** The bytes of a writer's proof: 204, or 379 with a link. */
export function encodeWriterProof({ membership, signature, byLink }: WriterProof): Bytes {
  const w = new Writer().put(encodeMembership(membership)).put(signature);
  if (byLink === undefined) return w.u8(0).done();
  return w.u8(1).put(encodeLink(byLink.link)).put(byLink.publisher).put(byLink.signature).done();
}

/**
 * Why a membership gives no right to write: another audience, somebody else's, its cohort's key is
 * gone, no publisher stands behind it, its link could not issue it, or a signature is wrong.
 */
export type MembershipReason = "audience" | "writer" | "cohort" | "issuer" | "link" | "signature";

/** A membership that gives no right to write. */
export class MembershipRefused extends Refusal<MembershipReason> {
  constructor(reason: MembershipReason) {
    super("membership", reason);
  }
}

/** Whether a proof lets `writer` write under `charter`, the one its post names or its letter falls under. */
export function mayWriteBy(proof: WriterProof | undefined, charter: Charter, writer: IdentityKey): boolean {
  if (proof === undefined) return false;
  try {
    checkProof(proof, charter, writer);
    return true;
  } catch (e) {
    if (e instanceof MembershipRefused) return false;
    throw e;
  }
}

/** As {@link mayWriteBy}, but throws {@link MembershipRefused} to say why not. */
export function checkProof(proof: WriterProof, charter: Charter, writer: IdentityKey): void {
  const { membership, byLink } = proof;
  ensure(same(membership.audience, charter.terms.audience), "audience");
  ensure(same(membership.ik, writer), "writer");
  ensure(charter.cohortIndex(membership.cohort) >= 0, "cohort");
  if (byLink !== undefined) checkLink(byLink, membership);
  ensure(charter.isPublisher(byLink?.publisher ?? membership.issuer), "issuer");
  ensure(isMembershipSigned(membership, proof.signature), "signature");
}

/** Whether this link could issue the membership. */
function checkLink({ link, publisher, signature }: LinkProof, membership: Membership): void {
  ensure(same(link.audience, membership.audience), "audience");
  const isIssuer = link.kind === "open" && same(link.linkPk, membership.issuer);
  ensure(isIssuer && membership.role === "member" && membership.atMs < link.expiresMs, "link");
  ensure(isLinkSigned(link, publisher, signature), "signature");
}

function ensure(holds: boolean, reason: MembershipReason): asserts holds {
  if (!holds) throw new MembershipRefused(reason);
}
