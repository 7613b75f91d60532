/**
 * What was done without a connection: announcements, replies, questions, *understood*. Kept on this device, done when there is one.
 *
 * Invariants: an errand is written down before it is tried; it goes only when it was done, or when whoever gave it was
 * told at once that it cannot be. One runs at a time, in the order they were given. What is refused later stays, with the
 * reason, until the reader takes it away.
 */

import { Cannot, type Client, ClientError, type Draft, Offline, type Progress } from "../client/index.ts";
import { assign } from "./assigning.ts";
import { draftOf, releaseOf, type Writing } from "./writing.ts";

/** Something to be done. */
export type Errand =
  | {
      /** A reply to everyone. */
      readonly act: "reply";
      readonly audience: string;
      readonly thread: string;
      readonly body: string;
      readonly files: readonly File[];
    }
  | {
      /** A question to the desk. */
      readonly act: "ask";
      readonly audience: string;
      readonly thread: string;
      readonly body: string;
      readonly files: readonly File[];
    }
  | {
      /** An answer of the desk to one member. */
      readonly act: "answer";
      readonly audience: string;
      readonly thread: string;
      readonly to: string;
      /** The letter that is resolved with it. */
      readonly resolves: string | undefined;
      readonly body: string;
      readonly files: readonly File[];
    }
  | {
      /** An announcement, or a correction of one. */
      readonly act: "publish";
      readonly audience: string;
      /** The post that is corrected, or empty. */
      readonly thread: string;
      readonly writing: Writing;
    }
  | {
      /** *Understood.* */
      readonly act: "understood";
      readonly audience: string;
      readonly thread: string;
    };

/** An announcement on its way. */
export type Publishing = Extract<Errand, { act: "publish" }>;

/** An errand that waits, or that the hub refused. */
export type Kept = Errand & { readonly id: number; readonly refused?: { kind: string; reason: string } };

/** Where they are kept, among the drafts. */
const NAME = "errands";

/** The errands of an account. */
export class Errands {
  /** Those that are not done yet. */
  list: readonly Kept[] = [];
  readonly #client: Client;
  readonly #changed: () => void;
  #busy: Promise<unknown> = Promise.resolve();

  readonly #loaded: Promise<void>;

