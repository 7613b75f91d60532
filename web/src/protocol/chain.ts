/**
 * An audience's Genesis and the chain of its signed charters (section 3).
 *
 * A {@link Chain} is never empty and every revision in it has been checked against Genesis or the
 * revision before; it only grows, one revision at a time.
 */

import { type Bytes, hex, Reader, same, Writer } from "./bytes.ts";
import type { Genesis } from "./chain/genesis.ts";
import { Charter } from "./charter.ts";
import { verify } from "./ed25519.ts";
import type { AudienceId, CharterHash, IdentityKey } from "./ids.ts";
import type { CohortKey } from "./keys.ts";
import { Refusal } from "./refusal.ts";

export { Genesis } from "./chain/genesis.ts";

/** A charter and the signatures it travels with; whether they are enough its {@link Chain} knows. */
export class SignedCharter {
  /** The charter. */
  readonly charter: Charter;
  /** Each signer's place in the list of the revision before, and `Sign(ik, "charter", Charter)`. */
  readonly signatures: readonly (readonly [index: number, signature: Bytes])[];

  /** A charter with signatures by place. */
  constructor(charter: Charter, signatures: readonly (readonly [number, Bytes])[]) {
    this.charter = charter;
    this.signatures = signatures;
  }

  /** Reads a charter and the block `u8 k ‖ k × (u8 index ‖ signature)` that goes with it. */
  static parse(charter: Uint8Array, signatures: Uint8Array): SignedCharter {
    const r = new Reader(signatures);
    const block = r.many(r.u8(), () => [r.u8(), r.take(64)] as const);
    r.finish();
    return new SignedCharter(Charter.parse(charter), block);
  }

  /** The signatures block. */
  encodeSignatures(): Bytes {
    const w = new Writer().u8(this.signatures.length);
    for (const [index, signature] of this.signatures) w.u8(index).put(signature);
    return w.done();
  }
}

/** Why a charter does not join a chain; `fork`: stop, and show both. */
export type ChainReason =
  | "audience"
  | "revision"
  | "previous"
  | "begins"
  | "hosting"
  | "cohorts"
  | "signers"
  | "signature"
  | "fork"
  | "pin";

/** A charter that does not join a chain, or a chain without the revision that a link pins. */
export class ChainRefused extends Refusal<ChainReason> {
  constructor(reason: ChainReason) {
    super("charter chain", reason);
  }
}

/** What became of a charter that was offered: the newest revision now, or in the chain before. */
export type Appended = "new" | "known";

/** An audience's charters from the first to the newest. */
export class Chain {
  /** The audience's first signers. */
  readonly genesis: Genesis;
  readonly #revisions: SignedCharter[];
  /** The revision in which each cohort key first appeared, also of those that left. */
  readonly #firstSeen = new Map<string, bigint>();

  /** Begins with revision 0, signed by the keys of `genesis`. */
  constructor(genesis: Genesis, first: SignedCharter) {
    ensure(first.charter.terms.revision === 0n, "revision");
    checkFirst(genesis, first);
    this.genesis = genesis;
    this.#revisions = [first];
    this.#remember(first.charter);
  }

  /**
   * Checks `next` against the revision before it and appends it.
   *
   * A different charter of a revision that is already there is a `fork` if every rule holds for it,
   * and the chain stays as it was.
   */
  append(next: SignedCharter): Appended {
    const known = this.byRevision(next.charter.terms.revision);
    if (known !== undefined && same(known.charter.hash, next.charter.hash)) return "known";
    this.#check(next);
    ensure(known === undefined, "fork");
    this.#remember(next.charter);
    this.#revisions.push(next);
    return "new";
  }

  #remember({ terms }: Charter): void {
    for (const s of terms.cohorts) {
      const key = hex(s.bytes);
      if (!this.#firstSeen.has(key)) this.#firstSeen.set(key, terms.revision);
    }
  }

