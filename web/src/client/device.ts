/**
 * What one browser keeps and never uploads: the account, what is on its way, and what it remembers of each audience.
 *
 * Invariant: what changes in memory is noted here, and written together; the place of a post in the own chain is
 * written before the post is sent.
 */

import type { Bytes } from "../protocol/bytes.ts";
import type { Kept } from "../protocol/handles.ts";
import type { ExchangeKey, IdentityKey } from "../protocol/ids.ts";
import type { LetterTaken } from "./api/rows.ts";
import {
  type Evidence,
  type Local,
  newLocal,
  type Remembered,
  type SavedLetter,
  type SavedPost,
} from "./memory.ts";
import type { AccountRef, AudienceRef, LetterRef, PostRef } from "./names.ts";
import type { Attachment } from "./payload.ts";
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
  /** The newest letters that were sent under a name of their act. */
  letters?: readonly LetterDone[];
  /** Uploads for what has not gone out yet, oldest first. */
  uploads: Upload[];
  /** Children whose accounts are open in this browser, each in a store of its own. */
  wards?: readonly AccountRef[];
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
  /** The name of the act that it is of. */
  readonly once?: string | undefined;
}

/** A letter that the hub took. */
export interface LetterDone {
  /** The name of the act. */
  readonly once: string;
  readonly taken: LetterTaken;
}

/** What this browser remembers, as far as it has been looked at. */
export class Device {
  /** The account. */
  readonly record: AccountRecord;
  readonly #store: Store;
  readonly #audiences = new Map<AudienceRef, Promise<Remembered>>();
  readonly #changes = new Map<string, Change>();
  readonly #unrecorded = new Set<AudienceRef>();
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

  /** There is something in an audience that its records do not have yet. */
  toRecord(audience: AudienceRef): void {
    this.#unrecorded.add(audience);
  }

  /** Audiences with something to record, told once. */
  takeUnrecorded(): AudienceRef[] {
    const all = [...this.#unrecorded];
    this.#unrecorded.clear();
    return all;
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
