/**
 * Sealing and sending posts (protocol section 5).
 *
 * Invariant: a sealed post and its place in the chain are stored before it is sent, and the same bytes are sent again
 * until the hub has answered; so no crash, and no second tab, makes two posts of one place.
 */

import type { Bytes } from "../protocol/bytes.ts";
import type { Charter } from "../protocol/charter.ts";
import { none, type PostId } from "../protocol/ids.ts";
import { mayWriteBy, parseWriterProof } from "../protocol/membership.ts";
import { encodePost, type Kind, type Position, postId, sealPost } from "../protocol/post.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Account } from "./account.ts";
import { unexpected } from "./api/transport.ts";
import { sync } from "./audience.ts";
import { noted, type Own, type Pending } from "./memory.ts";
import { Cannot, HubError, isProblem } from "./error.ts";
import { type AudienceRef, bytesOf, idOf, type PostRef, textOf } from "./names.ts";
import { isVerdict, mayPass } from "./outbox.ts";
import { type Draft, writePayload } from "./payload.ts";
import { flushScheduled } from "./schedule.ts";
import { forgetUploads } from "./uploads.ts";
import { nowMs } from "./world.ts";

/** The charter may change while a post is sealed; more often than this it does not. */
const ROUNDS = 4;

/** A post that the hub took. */
export interface Sent {
  readonly post: PostRef;
  /** Whether it waits for approvals. */
  readonly pending: boolean;
}

/**
 * Seals a draft once and sends it to all of the audience; `thread` as the kind needs it.
 *
 * Of an act with a name, the one post is sent however often it is asked for.
 */
export async function send(
  account: Account,
  audience: AudienceRef,
  kind: Kind,
  thread: PostRef | undefined,
  draft: Draft,
  once?: string,
): Promise<Sent> {
  const before = await sentAs(account, audience, once);
  if (before !== undefined) return before;
  await flush(account, audience);
  const payload = payloadOf(account, audience, kind, draft);
  await change(account, audience, { pending: { kind, thread, payload, once, sealed: undefined } });
  let sent: Sent | undefined;
  try {
    sent = await finish(account, audience);
  } finally {
    if (sent !== undefined || (await isOnItsWay(account, audience))) {
      forgetUploads(account, draft.attachments);
      await account.remember();
    }
  }
  return sent;
}

/** The post of an act with this name, if it was begun before; what is on its way of it goes first. */
export async function sentAs(
  account: Account,
  audience: AudienceRef,
  once: string | undefined,
): Promise<Sent | undefined> {
  if (once === undefined) return undefined;
  const begun = async () => (await account.device.audience(audience)).local.own;
  if ((await begun()).pending?.once === once) return finish(account, audience);
  const done = (await begun()).done?.find((act) => act.once === once);
  return done && { post: done.post, pending: done.pending };
}

/** Sends what is pending; where the hub does not answer, it is on its way. */
async function finish(account: Account, audience: AudienceRef): Promise<Sent> {
  try {
    const sent = await deliver(account, audience);
    if (sent !== undefined) return sent;
  } catch (e) {
    if (!(await isOnItsWay(account, audience))) throw e;
  }
  throw new Cannot("on its way");
}

/** What a post says, with its kind, its audience's name and its author's. */
export function payloadOf(account: Account, audience: AudienceRef, kind: Kind, draft: Draft): Bytes {
  const from = draft.from ?? signature(account);
  return writePayload(kind, { ...draft, audience: account.keys(audience).label, from });
}

/** Sends what could not be finished earlier, if anything; what it was then. */
export async function flush(account: Account, audience: AudienceRef): Promise<Sent | undefined> {
  await flushScheduled(account, audience);
  try {
    return await deliver(account, audience);
  } catch (e) {
    if (e instanceof HubError && !(await isOnItsWay(account, audience)))
      throw new Cannot("earlier post refused", e.reason);
    throw e;
  }
}

/** Whether a sealed post may have reached the hub, which has not said so. */
export async function isOnItsWay({ device }: Account, audience: AudienceRef): Promise<boolean> {
  const { pending } = (await device.audience(audience)).local.own;
  return pending?.sealed !== undefined;
}

