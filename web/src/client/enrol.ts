/** A publisher's device enrolling members: only those a person admitted, never from the hub's list alone (section 4). */

import type { KeyBundle } from "../protocol/account.ts";
import type { Chain } from "../protocol/chain.ts";
import type { CohortKey } from "../protocol/keys.ts";
import { CohortSecret } from "../protocol/keys.ts";
import { isRequestSigned, parseRequest } from "../protocol/link.ts";
import {
  encodeMembership,
  type MemberRole,
  type Membership,
  signMembership,
} from "../protocol/membership.ts";
import { Batch } from "../protocol/token.ts";
import { COHORT } from "../protocol/version.ts";
import { type Account, contact, save } from "./account.ts";
import type { Progress } from "./api.ts";
import type { Enrolment, Enrolments, RequestRow } from "./api/rows.ts";
import { requirePublisher, revise, sync } from "./audience.ts";
import { nameOf } from "./memory.ts";
import { Cannot, Distrust, reasonOf } from "./error.ts";
import { fetchDesk } from "./letters.ts";
import { extendLinks } from "./links.ts";
import { type AccountRef, accountNamed, type AudienceRef, textOf } from "./names.ts";
import { shareSecrets } from "./secrets.ts";
import { addCohort, cohortSecret, liveLink } from "./vault.ts";
import { nowMs } from "./world.ts";

/** Somebody who asks to be admitted; the request was signed with a link of ours and by themselves. */
export interface Asking {
  readonly account: AccountRef;
  /** The name they give: their claim. */
  readonly name: string | undefined;
  /** When, by the hub's clock. */
  readonly receivedMs: number;
}

/** An account, and why something was refused of it. */
export interface Refusing {
  readonly account: AccountRef;
  readonly reason: string;
}

/** What came of admitting. */
export interface Enrolled {
  readonly admitted: AccountRef[];
  readonly refused: Refusing[];
}

/** A member as its publishers see it. */
export interface MemberLine {
  readonly account: AccountRef;
  /** The name they gave: their claim. */
  readonly name: string | undefined;
  readonly role: string;
  readonly joinedMs: number;
  readonly removed: boolean;
  /** Its cohort's key was replaced and nobody has enrolled it yet. */
  readonly waiting: boolean;
}

/** A member to be, with its verified keys. */
export interface Candidate {
  readonly bundle: KeyBundle;
  readonly role: MemberRole;
}

/** Who asks to be admitted; requests that are not genuine stand beside them, with the reason. */
export async function asking(
  account: Account,
  audience: AudienceRef,
): Promise<{ asking: Asking[]; refused: Refusing[] }> {
  const chain = await sync(account, audience);
  requirePublisher(account, chain.current());
  await fetchDesk(account, chain);
  const { local } = await account.device.audience(audience);
  const found = { asking: [] as Asking[], refused: [] as Refusing[] };
  for (const row of await account.api.requests(audience)) {
    try {
      checkRequest(account, audience, row);
      const name = nameOf(local, row.account);
      found.asking.push({ account: row.account, name, receivedMs: row.received_ms });
    } catch (e) {
      found.refused.push({ account: row.account, reason: reasonOf(e) });
    }
  }
  return found;
}

function checkRequest(account: Account, audience: AudienceRef, row: RequestRow): void {
  const request = parseRequest(row.request);
  const genuine =
    textOf(request.audience) === audience &&
    accountNamed(request.ik) === row.account &&
    isRequestSigned(request, row.link_signature, row.signature);
  if (!genuine) throw new Distrust("request");
  if (liveLink(account.keys(audience), textOf(request.linkPk)) === undefined)
    throw new Distrust("request link");
}

