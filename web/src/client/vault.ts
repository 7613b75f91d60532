/**
 * The vault: an account's secrets as a JSON document with its version, sealed to the login card (protocol section 2).
 *
 * It is Rust's document, field for field. Invariant: nothing in it is ever overwritten by something else of the same
 * name; two versions merge to all of both, and fields that this client does not know are carried along.
 */

import { type AccountSecrets, randomAccount } from "../protocol/account.ts";
import type { Bytes } from "../protocol/bytes.ts";
import type { Charter } from "../protocol/charter.ts";
import type { ExchangeKey } from "../protocol/ids.ts";
import { type CohortKey, CohortSecret, ReaderKey } from "../protocol/keys.ts";
import type { Random } from "../protocol/primitives.ts";
import { ExchangeSecret, IdentitySecret, Seed } from "../protocol/secrets.ts";
import { fromUtf8, utf8 } from "../protocol/text.ts";
import { merged, type Settings } from "./settings.ts";
import { type AccountRef, accountNamed, type AudienceRef, bytesOf, type LinkRef, textOf } from "./names.ts";

/** A revision and its hash. */
export interface Pin {
  readonly revision: number;
  readonly hash: string;
}

/** What a link was made of. */
export interface LinkSeed {
  readonly open: boolean;
  readonly seed: string;
  /** The charter it pins. */
  readonly pin: Pin;
  /** Whether it must never let anybody in again. */
  retired: boolean;
}

/** What an account holds of one audience; secrets in base64url. */
export interface Keys {
  /** The owner's own name for it. */
  label: string;
  /** Where trust in its charters begins. */
  readonly pinned: Pin;
  /** The highest revision seen; never gone back from. */
  seen: Pin;
  /** Whether its owner agreed that the operator reads along; counts in hosted audiences only. */
  hosting_consented: boolean;
  /** How often its owner came and left, odd after leaving: of two devices the one that did so last counts. */
  turns?: number;
  /** `S_i` → `s_i`, of publishers. */
  readonly cohorts: Record<string, string>;
  /** Desk key → its secret, old ones too, of publishers. */
  readonly desks: Record<string, string>;
  /** Link key → what it was made of, of publishers. */
  readonly links: Record<LinkRef, LinkSeed>;
  /** `S` → the account's own reader's key and the proof that goes with it. */
  readonly readers: Record<string, { readonly d: string; readonly proof: string }>;
}

/** The document; what else stands in it belongs to other clients. */
export interface VaultDocument {
  version: number;
  hub: string;
  hub_key: string | null;
  name: string | null;
  readonly ik: string;
  readonly xk: string;
  readonly ek: string;
  readonly own_seed: string;
  readonly hedge_seed: string;
  bundle_seq: number;
  bundle_until_ms: number;
  readonly contacts: Record<AccountRef, number>;
  readonly audiences: Record<AudienceRef, Keys>;
  settings?: Settings;
  /** The login cards of children for whom its owner acts. */
  wards?: Readonly<Record<AccountRef, WardCard>>;
}

/** A child's login card, as text, and what its guardian calls them. */
export interface WardCard {
  readonly name: string;
  readonly card: string;
}

/** What its owner changes at will, as device and hub last agreed on it. */
export interface Settled {
  readonly name: string | null;
  readonly settings: Settings | undefined;
  readonly wards?: VaultDocument["wards"] | undefined;
}

/** A vault, opened. */
export class Vault {
  /** What it says; {@link Vault.toBytes} writes it down. */
  readonly document: VaultDocument;

  private constructor(document: VaultDocument) {
    this.document = document;
  }

  /** A new account's, of version 0: no hub has it yet. */
  static random(hub: string, name: string | undefined, random: Random): Vault {
    const { ik, xk, ek } = randomAccount(random);
    const text = (secret: { expose(): Bytes }): string => textOf(secret.expose());
    return new Vault({
      version: 0,
      hub,
      hub_key: null,
      name: name ?? null,
      ik: text(ik),
      xk: text(xk),
      ek: text(ek),
      own_seed: text(Seed.random(random)),
      hedge_seed: text(Seed.random(random)),
      bundle_seq: 0,
      bundle_until_ms: 0,
      contacts: {},
      audiences: {},
    });
  }

