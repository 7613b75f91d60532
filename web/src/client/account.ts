/**
 * Making, opening and bringing back an account; its vault in this browser and on the hub, its bundle.
 *
 * Invariant: a new secret is in the vault, here and on the hub, before anything that needs it is sent.
 */

import { BUNDLE_MAX_MS, KeyBundle, Origin } from "../protocol/account.ts";
import { AgeRefused } from "../protocol/age.ts";
import type { Bytes } from "../protocol/bytes.ts";
import { LoginCard } from "../protocol/card.ts";
import type { Chain } from "../protocol/chain.ts";
import {
  type ExchangeHandle,
  exchangeOf,
  identityOf,
  keepExchange,
  keepIdentity,
  keepVaultKey,
} from "../protocol/handles.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { ExchangeSecret, Identity } from "../protocol/secrets.ts";
import { openVault, sealVault } from "../protocol/vault.ts";
import { Api } from "./api.ts";
import type { BundleRow } from "./api/rows.ts";
import { type AccountRecord, Device } from "./device.ts";
import { Cannot, Distrust, isProblem } from "./error.ts";
import { type AccountRef, accountNamed, type AudienceRef, textOf } from "./names.ts";
import type { Store } from "./store.ts";
import { type Keys, Vault } from "./vault.ts";
import { nowMs, type World } from "./world.ts";

/** A bundle is renewed when less than this is left of it. */
const BUNDLE_RENEW_MS = 30 * 24 * 3600 * 1000;
/** Two devices that write at once settle within a few rounds. */
const MERGE_ROUNDS = 5;
/** A client's clock may be ahead of the hub's by this much before what it signs has not begun there. */
export const SKEW_MS = 60_000;

/** An account, opened in this browser; its steps run one at a time. */
export class Account {
  readonly world: World;
  readonly store: Store;
  readonly api: Api;
  /** The account's identity, behind a handle where the browser has one; likewise the other two. */
  readonly ik: Identity;
  readonly xk: ExchangeSecret | ExchangeHandle;
  readonly ek: ExchangeSecret | ExchangeHandle;
  /** What this browser remembers. */
  device: Device;
  /** The account's secrets. */
  vault: Vault;
  /** Chains as they were last checked. */
  readonly chains = new Map<AudienceRef, Chain>();
  #spoiled = false;

  /** What the store has of an account. */
  constructor(world: World, store: Store, device: Device, vault: Vault) {
    const { origin, ik, xk, ek, session } = device.record;
    [this.world, this.store, this.device, this.vault] = [world, store, device, vault];
    [this.ik, this.xk, this.ek] = [identityOf(ik), exchangeOf(xk), exchangeOf(ek)];
    this.api = new Api(new Origin(origin), this.ik, session);
  }

  /** The account's name. */
  get name(): AccountRef {
    return accountNamed(this.ik.public);
  }

  /** What is held of an audience. */
  keys(audience: AudienceRef): Keys {
    const keys = this.vault.audience(audience);
    if (keys === undefined) throw new Cannot("not in");
    return keys;
  }

  /** Writes down what this browser remembers. */
  async remember(): Promise<void> {
    this.device.record.session = this.api.session;
    await this.device.save();
  }

  /** What is in memory may be more than what is written: it is read again before the next step. */
  spoil(): void {
    this.#spoiled = true;
  }

