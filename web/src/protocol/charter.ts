/**
 * Charters: who may publish in an audience, under which keys, by which rules (section 3).
 *
 * A {@link Charter} that exists has passed every rule that concerns it alone; what concerns its
 * predecessor and its signers is checked when it joins a `Chain`.
 */

import { type Bytes, hex, Reader, same } from "./bytes.ts";
import { encodeTerms, readTerms } from "./charter/layout.ts";
import { type AudienceId, type CharterHash, type ExchangeKey, id, type IdentityKey } from "./ids.ts";
import type { CohortKey } from "./keys.ts";
import { hash } from "./primitives.ts";
import { Refusal } from "./refusal.ts";
import type { Identity } from "./secrets.ts";
import { utf8 } from "./text.ts";

/** The longest a charter is valid: 92 days, in milliseconds. */
export const CHARTER_MAX_MS = 92n * 24n * 60n * 60n * 1000n;

/** The most cohorts with which everyone may reply to everyone. */
export const REPLIES_MAX_COHORTS = 16;

/** What staff may do: a publisher publishes, an admin also signs charters. */
export type Role = "publisher" | "admin";

/** A publisher in a charter's list. */
export interface Staff {
  /** Publisher or admin. */
  readonly role: Role;
  /** The identity key. */
  readonly ik: IdentityKey;
}

/** Where members may write: nowhere, to the desk privately, or to everyone in the thread too. */
export type Replies = "none" | "desk" | "everyone";

/** Which posts a late joiner may be given: none from before, or earlier ones under the same key. */
export type History = "from joining" | "same key";

/** What a charter says. */
export interface Terms {
  /** The audience. */
  readonly audience: AudienceId;
  /** 0, 1, 2, … */
  readonly revision: bigint;
  /** The hash of the revision before; of revision 0, the audience itself. */
  readonly prev: CharterHash;
  /** The operator whose workers can read; `undefined` where nobody but the audience can. */
  readonly host: string | undefined;
  /** Where members may write. */
  readonly replies: Replies;
  /** Which posts a late joiner may be given. */
  readonly history: History;
  /** How many publishers other than the author must approve a post. */
  readonly approvals: number;
  /** The key to which members write privately. */
  readonly desk: ExchangeKey;
  /** How many admins must sign the next revision. */
  readonly threshold: number;
  /** The publishers and admins, 1 to 255. */
  readonly staff: readonly Staff[];
  /** The cohorts' keys `S_0 …`, 1 to 65,535, distinct. */
  readonly cohorts: readonly CohortKey[];
  /** First valid millisecond. */
  readonly notBeforeMs: bigint;
  /** First millisecond no longer valid, at most 92 days later. */
  readonly notAfterMs: bigint;
}

/** Which rule terms break that concern them alone. */
export type CharterReason =
  "previous" | "host" | "staff" | "threshold" | "approvals" | "cohorts" | "replies" | "validity";

/** Terms that are no charter. */
export class CharterRefused extends Refusal<CharterReason> {
  constructor(reason: CharterReason) {
    super("charter", reason);
  }
}

/** One revision of an audience's charter. */
export class Charter {
  /** What it says. */
  readonly terms: Terms;
  /** `charter_hash`. */
  readonly hash: CharterHash;

  /** Checks every rule that concerns these terms alone. */
  constructor(terms: Terms) {
    for (const [holds, reason] of rules(terms)) if (!holds) throw new CharterRefused(reason);
    this.terms = terms;
    this.hash = id(hash("charter", encodeTerms(terms)));
  }

  /** Reads a charter and checks every rule that concerns it alone. */
  static parse(bytes: Uint8Array): Charter {
    const r = new Reader(bytes);
    const terms = readTerms(r);
    r.finish();
    return new Charter(terms);
  }

  /** The bytes. */
  encode(): Bytes {
    return encodeTerms(this.terms);
  }

  /** `Sign(ik, "charter", Charter)`. */
  sign(ik: Identity): Promise<Bytes> {
    return ik.sign("charter", this.encode());
  }

  /** Whether `ik` may publish; admins may. */
  isPublisher(ik: IdentityKey): boolean {
    return this.terms.staff.some((s) => same(s.ik, ik));
  }

  /** Whether `ik` may sign the next revision. */
  isAdmin(ik: IdentityKey): boolean {
    return this.terms.staff.some((s) => s.role === "admin" && same(s.ik, ik));
  }

  /** The place of a cohort's key in this charter; -1 where it has none. */
  cohortIndex(key: CohortKey): number {
    return this.terms.cohorts.findIndex((s) => s.equals(key));
  }

  /** Whether the charter is valid at `ms`. */
  validAt(ms: bigint): boolean {
    return this.terms.notBeforeMs <= ms && ms < this.terms.notAfterMs;
  }
}

function rules(terms: Terms): [boolean, CharterReason][] {
  const { staff, cohorts, threshold, host } = terms;
  const admins = staff.filter((s) => s.role === "admin").length;
  const hostLength = host === undefined ? 1 : utf8(host).length;
  const long = terms.notAfterMs - terms.notBeforeMs;
  return [
    [terms.revision > 0n || same(terms.prev, terms.audience), "previous"],
    [within(1, hostLength, 255), "host"],
    [distinct(staff.map((s) => s.ik)) && within(1, staff.length, 255), "staff"],
    [within(1, threshold, admins), "threshold"],
    [terms.approvals < staff.length, "approvals"],
    [distinct(cohorts.map((s) => s.bytes)) && within(1, cohorts.length, 65_535), "cohorts"],
    [terms.replies !== "everyone" || cohorts.length <= REPLIES_MAX_COHORTS, "replies"],
    [long > 0n && long <= CHARTER_MAX_MS, "validity"],
  ];
}

function within(least: number, x: number, most: number): boolean {
  return least <= x && x <= most;
}

function distinct(keys: readonly Uint8Array[]): boolean {
  return new Set(keys.map(hex)).size === keys.length;
}
