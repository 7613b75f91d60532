/**
 * Audiences: founding one, and its chain of charters, synced and checked against what was pinned (protocol section 3).
 *
 * Invariant: a chain that lacks the pinned or the highest seen charter is refused, and nothing of it is kept.
 */

import { same } from "../protocol/bytes.ts";
import { Chain, Genesis, SignedCharter } from "../protocol/chain.ts";
import { Charter, CHARTER_MAX_MS, type History, type Replies, type Terms } from "../protocol/charter.ts";
import { id } from "../protocol/ids.ts";
import { CohortSecret } from "../protocol/keys.ts";
import { Refusal } from "../protocol/refusal.ts";
import { ExchangeSecret } from "../protocol/secrets.ts";
import { type Account, save, SKEW_MS } from "./account.ts";
import type { Api } from "./api.ts";
import type { Enrolments } from "./api/rows.ts";
import { unexpected } from "./api/transport.ts";
import type { Local } from "./memory.ts";
import { Cannot, Distrust, HubError, isProblem, ruled } from "./error.ts";
import { type AudienceRef, idOf, textOf } from "./names.ts";
import { addCohort, addDesk, hasLeft, newKeys, type Pin, pinOf } from "./vault.ts";
import { nowMs } from "./world.ts";

/** A charter is renewed when less than this is left of it. */
const CHARTER_RENEW_MS = 30n * 24n * 3600n * 1000n;
/** How long, and how often, a new charter waits for posts on their way. */
const [FAN_OUT_PAUSE_MS, FAN_OUT_ROUNDS] = [500, 40];

/** By which rules an audience begins. */
export interface Rules {
  /** Where members may write. */
  readonly replies: Replies;
  /** What late joiners are given. */
  readonly history: History;
}

/** Founds an audience of one cohort, with this account as its only admin. */
export async function found(account: Account, label: string, rules: Rules): Promise<AudienceRef> {
  const { world, api, ik, vault } = account;
  const genesis = new Genesis(world.random(16), 1, [ik.public]);
  const [s, desk] = [CohortSecret.random(world.random), ExchangeSecret.random(world.random)];
  const id32 = genesis.audience();
  const audience = textOf(id32);
  const notBeforeMs = nowMs(world) - BigInt(SKEW_MS);
  const charter = ruled(
    () =>
      new Charter({
        audience: id32,
        revision: 0n,
        prev: id(id32),
        host: undefined,
        ...rules,
        approvals: 0,
        desk: desk.public,
        threshold: 1,
        staff: [{ role: "admin", ik: ik.public }],
        cohorts: [s.public()],
        notBeforeMs,
        notAfterMs: notBeforeMs + CHARTER_MAX_MS,
      }),
  );
  const first = new SignedCharter(charter, [[0, await charter.sign(ik)]]);
  const keys = newKeys(label, pinOf(charter));
  addCohort(keys, s);
  addDesk(keys, desk);
  vault.document.audiences[audience] = keys;
  await save(account);
  try {
    await api.createAudience(genesis.encode(), charter.encode(), first.encodeSignatures());
  } catch (e) {
    if (e instanceof HubError) await forget(account, audience);
    throw e;
  }
  await keepChain(account, new Chain(genesis, first));
  await account.remember();
  return audience;
}

/** Takes an audience that came to nothing out of the vault again. */
export async function forget(account: Account, audience: AudienceRef): Promise<void> {
  delete account.vault.document.audiences[audience];
  await save(account);
}

/** The audience's charters, brought up to date with the hub and checked from the audience's id on. */
export async function sync(account: Account, audience: AudienceRef): Promise<Chain> {
  const keys = account.keys(audience);
  const kept = await keptChain(account, audience);
  // What is being checked is not to be used until it is.
  account.chains.delete(audience);
  const chain = await fetchChain(account.api, audience, keys.pinned, kept);
  if (!holds(chain, keys.seen)) throw new Distrust("history");
  await keepChain(account, chain);
  const newest = pinOf(chain.current());
  if (newest.hash !== keys.seen.hash) {
    keys.seen = newest;
    await save(account);
  }
  return chain;
}

/** The chain as the hub has it, with the pinned charter in it if one is; goes on from the one kept, if there is one. */
export async function fetchChain(
  api: Api,
  audience: AudienceRef,
  pinned: Pin | undefined,
  kept: Chain | undefined,
): Promise<Chain> {
  let chain = kept;
  // The newest known is asked for again: a hub that has another one in its place shows itself.
  let after = Number(chain?.current().terms.revision ?? 0n);
  for (;;) {
    const page = await api.charters(audience, after);
    if (page.items.length === 0 && (chain === undefined || after <= chain.current().terms.revision))
      throw new Distrust("hidden charters");
    for (const { charter, signatures } of page.items) {
      const signed = SignedCharter.parse(charter, signatures);
      if (chain === undefined) chain = await begin(api, audience, signed);
      else chain.append(signed);
    }
    if (typeof page.next !== "number" || page.next <= after) break;
    after = page.next;
  }
  if (chain === undefined) throw unexpected("an audience without charters");
  if (pinned !== undefined) chain.checkPin(BigInt(pinned.revision), idOf(pinned.hash));
  return chain;
}

async function begin(api: Api, audience: AudienceRef, first: SignedCharter): Promise<Chain> {
  const genesis = Genesis.parse(await api.genesis(audience));
  if (textOf(genesis.audience()) !== audience) throw new Distrust("other audience");
  return new Chain(genesis, first);
}

