/**
 * Audiences that others made this account a publisher of: they appear with the letter that brings their keys.
 *
 * Invariant: nothing is kept of an audience unless its charters, checked from its id on, list this account and whoever
 * signed the letter as publishers, and have in them the charter that the letter pins. Where trust begins is that letter,
 * as elsewhere it is a link: what the audience is called, and who they are that ask, is their word until its owner knows
 * better.
 */

import type { Chain } from "../protocol/chain.ts";
import { openLetter, parseLetter } from "../protocol/letter.ts";
import type { Account } from "./account.ts";
import { save } from "./account.ts";
import type { LetterRow } from "./api/rows.ts";
import { fetchChain, holds, keepChain, keptChain } from "./audience.ts";
import { Cannot, ClientError, Distrust, failure, Offline } from "./error.ts";
import { introduce } from "./letters.ts";
import { noteName } from "./memory.ts";
import { accountNamed, textOf } from "./names.ts";
import { readAs, secrets } from "./payload.ts";
import { newKeys, pinOf, unnamed } from "./vault.ts";

/**
 * Takes in the audience of a letter with keys, if it is one; another letter, and one that is not believed, leaves none.
 *
 * An audience that its operator reads along in appears by a link alone, for its owner has to agree to that.
 */
export async function meet(account: Account, row: LetterRow): Promise<Chain | undefined> {
  try {
    return await tryMeet(account, row);
  } catch (e) {
    const known = failure(e);
    if (!(known instanceof ClientError) || known instanceof Offline || known instanceof Cannot) throw e;
    // Nobody here has ever heard of it, so there is nothing to say about it.
    return undefined;
  }
}

async function tryMeet(account: Account, row: LetterRow): Promise<Chain | undefined> {
  const { api, ik, xk } = account;
  const letter = parseLetter(await api.letter(row.letter));
  const { header } = letter;
  const audience = textOf(header.audience);
  if (header.kind !== "secrets" || audience !== row.audience) return undefined;
  const chain = await fetchChain(api, audience, undefined, await keptChain(account, audience));
  const charter = chain.current();
  if (!charter.isPublisher(ik.public) || charter.terms.host !== undefined) return undefined;
  const as = { ik: ik.public, member: false };
  const reading = { charters: chain, key: xk, as, seen: () => false, member: undefined };
  const sent = readAs((await openLetter(letter, reading)).payload, secrets);
  const pinned = sent.pin ?? pinOf(charter);
  if (!holds(chain, pinned)) throw new Distrust("history");
  const label = sent.audience.trim();
  const keys = newKeys(label === "" ? unnamed(audience) : label, pinned);
  keys.seen = pinOf(charter);
  await keepChain(account, chain);
  account.vault.document.audiences[audience] = keys;
  const { from } = sent;
  if (from !== undefined)
    await account.device.change(audience, (local) => noteName(local, accountNamed(header.ik), from.name));
  // Before it is kept, so that who leaves the page meanwhile meets it again; if it fails, the first post brings the name.
  await introduce(account, audience, account.vault.document.name).catch((e: unknown) => {
    if (!(failure(e) instanceof ClientError)) throw e;
  });
  await save(account);
  return chain;
}
