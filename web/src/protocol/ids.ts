/** Names of things: 32-byte hashes and keys, each its own type so that none is taken for another. */

import { type Bytes, expect, type Id } from "./bytes.ts";
import { hash } from "./primitives.ts";

/** An account: `H("account", ik)` (section 2). */
export type AccountId = Id<"AccountId">;

/** An audience: `H("genesis", Genesis)`, self-certifying (section 3). */
export type AudienceId = Id<"AudienceId">;

/** A charter: `H("charter", Charter)` (section 3). */
export type CharterHash = Id<"CharterHash">;

/** A post: `H("post", tbs)` (section 5); zero where a post is meant and there is none. */
export type PostId = Id<"PostId">;

/** A letter: `H("letter-id", …)` (section 7). */
export type LetterId = Id<"LetterId">;

/** An Ed25519 identity key `ik` as it travels; whether it is a valid key shows when it verifies. */
export type IdentityKey = Id<"IdentityKey">;

/** An X25519 public key as it travels: `xk`, `ek`, a desk or a batch's `X`. */
export type ExchangeKey = Id<"ExchangeKey">;

/** A sender's chain of posts: 16 random bytes per installed client (section 5). */
export type ChainId = Bytes;

/** Takes 32 bytes for a name or key of the kind that is asked for; any other number is refused. */
export function id<T extends Id<string>>(bytes: Uint8Array): T {
  expect(bytes.length === 32);
  return new Uint8Array(bytes) as Bytes as T;
}

/** 32 zero bytes, the spec's "none". */
export function none<T extends Id<string>>(): T {
  return id(new Uint8Array(32));
}

/** The account that owns `ik` (section 2). */
export function accountOf(ik: IdentityKey): AccountId {
  return id(hash("account", ik));
}
