/**
 * One account open in one tab: its steps run one at a time among all tabs, and what another tab did is read again.
 *
 * Invariant: a step that fails leaves nothing behind in memory that is not written.
 */

import { Account, create, open, restore } from "./account.ts";
import { told } from "./error.ts";
import { type Heard, listen } from "./live.ts";
import { locked } from "./lock.ts";
import type { AudienceRef } from "./names.ts";
import type { Store } from "./store.ts";
import type { World } from "./world.ts";

/** What tabs tell each other: that something was written, or a draft, or what the hub said. */
type Told = { readonly written: true } | { readonly draft: string } | { readonly event: Heard };

/** How a part of a client does what it does to the account. */
export interface Steps {
  /** Runs a step that may write, when no other does. */
  do<T>(run: (account: Account) => Promise<T>): Promise<T>;
  /** Looks at what is there, or asks the hub something that changes nothing here; waits for nobody. */
  see<T>(run: (account: Account) => Promise<T>): Promise<T>;
}

/** The tab's hold on an account. */
export class Session {
  readonly #account: Account;
  readonly #channel: BroadcastChannel;
  readonly #stop = new AbortController();
  readonly #changed = new Set<() => void>();
  readonly #heard = new Set<(event: Heard) => void>();
  readonly #drafts = new Set<(name: string) => void>();
  #listening = false;

  protected constructor(account: Account) {
    this.#account = account;
    this.#channel = new BroadcastChannel(account.store.name);
    this.#channel.onmessage = ({ data }: MessageEvent<Told>) => this.#told(data);
  }

  /** Makes the account under the lock, so that two tabs never make two. */
  protected static create(world: World, store: Store, origin: string, name: string | undefined) {
    return step(store, () => create(world, store, origin, name));
  }

  /** Brings the account back under the lock. */
  protected static restore(world: World, store: Store, origin: string, card: string): Promise<Account> {
    return step(store, () => restore(world, store, origin, card));
  }

  /** The account of this browser, if there is one. */
  protected static find(world: World, store: Store): Promise<Account | undefined> {
    return step(store, () => open(world, store));
  }

  /** Runs a step that may write, when no other does. */
  protected async do<T>(run: (account: Account) => Promise<T>): Promise<T> {
    const account = this.#account;
    return step(account.store, async () => {
      if (await account.catchUp()) this.#tellChanged();
      const before = account.device.steps;
      try {
        const done = await run(account);
        const unrecorded = account.device.takeUnrecorded();
        if (unrecorded.length > 0) this.recordSoon(unrecorded);
        return done;
      } catch (e) {
        account.spoil();
        throw e;
      } finally {
        if (account.device.steps !== before) this.#channel.postMessage({ written: true } satisfies Told);
      }
    });
  }

  /** Hears of audiences in which something was done that their records do not have yet. */
  protected recordSoon(_audiences: readonly AudienceRef[]): void {
    return;
  }

  /** Looks at what is there, or asks the hub something that changes nothing here; waits for nobody. */
  protected see<T>(run: (account: Account) => Promise<T>): Promise<T> {
    return told(() => run(this.#account));
  }

  /** For parts that are not the session themselves. */
  protected get steps(): Steps {
    return { do: (run) => this.do(run), see: (run) => this.see(run) };
  }

  /** Facts about the account that need no waiting. */
  protected get held(): Account {
    return this.#account;
  }

  /** Calls `changed` whenever another tab has changed something; call the answer to end that. */
  onChange(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  /** Calls `changed` with the name of a draft that another tab has kept or taken away; call the answer to end that. */
  onDraft(changed: (name: string) => void): () => void {
    this.#drafts.add(changed);
    return () => this.#drafts.delete(changed);
  }

  /** A draft that a screen keeps under a name, in this browser only. */
  draft<T>(name: string): Promise<T | undefined> {
    return this.see((a) => a.store.get<T>("drafts", name));
  }

  /** Keeps a draft, or takes it away. */
  async keepDraft(name: string, draft: unknown): Promise<void> {
    await this.see((a) => a.store.put("drafts", name, draft));
    this.#channel.postMessage({ draft: name } satisfies Told);
  }

  /** The names of all drafts. */
  drafts(): Promise<string[]> {
    return this.see((a) => a.store.keys("drafts"));
  }

  /**
   * Calls `heard` with live events, of which one tab has the connection; call the answer to end that.
   *
   * The first is `connected`, in each tab: fetch then what came before.
   */
  onEvent(heard: (event: Heard) => void): () => void {
    this.#heard.add(heard);
    if (!this.#listening) {
      this.#listening = true;
      const tell = (event: Heard): void => {
        this.#channel.postMessage({ event } satisfies Told);
        this.#tellHeard(event);
      };
      void listen(this.#account, this.#stop.signal, tell);
    }
    return () => this.#heard.delete(heard);
  }

  /** Lets go of the account: nothing is heard any more. */
  close(): void {
    this.#stop.abort();
    this.#channel.close();
    this.#account.store.close();
  }

  #told(told: Told): void {
    if ("event" in told) return this.#tellHeard(told.event);
    if ("draft" in told) {
      for (const changed of this.#drafts) changed(told.draft);
      return;
    }
    const catchingUp = this.do(async () => undefined);
    // Whether the account has gone meanwhile, the next step says.
    catchingUp.catch(() => this.#tellChanged());
  }

  #tellHeard(event: Heard): void {
    for (const heard of this.#heard) heard(event);
  }

  #tellChanged(): void {
    for (const changed of this.#changed) changed();
  }
}

function step<T>(store: Store, run: () => Promise<T>): Promise<T> {
  return told(() => locked(store.name, run));
}
