/**
 * Another login card for an account that is open here: the old one opens nothing any more.
 *
 * Invariant: the hub has the vault under the new card before it loses the one under the old card, and what another
 * device wrote into the old one until then is taken in.
 */

import type { LoginCard } from "../protocol/card.ts";
import { same } from "../protocol/bytes.ts";
import { keepVaultKey } from "../protocol/handles.ts";
import { type Account, refresh, save, served } from "./account.ts";
import { Cannot, Distrust, isProblem } from "./error.ts";

/** Devices that still write under the old card are waited for this often. */
const ROUNDS = 5;

/** Whether this is the account's card. */
export function isCardOf({ device }: Account, card: LoginCard): boolean {
  return same(device.record.vaultId, card.vaultId());
}

/** Puts `card` in place of the account's card. */
export async function replaceCard(account: Account, card: LoginCard): Promise<void> {
  await finishReplacing(account);
  await takeIn(account);
  const { record } = account.device;
  record.replaced = { vaultId: record.vaultId, vaultKey: record.vaultKey, version: record.vaultVersion };
  record.vaultId = card.vaultId();
  record.vaultKey = await keepVaultKey(card.vaultKey(), account.world.support);
  record.vaultVersion = 0;
  await save(account);
  await finishReplacing(account);
}

/** Goes on with a replacement that was interrupted; does nothing where there is none. */
export async function finishReplacing(account: Account): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const { record } = account.device;
    if (record.replaced === undefined) return;
    if (record.vaultVersion === 0) await save(account);
    try {
      await account.api.deleteVault(record.replaced.vaultId, record.replaced.version);
      record.replaced = undefined;
      return account.remember();
    } catch (e) {
      if (!isProblem(e, "version-conflict")) throw e;
      await takeInOld(account);
    }
  }
  throw new Cannot("vault contended");
}

/** What the hub has now; a vault damaged there is no loss, for this device has all of it that it ever saw. */
async function takeIn(account: Account): Promise<void> {
  try {
    await refresh(account);
  } catch (e) {
    if (!(e instanceof Distrust && e.reason === "vault")) throw e;
  }
}

/** What another device wrote under the old card meanwhile. */
async function takeInOld(account: Account): Promise<void> {
  const { record } = account.device;
  const old = record.replaced;
  if (old === undefined) return;
  const { version, file } = await account.api.vault(old.vaultId);
  const theirs = await served(file, old.vaultKey);
  if (theirs.account() !== account.name) throw new Distrust("foreign vault");
  account.vault.merge(theirs, record.settled);
  record.replaced = { ...old, version };
  await save(account);
}
