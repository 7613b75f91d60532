/**
 * Genesis: the bytes whose hash names an audience, and the keys that may begin it (section 3).
 *
 * Whoever knows the name can check the first charter against it: nobody has to vouch for it.
 */

import { type Bytes, expect, hex, Reader, Writer } from "../bytes.ts";
import { type AudienceId, id, type IdentityKey } from "../ids.ts";
import { hash } from "../primitives.ts";
import { VERSION } from "../version.ts";

/** The first signers of an audience; its hash is the audience's name. */
export class Genesis {
  /** 16 random bytes. */
  readonly nonce: Bytes;
  /** How many of the keys must sign revision 0. */
  readonly threshold: number;
  /** The first signers. */
  readonly keys: readonly IdentityKey[];

  /** An audience whose first charter `threshold` of `keys` must sign: 1 to 32 distinct keys. */
  constructor(nonce: Bytes, threshold: number, keys: readonly IdentityKey[]) {
    const distinct = new Set(keys.map(hex)).size === keys.length;
    expect(nonce.length === 16 && distinct && keys.length <= 32);
    expect(threshold >= 1 && threshold <= keys.length);
    this.nonce = nonce;
    this.threshold = threshold;
    this.keys = keys;
  }

  /** Reads a Genesis. */
  static parse(bytes: Uint8Array): Genesis {
    const r = new Reader(bytes);
    r.version();
    const [nonce, threshold] = [r.take(16), r.u8()];
    const keys = r.many(r.u8(), () => r.id<IdentityKey>());
    r.finish();
    return new Genesis(nonce, threshold, keys);
  }

  /** The bytes. */
  encode(): Bytes {
    const w = new Writer().u16(VERSION).put(this.nonce).u8(this.threshold).u8(this.keys.length);
    for (const ik of this.keys) w.put(ik);
    return w.done();
  }

  /** `H("genesis", Genesis)`. */
  audience(): AudienceId {
    return id(hash("genesis", this.encode()));
  }
}