/** Admits whom a person chose out of {@link asking}, a batch of up to 4,096 at a time. */
export async function admit(
  account: Account,
  audience: AudienceRef,
  chosen: readonly AccountRef[],
  role: MemberRole,
  progress: Progress,
): Promise<Enrolled> {
  const chain = await sync(account, audience);
  requirePublisher(account, chain.current());
  const enrolled: Enrolled = { admitted: [], refused: [] };
  const requests = new Map((await account.api.requests(audience)).map((row) => [row.account, row]));
  const candidates: Candidate[] = [];
  for (const chosenAccount of chosen) {
    try {
      const row = requests.get(chosenAccount);
      // Taken back, or admitted by another publisher meanwhile.
      if (row === undefined) continue;
      checkRequest(account, audience, row);
      candidates.push({ bundle: await contact(account, chosenAccount), role });
    } catch (e) {
      enrolled.refused.push({ account: chosenAccount, reason: reasonOf(e) });
    }
  }
  while (candidates.length > 0) {
    const { cohort, room } = await roomIn(account, chain);
    const s = cohortSecret(account.keys(audience), cohort);
    if (s === undefined) throw new Cannot("no secret");
    const batch = candidates.splice(0, room);
    const enrolments = await enrol(account, chain, [[s, batch]], enrolled.refused);
    await account.api.enrol(audience, enrolments);
    enrolled.admitted.push(...enrolments.members.map((member) => member.account));
    progress(enrolled.admitted.length, chosen.length);
  }
  await save(account);
  return enrolled;
}

/** A cohort with free slots and how many; adds one to the charter where all are full. */
async function roomIn(account: Account, chain: Chain): Promise<{ cohort: CohortKey; room: number }> {
  const audience = textOf(chain.audience());
  const rows = await account.api.cohorts(audience);
  const free = new Map(rows.map((row) => [row.s, Math.max(0, COHORT - row.next_slot)]));
  const { cohorts } = account.keys(audience);
  for (const cohort of chain.current().terms.cohorts) {
    const name = textOf(cohort.bytes);
    const room = free.get(name) ?? 0;
    if (room > 0 && cohorts[name] !== undefined) return { cohort, room };
  }
  const [added] = await addCohorts(account, chain, 1);
  if (added === undefined) throw new Cannot("no secret");
  return { cohort: added, room: COHORT };
}

/** Makes room for `wanted` times 4,096 more members, in one revision of the charter; the new keys. */
export async function addCohorts(account: Account, chain: Chain, wanted: number): Promise<CohortKey[]> {
  const keys = account.keys(textOf(chain.audience()));
  const added = Array.from({ length: wanted }, () =>
    addCohort(keys, CohortSecret.random(account.world.random)),
  );
  await save(account);
  await revise(account, chain, (terms) => ({ cohorts: [...terms.cohorts, ...added] }));
  await extendLinks(account, chain);
  await shareSecrets(account, chain);
  return added;
}

/** Tokens and memberships for members of some cohorts, in one batch; whose key is degenerate is refused alone. */
export async function enrol(
  account: Account,
  chain: Chain,
  cohorts: readonly (readonly [CohortSecret, readonly Candidate[]])[],
  refused: Refusing[],
): Promise<Enrolments> {
  const batch = Batch.random(account.world.random);
  const x = textOf(batch.public);
  const members: Enrolment[] = [];
  for (const [s, candidates] of cohorts) {
    const cohort = s.public();
    for (const candidate of candidates) {
      try {
        members.push(await enrolment(account, chain, batch, s, cohort, candidate));
      } catch (e) {
        refused.push({ account: textOf(candidate.bundle.account()), reason: reasonOf(e) });
      }
    }
  }
  batch.erase();
  return { x, members };
}

async function enrolment(
  { ik, world }: Account,
  chain: Chain,
  batch: Batch,
  s: CohortSecret,
  cohort: CohortKey,
  { bundle, role }: Candidate,
): Promise<Enrolment> {
  const audience = chain.audience();
  const token = await batch.enrol(audience, s, cohort, bundle.terms);
  const membership: Membership = {
    audience,
    ik: bundle.terms.ik,
    role,
    cohort,
    atMs: nowMs(world),
    issuer: ik.public,
  };
  return {
    account: textOf(bundle.account()),
    s: textOf(cohort.bytes),
    ek: textOf(bundle.terms.ek),
    token: textOf(token.toBytes()),
    membership: textOf(encodeMembership(membership)),
    membership_signature: textOf(await signMembership(membership, ik)),
  };
}

/** Everyone enrolled, with the names they gave. */
export async function members(account: Account, audience: AudienceRef): Promise<MemberLine[]> {
  const chain = await sync(account, audience);
  requirePublisher(account, chain.current());
  await fetchDesk(account, chain);
  const { local } = await account.device.audience(audience);
  return (await account.api.members(audience)).map((row) => ({
    account: row.account,
    name: nameOf(local, row.account),
    role: row.role,
    joinedMs: row.joined_ms,
    removed: row.removed_ms !== undefined,
    waiting: row.waiting,
  }));
}
