/**
 * Fetching and opening posts, with every reader's check of section 5.
 *
 * Invariant: nothing is kept as opened unless all checks held; what was refused is kept apart, with its bytes, as
 * evidence.
 */

import { counts, parseApproval } from "../protocol/approval.ts";
import { type Bytes, isZero } from "../protocol/bytes.ts";
import type { Chain } from "../protocol/chain.ts";
import type { Charter } from "../protocol/charter.ts";
import type { IdentityKey, PostId } from "../protocol/ids.ts";
import type { CohortKey } from "../protocol/keys.ts";
import { parseWriterProof } from "../protocol/membership.ts";
import {
  delivered,
  type Header,
  type Key,
  type Opened,
  openPost,
  parsePost,
  type Post,
  postId,
  type Reading,
  type ThreadPost,
} from "../protocol/post.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Account } from "./account.ts";
import type { PostRow } from "./api/rows.ts";
import { sync } from "./audience.ts";
import { memory, noteName, type Remembered, remember, type SavedPost } from "./memory.ts";
import { fetchOwnRecords } from "./concerned.ts";
import { Cannot, Distrust, isProblem, refusalOf } from "./error.ts";
import { takeSlots } from "./join.ts";
import { accountNamed, type AudienceRef, idOf, type PostRef, textOf } from "./names.ts";
import { isVerdict } from "./outbox.ts";
import { readPayload } from "./payload.ts";
import { fetchMissingKeys } from "./secrets.ts";
import { cohortSecret, readerOf } from "./vault.ts";
import { flush } from "./write.ts";

/** What fetching an audience's posts brought. */
export interface Fetched {
  /** Opened for the first time, in the hub's order. */
  readonly fresh: PostRef[];
  /** Refused, and why. */
  readonly refused: { readonly post: PostRef; readonly reason: string }[];
  /** Posts whose ciphertext for this account is not made yet. */
  waiting: number;
  /** Posts under keys that this publisher has not been sent yet. */
  locked: number;
  /** `live`, `waiting`, `removed` (nothing new any more) or `asked` (not admitted yet); of publishers always `live`. */
  state: string;
}

/** Fetches what is new in an audience, opens it, and tells the hub that it was delivered. */
export async function fetchPosts(account: Account, audience: AudienceRef): Promise<Fetched> {
  const { device } = account;
  const chain = await sync(account, audience);
  const publisher = chain.current().isPublisher(account.ik.public);
  if (publisher) await fetchMissingKeys(account, chain);
  const state = publisher ? "live" : await takeSlots(account, chain);
  const fetched: Fetched = { fresh: [], refused: [], waiting: 0, locked: 0, state };
  await device.change(audience, (local) => {
    local.state = state;
  });
  if (state === "asked" || state === "removed") {
    await account.remember();
    return fetched;
  }
  await flush(account, audience);
  const { local, posts } = await device.audience(audience);
  let settled = local.postsAfter;
  // What becomes of the first that waits is told in its place, or further on.
  const waiting = [...posts.values()].filter((post) => post.pending).map((post) => post.position - 1);
  let after = Math.min(settled, ...waiting);
  for (;;) {
    const page = await account.api.posts(audience, after);
    for (const row of page.items) {
      await takePost(account, chain, row, publisher, fetched);
      if (fetched.waiting + fetched.locked === 0) settled = Math.max(settled, row.position);
    }
    if (typeof page.next !== "number" || page.next <= after) break;
    after = page.next;
  }
  await device.change(audience, (local) => {
    local.postsAfter = settled;
  });
  await account.remember();
  if (!publisher) {
    await reportDelivered(account, audience);
    await fetchOwnRecords(account, chain);
  }
  return fetched;
}

