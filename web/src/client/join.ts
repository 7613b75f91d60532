/**
 * Joining by a link, and coming into the reader's keys that follow (protocol section 4).
 *
 * Invariant: the link pins the charter it was made under; another history, another kind of link and a slot made for
 * another key are refused.
 */

import { type Bytes, same } from "../protocol/bytes.ts";
import type { Chain } from "../protocol/chain.ts";
import { accountOf } from "../protocol/ids.ts";
import { CohortKey, type ReaderKey } from "../protocol/keys.ts";
import {
  type Claim,
  encodeRequest,
  type Fragment,
  type JoinRequest,
  type Link,
  parseLink,
  signRequest,
} from "../protocol/link.ts";
import {
  encodeMembership,
  encodeWriterProof,
  isMembershipSigned,
  type Membership,
  mayWriteBy,
  parseMembership,
  parseWriterProof,
  signMembership,
  type WriterProof,
} from "../protocol/membership.ts";
import { Refusal } from "../protocol/refusal.ts";
import { delta, linkKey, linkScalar, ownReaderKey, readerKey } from "../protocol/token.ts";
import { type Account, save } from "./account.ts";
import type { JoinBody, LinkRow, SlotRow } from "./api/rows.ts";
import { fetchChain, forget, keepChain, keptChain } from "./audience.ts";
import { Cannot, Distrust, isProblem, Offline } from "./error.ts";
import { fragmentOf, pinned } from "./invitation.ts";
import { fetchLetters, introduce } from "./letters.ts";
import { isGenuine } from "./links.ts";
import { type AudienceRef, bytesOf, textOf } from "./names.ts";
import { addReader, newKeys, pinOf, setLeft, unnamed } from "./vault.ts";
import { nowMs } from "./world.ts";

/** Cohorts fill up while people join: a few rounds find one with room. */
const ROUNDS = 6;

/**
 * What became of following a link: in at once; a publisher has been asked; or this account publishes there, and keys
 * come from the other publishers.
 */
export type Joined = "member" | "asked" | "publisher";

/** How somebody joins. */
export interface Joining {
  /** The own name for the audience. */
  readonly label?: string;
  /** The name that goes to the publishers, in a sealed letter. */
  readonly name?: string;
  /** Agrees to an operator who reads along. */
  readonly consent?: boolean;
}

/** Follows a link. */
export async function join(
  account: Account,
  link: string,
  joining: Joining,
): Promise<{ audience: AudienceRef; joined: Joined }> {
  const fragment = fragmentOf(link);
  const audience = textOf(fragment.audience);
  const known = account.vault.audience(audience);
  const kept = known === undefined ? undefined : await keptChain(account, audience);
  account.chains.delete(audience);
  const chain = await fetchChain(account.api, audience, pinned(fragment), kept);
  const charter = chain.current();
  const { host } = charter.terms;
  if (host !== undefined && joining.consent !== true) throw new Cannot("hosted", host);
  await keepChain(account, chain);
  const keys = known ?? newKeys(joining.label ?? unnamed(audience), pinned(fragment));
  account.vault.document.audiences[audience] = keys;
  setLeft(keys, false);
  keys.hosting_consented ||= joining.consent === true;
  if (keys.seen.revision < charter.terms.revision) keys.seen = pinOf(charter);
  if (charter.isPublisher(account.ik.public)) {
    await save(account);
    await fetchLetters(account);
    await introduce(account, audience, joining.name);
    return { audience, joined: "publisher" };
  }
  const joined = await enter(account, chain, fragment).catch(async (e: unknown) => {
    // A link that lets nobody in leaves no audience behind.
    if (known === undefined && !(e instanceof Offline)) await forget(account, audience);
    throw e;
  });
  await introduce(account, audience, joining.name);
  return { audience, joined };
}

async function enter(account: Account, chain: Chain, fragment: Fragment): Promise<Joined> {
  const linkPk = textOf(linkKey(fragment.seed, fragment.audience).public);
  const row = await account.api.link(textOf(fragment.audience), linkPk);
  const link = parseLink(row.link);
  if (!isGenuine(row, link, linkPk, fragment.kind, chain.current())) throw new Distrust("link");
  return fragment.kind === "open" ? joinOpen(account, chain, fragment, link, row) : ask(account, fragment);
}

async function joinOpen(
  account: Account,
  chain: Chain,
  fragment: Fragment,
  link: Link,
  first: LinkRow,
): Promise<Joined> {
  if (!first.open) {
    const state = await takeSlots(account, chain);
    if (state === "asked" || state === "removed") throw new Cannot("link used up");
    return "member";
  }
  let row = first;
  for (let round = 0; round < ROUNDS && row.s !== undefined; round++) {
    const cohort = CohortKey.fromBytes(row.s);
    if (chain.current().cohortIndex(cohort) < 0) throw new Distrust("offered cohort");
    try {
      return await claim(account, fragment, link, row, cohort);
    } catch (e) {
      if (!isProblem(e, "cohort-full")) throw e;
      row = await account.api.link(textOf(fragment.audience), textOf(link.linkPk));
    }
  }
  throw new Cannot("full");
}

