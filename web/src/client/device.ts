/**
 * What one browser remembers and never uploads: its own chain, what it saw of others', what it opened.
 *
 * Invariant: what changes in memory is noted here, and written together; the place of a post in the own chain is
 * written before the post is sent.
 */

import type { Bytes } from "../protocol/bytes.ts";
import type { Kept } from "../protocol/handles.ts";
import type { ExchangeKey, IdentityKey } from "../protocol/ids.ts";
import type { post as posts } from "../protocol/index.ts";
import type { AccountRef, AudienceRef, LetterRef, PostRef } from "./names.ts";
import { idOf, textOf } from "./names.ts";
import type { Attachment, PostBody } from "./payload.ts";
import type { Change, Key, Store, StoreName } from "./store.ts";
import type { Settled } from "./vault.ts";

/** The account, as the browser keeps it; the login card is not part of it. */
export interface AccountRecord {
  /** The hub's. */
  readonly origin: string;
  /** Where the hub keeps the vault. */
  vaultId: Bytes;
  /** Opens and seals the vault; a handle where the browser has X25519. */
  vaultKey: CryptoKey | Bytes;
  /** The vault of the card before this one, until the hub has it no more. */
  replaced?: OldVault | undefined;
  /** The vault, sealed as on the hub. */
  vault: Bytes;
  /** The highest vault version the hub is known to have. */
  vaultVersion: number;
  /** Name and settings in that version. */
  settled: Settled;
  readonly ik: Kept<IdentityKey>;
  readonly xk: Kept<ExchangeKey>;
  readonly ek: Kept<ExchangeKey>;
  /** The chain id of this installation. */
  readonly chain: Bytes;
  session: string | undefined;
  /** Letters of the own mailbox are read up to here. */
  lettersAfter: number;
  /** Letters that had no answer, oldest first. */
  unanswered: SealedLetter[];
  /** Uploads for what has not gone out yet, oldest first. */
  uploads: Upload[];
  /** Assignments to chosen pupils of which some have theirs and others do not yet. */
  assigning?: Assigning[];
}

/** A file that was sealed and uploaded, and not sent yet. */
export interface Upload {
  /** A hash of what it is, and for whom. */
  readonly file: string;
  /** What goes into the post or letter. */
  readonly attachment: Attachment;
}

/** An assignment to chosen pupils that is on its way. */
export interface Assigning {
  /** A hash of what it says, and to whom. */
  readonly said: string;
  /** The id that all its letters share. */
  readonly work: PostRef;
}

/** The vault of a card that was replaced. */
export interface OldVault {
  readonly vaultId: Bytes;
  readonly vaultKey: CryptoKey | Bytes;
  /** Its version, as far as it was taken in. */
  readonly version: number;
}

/** A sealed letter that may or may not have reached the hub. */
export interface SealedLetter {
  /** A hash of what it says and to whom. */
  readonly said: string;
  readonly letter: LetterRef;
  readonly bytes: Bytes;
  /** The membership shown with it; empty for publishers. */
  readonly proof: Bytes;
  /** What is kept of it once the hub has it; nothing of keys and requests. */
  readonly keep?: { readonly audience: AudienceRef; readonly letter: SavedLetter } | undefined;
}

/** A post on its way; what it says is kept, so that it can be sealed again under a newer charter. */
export interface Pending {
  readonly kind: posts.Kind;
  /** The post it belongs to or means. */
  readonly thread: PostRef | undefined;
  readonly payload: Bytes;
  /** As it was sealed and perhaps sent. */
  readonly sealed: { readonly post: PostRef; readonly bytes: Bytes; readonly proof: Bytes } | undefined;
}

/** A post for later on its way to the hub, the only one of its chain. */
export interface Waiting {
  readonly chain: Bytes;
  /** When the hub is to release it. */
  readonly releaseMs: number;
  readonly post: Pending;
}

/** The own chain in one audience. */
export interface Own {
  /** The number of the last post that the hub took, and its id. */
  readonly seq: number;
  readonly prev: PostRef | undefined;
  /** Sent again as it is until the hub has answered. */
  readonly pending: Pending | undefined;
}

