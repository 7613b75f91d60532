/** A letter as it travels (section 7). */

import { type Bytes, Reader, Writer } from "../bytes.ts";
import { verify } from "../ed25519.ts";
import { id, type LetterId } from "../ids.ts";
import { MAX_SEALED } from "../pad.ts";
import { hash, sha256 } from "../primitives.ts";
import { encodeHeader, type Header, readHeader } from "./header.ts";

/** A letter. */
export interface Letter {
  /** Who writes what kind of letter to whom. */
  readonly header: Header;
  /** HPKE's encapsulated key. */
  readonly enc: Bytes;
  /** The ciphertext of the padded payload. */
  readonly ct: Bytes;
  /** `Sign(ik, "letter", lhdr ‖ enc ‖ SHA-256(ct))`. */
  readonly signature: Bytes;
}

/** Reads exactly these bytes; a ciphertext of at most 1 MiB + 16. */
export function parseLetter(bytes: Uint8Array): Letter {
  const r = new Reader(bytes);
  const letter = { header: readHeader(r), enc: r.take(32), ct: r.op32(MAX_SEALED), signature: r.take(64) };
  r.finish();
  return letter;
}

/** The bytes of a letter. */
export function encodeLetter({ header, enc, ct, signature }: Letter): Bytes {
  return new Writer().put(encodeHeader(header)).put(enc).op32(ct).put(signature).done();
}

/** What is signed and named: `lhdr ‖ enc ‖ SHA-256(ct)`. */
export function signedPart({ header, enc, ct }: Omit<Letter, "signature">): Bytes {
  return new Writer().put(encodeHeader(header)).put(enc).put(sha256(ct)).done();
}

/** `letter_id`. */
export function letterId(letter: Letter): LetterId {
  return id(hash("letter-id", signedPart(letter)));
}

/** Whether the header's author signed the letter. */
export function isLetterSigned(letter: Letter): boolean {
  return verify(letter.header.ik, "letter", signedPart(letter), letter.signature);
}
