/**
 * Keys from publisher to publisher, by letters of kind `secrets` (protocol sections 3 and 7).
 *
 * Invariant: what comes in is kept only while its public key is in the current charter, and never overwrites anything.
 */

import type { Chain } from "../protocol/chain.ts";
import { CohortSecret } from "../protocol/keys.ts";
import { parseLink } from "../protocol/link.ts";
import { Refusal } from "../protocol/refusal.ts";
import { ExchangeSecret, Seed } from "../protocol/secrets.ts";
import { linkKey } from "../protocol/token.ts";
import { utf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import { holds } from "./audience.ts";
import { isProblem } from "./error.ts";
import type { Read } from "./json.ts";
import { fetchLetters, sendSealed } from "./letters.ts";
import { isGenuine } from "./links.ts";
import { type AccountRef, accountNamed, textOf } from "./names.ts";
import { readAs, secrets } from "./payload.ts";
import { addCohort, addDesk, type Keys, pinOf } from "./vault.ts";
import { signature } from "./write.ts";

type SharedLink = Read<typeof secrets>["links"][number];

/** Looks through the own mailbox if a key of the charter is missing: after a rotation the others send the new ones. */
export async function fetchMissingKeys(account: Account, chain: Chain): Promise<void> {
  const { terms } = chain.current();
  const { cohorts, desks } = account.keys(textOf(chain.audience()));
  const whole =
    desks[textOf(terms.desk)] !== undefined &&
    terms.cohorts.every((s) => cohorts[textOf(s.bytes)] !== undefined);
  if (!whole) await fetchLetters(account);
}

/** Sends this account's keys of an audience to one publisher, or to every other one. */
export async function shareSecrets(account: Account, chain: Chain, only?: AccountRef): Promise<void> {
  const audience = textOf(chain.audience());
  const staff = chain.current().terms.staff.map((s) => accountNamed(s.ik));
  const others = staff.filter((other) => other !== account.name && (only ?? other) === other);
  if (others.length === 0) return;
  const keys = account.keys(audience);
  const live = Object.values(keys.links).filter((link) => !link.retired);
  const payload = utf8(
    JSON.stringify({
      type: "secrets",
      audience: keys.label,
      from: signature(account),
      pin: pinOf(chain.current()),
      cohorts: Object.values(keys.cohorts),
      desks: Object.values(keys.desks),
      links: live.map(({ open, seed, pin }) => ({
        open,
        seed,
        revision: pin.revision,
        charter_hash: pin.hash,
      })),
    }),
  );
  for (const other of others) {
    await sendSealed(account, audience, { account: other }, "secrets", undefined, payload);
  }
}

/** Takes in keys that another publisher sent; whether any was new. */
export async function importSecrets(account: Account, chain: Chain, payload: Uint8Array): Promise<boolean> {
  const sent = readAs(payload, secrets);
  const charter = chain.current();
  const keys = account.keys(textOf(chain.audience()));
  const before = sizes(keys);
  for (const bytes of sent.cohorts) {
    const s = cohortOf(bytes);
    if (s !== undefined && charter.cohortIndex(s.public()) >= 0) addCohort(keys, s);
  }
  for (const bytes of sent.desks) {
    const desk = new ExchangeSecret(bytes);
    if (textOf(desk.public) === textOf(charter.terms.desk)) addDesk(keys, desk);
  }
  for (const link of sent.links) await importLink(account, chain, link);
  return sizes(keys) !== before;
}

function sizes({ cohorts, desks, links }: Keys): string {
  return [cohorts, desks, links].map((map) => Object.keys(map).length).join();
}

function cohortOf(bytes: Uint8Array): CohortSecret | undefined {
  try {
    return CohortSecret.fromBytes(bytes);
  } catch (e) {
    if (e instanceof Refusal) return undefined;
    throw e;
  }
}

/** Keeps a link's seed, if a publisher stands behind the link and it is of the kind it was said to be. */
async function importLink(account: Account, chain: Chain, shared: SharedLink): Promise<void> {
  const audience = textOf(chain.audience());
  const name = textOf(linkKey(new Seed(shared.seed), chain.audience()).public);
  const pin = { revision: shared.revision, hash: shared.charter_hash };
  const { links } = account.keys(audience);
  if (links[name] !== undefined || !holds(chain, pin)) return;
  try {
    const row = await account.api.link(audience, name);
    const kind = shared.open ? "open" : "approval";
    if (!isGenuine(row, parseLink(row.link), name, kind, chain.current())) return;
  } catch (e) {
    // One that the hub does not know any more, or of another form, is passed over.
    if (isProblem(e, "not-found") || e instanceof Refusal) return;
    throw e;
  }
  links[name] = { open: shared.open, seed: textOf(shared.seed), pin, retired: false };
}