  /** Reads the document; `undefined` where it is not one. */
  static parse(bytes: Bytes): Vault | undefined {
    try {
      const document = JSON.parse(fromUtf8(bytes)) as VaultDocument;
      const vault = new Vault(document);
      // Whatever is no key, or missing, fails here.
      vault.keys();
      vault.ownSeed();
      vault.hedgeSeed();
      const counts = [document.version, document.bundle_seq, document.bundle_until_ms];
      const maps = [
        document.contacts,
        document.audiences,
        ...Object.values(document.audiences).flatMap(mapsOf),
      ];
      const whole =
        counts.every(Number.isSafeInteger) && maps.every((map) => Object.keys(map).every(Boolean));
      return whole ? vault : undefined;
    } catch {
      return undefined;
    }
  }

  /** The document, to be sealed. */
  toBytes(): Bytes {
    return utf8(JSON.stringify(this.document));
  }

  /** What its owner changes at will, to be compared with later. */
  settled(): Settled {
    const { name, settings, wards } = this.document;
    return structuredClone({ name, settings, wards });
  }

  /** The account's secret keys. */
  keys(): AccountSecrets {
    const { ik, xk, ek } = this.document;
    return {
      ik: new IdentitySecret(bytesOf(ik)),
      xk: new ExchangeSecret(bytesOf(xk)),
      ek: new ExchangeSecret(bytesOf(ek)),
    };
  }

  /** The account's name on any hub. */
  account(): AccountRef {
    return accountNamed(new IdentitySecret(bytesOf(this.document.ik)).public);
  }

  /** The seed that own reader's keys come from. */
  ownSeed(): Seed {
    return new Seed(bytesOf(this.document.own_seed));
  }

  /** The seed that hedges weak randomness. */
  hedgeSeed(): Seed {
    return new Seed(bytesOf(this.document.hedge_seed));
  }

  /** What is held of an audience. */
  audience(audience: AudienceRef): Keys | undefined {
    return Object.hasOwn(this.document.audiences, audience) ? this.document.audiences[audience] : undefined;
  }

  /**
   * Takes in everything of another version; what both have stays as it is here, but for what only grows.
   *
   * `base` is what stood when this device last agreed with the hub: who changed a preference or the name since, wins.
   */
  merge(other: Vault, base: Settled): void {
    const [here, there] = [this.document, other.document];
    const newer = there.version >= here.version;
    here.version = Math.max(here.version, there.version);
    here.hub_key ??= there.hub_key;
    if (there.bundle_seq > here.bundle_seq) {
      [here.bundle_seq, here.bundle_until_ms] = [there.bundle_seq, there.bundle_until_ms];
    }
    for (const [account, seq] of Object.entries(there.contacts)) {
      here.contacts[account] = Math.max(here.contacts[account] ?? 0, seq);
    }
    for (const [audience, theirs] of Object.entries(there.audiences)) {
      const ours = this.audience(audience);
      if (ours === undefined) here.audiences[audience] = theirs;
      else mergeKeys(ours, theirs, newer);
    }
    if (here.name === base.name) here.name = there.name;
    const settings = merged(base.settings, here.settings, there.settings);
    if (settings !== undefined) here.settings = settings;
    const wards = merged(base.wards, here.wards, there.wards);
    if (wards !== undefined) here.wards = wards;
    carry(here, there, newer);
  }
}

const mapsOf = (keys: Keys): object[] => [
  keys.cohorts,
  keys.desks,
  keys.links,
  keys.readers,
  keys.pinned,
  keys.seen,
];

/** Fields of other clients: all of both, and of what both have the newer one's. */
function carry(here: object, there: object, newer: boolean): void {
  const held = here as Record<string, unknown>;
  for (const [field, value] of Object.entries(there)) {
    if (!(field in held) || (newer && !KNOWN.has(field))) held[field] = value;
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  ..."version hub hub_key name ik xk ek own_seed hedge_seed bundle_seq bundle_until_ms contacts".split(" "),
  ..."audiences settings wards label pinned seen hosting_consented turns cohorts desks links readers".split(
    " ",
  ),
]);

