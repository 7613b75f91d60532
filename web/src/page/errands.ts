/**
 * What was done without a connection: announcements, replies, questions, *understood*. Kept on this device, done when there is one.
 *
 * Invariants: an errand is written down before it is tried; whoever tries it holds its lock, so that it is tried once at
 * a time among all tabs, and it goes only when it was done, or when whoever gave it was told at once that it cannot be.
 * One runs at a time in a tab, in the order they were given. What is refused later stays, with the reason, until the
 * reader takes it away.
 */

import { type Client, ClientError, ifFree, type Progress } from "../client/index.ts";
import { type Errand, isUnanswered, perform, type Publishing } from "./errand.ts";
import { newName } from "./writing.ts";

export type { Errand, Publishing } from "./errand.ts";

/** An errand that waits, or that the hub refused. */
export type Kept = Errand & {
  /** Names that were given later come later. */
  readonly id: string;
  readonly refused?: { readonly kind: string; readonly reason: string };
};

/** Before the name of each, among the drafts. */
const PREFIX = "errand ";

/** How much has gone of one that an earlier try or visit left, in bytes. */
export interface Going {
  readonly id: string;
  readonly done: number;
  readonly total: number;
}

/** The errands of an account. */
export class Errands {
  /** Those that are not done yet. */
  list: readonly Kept[] = [];
  /** The one of them whose files are being sent now. */
  going: Going | undefined;
  /** Resolves when those that an earlier visit left are in the list. */
  readonly ready: Promise<void>;
  readonly #client: Client;
  readonly #changed: () => void;
  readonly #sending: () => void;
  #busy: Promise<unknown> = Promise.resolve();
  #given = 0;

  /** `changed` hears when there are more or fewer, of other tabs too; `sending` when more of one has gone. */
  constructor(client: Client, changed: () => void, sending: () => void = () => undefined) {
    [this.#client, this.#changed, this.#sending] = [client, changed, sending];
    client.onDraft((name) => void (name.startsWith(PREFIX) && this.#look()));
    this.ready = this.#look();
  }

  /** Does it now, or keeps it for later; whether it waits. A refusal is thrown, and nothing is kept of it. */
  async run(errand: Errand, progress?: Progress): Promise<boolean> {
    return (await this.#attempt(errand, progress)) === "waits";
  }

  /** Sends an announcement now, or keeps it for later; the post's name once the hub has it. */
  async publish(errand: Publishing, progress?: Progress): Promise<string | undefined> {
    const done = await this.#attempt(errand, progress);
    return done === "waits" ? undefined : done.made;
  }

  async #attempt(errand: Errand, progress?: Progress): Promise<{ made: string | undefined } | "waits"> {
    const kept: Kept = { ...errand, id: this.#newId() };
    const held = await ifFree(lockOf(kept.id), async () => {
      await this.#keep(kept.id, kept);
      return this.#inTurn(async () => {
        try {
          const made = await perform(this.#client, kept.id, errand, progress);
          await this.#keep(kept.id, undefined);
          return { made };
        } catch (error) {
          if (isUnanswered(error)) return "waits" as const;
          await this.#keep(kept.id, undefined);
          throw error;
        }
      });
    });
    if (held === undefined) throw new Error("nobody else has a new name");
    return held.value;
  }

  /** Tries everything that waits and that nobody tries just now; stops at the first that finds no connection. */
  async retry(): Promise<void> {
    await this.#look();
    if (this.list.every((kept) => kept.refused !== undefined)) return;
    await this.#inTurn(async () => {
      for (const { id } of this.list) {
        const tried = await ifFree(lockOf(id), () => this.#again(id));
        if (tried?.value === "stop") return;
      }
    });
  }

  /** Tries one that may be done meanwhile, or refused. */
  async #again(id: string): Promise<"go on" | "stop"> {
    const kept = await this.#client.draft<Kept>(PREFIX + id);
    if (kept === undefined || kept.refused !== undefined) return "go on";
    try {
      await perform(this.#client, id, kept, (done, total) => this.#go({ id, done, total }));
      await this.#keep(id, undefined);
    } catch (error) {
      if (!(error instanceof ClientError) || mayPass(error)) return "stop";
      await this.#keep(id, { ...kept, refused: { kind: error.kind, reason: error.reason } });
    } finally {
      if (this.going !== undefined) this.#go(undefined);
    }
    return "go on";
  }

  #go(going: Going | undefined): void {
    this.going = going;
    this.#sending();
  }

  /**
   * Takes one away, once `instead` has kept what is to be kept of it; whether it was still there to be taken: not if it
   * was done meanwhile, is being done, or may have reached the hub.
   */
  async drop(id: string, instead: (kept: Kept) => Promise<void> = async () => undefined): Promise<boolean> {
    const taken = await ifFree(lockOf(id), async () => {
      const kept = await this.#client.draft<Kept>(PREFIX + id);
      if (kept === undefined) return false;
      if (kept.refused === undefined && (await this.#client.isBegun(kept.audience, id))) return false;
      await instead(kept);
      await this.#keep(id, undefined);
      return true;
    });
    await this.#look();
    return taken?.value === true;
  }

  #newId(): string {
    this.#given = Math.max(Date.now(), this.#given + 1);
    return `${String(this.#given).padStart(15, "0")} ${newName()}`;
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const run = this.#busy.then(step, step);
    this.#busy = run.catch(() => undefined);
    return run;
  }

  async #keep(id: string, kept: Kept | undefined): Promise<void> {
    await this.#client.keepDraft(PREFIX + id, kept);
    await this.#look();
  }

  /** Reads again what is kept; tells whether it is another list now. */
  async #look(): Promise<void> {
    const names = (await this.#client.drafts()).filter((name) => name.startsWith(PREFIX)).sort();
    const found = await Promise.all(names.map((name) => this.#client.draft<Kept>(name)));
    const before = shown(this.list);
    this.list = found.filter((kept) => kept !== undefined);
    if (shown(this.list) !== before) this.#changed();
  }
}

const lockOf = (id: string): string => `kentongan ${PREFIX}${id}`;

const shown = (list: readonly Kept[]): string =>
  list.map(({ id, refused }) => `${id} ${refused?.reason ?? ""}`).join("\n");

/** Whether the same may succeed later, without anybody doing anything. */
function mayPass(error: ClientError): boolean {
  return isUnanswered(error) || PASSING.has(error.reason);
}

const PASSING: ReadonlySet<string> = new Set([
  ...["unavailable", "rate-limited", "unauthenticated", "internal"],
  ...["changed elsewhere", "charter changes", "earlier post refused"],
]);

/** What waits in one place. */
export function queued(list: readonly Kept[], thread: string, act: "reply" | "ask" | "answer"): Kept[] {
  return list.filter((kept) => kept.act === act && kept.thread === thread);
}
