/** Permalinks: one post of a publisher for whoever has its address, also without an account (protocol section 6). */

import { Origin } from "../protocol/account.ts";
import { parseApproval } from "../protocol/approval.ts";
import type { PostId } from "../protocol/ids.ts";
import { openPermalink as open, parsePermalink, permalinkText } from "../protocol/permalink.ts";
import { MessageSecret, parsePost } from "../protocol/post.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Account } from "./account.ts";
import { Api } from "./api.ts";
import { fetchChain } from "./audience.ts";
import { Cannot, Distrust, told } from "./error.ts";
import { type AccountRef, accountNamed, type AudienceRef, idOf, type PostRef, textOf } from "./names.ts";
import { type PostBody, readPayload } from "./payload.ts";
import { type CharterView, charterView } from "./view.ts";

/** A post as a permalink shows it: its author is a publisher of that audience, and no more is known of them. */
export interface LinkedPost {
  readonly post: PostRef;
  readonly audience: AudienceRef;
  readonly charter: CharterView;
  readonly author: AccountRef;
  readonly kind: string;
  readonly sentMs: number;
  readonly content: PostBody;
  readonly earlierRules: boolean;
  /** The hub's word, which could hide it. */
  readonly corrected: boolean;
  readonly withdrawn: boolean;
}

/** The address of a post that was opened here, for anybody. */
export async function permalink(account: Account, audience: AudienceRef, post: PostRef): Promise<string> {
  const saved = (await account.device.audience(audience)).posts.get(post);
  if (saved === undefined || !saved.byPublisher) throw new Cannot("not opened");
  const fragment = permalinkText({ post: idOf<PostId>(post), m: new MessageSecret(saved.m) });
  return `${account.api.origin.text}/permalink#${fragment}`;
}

/** Opens a permalink; `consent` agrees to an operator who can read. */
export function openPermalink(origin: string, link: string, consent: boolean): Promise<LinkedPost> {
  return told(() => fetched(origin, link, consent));
}

async function fetched(origin: string, link: string, consent: boolean): Promise<LinkedPost> {
  const named = fragmentOf(link);
  const post = textOf(named.post);
  const api = new Api(new Origin(origin));
  const row = await api.permalink(post);
  // The audience's name certifies its chain; no revision of it is pinned here.
  const chain = await fetchChain(api, row.audience, undefined, undefined);
  const charter = chain.current();
  const { host } = charter.terms;
  if (host !== undefined && !consent) throw new Cannot("hosted", host);
  const parsed = parsePost(row.post);
  const approvals = row.approvals.map(parseApproval);
  const { payload, earlierRules } = open(named, chain, consent, { ...parsed, approvals });
  const { header } = parsed.tbs;
  if (textOf(header.audience) !== row.audience) throw new Distrust("other audience");
  return {
    post,
    audience: row.audience,
    charter: charterView(charter),
    author: accountNamed(header.ik),
    kind: header.kind,
    sentMs: Number(header.sentMs),
    content: readPayload(payload),
    earlierRules,
    corrected: row.corrected_by !== undefined,
    withdrawn: row.withdrawn_by !== undefined,
  };
}

function fragmentOf(link: string) {
  try {
    return parsePermalink(link.trim().slice(link.trim().lastIndexOf("#") + 1));
  } catch (e) {
    throw e instanceof Refusal ? new Cannot("link text") : e;
  }
}
