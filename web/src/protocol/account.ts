/**
 * Accounts: three key pairs, the signed bundle that publishes them, and logging in (section 2).
 *
 * A {@link KeyBundle} that exists keeps the rules of section 2; who owns it is known once it verifies.
 */

import { type Bytes, concat, expect, Reader, Writer } from "./bytes.ts";
import { verify } from "./ed25519.ts";
import { type AccountId, accountOf, type ExchangeKey, type IdentityKey } from "./ids.ts";
import type { Random } from "./primitives.ts";
import { ExchangeSecret, type Identity, IdentitySecret } from "./secrets.ts";
import { utf8 } from "./text.ts";
import { VERSION } from "./version.ts";

/** The longest a bundle is valid: 90 days, in milliseconds. */
export const BUNDLE_MAX_MS = 90n * 24n * 60n * 60n * 1000n;

/** What a bundle says, `KeyBundle` in the spec. */
export interface BundleTerms {
  /** The number of this bundle, from 1; a hub accepts exactly the next one. */
  readonly seq: bigint;
  /** The identity key, which signs. */
  readonly ik: IdentityKey;
  /** The key letters are sealed to (section 7). */
  readonly xk: ExchangeKey;
  /** The enrolment key (section 4). */
  readonly ek: ExchangeKey;
  /** The first valid millisecond. */
  readonly notBeforeMs: bigint;
  /** The first millisecond no longer valid, at most 90 days later. */
  readonly notAfterMs: bigint;
}

/** The public keys of an account for a while (section 2). */
export class KeyBundle {
  /** What it says. */
  readonly terms: BundleTerms;

  /** Refuses `seq` 0, an empty validity and one longer than {@link BUNDLE_MAX_MS}. */
  constructor(terms: BundleTerms) {
    const long = terms.notAfterMs - terms.notBeforeMs;
    expect(terms.seq > 0n && long > 0n && long <= BUNDLE_MAX_MS);
    this.terms = terms;
  }

  /** Reads the 122 bytes of a bundle. */
  static parse(bytes: Uint8Array): KeyBundle {
    const r = new Reader(bytes);
    r.version();
    const seq = r.u64();
    const [ik, xk, ek] = [r.id<IdentityKey>(), r.id<ExchangeKey>(), r.id<ExchangeKey>()];
    const [notBeforeMs, notAfterMs] = [r.u64(), r.u64()];
    r.finish();
    return new KeyBundle({ seq, ik, xk, ek, notBeforeMs, notAfterMs });
  }

  /** The 122 bytes. */
  encode(): Bytes {
    const { seq, ik, xk, ek, notBeforeMs, notAfterMs } = this.terms;
    const w = new Writer().u16(VERSION).u64(seq).put(ik).put(xk).put(ek);
    return w.u64(notBeforeMs).u64(notAfterMs).done();
  }

  /** `Sign(ik, "key-bundle", KeyBundle)`; only this bundle's own `ik` makes one that verifies. */
  sign(ik: Identity): Promise<Bytes> {
    return ik.sign("key-bundle", this.encode());
  }

  /** Whether the bundle's own `ik` signed it. */
  isSigned(signature: Uint8Array): boolean {
    return verify(this.terms.ik, "key-bundle", this.encode(), signature);
  }

  /** The account that owns it. */
  account(): AccountId {
    return accountOf(this.terms.ik);
  }

  /** Whether the bundle is valid at `ms`. */
  validAt(ms: bigint): boolean {
    return this.terms.notBeforeMs <= ms && ms < this.terms.notAfterMs;
  }
}

/** The three secret keys of an account, before they are in the vault and kept as handles. */
export interface AccountSecrets {
  /** Ed25519: signs for the account. */
  readonly ik: IdentitySecret;
  /** X25519: opens letters. */
  readonly xk: ExchangeSecret;
  /** X25519: recovers reader's keys from tokens made by a publisher. */
  readonly ek: ExchangeSecret;
}

/** The secret keys of a new account. */
export function randomAccount(random: Random): AccountSecrets {
  return {
    ik: IdentitySecret.random(random),
    xk: ExchangeSecret.random(random),
    ek: ExchangeSecret.random(random),
  };
}

/**
 * Where a hub lives, as RFC 6454 serialises it in ASCII: `https://hub.example`.
 *
 * A client takes it from the address it is connected to, never from what it received: so a login
 * at one hub is worth nothing at another.
 */
export class Origin {
  /** The text. */
  readonly text: string;

  /** Reads scheme, host and port; refuses a path, user, capital or anything beyond 255 ASCII bytes. */
  constructor(text: string) {
    expect(/^https?:\/\/[a-z0-9\-._:[\]]+$/.test(text) && text.length <= 255);
    this.text = text;
  }
}

/** What is signed to log in: `op8(origin) ‖ challenge` (section 2). */
export function loginMessage(origin: Origin, challenge: Uint8Array): Bytes {
  expect(challenge.length === 32);
  return concat(new Writer().op8(utf8(origin.text)).done(), challenge);
}

/** `Sign(ik, "login", …)`: answers a hub's challenge, which is good once and for two minutes. */
export function signLogin(ik: Identity, origin: Origin, challenge: Uint8Array): Promise<Bytes> {
  return ik.sign("login", loginMessage(origin, challenge));
}

/** Whether `ik` answered this challenge for this hub. */
export function verifyLogin(
  ik: IdentityKey,
  origin: Origin,
  challenge: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify(ik, "login", loginMessage(origin, challenge), signature);
}
