/**
 * New cohort keys: when a removal must hold against hub and ex-member, when a publisher leaves, or for age (section 4).
 *
 * Invariant: who stays is decided by memberships a publisher (for age also an open link) signed, never by the hub's list.
 */

import { same } from "../protocol/bytes.ts";
import type { Chain } from "../protocol/chain.ts";
import type { Role, Terms } from "../protocol/charter.ts";
import { CohortSecret } from "../protocol/keys.ts";
import { parseLink } from "../protocol/link.ts";
import { type MemberRole, mayWriteBy, parseMembership, type WriterProof } from "../protocol/membership.ts";
import { ExchangeSecret } from "../protocol/secrets.ts";
import { COHORT } from "../protocol/version.ts";
import { type Account, contact, save } from "./account.ts";
import type { Progress } from "./api.ts";
import type { Enrolments, LinkRow, MemberRow } from "./api/rows.ts";
import { revise, sync } from "./audience.ts";
import { type Candidate, enrol, type Refusing } from "./enrol.ts";
import { Cannot, Distrust, reasonOf } from "./error.ts";
import { type AccountRef, accountNamed, type AudienceRef, textOf } from "./names.ts";
import { shareSecrets } from "./secrets.ts";
import { addCohort, addDesk } from "./vault.ts";

/** Why keys are replaced: they are old; a member is removed, whatever the hub does; a publisher leaves or lost a device. */
export type Cause = "age" | { readonly member: AccountRef } | { readonly publisher: AccountRef };

/** What came of a rotation. */
export interface Rotated {
  /** The charter's new revision. */
  revision: number;
  /** Cohorts with new keys. */
  cohorts: number;
  /** Members who stay. */
  stayed: number;
  /** Members who have to join again, and why. */
  readonly rejoin: Refusing[];
}

/** What the hub says of an audience before its keys are replaced. */
interface Register {
  readonly members: readonly MemberRow[];
  readonly links: readonly LinkRow[];
}

/** The new keys: old `S` → new `s`. */
interface Renewed {
  readonly secrets: ReadonlyMap<string, CohortSecret>;
  readonly desk: ExchangeSecret | undefined;
}

/** Replaces cohort keys and enrols those who stay under the new ones. */
export async function rotate(
  account: Account,
  audience: AudienceRef,
  cause: Cause,
  progress: Progress,
): Promise<Rotated> {
  const { api } = account;
  const chain = await sync(account, audience);
  if (!chain.current().isAdmin(account.ik.public)) throw new Cannot("admins only");
  const register = { members: await api.members(audience), links: await api.links(audience) };
  const replaced = replacedBy(chain, cause, register);
  const member = typeof cause === "object" && "member" in cause ? cause.member : undefined;
  if (member !== undefined) await api.remove(audience, member);
  const renewed = await newSecrets(account, audience, cause, replaced);
  const rotated: Rotated = { revision: 0, cohorts: renewed.secrets.size, stayed: 0, rejoin: [] };
  const staying = await whoStays(account, chain, cause, register, replaced, rotated.rejoin);
  const batches = await batchesOf(account, chain, renewed, staying, rotated.rejoin);
  const total = batches.reduce((sum, batch) => sum + batch.members.length, 0);
  const [first, ...later] = batches;
  await revise(account, chain, (terms) => changed(terms, renewed, cause), first);
  rotated.stayed = first?.members.length ?? 0;
  progress(rotated.stayed, total);
  for (const batch of later) {
    await api.enrol(audience, batch);
    rotated.stayed += batch.members.length;
    progress(rotated.stayed, total);
  }
  await closeRetired(account, audience, register.links);
  await shareSecrets(account, chain);
  rotated.revision = Number(chain.current().terms.revision);
  return rotated;
}

/** The cohort keys that have to go. */
function replacedBy(chain: Chain, cause: Cause, { members, links }: Register): Set<string> {
  const all = new Set(chain.current().terms.cohorts.map((s) => textOf(s.bytes)));
  if (cause === "age" || "publisher" in cause) return all;
  const member = members.find((m) => m.account === cause.member);
  if (member === undefined) throw new Cannot("no such member");
  // An open link fills any cohort, and whoever came by one knows its seed.
  if (links.some((row) => parseLink(row.link).kind === "open")) return all;
  return new Set([member.s].filter((s) => all.has(s)));
}

