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
import { noted, type Waiting } from "./memory.ts";
import { Cannot, ClientError, isProblem } from "./error.ts";
import type { AudienceRef, PostRef } from "./names.ts";
import { isVerdict, mayPass } from "./outbox.ts";
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
  once?: string,
): Promise<PostRef> {
  const before = await scheduledAs(account, audience, once);
  if (before !== undefined) return before;
  await flushScheduled(account, audience);
  const payload = payloadOf(account, audience, kind, draft);
  const post = { kind, thread: undefined, payload, once, sealed: undefined };
  const waiting: Waiting = { chain: account.world.random(16), releaseMs, post };
  await keep(account, audience, waiting);
  let sent: PostRef | undefined;
  try {
    sent = await finish(account, audience, waiting);
  } finally {
    if (sent !== undefined || (await isOnItsWay(account, audience, waiting))) {
      forgetUploads(account, draft.attachments);
      await account.remember();
    }
  }
  return sent;
}

/** The post for later of an act with this name, if it was begun before; what is on its way of it goes first. */
export async function scheduledAs(
  account: Account,
  audience: AudienceRef,
  once: string | undefined,
): Promise<PostRef | undefined> {
  if (once === undefined) return undefined;
  const { scheduled, own } = (await account.device.audience(audience)).local;
  const waiting = scheduled.find(({ post }) => post.once === once);
  if (waiting !== undefined) return finish(account, audience, waiting);
  return own.done?.find((act) => act.once === once)?.post;
}

/** Sends a post; where the hub does not answer, it is on its way. */
async function finish(account: Account, audience: AudienceRef, waiting: Waiting): Promise<PostRef> {
  try {
    return await deliver(account, audience, waiting);
  } catch (e) {
    throw (await isOnItsWay(account, audience, waiting)) ? new Cannot("on its way") : e;
  }
}

/** Sends scheduled posts that have had no answer. */
export async function flushScheduled(account: Account, audience: AudienceRef): Promise<void> {
  for (const waiting of (await account.device.audience(audience)).local.scheduled) {
    try {
      await deliver(account, audience, waiting);
    } catch (e) {
      if (!(e instanceof ClientError) || (await isOnItsWay(account, audience, waiting))) throw e;
      throw new Cannot("earlier post refused", e.reason);
    }
  }
}

/** Whether a post for later may have reached the hub, which has not said so. */
async function isOnItsWay({ device }: Account, audience: AudienceRef, { chain }: Waiting): Promise<boolean> {
  const { scheduled } = (await device.audience(audience)).local;
  const waiting = scheduled.find((one) => same(one.chain, chain));
  return waiting?.post.sealed !== undefined;
}

/** Sends a post, sealed again where the charter changed; forgets it once the hub has answered. */
async function deliver(account: Account, audience: AudienceRef, waiting: Waiting): Promise<PostRef> {
  let kept = waiting.post.sealed;
  for (let round = 0; round < ROUNDS; round++) {
    const sealed = kept ?? (await seal(account, audience, waiting));
    try {
      const taken = await account.api.putPostAt(audience, sealed.bytes, waiting.releaseMs);
      if (taken.post !== sealed.post) throw unexpected("another post than the one sent");
      await settle(account, audience, waiting, sealed.post);
      return sealed.post;
    } catch (e) {
      if (isProblem(e, "charter-superseded")) {
        kept = undefined;
        continue;
      }
      if (isVerdict(e)) await settle(account, audience, waiting);
      throw e;
    }
  }
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
    // One that was sealed before was promised: it waits, as it was, for what is in the way now.
    if (waiting.post.sealed === undefined || !mayPass(e)) await settle(account, audience, waiting);
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

/** Forgets a post for later: the hub has it as `taken`, or will not. */
async function settle(
  account: Account,
  audience: AudienceRef,
  { chain, post: { once } }: Waiting,
  taken?: PostRef,
): Promise<void> {
  await account.device.change(audience, (local) => {
    local.scheduled = local.scheduled.filter((other) => !same(other.chain, chain));
    if (taken === undefined) return;
    local.own = { ...local.own, done: noted(local.own.done, { once, post: taken, pending: true }) };
  });
  await account.remember();
}
