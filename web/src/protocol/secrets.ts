/**
 * Secret keys as bytes: made once, written into the vault, and then kept as handles (section 2).
 *
 * None of these types shows its bytes in a text, in JSON or in a structured clone. JavaScript moves
 * and copies memory as it likes: `erase` clears the one copy that a type holds, no other.
 */

import { ed25519, x25519 } from "@noble/curves/ed25519.js";

import { type Bytes, expect } from "./bytes.ts";
import { type ExchangeKey, id, type IdentityKey } from "./ids.ts";
import { framed, type Random } from "./primitives.ts";

/** An Ed25519 key that signs: bytes, or a handle that cannot be read. */
export interface Identity {
  /** The public key `ik`. */
  readonly public: IdentityKey;
  /** `Sign(sk, L, x)`: 64 bytes of Ed25519 over `Framed(L, x)` (section 1). */
  sign(name: string, x: Uint8Array): Promise<Bytes>;
}

/** An X25519 key that agrees: bytes, or a handle that cannot be read. */
export interface Exchange {
  /** The public key. */
  readonly public: ExchangeKey;
  /** `X25519(self, peer)`; `undefined` on an all-zero result, on which the spec aborts. */
  agree(peer: ExchangeKey): Promise<Bytes | undefined>;
}

/** Secret bytes of a fixed length that do not print. */
export abstract class Secret {
  readonly #bytes: Bytes;

  /** Copies `n` bytes; any other number is refused. */
  constructor(bytes: Uint8Array, n: number) {
    expect(bytes.length === n);
    this.#bytes = new Uint8Array(bytes);
  }

  /** The bytes themselves, not a copy: for the vault and for derivations. */
  expose(): Bytes {
    return this.#bytes;
  }

  /** Clears the bytes; the secret is of no use afterwards. */
  erase(): void {
    this.#bytes.fill(0);
  }

  /** Nothing that tells the secret. */
  toString(): string {
    return "[secret]";
  }

  /** Nothing that tells the secret. */
  toJSON(): string {
    return "[secret]";
  }
}

/** An Ed25519 secret key: an account's identity, a link's, or a hub's. */
export class IdentitySecret extends Secret implements Identity {
  readonly public: IdentityKey;

  /** The key of these 32 secret bytes (RFC 8032's seed). */
  constructor(seed: Uint8Array) {
    super(seed, 32);
    this.public = id(ed25519.getPublicKey(seed));
  }

  /** A fresh key. */
  static random(random: Random): IdentitySecret {
    return new IdentitySecret(random(32));
  }

  async sign(name: string, x: Uint8Array): Promise<Bytes> {
    return ed25519.sign(framed(name, x), this.expose());
  }
}

/** An X25519 secret key: `xk`, `ek`, a desk's or a batch's `x`. */
export class ExchangeSecret extends Secret implements Exchange {
  readonly public: ExchangeKey;

  /** The key of these 32 secret bytes; they are clamped when used, as RFC 7748 says. */
  constructor(secret: Uint8Array) {
    super(secret, 32);
    this.public = id(x25519.getPublicKey(secret));
  }

  /** A fresh key. */
  static random(random: Random): ExchangeSecret {
    return new ExchangeSecret(random(32));
  }

  async agree(peer: ExchangeKey): Promise<Bytes | undefined> {
    try {
      return x25519.getSharedSecret(this.expose(), peer);
    } catch {
      return undefined; // noble refuses an all-zero result.
    }
  }
}

/** 32 random bytes kept in the vault, called *seed* in the spec. */
export class Seed extends Secret {
  declare readonly kind: "seed";

  /** The seed of these bytes. */
  constructor(seed: Uint8Array) {
    super(seed, 32);
  }

  /** A fresh seed. */
  static random(random: Random): Seed {
    return new Seed(random(32));
  }
}
