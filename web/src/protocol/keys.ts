/**
 * The scalars and points of blind fan-out: cohort keys `s`, `S`, tokens `t` and readers' keys `d`.
 *
 * For every member `t·d = s` (mod ℓ). The hub holds `t`, the member `d`, publishers `s`; none of
 * these types shows its scalar, which as a bigint cannot be erased.
 */

import { type Bytes, same } from "./bytes.ts";
import {
  inverse,
  type Point,
  point,
  type Random,
  randomScalar,
  scalar,
  scalarBytes,
  times,
  timesBase,
} from "./primitives.ts";

/** A secret scalar, never zero; `Name` tells one kind from another. */
abstract class SecretScalar {
  readonly #scalar: bigint;

  constructor(s: bigint) {
    this.#scalar = s;
  }

  /** The scalar, for computing with it. */
  expose(): bigint {
    return this.#scalar;
  }

  /** The 32 secret bytes, little-endian. */
  toBytes(): Bytes {
    return scalarBytes(this.#scalar);
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

/** `s`: opens every post to a cohort; only publishers hold it (section 3). */
export class CohortSecret extends SecretScalar {
  declare readonly kind: "s";

  /** Reads 32 bytes little-endian; refuses zero and anything not below ℓ. */
  static fromBytes(b: Uint8Array): CohortSecret {
    return new CohortSecret(scalar(b));
  }

  /** A fresh `s`. */
  static random(random: Random): CohortSecret {
    return new CohortSecret(randomScalar(random));
  }

  /** `S = s·G`. */
  public(): CohortKey {
    return CohortKey.of(timesBase(this.expose()));
  }

  /** `t = s·d⁻¹`. */
  tokenFor(d: ReaderKey): Token {
    return new Token(times(this.expose(), inverse(d.expose())));
  }
}

/** `t`: lets the hub turn a capsule into the member's own; useless for reading (section 4). */
export class Token extends SecretScalar {
  declare readonly kind: "t";

  /** Reads 32 bytes little-endian; refuses zero and anything not below ℓ. */
  static fromBytes(b: Uint8Array): Token {
    return new Token(scalar(b));
  }
}

/** `d`: what a member alone knows, and opens its own slot with (section 4). */
export class ReaderKey extends SecretScalar {
  declare readonly kind: "d";

  /** Reads 32 bytes little-endian; refuses zero and anything not below ℓ. */
  static fromBytes(b: Uint8Array): ReaderKey {
    return new ReaderKey(scalar(b));
  }
}

/** `d_link`: an open link's share for one cohort, from the link's seed (section 4). */
export class LinkScalar extends SecretScalar {
  declare readonly kind: "d_link";
}

/** `t_link`: what a publisher leaves with the hub for an open link; useless for reading (section 4). */
export class Deposit extends SecretScalar {
  declare readonly kind: "t_link";
}

/** `δ`: what turns a deposit into a joiner's token; with the link's seed it gives `d` (section 4). */
export class Delta extends SecretScalar {
  declare readonly kind: "delta";

  /** Reads 32 bytes little-endian; refuses zero and anything not below ℓ. */
  static fromBytes(b: Uint8Array): Delta {
    return new Delta(scalar(b));
  }
}

/** `S`: a cohort's public key, canonical and not the identity. */
export class CohortKey {
  /** The encoding, 32 bytes. */
  readonly bytes: Bytes;
  /** The point. */
  readonly point: Point;

  private constructor(bytes: Bytes, decoded: Point) {
    this.bytes = bytes;
    this.point = decoded;
  }

  /** Decodes 32 bytes; refuses what is not canonical and the identity. */
  static fromBytes(bytes: Uint8Array): CohortKey {
    return new CohortKey(new Uint8Array(bytes), point(bytes));
  }

  /** The key of a point that is not the identity. */
  static of(p: Point): CohortKey {
    return new CohortKey(p.toBytes(), p);
  }

  /** Whether both are the same key. */
  equals(other: CohortKey): boolean {
    return same(this.bytes, other.bytes);
  }
}
