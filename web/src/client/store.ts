/**
 * What a browser keeps of an account, in one IndexedDB database.
 *
 * Invariant: a step is written whole or not at all, and only if nobody wrote since what it is based on was read.
 */

import { Cannot } from "./error.ts";

/** The object stores; keys are texts, of the middle three `[audience, id]`. */
const STORES = ["account", "audiences", "posts", "letters", "refused", "drafts", "blobs"] as const;

/** One of them. */
export type StoreName = (typeof STORES)[number];

/** A key. */
export type Key = string | readonly [string, string];

/** A value to be written; `undefined` takes the entry away. */
export interface Change {
  readonly store: StoreName;
  readonly key: Key;
  readonly value: unknown;
}

/** Where in `account` the number of steps written so far stands. */
const STEPS = "steps";

/** The database. */
export class Store {
  /** Its name, also of its lock and channel. */
  readonly name: string;
  readonly #database: IDBDatabase;

  private constructor(name: string, database: IDBDatabase) {
    this.name = name;
    this.#database = database;
  }

  /** Opens it, and makes it if need be. */
  static async open(name = "kentongan"): Promise<Store> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    const database = await done(request);
    // A later version of the page, in another tab, must not wait for this one.
    database.onversionchange = () => database.close();
    return new Store(name, database);
  }

  /** The value of a key. */
  async get<T>(store: StoreName, key: Key): Promise<T | undefined> {
    return done(
      this.#database
        .transaction(store)
        .objectStore(store)
        .get(key as IDBValidKey),
    );
  }

  /** Every entry of an audience. */
  async of<T>(store: "posts" | "letters" | "refused", audience: string): Promise<[id: string, value: T][]> {
    const range = IDBKeyRange.bound([audience], [audience, []]);
    const entries = this.#database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([done(entries.getAllKeys(range)), done(entries.getAll(range))]);
    return keys.map((key, i) => [(key as [string, string])[1], values[i] as T]);
  }

  /** Every key of a store. */
  async keys(store: StoreName): Promise<string[]> {
    return (await done(this.#database.transaction(store).objectStore(store).getAllKeys())) as string[];
  }

  /** How many steps have been written. */
  async steps(): Promise<number> {
    return (await this.get<number>("account", STEPS)) ?? 0;
  }

  /** Writes a step that is based on `steps` earlier ones; how many there are then. */
  async write(steps: number, changes: readonly Change[]): Promise<number> {
    const stores = [...new Set(["account" as const, ...changes.map(({ store }) => store)])];
    const transaction = this.#database.transaction(stores, "readwrite", { durability: "strict" });
    const finished = completed(transaction);
    const account = transaction.objectStore("account");
    const count = account.get(STEPS);
    let contended = false;
    count.onsuccess = () => {
      if (((count.result as number | undefined) ?? 0) !== steps) {
        contended = true;
        transaction.abort();
        return;
      }
      account.put(steps + 1, STEPS);
      for (const change of changes) apply(transaction, change);
    };
    try {
      await finished;
    } catch (e) {
      throw contended ? new Cannot("changed elsewhere") : e;
    }
    return steps + 1;
  }

  /** Writes beside all steps: drafts and blobs, which belong to no other entry. */
  async put(store: "drafts" | "blobs", key: string, value: unknown): Promise<void> {
    const transaction = this.#database.transaction(store, "readwrite");
    const finished = completed(transaction);
    apply(transaction, { store, key, value });
    await finished;
  }

  /** Takes everything away but the count of steps, which tells other tabs. */
  async clear(): Promise<void> {
    const transaction = this.#database.transaction(STORES, "readwrite", { durability: "strict" });
    const finished = completed(transaction);
    const count = transaction.objectStore("account").get(STEPS);
    count.onsuccess = () => {
      for (const store of STORES) transaction.objectStore(store).clear();
      transaction.objectStore("account").put(((count.result as number | undefined) ?? 0) + 1, STEPS);
    };
    await finished;
  }

  /** Lets go of the database. */
  close(): void {
    this.#database.close();
  }
}

function apply(transaction: IDBTransaction, { store, key, value }: Change): void {
  const entries = transaction.objectStore(store);
  if (value === undefined) entries.delete(key as IDBValidKey);
  else entries.put(value, key as IDBValidKey);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
