/**
 * Links into an audience: the URL fragment, the publisher's statement, the joiner's request (section 4).
 *
 * The fragment carries the seed and never reaches a server; the other two carry none of it.
 */

import { type Bytes, concat, expect, isZero, Malformed, Reader, same, Writer } from "./bytes.ts";
import { verify } from "./ed25519.ts";
import type { AudienceId, CharterHash, IdentityKey } from "./ids.ts";
import { CohortKey, Delta } from "./keys.ts";
import { hash } from "./primitives.ts";
import { type Identity, Seed } from "./secrets.ts";
import { fromBase64url, toBase64url } from "./text.ts";
import { VERSION } from "./version.ts";

/** What following a link does: joins at once from a deposit, or asks a publisher to be admitted. */
export type LinkKind = "open" | "approval";

const KINDS: readonly LinkKind[] = ["open", "approval"];

/** What a link's URL carries after `#`: the seed, and the charter it was made under. */
export interface Fragment {
  /** Open or approval. */
  readonly kind: LinkKind;
  /** The audience. */
  readonly audience: AudienceId;
  /** The link's secret. */
  readonly seed: Seed;
  /** The revision it was made under; a client refuses a chain without `charterHash` there. */
  readonly revision: bigint;
  /** That revision's hash. */
  readonly charterHash: CharterHash;
}

/** The 147 characters of base64url. */
export function fragmentText(fragment: Fragment): string {
  const w = new Writer()
    .u8(1)
    .choice(fragment.kind, KINDS, 1)
    .put(fragment.audience)
    .put(fragment.seed.expose());
  const bytes = w.u64(fragment.revision).put(fragment.charterHash).done();
  return toBase64url(concat(bytes, checksum(bytes)));
}

/** Reads what followed `#`; refuses padding, unused bits that are set and a wrong checksum. */
export function parseFragment(text: string): Fragment {
  const bytes = fromBase64url(text);
  if (bytes.length < 4) throw new Malformed("truncated");
  const body = bytes.subarray(0, -4);
  const r = new Reader(body);
  expect(r.u8() === 1 && same(bytes.subarray(-4), checksum(body)));
  const fragment: Fragment = {
    kind: r.choice(KINDS, 1),
    audience: r.id(),
    seed: new Seed(r.take(32)),
    revision: r.u64(),
    charterHash: r.id(),
  };
  r.finish();
  return fragment;
}

/** The first four bytes of `H("fragment", body)`, against links cut off by a messenger. */
function checksum(body: Uint8Array): Bytes {
  return hash("fragment", body).slice(0, 4);
}

/** A publisher's statement that a link exists, `Link` in the spec. */
export interface Link {
  /** The audience. */
  readonly audience: AudienceId;
  /** The link's public key. */
  readonly linkPk: IdentityKey;
  /** Open or approval. */
  readonly kind: LinkKind;
  /** How many accounts may join by it. */
  readonly maxUses: number;
  /** First millisecond in which it is no longer good. */
  readonly expiresMs: bigint;
}

/** Reads the 79 bytes of a link. */
export function parseLink(bytes: Uint8Array): Link {
  const r = new Reader(bytes);
  const link = readLink(r);
  r.finish();
  return link;
}

/** Reads a link that other fields follow. */
export function readLink(r: Reader): Link {
  r.version();
  return {
    audience: r.id(),
    linkPk: r.id(),
    kind: r.choice(KINDS, 1),
    maxUses: r.u32(),
    expiresMs: r.u64(),
  };
}

/** The 79 bytes of a link. */
export function encodeLink(link: Link): Bytes {
  const w = new Writer().u16(VERSION).put(link.audience).put(link.linkPk).choice(link.kind, KINDS, 1);
  return w.u32(link.maxUses).u64(link.expiresMs).done();
}

/** `Sign(publisher ik, "link", Link)`. */
export function signLink(link: Link, publisher: Identity): Promise<Bytes> {
  return publisher.sign("link", encodeLink(link));
}

/** Whether `publisher` signed the link; that they are one, the charter says. */
export function isLinkSigned(link: Link, publisher: IdentityKey, signature: Uint8Array): boolean {
  return verify(publisher, "link", encodeLink(link), signature);
}

/** What a joiner through an open link claims: a slot of this cohort, by this share. */
export interface Claim {
  /** `S`. */
  readonly cohort: CohortKey;
  /** `δ`, from which and the link's deposit the hub makes the joiner's token. */
  readonly delta: Delta;
}

/** A joiner's request, `Request` in the spec; kind 1 exactly when there is a claim. */
export interface JoinRequest {
  /** The audience. */
  readonly audience: AudienceId;
  /** The link's public key. */
  readonly linkPk: IdentityKey;
  /** The claim through an open link; none through an approval link, which only asks. */
  readonly claim: Claim | undefined;
  /** The joiner. */
  readonly ik: IdentityKey;
  /** When. */
  readonly atMs: bigint;
}

/** Reads the 171 bytes of a request; `S` and `δ` must be good in kind 1 and zero in kind 2. */
export function parseRequest(bytes: Uint8Array): JoinRequest {
  const r = new Reader(bytes);
  r.version();
  const kind = r.choice(KINDS, 1);
  const [audience, linkPk] = [r.id<AudienceId>(), r.id<IdentityKey>()];
  const s = r.take(32);
  const ik = r.id<IdentityKey>();
  const share = r.take(32);
  const atMs = r.u64();
  r.finish();
  if (kind === "open") {
    const claim = { cohort: CohortKey.fromBytes(s), delta: Delta.fromBytes(share) };
    return { audience, linkPk, claim, ik, atMs };
  }
  expect(isZero(s) && isZero(share));
  return { audience, linkPk, claim: undefined, ik, atMs };
}

/** The 171 bytes of a request. */
export function encodeRequest({ audience, linkPk, claim, ik, atMs }: JoinRequest): Bytes {
  const zero = new Uint8Array(32);
  return new Writer()
    .u16(VERSION)
    .choice(claim === undefined ? "approval" : "open", KINDS, 1)
    .put(audience)
    .put(linkPk)
    .put(claim?.cohort.bytes ?? zero)
    .put(ik)
    .put(claim?.delta.toBytes() ?? zero)
    .u64(atMs)
    .done();
}

/** `Sign(…, "join", Request)`: once with the link's key, once with the joiner's. */
export function signRequest(request: JoinRequest, signer: Identity): Promise<Bytes> {
  return signer.sign("join", encodeRequest(request));
}

/** Whether both the link and the joiner signed the request. */
export function isRequestSigned(request: JoinRequest, byLink: Uint8Array, byJoiner: Uint8Array): boolean {
  const bytes = encodeRequest(request);
  return verify(request.linkPk, "join", bytes, byLink) && verify(request.ik, "join", bytes, byJoiner);
}