  #check(next: SignedCharter): void {
    const { terms } = next.charter;
    if (terms.revision === 0n) {
      checkFirst(this.genesis, next);
      return;
    }
    const before = this.byRevision(terms.revision - 1n)?.charter;
    ensure(before !== undefined, "revision");
    ensure(same(terms.audience, before.terms.audience), "audience");
    ensure(same(terms.prev, before.hash), "previous");
    ensure(terms.notBeforeMs > before.terms.notBeforeMs, "begins");
    ensure(terms.host === before.terms.host, "hosting");
    ensure(this.#cohortsFollow(before, next.charter), "cohorts");
    checkSigners(next, before.terms.threshold, (index) => {
      const signer = before.terms.staff[index];
      return signer?.role === "admin" ? signer.ik : undefined;
    });
  }

  /** Whether each entry stays where it was or is a key that no earlier revision had. */
  #cohortsFollow(before: Charter, { terms }: Charter): boolean {
    const earlier = before.terms.cohorts;
    const isNew = (s: CohortKey): boolean => {
      const first = this.#firstSeen.get(hex(s.bytes));
      return first === undefined || first >= terms.revision;
    };
    const follows = (s: CohortKey, i: number): boolean => earlier[i]?.equals(s) === true || isNew(s);
    return terms.cohorts.length >= earlier.length && terms.cohorts.every(follows);
  }

  /** The audience. */
  audience(): AudienceId {
    return this.current().terms.audience;
  }

  /** All revisions from 0 on. */
  revisions(): readonly SignedCharter[] {
    return this.#revisions;
  }

  /** The newest revision, expired or not. */
  current(): Charter {
    const newest = this.#revisions.at(-1);
    if (newest === undefined) throw new Error("a chain begins with revision 0");
    return newest.charter;
  }

  /** The charter with this hash. */
  byHash(hash: CharterHash): Charter | undefined {
    return this.#revisions.find((r) => same(r.charter.hash, hash))?.charter;
  }

  /** The charter of this revision, with its signatures. */
  byRevision(revision: bigint): SignedCharter | undefined {
    return revision < this.#revisions.length ? this.#revisions[Number(revision)] : undefined;
  }

  /**
   * The charter in force at `ms`: the highest revision begun by then, unless it had expired.
   *
   * An earlier revision that lasts longer is not in force again: its rules were replaced.
   */
  inForceAt(ms: bigint): Charter | undefined {
    const begun = this.#revisions.filter((r) => r.charter.terms.notBeforeMs <= ms);
    const newest = begun.at(-1)?.charter;
    return newest?.validAt(ms) === true ? newest : undefined;
  }

  /** Refuses a chain that does not have the `hash` a link pins at the `revision` it pins. */
  checkPin(revision: bigint, hash: CharterHash): void {
    const pinned = this.byRevision(revision);
    ensure(pinned !== undefined && same(pinned.charter.hash, hash), "pin");
  }
}

function checkFirst(genesis: Genesis, first: SignedCharter): void {
  ensure(same(first.charter.terms.audience, genesis.audience()), "audience");
  checkSigners(first, genesis.threshold, (index) => genesis.keys[index]);
}

/** At least `threshold` signers, strictly ascending by place, every one of them valid. */
function checkSigners(
  { charter, signatures }: SignedCharter,
  threshold: number,
  signerAt: (index: number) => IdentityKey | undefined,
): void {
  const ascending = signatures.every(([index], i) => index > (signatures[i - 1]?.[0] ?? -1));
  ensure(signatures.length >= threshold && ascending, "signers");
  const bytes = charter.encode();
  for (const [index, signature] of signatures) {
    const ik = signerAt(index);
    ensure(ik !== undefined, "signers");
    ensure(verify(ik, "charter", bytes, signature), "signature");
  }
}

function ensure(holds: boolean, reason: ChainReason): asserts holds {
  if (!holds) throw new ChainRefused(reason);
}
