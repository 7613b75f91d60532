/**
 * Children for whom a guardian acts: their login cards in the guardian's vault, their accounts each in a store of its own.
 *
 * Invariant: what is kept of a child in this browser goes with the card from the guardian's vault, and with the
 * guardian's account; the hub learns of no family.
 */

import { LoginCard } from "../protocol/card.ts";
import { type Account, refresh, save, served } from "./account.ts";
import { isCardOf } from "./card.ts";
import type { Client } from "./client.ts";
import type { AccountRecord } from "./device.ts";
import { Cannot, ClientError, failure, isProblem, Offline } from "./error.ts";
import { type AccountRef, textOf } from "./names.ts";
import type { Steps } from "./session.ts";
import { Store } from "./store.ts";
import type { WardCard } from "./vault.ts";

/** A child. */
export interface Ward {
  readonly account: AccountRef;
  /** What its guardian calls them. */
  readonly name: string;
}

/** How a child's account is opened, and brought here. */
type Door = Pick<typeof Client, "open" | "signIn">;

/** The children of an account. */
export class Wards {
  readonly #steps: Steps;
  readonly #door: Door;

  /** Of the account whose steps these are. */
  constructor(steps: Steps, door: Door) {
    [this.#steps, this.#door] = [steps, door];
  }

  /** Every child, by name. */
  list(): Promise<Ward[]> {
    return this.#steps.see(async (a) =>
      Object.entries(wardsOf(a))
        .map(([account, { name }]) => ({ account, name }))
        .sort((one, other) => one.name.localeCompare(other.name)),
    );
  }

  /** Takes a child in with its login card, as typed or scanned; one that is there gets this name and card. */
  add(typed: string, name: string): Promise<Ward> {
    return this.#steps.do(async (a) => {
      const card = LoginCard.parse(typed);
      const account = await accountOf(a, card);
      await bring(a, this.#door, account, card);
      await keep(a, { ...wardsOf(a), [account]: { name, card: card.toText() } }).catch(async (e: unknown) => {
        if (wardsOf(a)[account] === undefined) await clear(a, this.#door, account);
        throw e;
      });
      return { account, name };
    });
  }

  /**
   * Opens a child's account: what is here at once, else from the hub. Whoever opens it closes it.
   *
   * A child whose card was replaced elsewhere goes from here; then its steps fail with `no account`.
   */
  async open(account: AccountRef): Promise<Client> {
    const child = await this.#steps.see((a) => found(a, this.#door, account));
    const client = child ?? (await this.#steps.do((a) => fetched(a, this.#door, account)));
    if (child !== undefined) void leaveIfReplaced(child);
    return client;
  }

  /** Takes a child's card out of the vault, and the child out of this browser. */
  remove(account: AccountRef): Promise<void> {
    return this.#steps.do(async (a) => {
      const { [account]: gone, ...others } = wardsOf(a);
      if (gone === undefined) throw new Cannot("no such ward");
      await keep(a, others);
      await clear(a, this.#door, account);
    });
  }
}

const wardsOf = ({ vault }: Account): Readonly<Record<AccountRef, WardCard>> => vault.document.wards ?? {};

/** Whose card it is; one that opens nothing, or is the guardian's own, is refused. */
async function accountOf(a: Account, card: LoginCard): Promise<AccountRef> {
  if (isCardOf(a, card)) throw new Cannot("own card");
  const { file } = await a.api.vault(card.vaultId()).catch((e: unknown) => {
    throw isProblem(e, "not-found") ? new Cannot("wrong card") : e;
  });
  const account = (await served(file, card)).account();
  if (account === a.name) throw new Cannot("own card");
  return account;
}

async function keep(a: Account, wards: Readonly<Record<AccountRef, WardCard>>): Promise<void> {
  const before = a.vault.document.wards;
  a.vault.document.wards = wards;
  try {
    await save(a);
  } catch (e) {
    if (before === undefined) delete a.vault.document.wards;
    else a.vault.document.wards = before;
    throw e;
  }
}

const storeOf = (a: Account, account: AccountRef): Promise<Store> => Store.open(`${a.store.name} ${account}`);

/** The child's account as it is in this browser. */
async function found(a: Account, door: Door, account: AccountRef): Promise<Client | undefined> {
  if (wardsOf(a)[account] === undefined) throw new Cannot("no such ward");
  const store = await storeOf(a, account);
  const client = await door.open(a.world, store);
  if (client === undefined) store.close();
  return client;
}

/** Takes a child out of this browser whose card was replaced elsewhere. */
async function leaveIfReplaced(child: Client): Promise<void> {
  try {
    await child.refresh();
  } catch (e) {
    // Whatever else it is, the child's own screens meet it too.
    if (e instanceof Cannot && e.reason === "card replaced") await child.signOut().catch(() => undefined);
  }
}

/** The child's account from the hub, with the card in the vault. */
async function fetched(a: Account, door: Door, account: AccountRef): Promise<Client> {
  const ward = wardsOf(a)[account];
  if (ward === undefined) throw new Cannot("no such ward");
  await bring(a, door, account, LoginCard.parse(ward.card));
  const client = await found(a, door, account);
  if (client === undefined) throw new Cannot("no such ward");
  return client;
}

/** Brings a child's account into its store, unless it is there with this card. */
async function bring(a: Account, door: Door, account: AccountRef, card: LoginCard): Promise<void> {
  const store = await storeOf(a, account);
  try {
    const held = await store.get<AccountRecord>("account", "account");
    if (held === undefined || textOf(held.vaultId) !== textOf(card.vaultId())) {
      if (held !== undefined) await store.clear();
      await door.signIn(a.world, store, a.api.origin.text, card.toText()).then(
        (client) => client.close(),
        (e: unknown) => {
          throw isProblem(e, "not-found") ? new Cannot("wrong card") : e;
        },
      );
    }
  } finally {
    store.close();
  }
  const { record } = a.device;
  record.wards = [...(record.wards ?? []).filter((other) => other !== account), account];
  await a.remember();
}

/** Takes a child's account out of this browser, and ends its session if the hub answers. */
async function clear(a: Account, door: Door, account: AccountRef): Promise<void> {
  const store = await storeOf(a, account);
  const client = await door.open(a.world, store);
  if (client === undefined) store.close();
  else await client.signOut().finally(() => client.close());
  const { record } = a.device;
  record.wards = (record.wards ?? []).filter((other) => other !== account);
  await a.remember();
}

/** Brings children here that another device took in, and lets go of those it took out. */
export async function followWards(a: Account, door: Door): Promise<void> {
  const here = new Set(a.device.record.wards);
  for (const account of here) if (wardsOf(a)[account] === undefined) await clear(a, door, account);
  for (const [account, { card }] of Object.entries(wardsOf(a))) {
    if (here.has(account)) continue;
    try {
      await bring(a, door, account, LoginCard.parse(card));
    } catch (e) {
      // A card that was replaced since, or is none: whoever opens this child is told.
      const known = failure(e);
      if (!(known instanceof ClientError) || known instanceof Offline) throw e;
    }
  }
}

/** Takes all children out of this browser. */
export async function clearWards(a: Account, door: Door): Promise<void> {
  for (const account of a.device.record.wards ?? []) await clear(a, door, account);
}

/** Takes in what other devices wrote into the vault, children too. */
export async function refreshAll(a: Account, door: Door): Promise<void> {
  await refresh(a);
  await followWards(a, door);
}
