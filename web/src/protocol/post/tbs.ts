/** What the author of a post signs: everything but the wraps and the body, and hashes of those (section 5). */

import { type Bytes, Reader, same, Writer } from "../bytes.ts";
import { verify } from "../ed25519.ts";
import { id, type PostId } from "../ids.ts";
import { hash, sha256 } from "../primitives.ts";
import { encodeHeader, type Header, readHeader } from "./header.ts";

/** What is signed. */
export interface Tbs {
  /** Who writes what kind of post where. */
  readonly header: Header;
  /** `E`, the capsule. */
  readonly capsule: Bytes;
  /** `A`, the commitment of the proof of knowledge. */
  readonly commitment: Bytes;
  /** `z`, its response. */
  readonly response: Bytes;
  /** `W`, the hash of the wraps. */
  readonly wrapsHash: Bytes;
  /** The length of the body. */
  readonly bodyLength: number;
  /** The SHA-256 of the body. */
  readonly bodyHash: Bytes;
}

/** Reads exactly the 361 bytes of what is signed. */
export function parseTbs(bytes: Uint8Array): Tbs {
  const r = new Reader(bytes);
  const tbs: Tbs = {
    header: readHeader(r),
    capsule: r.take(32),
    commitment: r.take(32),
    response: r.take(32),
    wrapsHash: r.take(32),
    bodyLength: r.u32(),
    bodyHash: r.take(32),
  };
  r.finish();
  return tbs;
}

/** The 361 bytes of what is signed. */
export function encodeTbs(tbs: Tbs): Bytes {
  const w = new Writer().put(encodeHeader(tbs.header)).put(tbs.capsule).put(tbs.commitment);
  return w.put(tbs.response).put(tbs.wrapsHash).u32(tbs.bodyLength).put(tbs.bodyHash).done();
}

/** `post_id = H("post", tbs)`. */
export function postId(tbs: Tbs): PostId {
  return id(hash("post", encodeTbs(tbs)));
}

/** Whether the header's author signed this. */
export function isPostSigned(tbs: Tbs, signature: Uint8Array): boolean {
  return verify(tbs.header.ik, "post", encodeTbs(tbs), signature);
}

/** Whether these bytes are the body that was signed. */
export function hasBody(tbs: Tbs, body: Uint8Array): boolean {
  return tbs.bodyLength === body.length && same(sha256(body), tbs.bodyHash);
}