  /** Those that an earlier visit left are there soon; `changed` hears when there are more or fewer. */
  constructor(client: Client, changed: () => void) {
    [this.#client, this.#changed] = [client, changed];
    this.#loaded = this.#load();
  }

  async #load(): Promise<void> {
    this.list = (await this.#client.draft<Kept[]>(NAME)) ?? [];
    if (this.list.length > 0) this.#changed();
  }

  /** Does it now, or keeps it for later; whether it waits. A refusal is thrown, and nothing is kept of it. */
  async run(errand: Errand, progress?: Progress): Promise<boolean> {
    return (await this.#attempt(errand, () => this.#do(errand, progress))) === "waits";
  }

  /** Sends an announcement now, or keeps it for later; the post's name once the hub has it. */
  async publish(errand: Publishing, progress?: Progress): Promise<string | undefined> {
    const done = await this.#attempt(errand, () => this.#publish(errand, progress));
    return done === "waits" ? undefined : done.post;
  }

  async #attempt<T>(errand: Errand, step: () => Promise<T>): Promise<T | "waits"> {
    await this.#loaded;
    const id = Math.max(0, ...this.list.map((kept) => kept.id)) + 1;
    const kept: Kept = { ...errand, id };
    await this.#keep([...this.list, kept]);
    return this.#inTurn(async () => {
      let done: T;
      try {
        done = await step();
      } catch (error) {
        if (error instanceof Offline) return "waits";
        await this.drop(id);
        throw error;
      }
      await this.drop(id);
      return done;
    });
  }

  /** Tries everything that waits; stops at the first that finds no connection. */
  async retry(): Promise<void> {
    await this.#loaded;
    await this.#inTurn(async () => {
      for (const kept of this.list) {
        if (kept.refused !== undefined) continue;
        try {
          await this.#do(kept);
          await this.drop(kept.id);
        } catch (error) {
          if (!(error instanceof ClientError) || mayPass(error)) return;
          const refused = { kind: error.kind, reason: error.reason };
          await this.#keep(this.list.map((other) => (other.id === kept.id ? { ...kept, refused } : other)));
        }
      }
    });
  }

  /** Takes one away. */
  async drop(id: number): Promise<void> {
    await this.#keep(this.list.filter((kept) => kept.id !== id));
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const run = this.#busy.then(step, step);
    this.#busy = run.catch(() => undefined);
    return run;
  }

  async #keep(list: readonly Kept[]): Promise<void> {
    this.list = list;
    await this.#client.keepDraft(NAME, list.length === 0 ? undefined : list);
    this.#changed();
  }

  async #do(errand: Errand, progress?: Progress): Promise<void> {
    const { audience, thread } = errand;
    if (errand.act === "understood") return this.#client.acknowledge(audience, thread);
    if (errand.act === "publish") return void (await this.#publish(errand, progress));
    const draft = await this.#draft(errand, progress);
    if (errand.act === "reply") await this.#reply(audience, thread, draft);
    else {
      const to = errand.act === "ask" ? "desk" : { account: errand.to };
      await this.#client.sendLetter(audience, to, "reply", draft, thread);
      if (errand.act === "answer" && errand.resolves !== undefined)
        await this.#client.setDesk(errand.resolves, "resolved");
    }
  }

  async #reply(audience: string, thread: string, draft: Draft): Promise<void> {
    try {
      await this.#client.send(audience, "reply", draft, thread);
    } catch (error) {
      // The client keeps the sealed post itself from here on, and sends the same bytes again.
      if (!(error instanceof Cannot) || error.reason !== "on its way") throw error;
    }
  }

  async #publish({ audience, thread, writing }: Publishing, progress?: Progress): Promise<{ post?: string }> {
    const client = this.#client;
    const total = writing.pieces.reduce((sum, piece) => sum + ("file" in piece ? piece.file.size : 0), 0);
    const attachments = [];
    let before = 0;
    for (const piece of writing.pieces) {
      if ("attachment" in piece) attachments.push(piece.attachment);
      else {
        const told: Progress = (done) => progress?.(Math.min(before + done, total), total);
        attachments.push(await client.attach(audience, piece.file, piece.file.name, "audience", told));
        before += piece.file.size;
      }
    }
    const draft = { ...draftOf(writing), attachments };
    const at = releaseOf(writing);
    if (writing.task !== undefined) {
      const assigning = { audience, work: thread, asking: writing.task, draft, releaseMs: at };
      return { post: await assign(client, assigning) };
    }
    try {
      if (thread !== "") return await client.send(audience, "correction", draft, thread);
      if (at === undefined) return await client.send(audience, "announcement", draft);
      return { post: await client.schedule(audience, "announcement", draft, at) };
    } catch (error) {
      // The client keeps the sealed post itself from here on, and sends the same bytes again.
      if (!(error instanceof Cannot) || error.reason !== "on its way") throw error;
      return {};
    }
  }

  async #draft(
    errand: Exclude<Errand, { act: "understood" | "publish" }>,
    progress?: Progress,
  ): Promise<Draft> {
    const { audience, body, files, act } = errand;
    const reader = act === "reply" ? "audience" : act === "ask" ? "desk" : { account: errand.to };
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const attachments = [];
    let before = 0;
    for (const file of files) {
      const told: Progress = (done) => progress?.(Math.min(before + done, total), total);
      attachments.push(await this.#client.attach(audience, file, file.name, reader, told));
      before += file.size;
    }
    return { body, attachments };
  }
}

/** Whether the same may succeed later, without anybody doing anything. */
function mayPass(error: ClientError): boolean {
  return error instanceof Offline || PASSING.has(error.reason);
}

const PASSING: ReadonlySet<string> = new Set(["unavailable", "rate-limited", "unauthenticated", "internal"]);

/** What waits in one place. */
export function queued(list: readonly Kept[], thread: string, act: "reply" | "ask" | "answer"): Kept[] {
  return list.filter((kept) => kept.act === act && kept.thread === thread);
}
