/** The message secret `m`, the capsule `E` that commits to it, and what is derived from both (section 5). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

import { type Bytes, concat, same } from "../bytes.ts";
import { hashToScalar, kdf, type Point, sha256, timesBase } from "../primitives.ts";
import { Secret } from "../secrets.ts";
import { headerHash } from "./header.ts";
import type { Tbs } from "./tbs.ts";

/** `m`: opens one post and proves what was sent in it; permalinks and abuse reports disclose it. */
export class MessageSecret extends Secret {
  declare readonly kind: "m";

  /** The secret of these 32 bytes. */
  constructor(m: Uint8Array) {
    super(m, 32);
  }

  /** `m`, hedged: unpredictable while either the salt or the account's seed is. */
  static derive(salt: Bytes, hedge: Uint8Array, h0: Bytes, payload: Uint8Array): MessageSecret {
    return new MessageSecret(kdf(salt, hedge, "message", concat(h0, sha256(payload)), 32));
  }

  /** `m = w ⊕ mask`: takes the secret out of a wrap. */
  static unwrap(w: Uint8Array, mask: Uint8Array): MessageSecret {
    return new MessageSecret(xor(w, mask));
  }

  /** `w = m ⊕ mask`: puts the secret into a wrap. */
  wrap(mask: Uint8Array): Bytes {
    return xor(this.expose(), mask);
  }

  /** `e`; `undefined` on zero, on which the spec aborts. */
  exponent(h0: Bytes): bigint | undefined {
    return hashToScalar("capsule", concat(this.expose(), h0));
  }

  /** Whether the capsule commits to this secret: `Scalar("capsule", m ‖ h0)·G = E`. */
  opens(tbs: Tbs): boolean {
    const e = this.exponent(headerHash(tbs.header));
    return e !== undefined && same(timesBase(e).toBytes(), tbs.capsule);
  }

  /** Encrypts the padded payload; every post has its own key, so the nonce is zero. */
  encrypt(h0: Bytes, capsule: Uint8Array, padded: Uint8Array): Bytes {
    return this.#cipher(h0, capsule).encrypt(padded);
  }

  /** Decrypts the body; `undefined` where it is not this secret's. */
  decrypt(h0: Bytes, capsule: Uint8Array, body: Uint8Array): Bytes | undefined {
    try {
      return this.#cipher(h0, capsule).decrypt(body);
    } catch {
      return undefined;
    }
  }

  #cipher(h0: Bytes, capsule: Uint8Array): ReturnType<typeof chacha20poly1305> {
    const key = kdf(undefined, this.expose(), "body", concat(h0, capsule), 32);
    return chacha20poly1305(key, new Uint8Array(12), h0);
  }
}

function xor(a: Uint8Array, b: Uint8Array): Bytes {
  return Uint8Array.from(a, (byte, i) => byte ^ (b[i] ?? 0));
}

/** `KDF(-, encode(P), "wrap", h0 ‖ E ‖ S_i, 32)` for `P = e·S_i`. */
export function mask(p: Point, h0: Bytes, capsule: Uint8Array, cohort: Uint8Array): Bytes {
  return kdf(undefined, p.toBytes(), "wrap", concat(h0, capsule, cohort), 32);
}

/** `Scalar("proof", h0 ‖ E ‖ A ‖ W)`. */
export function challenge(
  h0: Bytes,
  capsule: Bytes,
  commitment: Bytes,
  wrapsHash: Bytes,
): bigint | undefined {
  return hashToScalar("proof", concat(h0, capsule, commitment, wrapsHash));
}
