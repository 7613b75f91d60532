/** What was opened, as it is shown: with the correction that counts, or withdrawn (protocol section 6). */

import type { Charter, History, Replies, Role } from "../protocol/charter.ts";
import type { Kind } from "../protocol/post.ts";
import { parseWriterProof } from "../protocol/membership.ts";
import type { Account } from "./account.ts";
import { audiences, keptChain } from "./audience.ts";
import { type Local, nameOf, type SavedLetter, type Remembered, type SavedPost } from "./memory.ts";
import {
  type AccountRef,
  accountNamed,
  type AudienceRef,
  byBytes,
  bytesOf,
  idOf,
  type PostRef,
  textOf,
} from "./names.ts";
import { asks, type HomeworkFields } from "./homework/fields.ts";
import { NOTHING, type PostBody } from "./payload.ts";

/** A charter, as plain data. */
export interface CharterView {
  readonly audience: AudienceRef;
  readonly revision: number;
  /** The operator who can read; `undefined` where nobody but the audience can. */
  readonly host: string | undefined;
  readonly replies: Replies;
  readonly history: History;
  /** How many other publishers must approve a post. */
  readonly approvals: number;
  /** How many admins must sign a change. */
  readonly threshold: number;
  /** Publishers and admins, with the names they gave where this account has met them. */
  readonly staff: readonly {
    readonly account: AccountRef;
    readonly role: Role;
    readonly name: string | undefined;
  }[];
  /** The cohorts' keys, by name: what a rotation replaces. */
  readonly cohorts: readonly string[];
  readonly desk: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A revision of a charter, and the admins who signed it. */
export interface RevisionView extends CharterView {
  readonly by: readonly { readonly account: AccountRef; readonly name: string | undefined }[];
}

/** An audience, as its member or publisher sees it. */
export interface AudienceView {
  readonly audience: AudienceRef;
  /** What it is called: by its owner, else by its publishers. */
  readonly label: string;
  /** What this account is there. */
  readonly role: Role | "member";
  /** `live`, `waiting`, `removed` or `asked`, as the hub last said; `unknown` where nothing was fetched yet. */
  readonly state: string;
  /** When this account was let in, as its oldest membership says; of publishers unknown. */
  readonly joinedMs: number | undefined;
  /** The rules in force, as they were last checked. */
  readonly charter: CharterView | undefined;
  readonly hostingConsented: boolean;
  /** Whether a publisher's keys have come. */
  readonly hasKeys: boolean;
  /** Announcements and assignments not looked at here, replies, and letters. */
  readonly unread: { readonly posts: number; readonly replies: number; readonly letters: number };
  /** When something was last sent. */
  readonly newestMs: number | undefined;
  /** A post is kept that the hub has not answered to. */
  readonly onItsWay: boolean;
  readonly muted: boolean;
  readonly archived: boolean;
}

/** A post as it is to be shown. */
export interface PostView {
  readonly post: PostRef;
  readonly audience: AudienceRef;
  /** What the audience is called. */
  readonly label: string;
  readonly kind: Kind;
  /** The root of a reply. */
  readonly thread: PostRef | undefined;
  /** As it was written, as a correction has it, or nothing but that it was taken back. */
  readonly shown: "original" | "corrected" | "withdrawn";
  /** The correction or withdrawal. */
  readonly shownBy: PostRef | undefined;
  /** Who wrote what is shown, and the name they give: their claim. */
  readonly author: AccountRef;
  readonly name: string | undefined;
  /** Names the author gave before. */
  readonly formerNames: readonly string[];
  readonly own: boolean;
  readonly byPublisher: boolean;
  /** When the original was sent, and what is shown. */
  readonly sentMs: number;
  readonly shownMs: number;
  readonly position: number;
  /** The content to show: the correction's, where there is one; empty where withdrawn. */
  readonly content: PostBody;
  /** What it replaced, where it was corrected. */
  readonly replaced: PostBody | undefined;
  /** It waits for approvals, or for its time. */
  readonly pending: boolean;
  /** When it goes out, as long as it waits for that. */
  readonly releaseMs: number | undefined;
  /** Why it will never go out, in a word of docs/api.md. */
  readonly lapsed: string | undefined;
  /** Who approved what was written first, with the names they give. */
  readonly approvedBy: readonly { readonly account: AccountRef; readonly name: string | undefined }[];
  /** Doubts that a reader is told. */
  readonly earlierRules: boolean;
  readonly gap: number;
  readonly threadUnavailable: boolean;
  readonly acknowledged: boolean;
  readonly read: boolean;
  /** Replies in its thread, and how many of them are unread. */
  readonly replies: { readonly all: number; readonly unread: number };
  readonly archived: boolean;
  /** Its author is blocked by this account. */
  readonly blocked: boolean;
}

/** A charter's plain data, with names out of what is remembered. */
export function charterView({ terms }: Charter, local?: Local): CharterView {
  const { host, replies, history, approvals, threshold } = terms;
  return {
    audience: textOf(terms.audience),
    revision: Number(terms.revision),
    ...{ host, replies, history, approvals, threshold },
    staff: terms.staff.map(({ role, ik }) => {
      const account = accountNamed(ik);
      return { account, role, name: local && nameOf(local, account) };
    }),
    cohorts: terms.cohorts.map((s) => textOf(s.bytes)),
    desk: textOf(terms.desk),
    fromMs: Number(terms.notBeforeMs),
    untilMs: Number(terms.notAfterMs),
  };
}

/** What an audience is called: by its owner, else as its publishers call it, else by its name's beginning. */
export function labelOf(account: Account, audience: AudienceRef, { posts }: Remembered): string {
  const { label } = account.keys(audience);
  if (!label.startsWith("audience ")) return label;
  const named = [...posts.values()].filter((post) => post.byPublisher && post.content.audience !== undefined);
  const newest = named.sort((a, b) => a.position - b.position).at(-1);
  return newest?.content.audience ?? audience.slice(0, 6);
}

/** One audience. */
export async function audienceView(account: Account, audience: AudienceRef): Promise<AudienceView> {
  const keys = account.keys(audience);
  const remembered = await account.device.audience(audience);
  const charter = (await keptChain(account, audience))?.current();
  const posts = viewsOf(account, audience, remembered);
  const unread = posts.filter((post) => !post.read && !post.blocked && post.shown !== "withdrawn");
  const letters = [...remembered.letters.values()].filter((letter) => !letter.read && matters(letter));
  const settings = account.vault.document.settings?.audiences?.[audience];
  return {
    audience,
    label: labelOf(account, audience, remembered),
    role: charter?.terms.staff.find((s) => textOf(s.ik) === textOf(account.ik.public))?.role ?? "member",
    state: charter === undefined ? "unknown" : remembered.local.state,
    joinedMs: joinedMs(account, audience),
    charter: charter && charterView(charter, remembered.local),
    hostingConsented: keys.hosting_consented,
    hasKeys: Object.keys(keys.cohorts).length > 0,
    unread: {
      posts: unread.filter((post) => post.kind !== "reply").length,
      replies: unread.filter((post) => post.kind === "reply").length,
      letters: letters.length,
    },
    newestMs: posts.reduce<number | undefined>((newest, p) => Math.max(newest ?? 0, p.shownMs), undefined),
    onItsWay: remembered.local.own.pending !== undefined,
    muted: settings?.muted === true,
    archived: settings?.archived === true,
  };
}

function joinedMs(account: Account, audience: AudienceRef): number | undefined {
  const proofs = Object.values(account.keys(audience).readers).map(({ proof }) => bytesOf(proof));
  const times = proofs.map((proof) => Number(parseWriterProof(proof).membership.atMs));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Every revision of an audience's charter, from the first to the newest, as they were last checked. */
export async function historyOf(account: Account, audience: AudienceRef): Promise<RevisionView[]> {
  const { local } = await account.device.audience(audience);
  const chain = await keptChain(account, audience);
  if (chain === undefined) return [];
  const revisions = chain.revisions();
  return revisions.map(({ charter, signatures }, i) => {
    const signers = revisions[i - 1]?.charter.terms.staff.map(({ ik }) => ik) ?? chain.genesis.keys;
    const by = signatures.flatMap(([place]) => signers[place] ?? []).map(accountNamed);
    return {
      ...charterView(charter, local),
      by: by.map((signer) => ({ account: signer, name: nameOf(local, signer) })),
    };
  });
}

/** Account → the name it last gave itself, of everybody who did. */
export async function namesIn({ device }: Account, audience: AudienceRef): Promise<Map<AccountRef, string>> {
  const { local } = await device.audience(audience);
  const last = [...local.names].map(([account, names]) => [account, names.at(-1) ?? ""] as const);
  return new Map(last.filter(([, name]) => name !== ""));
}

/** Announcements, assignments and replies of an audience in the hub's order. */
export async function postsOf(account: Account, audience: AudienceRef): Promise<PostView[]> {
  const views = viewsOf(account, audience, await account.device.audience(audience));
  return views.sort((a, b) => a.position - b.position);
}

/** One post, in whichever audience it is. */
export async function findPost(account: Account, post: PostRef): Promise<PostView | undefined> {
  for (const audience of audiences(account)) {
    const remembered = await account.device.audience(audience);
    const saved = remembered.posts.get(post);
    if (saved !== undefined) return view(account, audience, remembered, post, saved, about(remembered));
  }
  return undefined;
}

function viewsOf(account: Account, audience: AudienceRef, remembered: Remembered): PostView[] {
  const byThread = about(remembered);
  return [...remembered.posts]
    .filter(([, { kind }]) => kind !== "correction" && kind !== "withdrawal")
    .map(([post, saved]) => view(account, audience, remembered, post, saved, byThread));
}

type Entry = readonly [PostRef, SavedPost];

/** Posts by what they name as thread. */
function about({ posts }: Remembered): Map<PostRef, Entry[]> {
  const all = new Map<PostRef, Entry[]>();
  for (const entry of posts) {
    const { thread } = entry[1];
    if (thread === undefined) continue;
    all.set(thread, [...(all.get(thread) ?? []), entry]);
  }
  return all;
}

/** Those of a kind that count, by `(sent_ms, post_id)`. */
function counting(entries: readonly Entry[], kind: Kind): Entry[] {
  const its = entries.filter(([, post]) => post.kind === kind && !post.pending && !post.lapsed);
  return its.sort(([a, x], [b, y]) => x.sentMs - y.sentMs || byBytes(a, b));
}

/** What an assignment asks for: as it was corrected last in that, whatever was corrected in its text since. */
function homeworkOf({ content }: SavedPost, corrections: readonly Entry[]): HomeworkFields | undefined {
  const asked = corrections.map(([, post]) => post.content.homework).findLast(asks);
  return asked === undefined ? content.homework : { ...asked, copyOf: content.homework?.copyOf };
}

/** What it says, as it was corrected last. */
const said = (saved: SavedPost, corrections: readonly Entry[]): PostBody => ({
  ...(corrections.at(-1)?.[1] ?? saved).content,
  homework: homeworkOf(saved, corrections),
});

/** What a post said before it was withdrawn. */
export function saidBefore(remembered: Remembered, post: PostRef): PostBody | undefined {
  const saved = remembered.posts.get(post);
  return saved && said(saved, counting(about(remembered).get(post) ?? [], "correction"));
}

function view(
  account: Account,
  audience: AudienceRef,
  remembered: Remembered,
  post: PostRef,
  saved: SavedPost,
  byThread: Map<PostRef, Entry[]>,
): PostView {
  const { local } = remembered;
  const entries = byThread.get(post) ?? [];
  const [withdrawal, corrections] = [counting(entries, "withdrawal").at(-1), counting(entries, "correction")];
  const correction = corrections.at(-1);
  const [shownBy, by] = withdrawal ?? correction ?? [undefined, saved];
  const shown = withdrawal ? "withdrawn" : correction ? "corrected" : "original";
  const author = accountNamed(idOf(by.ik));
  const { settings } = account.vault.document;
  const replies = entries.filter(([, reply]) => reply.kind === "reply");
  const { position, kind, sentMs, pending, releaseMs, lapsed, earlierRules, gap, threadUnavailable } = saved;
  return {
    ...{ post, audience, kind, shown, shownBy, author, position, sentMs, pending, releaseMs, lapsed },
    ...{ earlierRules, gap, threadUnavailable },
    label: labelOf(account, audience, remembered),
    thread: saved.thread,
    name: nameOf(local, author),
    formerNames: local.names.get(author)?.slice(0, -1) ?? [],
    own: author === account.name,
    byPublisher: by.byPublisher,
    shownMs: by.sentMs,
    approvedBy: saved.approvedBy.map((ik) => {
      const account = accountNamed(idOf(ik));
      return { account, name: nameOf(local, account) };
    }),
    content: withdrawal ? NOTHING : said(saved, corrections),
    replaced: correction && !withdrawal ? saved.content : undefined,
    acknowledged: saved.acknowledged,
    read: saved.read,
    replies: { all: replies.length, unread: replies.filter(([, reply]) => !reply.read).length },
    archived: settings?.archived?.[post] !== undefined,
    blocked: settings?.blocked?.[author] !== undefined,
  };
}

/** Whether a letter says something to a person, by itself. */
export function matters({ kind, content }: SavedLetter): boolean {
  return kind === "reply" && content.homework?.remind !== true;
}
