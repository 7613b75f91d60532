/**
 * Records: what an account wrote to others, kept for its own devices and its co-publishers in further vaults
 * (`docs/payload.md`, *Records*).
 *
 * Where a segment lies and what opens it follow from a root secret. Several accounts may hold a root, so a segment is
 * signed by the account whose record it is.
 */

import { AgeRefused } from "./age.ts";
import { type Bytes, concat, Writer } from "./bytes.ts";
import { verify } from "./ed25519.ts";
import type { AccountId, AudienceId, IdentityKey } from "./ids.ts";
import { kdf } from "./primitives.ts";
import { type Identity, Secret } from "./secrets.ts";
import { openVault, sealVault } from "./vault.ts";

/** One segment of one account's record in one audience; the 32 secret bytes of its X25519 identity. */
export class Segment extends Secret {
  declare readonly kind: "segment";
  /** The name under which the hub keeps it, 16 bytes. */
  readonly id: Bytes;

  private constructor(id: Bytes, key: Bytes) {
    super(key, 32);
    this.id = id;
  }

  /** `KDF(-, root, "record-id" and "record-key", audience ‖ account ‖ u32 number, 16 and 32)`; numbers count from 0. */
  static of(root: Uint8Array, audience: AudienceId, account: AccountId, number: number): Segment {
    const context = new Writer().put(audience).put(account).u32(number).done();
    const derive = (name: string, n: number): Bytes => kdf(undefined, root, name, context, n);
    return new Segment(derive("record-id", 16), derive("record-key", 32));
  }

  /** Signs the JSON, `Sign(ik, "record", id ‖ JSON)`, and encrypts signature and JSON as a binary age file. */
  async seal(json: Uint8Array, ik: Identity): Promise<Bytes> {
    const signature = await ik.sign("record", concat(this.id, json));
    return sealVault(concat(signature, json), this.expose());
  }

  /** Decrypts what the account of `ik` sealed here; throws `AgeRefused` on anything else. */
  async open(file: Bytes, ik: IdentityKey): Promise<Bytes> {
    const plaintext = await openVault(file, this.expose());
    const [signature, json] = [plaintext.slice(0, 64), plaintext.slice(64)];
    const genuine = signature.length === 64 && verify(ik, "record", concat(this.id, json), signature);
    if (!genuine) throw new AgeRefused("damaged");
    return json;
  }
}