/** Whether a chain has this charter. */
export function holds(chain: Chain, pin: Pin): boolean {
  const there = chain.byRevision(BigInt(pin.revision));
  return there !== undefined && textOf(there.charter.hash) === pin.hash;
}

/** The chain as it was last checked. */
export async function keptChain(account: Account, audience: AudienceRef): Promise<Chain | undefined> {
  const known = account.chains.get(audience);
  if (known !== undefined) return known;
  const { local } = await account.device.audience(audience);
  const chain = rebuilt(local);
  if (chain !== undefined) account.chains.set(audience, chain);
  return chain;
}

function rebuilt({ genesis, charters }: Local): Chain | undefined {
  if (genesis === undefined) return undefined;
  try {
    const [first, ...later] = charters.map((c) => SignedCharter.parse(c.charter, c.signatures));
    if (first === undefined) return undefined;
    const chain = new Chain(Genesis.parse(genesis), first);
    for (const next of later) chain.append(next);
    return chain;
  } catch (e) {
    // What does not hold is fetched again, from the beginning.
    if (e instanceof Refusal) return undefined;
    throw e;
  }
}

/** Keeps a chain that was checked. */
export async function keepChain(account: Account, chain: Chain): Promise<void> {
  const audience = textOf(chain.audience());
  account.chains.set(audience, chain);
  const { local } = await account.device.audience(audience);
  const last = local.charters.at(chain.revisions().length - 1);
  if (last !== undefined && same(last.charter, chain.current().encode())) return;
  await account.device.change(audience, (changed) => {
    changed.genesis = chain.genesis.encode();
    changed.charters = chain.revisions().map((r) => ({
      charter: r.charter.encode(),
      signatures: r.encodeSignatures(),
    }));
  });
}

/**
 * Makes and sends the next revision: the newest charter with a new validity and `change`.
 *
 * Whatever secret `change` brings in must be in the vault already.
 */
export async function revise(
  account: Account,
  chain: Chain,
  change: (terms: Terms) => Partial<Terms>,
  enrolments?: Enrolments,
): Promise<void> {
  const { world, ik } = account;
  const { terms, hash } = chain.current();
  const index = terms.staff.findIndex((s) => s.role === "admin" && same(s.ik, ik.public));
  if (index < 0) throw new Cannot("admins only");
  if (terms.threshold > 1) throw new Cannot("threshold", String(terms.threshold));
  const begins = nowMs(world) - BigInt(SKEW_MS);
  const notBeforeMs = begins > terms.notBeforeMs ? begins : terms.notBeforeMs + 1n;
  const charter = ruled(
    () =>
      new Charter({
        ...terms,
        revision: terms.revision + 1n,
        prev: hash,
        notBeforeMs,
        notAfterMs: notBeforeMs + CHARTER_MAX_MS,
        ...change(terms),
      }),
  );
  const next = new SignedCharter(charter, [[index, await charter.sign(ik)]]);
  const audience = textOf(chain.audience());
  await putCharter(account, audience, next, enrolments);
  chain.append(next);
  await keepChain(account, chain);
  account.keys(audience).seen = pinOf(charter);
  await save(account);
}

/** Sends a charter, and again while posts are on their way to keys that it takes away. */
async function putCharter(
  { api, world }: Account,
  audience: AudienceRef,
  next: SignedCharter,
  enrolments: Enrolments | undefined,
): Promise<void> {
  for (let round = 0; round < FAN_OUT_ROUNDS; round++) {
    if (round > 0) await world.wait(FAN_OUT_PAUSE_MS);
    try {
      return await api.putCharter(audience, next.charter.encode(), next.encodeSignatures(), enrolments);
    } catch (e) {
      if (!isProblem(e, "fan-out-running")) throw e;
    }
  }
  throw new Cannot("busy");
}

/** Makes the next revision with the same rules and keys, valid for another three months. */
export async function renew(account: Account, audience: AudienceRef): Promise<number> {
  return setRules(account, audience, {});
}

/** Changes how many other publishers must approve a post, where members may write, or what late joiners are given. */
export async function setRules(
  account: Account,
  audience: AudienceRef,
  rules: { readonly approvals?: number; readonly replies?: Replies; readonly history?: History },
): Promise<number> {
  const chain = await sync(account, audience);
  await revise(account, chain, () => rules);
  return Number(chain.current().terms.revision);
}

/** Renews the charters near their end that this account may renew alone. */
export async function renewCharters(account: Account): Promise<void> {
  for (const audience of audiences(account)) {
    // Another admin may have done it since.
    if (isDue(account, await keptChain(account, audience)) && isDue(account, await sync(account, audience)))
      await renew(account, audience);
  }
}

function isDue(account: Account, chain: Chain | undefined): boolean {
  const charter = chain?.current();
  const mine = charter?.isAdmin(account.ik.public) === true && charter.terms.threshold === 1;
  return mine && charter.terms.notAfterMs - nowMs(account.world) < CHARTER_RENEW_MS;
}

/** Every audience of the vault that its owner has not left. */
export function audiences({ vault }: Account): AudienceRef[] {
  const all = Object.entries(vault.document.audiences);
  return all.filter(([, keys]) => !hasLeft(keys)).map(([audience]) => audience);
}

/** Refuses unless this account publishes under `charter`. */
export function requirePublisher(account: Account, charter: Charter): void {
  if (!charter.isPublisher(account.ik.public)) throw new Cannot("publishers only");
}
