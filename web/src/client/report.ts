/**
 * Reporting abuse: one message is disclosed to a publisher, who can prove that its author wrote it (protocol section 6).
 *
 * Invariant: what a report shows is what was signed; a report that does not prove it is refused.
 */

import { MessageSecret, isPostSigned, parsePost, postId, reveal } from "../protocol/post.ts";
import type { Account } from "./account.ts";
import { Cannot, Distrust } from "./error.ts";
import { nameOf } from "./memory.ts";
import { type AccountRef, accountNamed, type AudienceRef, bytesOf, type PostRef, textOf } from "./names.ts";
import { type PostBody, readPayload } from "./payload.ts";

/** What a letter to the desk discloses. */
export type Report = NonNullable<PostBody["report"]>;

/** A message that was proved to be its author's. */
export interface Proved {
  readonly post: PostRef;
  readonly author: AccountRef;
  readonly name: string | undefined;
  readonly sentMs: number;
  readonly content: PostBody;
}

/** What discloses a post that was opened here. */
export async function reportOf({ device }: Account, audience: AudienceRef, post: PostRef): Promise<Report> {
  const saved = (await device.audience(audience)).posts.get(post);
  if (saved === undefined) throw new Cannot("not opened");
  return { post, m: textOf(saved.m) };
}

/** Checks a report against the post as its author signed it. */
export async function proveReport(
  { api, device }: Account,
  audience: AudienceRef,
  { post, m }: Report,
): Promise<Proved> {
  const { tbs, body, signature } = parsePost(await api.post(post));
  const { ik, sentMs } = tbs.header;
  const its = textOf(postId(tbs)) === post && textOf(tbs.header.audience) === audience;
  if (!its || !isPostSigned(tbs, signature)) throw new Distrust("report");
  const content = readPayload(reveal(tbs, new MessageSecret(bytesOf(m)), body));
  const author = accountNamed(ik);
  const { local } = await device.audience(audience);
  return { post, author, name: nameOf(local, author), sentMs: Number(sentMs), content };
}