/** A post of somebody's chain, and the one it says was before it. */
export interface Seen {
  readonly seq: bigint;
  readonly post: PostRef;
  readonly prev: PostRef;
}

/** What is remembered of one audience, but for its posts and letters. */
export interface Local {
  genesis: Bytes | undefined;
  /** Charters and their signatures, from revision 0. */
  charters: { readonly charter: Bytes; readonly signatures: Bytes }[];
  own: Own;
  /** Posts for later that had no answer yet. */
  scheduled: readonly Waiting[];
  /** As the hub last said: `live`, `waiting`, `removed` or `asked`. */
  state: string;
  /** Posts are settled up to this position. */
  postsAfter: number;
  /** Letters to the desk are read up to here. */
  deskAfter: number;
  /** `ik ‖ chain` → posts seen of it, by `seq`. */
  readonly chains: Map<string, Seen[]>;
  /** Account → the names it gave itself, newest last. */
  readonly names: Map<AccountRef, string[]>;
}

/** An opened post. */
export interface SavedPost {
  position: number;
  readonly kind: posts.Kind;
  /** The post it belongs to or means. */
  readonly thread: PostRef | undefined;
  /** Its author's identity key. */
  readonly ik: string;
  /** Whether its charter lists the author as publisher. */
  readonly byPublisher: boolean;
  readonly sentMs: number;
  /** Whether it waits for approvals or its time; only publishers see such. */
  pending: boolean;
  /** When it goes out, as long as it waits for that. */
  releaseMs: number | undefined;
  /** Why it will never go out, in a word of docs/api.md. */
  lapsed: string | undefined;
  /** Whether it was sent under an earlier charter than the one known when it came. */
  readonly earlierRules: boolean;
  /** Posts of its chain that were not seen before it. */
  readonly gap: number;
  readonly threadUnavailable: boolean;
  /** Identity keys of the publishers who approved it, as far as their approvals came and count. */
  approvedBy: readonly string[];
  readonly content: PostBody;
  /** Opens it to anyone: for permalinks and reports. */
  readonly m: Bytes;
  acknowledged: boolean;
  /** Whether the hub knows that it was delivered. */
  delivered: boolean;
  /** Whether it was looked at in this browser. */
  read: boolean;
}

/** An opened letter. */
export interface SavedLetter {
  /** Whether it came, or went, to the desk. */
  readonly desk: boolean;
  readonly kind: string;
  /** The post it is about. */
  readonly thread: PostRef | undefined;
  readonly ik: string;
  readonly sentMs: number;
  readonly receivedMs: number;
  /** The content; secrets are not kept here. */
  readonly content: PostBody;
  /** To whom it went, where this account sent it. */
  readonly to: AccountRef | "desk" | undefined;
  /** Of a submission that this account sent: the hub's signature for when it came in. */
  readonly receipt?: Bytes | undefined;
  read: boolean;
}

/** What was refused, and why, with the bytes as the hub served them. */
export interface Evidence {
  readonly reason: string;
  readonly bytes: Bytes;
}

/** All that is remembered of one audience. */
export interface Remembered {
  readonly local: Local;
  readonly posts: Map<PostRef, SavedPost>;
  readonly letters: Map<LetterRef, SavedLetter>;
  readonly refused: Map<PostRef | LetterRef, Evidence>;
}

/** What this browser remembers, as far as it has been looked at. */
export class Device {
  /** The account. */
  readonly record: AccountRecord;
  readonly #store: Store;
  readonly #audiences = new Map<AudienceRef, Promise<Remembered>>();
  readonly #changes = new Map<string, Change>();
  #steps: number;

  /** What the store holds after so many steps. */
  constructor(store: Store, record: AccountRecord, steps: number) {
    this.#store = store;
    this.record = record;
    this.#steps = steps;
  }

  /** On how many steps this is based. */
  get steps(): number {
    return this.#steps;
  }

