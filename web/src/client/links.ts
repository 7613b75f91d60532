/** Links into an audience, as publishers make and close them (protocol section 4). */

import type { Chain } from "../protocol/chain.ts";
import type { Charter } from "../protocol/charter.ts";
import {
  encodeLink,
  fragmentText,
  type Link,
  type LinkKind,
  parseLink,
  signLink,
  isLinkSigned,
} from "../protocol/link.ts";
import { Seed } from "../protocol/secrets.ts";
import { deposit, linkKey, linkScalar } from "../protocol/token.ts";
import { type Account, save } from "./account.ts";
import { requirePublisher, sync } from "./audience.ts";
import type { Deposited, LinkRow } from "./api/rows.ts";
import { isProblem } from "./error.ts";
import { type AudienceRef, bytesOf, idOf, type LinkRef, textOf } from "./names.ts";
import { cohortSecret, type Keys, liveLink, type LinkSeed, pinOf } from "./vault.ts";
import { nowMs } from "./world.ts";

/** What a link should do. */
export interface NewLink {
  /** Open, or for approval. */
  readonly kind: LinkKind;
  /** How many accounts may join by it. */
  readonly maxUses: number;
  /** For how long it is good. */
  readonly validMs: number;
}

/** A link as its audience's publishers see it. */
export interface LinkLine {
  /** Its public key, which names it. */
  readonly link: LinkRef;
  readonly kind: LinkKind;
  /** Accounts that joined by it, and how many may. */
  readonly uses: number;
  readonly maxUses: number;
  /** First millisecond in which it is no longer good. */
  readonly expiresMs: number;
  /** Whether it was revoked or retired. */
  readonly closed: boolean;
  /** Its address, while this account has its seed and it lets people in. */
  readonly url: string | undefined;
}

/** Makes a link and returns its address, whose fragment no server ever sees. */
export async function makeLink(account: Account, audience: AudienceRef, wanted: NewLink): Promise<string> {
  const { world, api, ik } = account;
  const charter = (await sync(account, audience)).current();
  requirePublisher(account, charter);
  const seed = Seed.random(world.random);
  const link: Link = {
    audience: charter.terms.audience,
    linkPk: linkKey(seed, charter.terms.audience).public,
    kind: wanted.kind,
    maxUses: wanted.maxUses,
    expiresMs: nowMs(world) + BigInt(wanted.validMs),
  };
  const open = wanted.kind === "open";
  const kept: LinkSeed = { open, seed: textOf(seed.expose()), pin: pinOf(charter), retired: false };
  const keys = account.keys(audience);
  keys.links[textOf(link.linkPk)] = kept;
  await save(account);
  const deposited = open ? deposits(account.keys(audience), charter, seed) : [];
  await api.putLink(audience, encodeLink(link), await signLink(link, ik), deposited);
  return urlOf(account, audience, kept);
}

/** The audience's links. */
export async function links(account: Account, audience: AudienceRef): Promise<LinkLine[]> {
  const keys = account.keys(audience);
  return (await account.api.links(audience)).map((row) => {
    const link = parseLink(row.link);
    const name = textOf(link.linkPk);
    const held = liveLink(keys, name);
    const closed = row.revoked_ms !== undefined || keys.links[name]?.retired === true;
    return {
      link: name,
      kind: link.kind,
      uses: row.uses,
      maxUses: link.maxUses,
      expiresMs: Number(link.expiresMs),
      closed,
      url: held === undefined || closed ? undefined : urlOf(account, audience, held),
    };
  });
}

/** Closes a link for good. */
export async function closeLink(account: Account, audience: AudienceRef, link: LinkRef): Promise<void> {
  const held = account.keys(audience).links[link];
  if (held !== undefined) {
    held.retired = true;
    await save(account);
  }
  await account.api.revokeLink(audience, link);
}

/** Lets open links fill the cohorts that were added since they were made. */
export async function extendLinks(account: Account, chain: Chain): Promise<void> {
  const audience = textOf(chain.audience());
  const keys = account.keys(audience);
  for (const [link, seed] of Object.entries(keys.links)) {
    if (!seed.open || seed.retired) continue;
    try {
      const deposited = deposits(keys, chain.current(), new Seed(bytesOf(seed.seed)));
      await account.api.putDeposits(audience, link, deposited);
    } catch (e) {
      // One that expired or is used up needs no room.
      if (!isProblem(e, "link-closed")) throw e;
    }
  }
}

/** Whether a publisher of this charter stands behind the link that a hub serves, and it is `linkPk`'s. */
export function isGenuine(
  row: LinkRow,
  link: Link,
  linkPk: LinkRef,
  kind: LinkKind,
  charter: Charter,
): boolean {
  return (
    textOf(link.audience) === textOf(charter.terms.audience) &&
    textOf(link.linkPk) === linkPk &&
    link.kind === kind &&
    charter.isPublisher(row.publisher) &&
    isLinkSigned(link, row.publisher, row.signature)
  );
}

function urlOf(account: Account, audience: AudienceRef, { open, seed, pin }: LinkSeed): string {
  const text = fragmentText({
    kind: open ? "open" : "approval",
    audience: idOf(audience),
    seed: new Seed(bytesOf(seed)),
    revision: BigInt(pin.revision),
    charterHash: idOf(pin.hash),
  });
  return `${account.api.origin.text}/join#${text}`;
}

/** A deposit for every cohort whose secret this publisher has. */
function deposits(keys: Keys, { terms }: Charter, seed: Seed): Deposited[] {
  return terms.cohorts.flatMap((cohort) => {
    const s = cohortSecret(keys, cohort);
    if (s === undefined) return [];
    const token = deposit(s, linkScalar(seed, terms.audience, cohort)).toBytes();
    return [{ s: textOf(cohort.bytes), token: textOf(token) }];
  });
}
