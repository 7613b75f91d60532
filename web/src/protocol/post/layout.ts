/** A post as it travels from its author to the hub (section 5). */

import { type Bytes, concat, expect, Reader, Writer } from "../bytes.ts";
import { MAX_SEALED, MIN_SEALED } from "../pad.ts";
import { sha256 } from "../primitives.ts";
import { encodeHeader, readHeader } from "./header.ts";
import type { Tbs } from "./tbs.ts";

/** A post: what is signed, the wraps and body whose hashes that holds, and the signature. */
export interface Post {
  /** What is signed. */
  readonly tbs: Tbs;
  /** `w_i`, one per cohort of the charter, in its order. */
  readonly wraps: readonly Bytes[];
  /** The ciphertext of the padded payload. */
  readonly body: Bytes;
  /** `Sign(ik, "post", tbs)`. */
  readonly signature: Bytes;
}

/** Reads exactly these bytes: 1 to 65,535 wraps, a body of 272 bytes to 1 MiB + 16. */
export function parsePost(bytes: Uint8Array): Post {
  const r = new Reader(bytes);
  const header = readHeader(r);
  const [capsule, commitment, response] = [r.take(32), r.take(32), r.take(32)];
  const c = r.u16();
  expect(c > 0);
  const wraps = r.many(c, () => r.take(32));
  const body = r.op32(MAX_SEALED);
  expect(body.length >= MIN_SEALED);
  const signature = r.take(64);
  r.finish();
  const tbs = { header, capsule, commitment, response, ...hashes(wraps, body) };
  return { tbs, wraps, body, signature };
}

/** What is signed of the wraps and the body. */
export function hashes(
  wraps: readonly Bytes[],
  body: Bytes,
): Pick<Tbs, "wrapsHash" | "bodyLength" | "bodyHash"> {
  return { wrapsHash: sha256(concat(...wraps)), bodyLength: body.length, bodyHash: sha256(body) };
}

/** The bytes of a post. */
export function encodePost({ tbs, wraps, body, signature }: Post): Bytes {
  const w = new Writer().put(encodeHeader(tbs.header)).put(tbs.capsule).put(tbs.commitment).put(tbs.response);
  return w
    .u16(wraps.length)
    .put(concat(...wraps))
    .op32(body)
    .put(signature)
    .done();
}
