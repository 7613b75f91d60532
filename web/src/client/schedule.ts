/**
 * Posts that the hub holds until their time: sealed now, each in a chain of its own (docs/api.md).
 *
 * Invariant: like any other, a sealed post is stored before it is sent, and the same bytes go again until the hub has
 * answered.
 */

import { same } from "../protocol/bytes.ts";
import { none, type PostId } from "../protocol/ids.ts";
import type { Account } from "./account.ts";
import { unexpected } from "./api/transport.ts";
import { sync } from "./audience.ts";
import type { Waiting } from "./device.ts";
import { Cannot, ClientError, isProblem } from "./error.ts";
import type { AudienceRef, PostRef } from "./names.ts";
import { isVerdict } from "./outbox.ts";
import type { Draft } from "./payload.ts";
import { forgetUploads } from "./uploads.ts";
import { payloadOf, sealAt, type Sealed } from "./write.ts";

/** The charter may change while a post is sealed; more often than this it does not. */
const ROUNDS = 4;

/** Seals a draft now and has the hub hold it until `releaseMs`; it lapses if the audience's keys change before. */
export async function schedule(
  account: Account,
  audience: AudienceRef,
  kind: "announcement" | "assignment",
  draft: Draft,
  releaseMs: number,
): Promise<PostRef> {
  await flushScheduled(account, audience);
  const payload = payloadOf(account, audience, kind, draft);
  const post = { kind, thread: undefined, payload, sealed: undefined };
  const waiting: Waiting = { chain: account.world.random(16), releaseMs, post };
  await keep(account, audience, waiting);
  let sent: PostRef | undefined;
  try {
    sent = await deliver(account, audience, waiting);
  } catch (e) {
    if (!(await isSealed(account, audience, waiting))) throw e;
  }
  forgetUploads(account, draft.attachments);
  await account.remember();
  if (sent === undefined) throw new Cannot("on its way");
  return sent;
}

/** Sends scheduled posts that have had no answer. */
export async function flushScheduled(account: Account, audience: AudienceRef): Promise<void> {
  for (const waiting of (await account.device.audience(audience)).local.scheduled) {
    try {
      await deliver(account, audience, waiting);
    } catch (e) {
      if (!(e instanceof ClientError) || (await isSealed(account, audience, waiting))) throw e;
      throw new Cannot("earlier post refused", e.reason);
    }
  }
}

async function isSealed({ device }: Account, audience: AudienceRef, { chain }: Waiting): Promise<boolean> {
  const { scheduled } = (await device.audience(audience)).local;
  return scheduled.some((waiting) => same(waiting.chain, chain) && waiting.post.sealed !== undefined);
}

/** Sends a post, sealed again where the charter changed; forgets it once the hub has answered. */
async function deliver(account: Account, audience: AudienceRef, begun: Waiting): Promise<PostRef> {
  let waiting = begun;
  for (let round = 0; round < ROUNDS; round++) {
    const sealed = waiting.post.sealed ?? (await seal(account, audience, waiting));
    try {
      const taken = await account.api.putPostAt(audience, sealed.bytes, waiting.releaseMs);
      if (taken.post !== sealed.post) throw unexpected("another post than the one sent");
      await settle(account, audience, waiting);
      return sealed.post;
    } catch (e) {
      if (isProblem(e, "charter-superseded")) {
        waiting = { ...waiting, post: { ...waiting.post, sealed: undefined } };
        await keep(account, audience, waiting);
        continue;
      }
      if (isVerdict(e)) await settle(account, audience, waiting);
      throw e;
    }
  }
  await settle(account, audience, waiting);
  throw new Cannot("charter changes");
}

async function seal(account: Account, audience: AudienceRef, waiting: Waiting): Promise<Sealed> {
  try {
    const position = { chain: waiting.chain, seq: 1n, prev: none<PostId>() };
    const charter = (await sync(account, audience)).current();
    const sealed = await sealAt(account, charter, position, waiting.post);
    await keep(account, audience, { ...waiting, post: { ...waiting.post, sealed } });
    await account.remember();
    return sealed;
  } catch (e) {
    await settle(account, audience, waiting);
    throw e;
  }
}

/** Puts a post for later among the others, or in its own place. */
function keep({ device }: Account, audience: AudienceRef, waiting: Waiting): Promise<void> {
  return device.change(audience, (local) => {
    const others = local.scheduled.filter((other) => !same(other.chain, waiting.chain));
    local.scheduled = [...others, waiting];
  });
}

/** Forgets a post for later: the hub has it, or will not. */
async function settle(account: Account, audience: AudienceRef, { chain }: Waiting): Promise<void> {
  await account.device.change(audience, (local) => {
    local.scheduled = local.scheduled.filter((other) => !same(other.chain, chain));
  });
  await account.remember();
}