async function takePost(
  account: Account,
  chain: Chain,
  row: PostRow,
  publisher: boolean,
  fetched: Fetched,
): Promise<void> {
  const { api, device } = account;
  const audience = textOf(chain.audience());
  const remembered = await device.audience(audience);
  const saved = remembered.posts.get(row.post);
  if (saved !== undefined) {
    const now = standing(row);
    const changed = Object.entries(now).some(([fact, value]) => saved[fact as keyof typeof now] !== value);
    if (!changed) return;
    // A pending post lapses with its charter, so the one in force is the one it names.
    const approvedBy = approvers(chain.current(), idOf(saved.ik), row);
    await device.keepPost(audience, row.post, Object.assign(saved, now, { approvedBy }));
    return;
  }
  if (remembered.refused.has(row.post) || row.state === "lapsed") return;
  const slot = publisher ? undefined : (row.slot ?? (await slotOf(account, row.post)));
  if (slot === "never") return;
  if (slot === "not yet") {
    fetched.waiting++;
    return;
  }
  const bytes = await api.post(row.post);
  try {
    const opened = open(account, chain, remembered, row, slot, bytes);
    const unapproved = opened.saved.pending;
    Object.assign(opened.saved, standing(row));
    opened.saved.pending ||= unapproved;
    await device.change(audience, (local) => {
      remember(local, opened.header, row.post);
      const { from } = opened.saved.content;
      if (from !== undefined) noteName(local, accountNamed(opened.header.ik), from.name);
    });
    await device.keepPost(audience, row.post, opened.saved);
    fetched.fresh.push(row.post);
  } catch (e) {
    // Refusing it would shut it for good, and its key may come with the next letter.
    if (e instanceof Cannot) {
      fetched.locked++;
      return;
    }
    const reason = refusalOf(e);
    fetched.refused.push({ post: row.post, reason });
    await device.keepEvidence(audience, row.post, { reason, bytes });
  }
}

/** What the hub says of how a post stands; only publishers are told of any that do not count. */
function standing(row: PostRow): Pick<SavedPost, "position" | "pending" | "releaseMs" | "lapsed"> {
  const scheduled = row.state === "scheduled";
  return {
    position: row.position,
    pending: scheduled || row.state === "pending",
    releaseMs: scheduled ? row.release_ms : undefined,
    lapsed: row.state === "lapsed" ? (row.lapse_reason ?? "charter-changed") : undefined,
  };
}

async function slotOf({ api }: Account, post: PostRef): Promise<Bytes | "not yet" | "never"> {
  try {
    return await api.slot(post);
  } catch (e) {
    if (isProblem(e, "slot-not-ready")) return "not yet";
    if (isProblem(e, "not-found")) return "never";
    throw e;
  }
}

/** Makes every check and opens. */
function open(
  account: Account,
  chain: Chain,
  remembered: Remembered,
  row: PostRow,
  slot: Bytes | undefined,
  bytes: Bytes,
): { header: Header; saved: SavedPost } {
  const post = parsePost(bytes);
  if (textOf(postId(post.tbs)) !== row.post) throw new Distrust("other post");
  const { header } = post.tbs;
  const charter = chain.byHash(header.charter);
  const { payload, m, notices } = openWithAnyKey(account, chain, remembered, row, slot, post);
  const { continuity } = notices;
  const saved: SavedPost = {
    position: row.position,
    kind: header.kind,
    thread: isZero(header.thread) ? undefined : textOf(header.thread),
    ik: textOf(header.ik),
    byPublisher: charter?.isPublisher(header.ik) === true,
    sentMs: Number(header.sentMs),
    pending: notices.approvalsMissing > 0,
    releaseMs: undefined,
    lapsed: undefined,
    earlierRules: notices.earlierRules,
    gap: typeof continuity === "object" ? Number(continuity.missing) : 0,
    threadUnavailable: notices.threadUnavailable,
    approvedBy: charter === undefined ? [] : approvers(charter, header.ik, row),
    content: readPayload(payload),
    m: new Uint8Array(m.expose()),
    acknowledged: false,
    delivered: false,
    read: textOf(header.ik) === textOf(account.ik.public),
  };
  return { header, saved };
}

/** Whose approvals came and count under the charter a post names. */
function approvers(charter: Charter, author: IdentityKey, { post, approvals }: PostRow): string[] {
  const good = approvals.map(parseApproval).filter((one) => counts(one, charter, author, idOf<PostId>(post)));
  return [...new Set(good.map(({ ik }) => textOf(ik)))];
}

