/** How a post continues what a reader saw of its author's chain, so that readers see what is missing (section 5). */

import { isZero, same } from "../bytes.ts";
import type { PostId } from "../ids.ts";
import type { Header } from "./header.ts";
import { ensure } from "./refused.ts";

/** A place in a chain, and the id of a post: which of the two ids a post has, its owner says. */
export interface Link {
  /** The place. */
  readonly seq: bigint;
  /** The id. */
  readonly id: PostId;
}

/**
 * What a reader remembers of `(ik, chain)` in this audience around a post's `seq`; nothing of a
 * chain it never saw.
 */
export interface ChainMemory {
  /** The post seen first with this very `seq`. */
  readonly same?: PostId | undefined;
  /** `seq` and id of the nearest post seen before this `seq`. */
  readonly before?: Link | undefined;
  /** `seq` of the nearest post seen after this `seq`, and the `prev` it names. */
  readonly after?: Link | undefined;
}

/**
 * `first`: nothing earlier of this chain was seen, it may start anywhere. `follows`: the post
 * before was seen, or this one was. Else so many posts were not seen.
 */
export type Continuity = "first" | "follows" | { readonly missing: bigint };

/** How a post with this header and id continues the chain; refuses a fork and a wrong `prev`. */
export function continuity(memory: ChainMemory, header: Header, id: PostId): Continuity {
  const { seq, prev } = header;
  const before = seq - 1n;
  ensure(seq > 0n, "previous");
  ensure(memory.same === undefined || same(memory.same, id), "fork");
  ensure((before === 0n) === isZero(prev), "previous");
  if (memory.after?.seq === seq + 1n) ensure(same(memory.after.id, id), "previous");
  if (memory.before?.seq === before) {
    ensure(same(memory.before.id, prev), "previous");
    return "follows";
  }
  if (memory.before !== undefined) {
    const missing = before - memory.before.seq;
    return { missing: missing > 0n ? missing : 0n };
  }
  return memory.same !== undefined || before === 0n ? "follows" : "first";
}
