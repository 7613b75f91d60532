/** Approving another publisher's post (protocol section 6): only after this client has opened it. */

import { approve as sign, encodeApproval } from "../protocol/approval.ts";
import type { PostId } from "../protocol/ids.ts";
import type { Account } from "./account.ts";
import type { Approved } from "./api/rows.ts";
import { Cannot } from "./error.ts";
import { type AudienceRef, idOf, type PostRef, textOf } from "./names.ts";

/** Signs a pending post of somebody else's that was opened here. */
export async function approve(account: Account, audience: AudienceRef, post: PostRef): Promise<Approved> {
  const saved = (await account.device.audience(audience)).posts.get(post);
  if (saved === undefined) throw new Cannot("not opened");
  if (saved.ik === textOf(account.ik.public)) throw new Cannot("own post");
  return account.api.approve(post, encodeApproval(await sign(account.ik, idOf<PostId>(post))));
}