/** Makes the new keys and retires links; all of it is in the vault before anything is sent. */
async function newSecrets(
  account: Account,
  audience: AudienceRef,
  cause: Cause,
  replaced: ReadonlySet<string>,
): Promise<Renewed> {
  const { random } = account.world;
  const secrets = new Map([...replaced].map((s) => [s, CohortSecret.random(random)]));
  const leaves = typeof cause === "object" && "publisher" in cause;
  const desk = leaves ? ExchangeSecret.random(random) : undefined;
  const keys = account.keys(audience);
  for (const s of secrets.values()) addCohort(keys, s);
  if (desk !== undefined) addDesk(keys, desk);
  for (const link of Object.values(keys.links)) link.retired ||= leaves || link.open;
  await save(account);
  return { secrets, desk };
}

/** Who stays, by old `S`: each with a membership that counts and keys of its own that are valid now. */
async function whoStays(
  account: Account,
  chain: Chain,
  cause: Cause,
  { members, links }: Register,
  replaced: ReadonlySet<string>,
  rejoin: Refusing[],
): Promise<Map<string, Candidate[]>> {
  const staying = new Map<string, Candidate[]>();
  for (const row of members) {
    if (row.removed_ms !== undefined || !replaced.has(row.s)) continue;
    if (typeof cause === "object" && "member" in cause && cause.member === row.account) continue;
    try {
      const role = evidence(chain, cause, row, links);
      const bundle = await contact(account, row.account);
      staying.set(row.s, [...(staying.get(row.s) ?? []), { bundle, role }]);
    } catch (e) {
      rejoin.push({ account: row.account, reason: reasonOf(e) });
    }
  }
  return staying;
}

/** In what capacity a member stays, if somebody who counts signed its membership. */
function evidence(chain: Chain, cause: Cause, row: MemberRow, links: readonly LinkRow[]): MemberRole {
  const membership = parseMembership(row.membership);
  const own = accountNamed(membership.ik) === row.account && textOf(membership.cohort.bytes) === row.s;
  if (!own) throw new Distrust("membership");
  const by = links
    .map(({ link, publisher, signature }) => ({ link: parseLink(link), publisher, signature }))
    .find(({ link }) => same(link.linkPk, membership.issuer));
  if (by !== undefined && cause !== "age") throw new Cannot("came by link");
  const proof: WriterProof = { membership, signature: row.membership_signature, byLink: by };
  if (!chain.revisions().some(({ charter }) => mayWriteBy(proof, charter, membership.ik)))
    throw new Distrust("membership");
  return membership.role;
}

async function batchesOf(
  account: Account,
  chain: Chain,
  { secrets }: Renewed,
  staying: ReadonlyMap<string, readonly Candidate[]>,
  refused: Refusing[],
): Promise<Enrolments[]> {
  const batches: Enrolments[] = [];
  for (const [old, candidates] of staying) {
    const s = secrets.get(old);
    if (s === undefined) throw new Cannot("no secret");
    for (let at = 0; at < candidates.length; at += COHORT) {
      batches.push(await enrol(account, chain, [[s, candidates.slice(at, at + COHORT)]], refused));
    }
  }
  return batches;
}

function changed(terms: Terms, { secrets, desk }: Renewed, cause: Cause): Partial<Terms> {
  const cohorts = terms.cohorts.map((s) => secrets.get(textOf(s.bytes))?.public() ?? s);
  if (cause === "age" || "member" in cause) return { cohorts };
  const staff = terms.staff.filter((s) => accountNamed(s.ik) !== cause.publisher);
  const approvals = Math.min(terms.approvals, Math.max(0, staff.length - 1));
  return { cohorts, staff, approvals, desk: desk?.public ?? terms.desk };
}

async function closeRetired(
  account: Account,
  audience: AudienceRef,
  rows: readonly LinkRow[],
): Promise<void> {
  const { links } = account.keys(audience);
  for (const row of rows) {
    const name = textOf(parseLink(row.link).linkPk);
    if (row.revoked_ms === undefined && links[name]?.retired === true)
      await account.api.revokeLink(audience, name);
  }
}

/** Makes an account a publisher or admin, and sends it the audience's keys. */
export async function addStaff(
  account: Account,
  audience: AudienceRef,
  other: AccountRef,
  role: Role,
): Promise<number> {
  const chain = await sync(account, audience);
  const { ik } = (await contact(account, other)).terms;
  await revise(account, chain, ({ staff }) => ({
    staff: staff.some((s) => same(s.ik, ik))
      ? staff.map((s) => (same(s.ik, ik) ? { role, ik } : s))
      : [...staff, { role, ik }],
  }));
  await shareSecrets(account, chain, other);
  return Number(chain.current().terms.revision);
}
