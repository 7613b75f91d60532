/**
 * Whose page is shown: one's own, or that of a child whose login card a guardian keeps.
 *
 * Invariants: one account is shown at a time, and its name stands in the bar; another child's account is only looked at
 * for what is new, and sends what waits there.
 */

import { type Client, ClientError } from "../client/index.ts";
import type { Acting, Child } from "./context.ts";
import { Errands } from "./errands.ts";
import { type Member, say, showFamily } from "./frame.ts";
import { sentence } from "./problem.ts";
import { words } from "./words.ts";

/** Where the tab keeps whose page it shows, over a reload. */
const KEPT = "acting";

/** An account that is looked at from the side. */
interface Side {
  readonly child: Child;
  readonly client: Client;
  readonly end: AbortController;
  fresh: number;
}

/** A guardian and their children. */
export class Family {
  /** The account of this browser. */
  readonly self: Client;
  /** Whose page is shown; nobody's but one's own where undefined. */
  child: Child | undefined;
  readonly #open: (client: Client) => Promise<void>;
  readonly #arrive: () => Promise<void>;
  readonly #clients = new Map<string, Client>();
  readonly #sides = new Map<string, Side>();
  readonly #stop = new AbortController();
  #children: readonly Child[] = [];
  #own: Side | undefined;

  /** `open` makes an account the one that is shown; `arrive` goes to its first page. */
  constructor(self: Client, open: (client: Client) => Promise<void>, arrive: () => Promise<void>) {
    [this.self, this.#open, this.#arrive] = [self, open, arrive];
    const ended = self.onChange(() => void this.look());
    this.#stop.signal.addEventListener("abort", ended, { once: true });
    document.addEventListener("visibilitychange", () => document.hidden || this.#lookAgain(), {
      signal: this.#stop.signal,
    });
  }

  /** Whose page it is, and that it is this account that acts; nobody where it is one's own. */
  get acting(): Acting | undefined {
    return this.child && { child: this.child, guardian: this.self };
  }

  /** Shows whoever was shown before a reload. */
  async begin(): Promise<void> {
    const kept = sessionStorage.getItem(KEPT);
    this.#children = await this.self.wards.list();
    this.child = this.#children.find(({ account }) => account === kept);
    try {
      await this.#open(this.child === undefined ? this.self : await this.client(this.child.account));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.child = undefined;
      await this.#open(this.self);
      say(sentence(error));
    }
    this.draw();
    void this.look();
  }

  /** Begins to look at the others, and says who there is. */
  async look(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#children = await this.self.wards.list();
    for (const [account, side] of this.#sides)
      if (!this.#children.some((child) => child.account === account)) {
        this.#leave(side);
        side.client.close();
        this.#clients.delete(account);
      }
    if (this.child !== undefined && this.#own === undefined) {
      this.#own = this.#beside({ account: this.self.account, name: "" }, this.self);
    }
    for (const child of this.#children) {
      if (child.account === this.child?.account || this.#sides.has(child.account)) continue;
      try {
        this.#sides.set(child.account, this.#beside(child, await this.client(child.account)));
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
      }
    }
    this.draw();
  }

  /** The account of a child, opened once. */
  async client(account: string): Promise<Client> {
    const open = this.#clients.get(account);
    if (open !== undefined) return open;
    const made = await this.self.wards.open(account);
    this.#clients.set(account, made);
    return made;
  }

  /** Shows another page of the family: a child's, or one's own where `account` is undefined. */
  async act(account: string | undefined, arriving = true): Promise<void> {
    const child = this.#children.find((one) => one.account === account);
    if (child?.account === this.child?.account) return;
    const client = child === undefined ? this.self : await this.client(child.account);
    for (const side of [...this.#sides.values(), ...(this.#own === undefined ? [] : [this.#own])])
      this.#leave(side);
    this.child = child;
    if (child === undefined) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, child.account);
    await this.#open(client);
    this.draw();
    if (arriving) await this.#arrive();
    await this.look();
  }

  /** Says in the bar whose page this is, and where something new waits. */
  draw(): void {
    if (this.#children.length === 0) return showFamily(undefined);
    const said = words().common.family;
    const member = (child: Child | undefined, fresh: number): Member => ({
      name: child?.name ?? said.self,
      here: child?.account === this.child?.account,
      fresh,
      press: () => void this.#press(child?.account),
    });
    const of = (child: Child) => member(child, this.#sides.get(child.account)?.fresh ?? 0);
    showFamily({
      title: this.child === undefined ? undefined : said.of(this.child.name),
      members: [member(undefined, this.#own?.fresh ?? 0), ...this.#children.map(of)],
    });
  }

  /** A page that does not open is said so; the one before stays. */
  async #press(account: string | undefined): Promise<void> {
    try {
      await this.act(account);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      say(sentence(error));
    }
  }

  /** Ends; nobody is looked at any more. */
  end(): void {
    this.#stop.abort();
    for (const side of this.#sides.values()) this.#leave(side);
    if (this.#own !== undefined) this.#leave(this.#own);
    for (const client of this.#clients.values()) client.close();
    showFamily(undefined);
  }

  #leave(side: Side): void {
    side.end.abort();
    this.#sides.delete(side.child.account);
    if (side === this.#own) this.#own = undefined;
  }

  #beside(child: Child, client: Client): Side {
    const side: Side = { child, client, end: new AbortController(), fresh: 0 };
    const errands = new Errands(client, () => undefined);
    let running: Promise<void> | undefined;
    const fetch = async () => {
      try {
        await errands.retry();
        await client.fetchAll();
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
      }
      if (side.end.signal.aborted) return;
      side.fresh = await freshOf(client);
      this.draw();
    };
    const soon = () => void (running ??= fetch().finally(() => (running = undefined)));
    const heard = client.onEvent(soon);
    side.end.signal.addEventListener("abort", heard, { once: true });
    addEventListener("online", soon, { signal: side.end.signal });
    soon();
    return side;
  }

  #lookAgain(): void {
    void this.look();
  }
}

/** How much of an account was not looked at. */
async function freshOf(client: Client): Promise<number> {
  const audiences = (await client.audiences()).filter(({ muted }) => !muted);
  return audiences.reduce(
    (sum, { unread: { posts, replies, letters } }) => sum + posts + replies + letters,
    0,
  );
}
