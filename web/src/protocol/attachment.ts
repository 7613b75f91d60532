/**
 * Attachments: files encrypted as age files, each to an identity of its own (section 7).
 *
 * The identity and the blob's SHA-256 travel in the payload of the post or letter, so whoever
 * opens that opens the attachment, and the hub keeps a blob it can neither read nor exchange.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { AgeRefused, decrypt, encrypt, identityBytes, identityText } from "./age.ts";
import { type Bytes, same } from "./bytes.ts";
import type { Random } from "./primitives.ts";
import { Secret } from "./secrets.ts";

/** The age identity that one attachment is encrypted to. */
export class AttachmentKey extends Secret {
  declare readonly kind: "attachment";

  /** The identity of these 32 secret bytes. */
  constructor(secret: Uint8Array) {
    super(secret, 32);
  }

  /** A fresh identity, for one attachment. */
  static random(random: Random): AttachmentKey {
    return new AttachmentKey(random(32));
  }

  /** Reads `AGE-SECRET-KEY-1…` out of a payload. */
  static parse(text: string): AttachmentKey {
    return new AttachmentKey(identityBytes(text));
  }

  /** `AGE-SECRET-KEY-1…`, for the payload. */
  toText(): string {
    return identityText(this.expose());
  }

  /** Encrypts a file. */
  async seal(file: Blob): Promise<SealedAttachment> {
    const blob = new Blob(await encrypt(this.expose(), file));
    return { blob, size: file.size, sha256: await hashOf(blob) };
  }

  /** Decrypts a blob; throws `AgeRefused` where it is not the payload's or not for this key. */
  async open(hash: Uint8Array, blob: Blob): Promise<Blob> {
    if (!same(await hashOf(blob), hash)) throw new AgeRefused("damaged");
    return new Blob(await decrypt(this.expose(), blob));
  }
}

/** An attachment to upload, and what the payload says of it besides its name and media type. */
export interface SealedAttachment {
  /** The age file. */
  readonly blob: Blob;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Of the blob. */
  readonly sha256: Bytes;
}

/** The SHA-256 of a blob, read piece by piece. */
export async function hashOf(blob: Blob): Promise<Bytes> {
  const hash = sha256.create();
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hash.digest();
    hash.update(value);
  }
}
