/**
 * Permalinks: a URL fragment that opens one post of a publisher to whoever has it (section 6).
 *
 * The fragment never reaches a server. Whoever opens one sees the author as a publisher of that
 * audience; who stands behind the audience is verified elsewhere.
 */

import { type Approval, missing } from "./approval.ts";
import { type Bytes, concat, Reader, same } from "./bytes.ts";
import type { Chain } from "./chain.ts";
import type { PostId } from "./ids.ts";
import { MessageSecret } from "./post/capsule.ts";
import { namedCharter } from "./post/open.ts";
import { ensure } from "./post/refused.ts";
import { reveal } from "./post/reveal.ts";
import { mayWrite } from "./post/rules.ts";
import { isPostSigned, postId, type Tbs } from "./post/tbs.ts";
import { fromBase64url, toBase64url } from "./text.ts";

/** What a permalink carries: which post, and its secret. */
export interface Permalink {
  /** The post. */
  readonly post: PostId;
  /** Its secret. */
  readonly m: MessageSecret;
}

/** A publisher's post as it reaches somebody with a permalink. */
export interface Linked {
  /** What was signed. */
  readonly tbs: Tbs;
  /** By the author. */
  readonly signature: Bytes;
  /** The ciphertext. */
  readonly body: Bytes;
  /** The approvals that came with it. */
  readonly approvals: readonly Approval[];
}

/** A publisher's post that may be shown. */
export interface OpenedLink {
  /** UTF-8 JSON whose `type` is the kind's word. */
  readonly payload: Bytes;
  /** The charter has changed since: to be shown as sent under earlier rules. */
  readonly earlierRules: boolean;
}

/** `base64url(post_id ‖ m)`, 86 characters. */
export function permalinkText({ post, m }: Permalink): string {
  return toBase64url(concat(post, m.expose()));
}

/** Reads what followed `#`; refuses padding and unused bits that are set. */
export function parsePermalink(text: string): Permalink {
  const r = new Reader(fromBase64url(text));
  const permalink = { post: r.id<PostId>(), m: new MessageSecret(r.take(32)) };
  r.finish();
  return permalink;
}

/**
 * Makes every reader's check but those of slot, chain and thread, and opens the post.
 *
 * `charters` is the audience's chain from its id on; `hostingConsented` counts for hosted audiences only.
 */
export function openPermalink(
  link: Permalink,
  charters: Chain,
  hostingConsented: boolean,
  post: Linked,
): OpenedLink {
  const { tbs, signature, body, approvals } = post;
  const charter = namedCharter(charters, hostingConsented, tbs.header);
  // No member's post has a permalink, so no membership and no thread are asked for.
  ensure(
    mayWrite(tbs.header, charter, undefined, () => false),
    "author",
  );
  ensure(isPostSigned(tbs, signature), "signature");
  ensure(same(postId(tbs), link.post), "identity");
  ensure(missing(charter, tbs.header, link.post, approvals) === 0, "approvals");
  const payload = reveal(tbs, link.m, body);
  return { payload, earlierRules: !same(charter.hash, charters.current().hash) };
}