/** Claims a slot under `cohort`; the reader's key is in the vault before the request goes out. */
async function claim(
  account: Account,
  fragment: Fragment,
  link: Link,
  row: LinkRow,
  cohort: CohortKey,
): Promise<Joined> {
  const { audience, seed } = fragment;
  const { world, ik, vault } = account;
  const name = textOf(audience);
  const secret = linkKey(seed, audience);
  const d = ownReaderKey(vault.ownSeed(), audience, cohort);
  const shares: Claim = { cohort, delta: delta(linkScalar(seed, audience, cohort), d) };
  const membership: Membership = {
    audience,
    ik: ik.public,
    role: "member",
    cohort,
    atMs: nowMs(world),
    issuer: link.linkPk,
  };
  const signature = await signMembership(membership, secret);
  const byLink = { link, publisher: row.publisher, signature: row.signature };
  addReader(account.keys(name), cohort, d, encodeWriterProof({ membership, signature, byLink }));
  await save(account);
  const body: JoinBody = {
    ...(await request(account, fragment, shares)),
    membership: textOf(encodeMembership(membership)),
    membership_signature: textOf(signature),
  };
  await account.api.join(name, body);
  return "member";
}

async function ask(account: Account, fragment: Fragment): Promise<Joined> {
  await save(account);
  const body = await request(account, fragment, undefined);
  return (await account.api.join(textOf(fragment.audience), body)) ? "member" : "asked";
}

async function request(
  { world, ik }: Account,
  { seed, audience }: Fragment,
  shares: Claim | undefined,
): Promise<JoinBody> {
  const link = linkKey(seed, audience);
  const wanted: JoinRequest = {
    audience,
    linkPk: link.public,
    claim: shares,
    ik: ik.public,
    atMs: nowMs(world),
  };
  return {
    request: textOf(encodeRequest(wanted)),
    link_signature: textOf(await signRequest(wanted, link)),
    signature: textOf(await signRequest(wanted, ik)),
  };
}

/**
 * Takes the reader's keys of slots that were given meanwhile into the vault, and later memberships for known ones; the
 * state as the hub has it, or `asked`.
 */
export async function takeSlots(account: Account, chain: Chain): Promise<string> {
  const audience = textOf(chain.audience());
  const me = await account.api.me(audience).catch((e: unknown) => {
    if (isNobody(e)) return undefined;
    throw e;
  });
  // Who has its keys was a publisher, and did not ask.
  if (me === undefined) return Object.keys(account.keys(audience).cohorts).length === 0 ? "asked" : "removed";
  let fresh = false;
  for (const row of me.slots) {
    const known = account.keys(audience).readers[textOf(row.s)];
    if (known !== undefined && !isNewer(row, bytesOf(known.proof))) continue;
    await takeSlot(account, chain, row);
    fresh = true;
  }
  if (fresh) await save(account);
  return me.state;
}

/** Whether the hub serves a later membership for a known slot: a publisher changed the role. */
function isNewer({ membership }: SlotRow, proof: Bytes): boolean {
  try {
    return parseMembership(membership).atMs > parseWriterProof(proof).membership.atMs;
  } catch (e) {
    if (e instanceof Refusal) return false;
    throw e;
  }
}

/** Checks that a slot was made for this account by somebody who may, and keeps its `d`. */
async function takeSlot(account: Account, chain: Chain, row: SlotRow): Promise<void> {
  const cohort = CohortKey.fromBytes(row.s);
  const membership = parseMembership(row.membership);
  const signature = row.membership_signature;
  const own =
    same(membership.audience, chain.audience()) &&
    same(membership.ik, account.ik.public) &&
    membership.cohort.equals(cohort) &&
    isMembershipSigned(membership, signature);
  if (!own) throw new Distrust("membership");
  const { d, byLink } = await slotKey(account, chain, row, membership);
  const proof: WriterProof = { membership, signature, byLink };
  const issued = chain
    .revisions()
    .some(({ charter }) => charter.cohortIndex(cohort) >= 0 && mayWriteBy(proof, charter, account.ik.public));
  if (!issued) throw new Distrust("membership");
  addReader(account.keys(textOf(chain.audience())), cohort, d, encodeWriterProof(proof));
}

/** `d`, from a publisher's batch or of this account's own making, and the link that let it in. */
async function slotKey(
  { ek, ik, api, vault }: Account,
  chain: Chain,
  row: SlotRow,
  { cohort, issuer }: Membership,
): Promise<{ d: ReaderKey; byLink: WriterProof["byLink"] }> {
  const audience = chain.audience();
  if (row.x !== undefined) {
    if (row.ek === undefined || !same(row.ek, ek.public)) throw new Distrust("slot key");
    return { d: await readerKey(ek, row.x, audience, cohort, accountOf(ik.public)), byLink: undefined };
  }
  // Came by a link, and was given another role by a publisher since.
  if (chain.revisions().some(({ charter }) => charter.isPublisher(issuer))) {
    return { d: ownReaderKey(vault.ownSeed(), audience, cohort), byLink: undefined };
  }
  const served = await api.link(textOf(audience), textOf(issuer));
  const byLink = { link: parseLink(served.link), publisher: served.publisher, signature: served.signature };
  return { d: ownReaderKey(vault.ownSeed(), audience, cohort), byLink };
}

/** Leaves an audience: the hub drops the token at once. */
export async function leave(account: Account, audience: AudienceRef): Promise<void> {
  const { api, name } = account;
  try {
    await api.remove(audience, name);
  } catch (e) {
    if (!isNobody(e)) throw e;
    // Never admitted: the request is taken back instead.
    await api.decline(audience, name).catch((other: unknown) => {
      if (!isProblem(other, "not-found")) throw other;
    });
  }
  setLeft(account.keys(audience), true);
  await save(account);
}

/** Whether the hub says that this account has no place there. */
function isNobody(e: unknown): boolean {
  return isProblem(e, "not-found") || isProblem(e, "not-allowed");
}
