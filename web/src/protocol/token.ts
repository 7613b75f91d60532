/**
 * Delegation tokens: how `t` comes to the hub and `d` to the member, with `t·d = s` (section 4).
 *
 * No function here gives one party what another must not have: the member's take no `s`, and a
 * publisher's device keeps nothing after a batch.
 */

import { concat } from "./bytes.ts";
import { type AccountId, type AudienceId, accountOf, type ExchangeKey, type IdentityKey } from "./ids.ts";
import { type CohortKey, type CohortSecret, Delta, Deposit, LinkScalar, ReaderKey, Token } from "./keys.ts";
import { hashToScalar, inverse, kdf, type Random, times } from "./primitives.ts";
import { Refusal } from "./refusal.ts";
import { type Exchange, ExchangeSecret, IdentitySecret, type Seed } from "./secrets.ts";

/** A key agreement or scalar came out as zero, which happens only with a key made for it. */
export class Degenerate extends Refusal<"degenerate"> {
  constructor() {
    super("key", "degenerate");
  }
}

/** A member to enrol: whoever admitted it, and its bundle, have been checked (section 4). */
export interface Enrolling {
  /** The account's identity key. */
  readonly ik: IdentityKey;
  /** The enrolment key of its newest bundle. */
  readonly ek: ExchangeKey;
}

/** A publisher's fresh X25519 pair `(x, X)` for one batch of enrolments; erase it after uploading. */
export class Batch {
  readonly #x: ExchangeSecret;

  /** The batch of this `x`, which must be fresh. */
  constructor(x: ExchangeSecret) {
    this.#x = x;
  }

  /** A fresh pair. */
  static random(random: Random): Batch {
    return new Batch(ExchangeSecret.random(random));
  }

  /** `X`, which the hub keeps beside each token of the batch. */
  get public(): ExchangeKey {
    return this.#x.public;
  }

  /** `t` for one member of the cohort of `s`; throws {@link Degenerate} on an `ek` made to give it away. */
  async enrol(audience: AudienceId, s: CohortSecret, cohort: CohortKey, member: Enrolling): Promise<Token> {
    const account = accountOf(member.ik);
    return s.tokenFor(
      await agreed(this.#x, member.ek, { audience, cohort, batch: this.public, ek: member.ek, account }),
    );
  }

  /** Clears `x`. */
  erase(): void {
    this.#x.erase();
  }
}

/** The member's side of {@link Batch.enrol}: `d` from its enrolment key and the slot's `X`. */
export function readerKey(
  ek: Exchange,
  batch: ExchangeKey,
  audience: AudienceId,
  cohort: CohortKey,
  account: AccountId,
): Promise<ReaderKey> {
  return agreed(ek, batch, { audience, cohort, batch, ek: ek.public, account });
}

interface Context {
  readonly audience: AudienceId;
  readonly cohort: CohortKey;
  readonly batch: ExchangeKey;
  readonly ek: ExchangeKey;
  readonly account: AccountId;
}

/** `Scalar("token", ss ‖ audience ‖ S ‖ X ‖ ek ‖ account)`, the same from either side. */
async function agreed(own: Exchange, peer: ExchangeKey, at: Context): Promise<ReaderKey> {
  const ss = await own.agree(peer);
  if (ss === undefined) throw new Degenerate();
  const input = concat(ss, at.audience, at.cohort.bytes, at.batch, at.ek, at.account);
  const d = nonzero(hashToScalar("token", input));
  ss.fill(0);
  input.fill(0);
  return new ReaderKey(d);
}

/** A link's signing key: the secret is `KDF(-, seed, "link-sign", audience, 32)`. */
export function linkKey(seed: Seed, audience: AudienceId): IdentitySecret {
  return new IdentitySecret(kdf(undefined, seed.expose(), "link-sign", audience, 32));
}

/** `d_link = Scalar("link", seed ‖ audience ‖ S)`: an open link's share for one cohort. */
export function linkScalar(seed: Seed, audience: AudienceId, cohort: CohortKey): LinkScalar {
  return new LinkScalar(nonzero(hashToScalar("link", concat(seed.expose(), audience, cohort.bytes))));
}

/** `t_link = s·d_link⁻¹`: what a publisher deposits for an open link and one cohort it may fill. */
export function deposit(s: CohortSecret, dLink: LinkScalar): Deposit {
  return new Deposit(times(s.expose(), inverse(dLink.expose())));
}

/** `d = Scalar("self", KDF(-, vault seed, "self", audience ‖ S, 64))`: the joiner's own. */
export function ownReaderKey(vaultSeed: Seed, audience: AudienceId, cohort: CohortKey): ReaderKey {
  const wide = kdf(undefined, vaultSeed.expose(), "self", concat(audience, cohort.bytes), 64);
  return new ReaderKey(nonzero(hashToScalar("self", wide)));
}

/** `δ = d_link·d⁻¹`: what the joiner tells the hub, which learns neither factor from it. */
export function delta(dLink: LinkScalar, d: ReaderKey): Delta {
  return new Delta(times(dLink.expose(), inverse(d.expose())));
}

function nonzero(s: bigint | undefined): bigint {
  if (s === undefined) throw new Degenerate();
  return s;
}