async function deliver(account: Account, audience: AudienceRef): Promise<Sent | undefined> {
  let superseded = false;
  for (let round = 0; round < ROUNDS; round++) {
    const { pending, seq, done } = (await account.device.audience(audience)).local.own;
    if (pending === undefined) return undefined;
    const kept = superseded ? undefined : pending.sealed;
    const sealed = kept ?? (await sealPending(account, audience, pending));
    try {
      const taken = await account.api.putPost(audience, sealed.bytes, sealed.proof);
      if (taken.post !== sealed.post) throw unexpected("another post than the one sent");
      const sent = { post: sealed.post, pending: taken.state === "pending" };
      const acts = noted(done, { once: pending.once, ...sent });
      await change(account, audience, { seq: seq + 1, prev: sealed.post, pending: undefined, done: acts });
      await account.remember();
      return sent;
    } catch (e) {
      superseded = isProblem(e, "charter-superseded");
      if (superseded) continue;
      if (isVerdict(e)) {
        await change(account, audience, { pending: undefined });
        await account.remember();
      }
      throw e;
    }
  }
  throw new Cannot("charter changes");
}

function change({ device }: Account, audience: AudienceRef, own: Partial<Own>): Promise<void> {
  return device.change(audience, (local) => {
    local.own = { ...local.own, ...own };
  });
}

/** A post as it was sealed. */
export type Sealed = NonNullable<Pending["sealed"]>;

/**
 * Seals under the newest charter and stores that. A draft that cannot be sealed is on no way anywhere; one that was
 * sealed before was promised to its author, and waits as it was for what is in the way now.
 */
async function sealPending(account: Account, audience: AudienceRef, pending: Pending): Promise<Sealed> {
  try {
    const charter = (await sync(account, audience)).current();
    const sealed = await seal(account, charter, pending);
    await change(account, audience, { pending: { ...pending, sealed } });
    await account.remember();
    return sealed;
  } catch (e) {
    const waits = pending.sealed !== undefined && mayPass(e);
    if (!waits) await change(account, audience, { pending: undefined });
    await account.remember();
    throw e;
  }
}

async function seal(account: Account, charter: Charter, pending: Pending): Promise<Sealed> {
  const { own } = (await account.device.audience(textOf(charter.terms.audience))).local;
  const prev = own.prev === undefined ? none<PostId>() : idOf<PostId>(own.prev);
  const position = { chain: account.device.record.chain, seq: BigInt(own.seq) + 1n, prev };
  return sealAt(account, charter, position, pending);
}

/** Seals a post for its place in a chain. */
export async function sealAt(
  account: Account,
  charter: Charter,
  position: Position,
  pending: Pending,
): Promise<Sealed> {
  const { world, ik, vault } = account;
  const { kind } = pending;
  if (!charter.isPublisher(ik.public) && kind !== "reply" && kind !== "withdrawal")
    throw new Cannot("publishers only");
  const draft = {
    charter,
    position,
    kind,
    thread: pending.thread === undefined ? none<PostId>() : idOf<PostId>(pending.thread),
    nowMs: nowMs(world),
    payload: pending.payload,
  };
  const proof = proofFor(account, charter);
  const { post } = await sealPost(draft, ik, vault.hedgeSeed(), world.random);
  return { post: textOf(postId(post.tbs)), bytes: encodePost(post), proof };
}

/** What this account shows when it writes under `charter`: nothing as a publisher, else its membership. */
export function proofFor(account: Account, charter: Charter): Bytes {
  const me = account.ik.public;
  if (charter.isPublisher(me)) return new Uint8Array();
  const { readers } = account.keys(textOf(charter.terms.audience));
  for (const reader of Object.values(readers)) {
    const proof = bytesOf(reader.proof);
    if (counts(proof, charter, account)) return proof;
  }
  throw new Cannot("not admitted");
}

function counts(proof: Bytes, charter: Charter, { ik }: Account): boolean {
  try {
    return mayWriteBy(parseWriterProof(proof), charter, ik.public);
  } catch (e) {
    if (e instanceof Refusal) return false;
    throw e;
  }
}

/** The name its owner writes under. */
export function signature({ vault }: Account): { name: string } | undefined {
  const { name } = vault.document;
  return name === null ? undefined : { name };
}

/** Refuses to reply to everyone where the charter has no such replies, before anything is sealed. */
export function requireReplies(account: Account, charter: Charter): void {
  const { replies } = charter.terms;
  if (replies === "none") throw new Cannot("replies");
  if (replies === "desk" && !charter.isPublisher(account.ik.public)) throw new Cannot("private replies");
}