function mergeKeys(here: Keys, there: Keys, newer: boolean): void {
  if (there.seen.revision > here.seen.revision) here.seen = there.seen;
  here.hosting_consented ||= there.hosting_consented;
  here.turns = Math.max(here.turns ?? 0, there.turns ?? 0);
  absorb(here.cohorts, there.cohorts);
  absorb(here.desks, there.desks);
  absorb(here.readers, there.readers);
  for (const [link, seed] of Object.entries(there.links)) {
    const held = (here.links[link] ??= seed);
    held.retired ||= seed.retired;
  }
  carry(here, there, newer);
}

function absorb<V>(here: Record<string, V>, there: Record<string, V>): void {
  for (const [key, value] of Object.entries(there)) here[key] ??= value;
}

/** Whether its owner left an audience. */
export const hasLeft = ({ turns = 0 }: Keys): boolean => turns % 2 === 1;

/** Its owner left it, or came again. */
export function setLeft(keys: Keys, left: boolean): void {
  if (left !== hasLeft(keys)) keys.turns = (keys.turns ?? 0) + 1;
}

/** The most characters of what one calls an audience. */
const LABEL_LETTERS = 200;

/** What one calls an audience, cut where it is too long to be read. */
export function labelled(text: string): string {
  const letters = [...text];
  return letters.length > LABEL_LETTERS ? letters.slice(0, LABEL_LETTERS).join("") : text;
}

/** Keys of an audience just met, whose charters are trusted from `pinned` on. */
export function newKeys(label: string, pinned: Pin): Keys {
  const nothing = { cohorts: {}, desks: {}, links: {}, readers: {} };
  return { label: labelled(label), pinned, seen: pinned, hosting_consented: false, turns: 0, ...nothing };
}

/** The label of an audience that its owner has given none, as the command line writes it. */
export function unnamed(audience: AudienceRef): string {
  return `audience ${audience.slice(0, 6)}`;
}

/** A charter's revision and hash. */
export function pinOf({ terms, hash }: Charter): Pin {
  return { revision: Number(terms.revision), hash: textOf(hash) };
}

/** Keeps `s` under `S`. */
export function addCohort(keys: Keys, s: CohortSecret): CohortKey {
  const cohort = s.public();
  keys.cohorts[textOf(cohort.bytes)] ??= textOf(s.toBytes());
  return cohort;
}

/** Keeps a desk's secret. */
export function addDesk(keys: Keys, desk: ExchangeSecret): ExchangeKey {
  keys.desks[textOf(desk.public)] ??= textOf(desk.expose());
  return desk.public;
}

/** `s` of this `S`. */
export function cohortSecret(keys: Keys, cohort: CohortKey): CohortSecret | undefined {
  const s = keys.cohorts[textOf(cohort.bytes)];
  return s === undefined ? undefined : CohortSecret.fromBytes(bytesOf(s));
}

/** The secret of this desk. */
export function deskSecret(keys: Keys, desk: ExchangeKey): ExchangeSecret | undefined {
  const secret = keys.desks[textOf(desk)];
  return secret === undefined ? undefined : new ExchangeSecret(bytesOf(secret));
}

/** The own reader's key under this `S`. */
export function readerOf(keys: Keys, cohort: CohortKey): ReaderKey | undefined {
  const reader = keys.readers[textOf(cohort.bytes)];
  return reader === undefined ? undefined : ReaderKey.fromBytes(bytesOf(reader.d));
}

/** Keeps a reader's key and its proof under `S`. */
export function addReader(keys: Keys, cohort: CohortKey, d: ReaderKey, proof: Bytes): void {
  keys.readers[textOf(cohort.bytes)] = { d: textOf(d.toBytes()), proof: textOf(proof) };
}

/** The seed of a link that still may let people in. */
export function liveLink(keys: Keys, link: LinkRef): LinkSeed | undefined {
  const held = keys.links[link];
  return held?.retired === false ? held : undefined;
}