  /** Reads again what another tab, or a step that failed, left behind; whether anything was. */
  async catchUp(): Promise<boolean> {
    const steps = await this.store.steps();
    if (!this.#spoiled && steps === this.device.steps) return false;
    const record = await this.store.get<AccountRecord>("account", "account");
    if (record === undefined || textOf(record.ik.public) !== textOf(this.ik.public))
      throw new Cannot("no account");
    this.vault = await opened(record.vault, record.vaultKey);
    this.device = new Device(this.store, record, steps);
    this.chains.clear();
    this.#spoiled = false;
    return true;
  }
}

/** Makes an account on the hub at `origin`, and its login card, which is kept nowhere. */
export async function create(
  world: World,
  store: Store,
  origin: string,
  name: string | undefined,
): Promise<{ account: Account; card: LoginCard }> {
  await refuseSecond(store);
  const card = LoginCard.random(world.random);
  const vault = Vault.random(origin, name, world.random);
  vault.document.hub_key = textOf((await new Api(new Origin(origin)).hub()).hub_key);
  const account = await begun(world, store, card, vault, new Uint8Array(), 0);
  await writeVault(account);
  try {
    await renewBundle(account);
    await save(account);
  } catch (e) {
    // Nobody has seen its card: it could never be opened elsewhere.
    await store.clear();
    throw e;
  }
  return { account, card };
}

/** Opens the account of this browser, if there is one. */
export async function open(world: World, store: Store): Promise<Account | undefined> {
  const steps = await store.steps();
  const record = await store.get<AccountRecord>("account", "account");
  if (record === undefined) return undefined;
  const vault = await opened(record.vault, record.vaultKey);
  return new Account(world, store, new Device(store, record, steps), vault);
}

/** Brings an account back from the hub at `origin` with its login card. */
export async function restore(world: World, store: Store, origin: string, typed: string): Promise<Account> {
  await refuseSecond(store);
  const card = LoginCard.parse(typed);
  const { version, file } = await new Api(new Origin(origin)).vault(card.vaultId());
  const vault = await served(file, card);
  vault.document.hub = origin;
  const account = await begun(world, store, card, vault, file, version);
  await account.remember();
  return account;
}

async function begun(
  world: World,
  store: Store,
  card: LoginCard,
  vault: Vault,
  file: Bytes,
  version: number,
): Promise<Account> {
  const { ik, xk, ek } = vault.keys();
  const { support, random } = world;
  const record: AccountRecord = {
    origin: vault.document.hub,
    vaultId: card.vaultId(),
    vaultKey: await keepVaultKey(card.vaultKey(), support),
    vault: file,
    vaultVersion: version,
    settled: vault.settled(),
    ik: await keepIdentity(ik, support),
    xk: await keepExchange(xk, support),
    ek: await keepExchange(ek, support),
    chain: random(16),
    session: undefined,
    lettersAfter: 0,
    unanswered: [],
    uploads: [],
  };
  for (const secret of [ik, xk, ek]) secret.erase();
  return new Account(world, store, new Device(store, record, await store.steps()), vault);
}

async function refuseSecond(store: Store): Promise<void> {
  if ((await store.get("account", "account")) !== undefined) throw new Cannot("account here");
}

/** Writes the vault as the next version: here, then to the hub; merges with what another device wrote meanwhile. */
export async function save(account: Account): Promise<void> {
  const { api } = account;
  for (let round = 0; round < MERGE_ROUNDS; round++) {
    const { record } = account.device;
    account.vault.document.version = record.vaultVersion + 1;
    await writeVault(account);
    try {
      await api.putVault(record.vaultId, account.vault.document.version, record.vault);
    } catch (e) {
      if (!isProblem(e, "version-conflict")) throw e;
      await takeNewer(account);
      continue;
    }
    record.vaultVersion = account.vault.document.version;
    record.settled = account.vault.settled();
    return account.remember();
  }
  throw new Cannot("vault contended");
}

/** Takes in what the hub has of the vault; refuses a version below one seen. */
export async function refresh(account: Account): Promise<void> {
  const before = account.device.record.vaultVersion;
  await takeNewer(account);
  if (account.device.record.vaultVersion > before) await writeVault(account);
}

async function takeNewer(account: Account): Promise<void> {
  const { record } = account.device;
  const { version, file } = await held(account);
  if (version < record.vaultVersion) throw new Distrust("older vault");
  const theirs = await served(file, record.vaultKey);
  if (theirs.account() !== account.name) throw new Distrust("foreign vault");
  account.vault.merge(theirs, record.settled);
  record.vaultVersion = version;
  record.settled = theirs.settled();
}

/** The vault on the hub; a vault that was there goes only when another device replaces its card. */
async function held({ api, device }: Account): Promise<{ version: number; file: Bytes }> {
  try {
    return await api.vault(device.record.vaultId);
  } catch (e) {
    throw isProblem(e, "not-found") && device.record.vaultVersion > 0 ? new Cannot("card replaced") : e;
  }
}

async function writeVault(account: Account): Promise<void> {
  const { record } = account.device;
  record.vault = await sealVault(account.vault.toBytes(), record.vaultKey);
  await account.remember();
}

/** A vault as a hub serves it. */
export async function served(file: Bytes, key: LoginCard | CryptoKey | Bytes): Promise<Vault> {
  try {
    return await opened(file, key);
  } catch (e) {
    throw e instanceof Cannot ? new Distrust("vault") : e;
  }
}

async function opened(file: Bytes, key: LoginCard | CryptoKey | Bytes): Promise<Vault> {
  try {
    const vault = Vault.parse(await openVault(file, key));
    if (vault !== undefined) return vault;
  } catch (e) {
    if (!(e instanceof AgeRefused)) throw e;
  }
  throw new Cannot("wrong card");
}

/** Whether the bundle is near its end. */
export function bundleIsDue(account: Account): boolean {
  return account.vault.document.bundle_until_ms - account.world.clock() < BUNDLE_RENEW_MS;
}

/** Sends the next bundle of the same keys; counts on from the hub's where another device sent one. */
export async function renewBundle(account: Account): Promise<void> {
  try {
    await sendBundle(account);
  } catch (e) {
    if (!isProblem(e, "conflict")) throw e;
    const held = verified(await account.api.bundle(account.name), account.name);
    const { document } = account.vault;
    document.bundle_seq = Math.max(Number(held.terms.seq), document.bundle_seq);
    await sendBundle(account);
  }
}

async function sendBundle({ world, api, vault, device, ik }: Account): Promise<void> {
  const { document } = vault;
  const { xk, ek } = device.record;
  const seq = BigInt(document.bundle_seq) + 1n;
  const notBeforeMs = nowMs(world) - BigInt(SKEW_MS);
  const notAfterMs = notBeforeMs + BUNDLE_MAX_MS;
  const terms = { seq, ik: ik.public, xk: xk.public, ek: ek.public, notBeforeMs, notAfterMs };
  const bundle = new KeyBundle(terms);
  await api.putBundle(bundle.encode(), await bundle.sign(ik));
  [document.bundle_seq, document.bundle_until_ms] = [Number(seq), Number(notAfterMs)];
}

/** Another account's bundle: genuine, valid now, and not older than one seen before. */
export async function contact(account: Account, other: AccountRef): Promise<KeyBundle> {
  const bundle = verified(await account.api.bundle(other), other);
  if (!bundle.validAt(nowMs(account.world))) throw new Cannot("contact expired");
  const { contacts } = account.vault.document;
  const seq = Number(bundle.terms.seq);
  if (seq < (contacts[other] ?? 0)) throw new Distrust("older bundle");
  contacts[other] = seq;
  return bundle;
}

function verified(row: BundleRow, account: AccountRef): KeyBundle {
  try {
    const bundle = KeyBundle.parse(row.bundle);
    if (bundle.isSigned(row.signature) && accountNamed(bundle.terms.ik) === account) return bundle;
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
  }
  throw new Distrust("bundle");
}