/**
 * Opens with the key of any cohort of the named charter that this account has; {@link Cannot} where a publisher is
 * still to be sent one.
 */
function openWithAnyKey(
  account: Account,
  chain: Chain,
  remembered: Remembered,
  row: PostRow,
  slot: Bytes | undefined,
  post: Post,
): Opened {
  const { header } = post.tbs;
  const charter = chain.byHash(header.charter);
  if (charter === undefined) throw new Distrust("unknown charter");
  const known: Omit<Reading, "cohort" | "key"> = {
    charters: chain,
    hostingConsented: account.keys(textOf(chain.audience())).hosting_consented,
    member: row.proof === undefined ? undefined : parseWriterProof(row.proof),
    memory: memory(remembered.local, header),
    thread: isZero(header.thread) ? undefined : threadOf(remembered, textOf(header.thread)),
    approvals: row.approvals.map(parseApproval),
    random: account.world.random,
  };
  const toCome = (s: CohortKey): boolean => chain.current().cohortIndex(s) >= 0;
  const waits = chain.current().isPublisher(account.ik.public) && charter.terms.cohorts.some(toCome);
  let refusal: unknown = waits ? new Cannot("no secret") : new Distrust("no key");
  for (const [cohort, s] of charter.terms.cohorts.entries()) {
    const [theirs, key] = [delivered(post, cohort), keyOf(account, chain, s, slot)];
    if (theirs === undefined || key === undefined) continue;
    try {
      return openPost(theirs, { ...known, cohort, key });
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      refusal = e;
    }
  }
  throw refusal;
}

function keyOf(account: Account, chain: Chain, cohort: CohortKey, slot: Bytes | undefined): Key | undefined {
  const keys = account.keys(textOf(chain.audience()));
  if (chain.current().isPublisher(account.ik.public)) {
    const s = cohortSecret(keys, cohort);
    return s && { s };
  }
  const d = readerOf(keys, cohort);
  return d && slot && { slot, d };
}

function threadOf({ posts }: Remembered, thread: PostRef): ThreadPost | undefined {
  const saved = posts.get(thread);
  if (saved === undefined) return undefined;
  const { kind, ik, byPublisher, pending } = saved;
  return { kind, author: idOf(ik), byPublisher, standing: pending ? "pending" : "accepted" };
}

async function reportDelivered(account: Account, audience: AudienceRef): Promise<void> {
  const { device, api } = account;
  const me = textOf(account.ik.public);
  const { posts } = await device.audience(audience);
  for (const [post, saved] of posts) {
    if (saved.delivered || saved.ik === me) continue;
    await api.receipt(post, "delivered").catch((e: unknown) => {
      // The hub keeps no receipts of a post it no longer has for this account.
      if (!isVerdict(e)) throw e;
    });
    await device.keepPost(audience, post, Object.assign(saved, { delivered: true }));
  }
  await account.remember();
}

/** Tells the publishers that its owner has understood a post. */
export async function acknowledge(account: Account, audience: AudienceRef, post: PostRef): Promise<void> {
  await account.api.receipt(post, "acknowledged");
  await note(account, audience, post, { acknowledged: true, read: true });
}

/** Notes that a post was looked at here; with `receipt`, the publishers learn it too. */
export async function markRead(
  account: Account,
  audience: AudienceRef,
  post: PostRef,
  receipt: boolean,
): Promise<void> {
  await note(account, audience, post, { read: true });
  if (receipt) await account.api.receipt(post, "read");
}

async function note(
  account: Account,
  audience: AudienceRef,
  post: PostRef,
  facts: { readonly acknowledged?: true; readonly read?: true },
): Promise<void> {
  const saved = (await account.device.audience(audience)).posts.get(post);
  if (saved === undefined) throw new Cannot("not opened");
  await account.device.keepPost(audience, post, Object.assign(saved, facts));
  await account.remember();
}