  /** All that is remembered of an audience. */
  audience(audience: AudienceRef): Promise<Remembered> {
    const known = this.#audiences.get(audience);
    if (known !== undefined) return known;
    const loading = load(this.#store, audience);
    this.#audiences.set(audience, loading);
    // A read that failed is tried again.
    loading.catch(() => this.#audiences.delete(audience));
    return loading;
  }

  /** What is remembered of an audience is changed, and to be written. */
  async change(audience: AudienceRef, change: (local: Local) => void): Promise<void> {
    const { local } = await this.audience(audience);
    change(local);
    this.#note("audiences", audience, local);
  }

  /** Keeps an opened post. */
  async keepPost(audience: AudienceRef, post: PostRef, saved: SavedPost): Promise<void> {
    (await this.audience(audience)).posts.set(post, saved);
    this.#note("posts", [audience, post], saved);
  }

  /** Keeps an opened letter. */
  async keepLetter(audience: AudienceRef, letter: LetterRef, saved: SavedLetter): Promise<void> {
    (await this.audience(audience)).letters.set(letter, saved);
    this.#note("letters", [audience, letter], saved);
  }

  /** Keeps what was refused. */
  async keepEvidence(audience: AudienceRef, id: string, evidence: Evidence): Promise<void> {
    (await this.audience(audience)).refused.set(id, evidence);
    this.#note("refused", [audience, id], evidence);
  }

  /** Writes all changes since the last time, and the account. */
  async save(): Promise<void> {
    this.#note("account", "account", this.record);
    const changes = [...this.#changes.values()];
    this.#steps = await this.#store.write(this.#steps, changes);
    this.#changes.clear();
  }

  #note(store: StoreName, key: Key, value: unknown): void {
    this.#changes.set(`${store} ${String(key)}`, { store, key, value });
  }
}

async function load(store: Store, audience: AudienceRef): Promise<Remembered> {
  const [local, posts, letters, refused] = await Promise.all([
    store.get<Local>("audiences", audience),
    store.of<SavedPost>("posts", audience),
    store.of<SavedLetter>("letters", audience),
    store.of<Evidence>("refused", audience),
  ]);
  return {
    local: local ?? newLocal(),
    posts: new Map(posts),
    letters: new Map(letters),
    refused: new Map(refused),
  };
}

/** Of an audience just met. */
export function newLocal(): Local {
  return {
    genesis: undefined,
    charters: [],
    own: { seq: 0, prev: undefined, pending: undefined },
    scheduled: [],
    state: "live",
    postsAfter: 0,
    deskAfter: 0,
    chains: new Map(),
    names: new Map(),
  };
}

/** What was seen of `(ik, chain)` around `seq`. */
export function memory(local: Local, { ik, chain, seq }: posts.Header): posts.ChainMemory {
  const seen = local.chains.get(chainKey(ik, chain)) ?? [];
  const [same, before, after] = [
    seen.find((s) => s.seq === seq),
    seen.filter((s) => s.seq < seq).at(-1),
    seen.find((s) => s.seq > seq),
  ];
  return {
    same: same && idOf(same.post),
    before: before && { seq: before.seq, id: idOf(before.post) },
    after: after && { seq: after.seq, id: idOf(after.prev) },
  };
}

/** Remembers a post of a chain; of two with one number the first stays. */
export function remember(local: Local, { ik, chain, seq, prev }: posts.Header, post: PostRef): void {
  const key = chainKey(ik, chain);
  const seen = local.chains.get(key) ?? [];
  if (seen.some((s) => s.seq === seq)) return;
  const place = seen.findIndex((s) => s.seq > seq);
  seen.splice(place < 0 ? seen.length : place, 0, { seq, post, prev: textOf(prev) });
  local.chains.set(key, seen);
}

function chainKey(ik: Bytes, chain: Bytes): string {
  return `${textOf(ik)} ${textOf(chain)}`;
}

/** Notes the name an account gives itself. */
export function noteName(local: Local, account: AccountRef, name: string): void {
  const names = local.names.get(account) ?? [];
  if (names.at(-1) === name) return;
  local.names.set(account, [...names, name]);
}

/** The name an account last gave itself: its own claim. */
export function nameOf(local: Local, account: AccountRef): string | undefined {
  return local.names.get(account)?.at(-1);
}
