/** How long a silent network is waited for: as long as something moves, it may take its time. */

import { Offline } from "../error.ts";

/** So long may nothing move. */
const PATIENCE_MS = 15_000;

/** A limit on silence: of the network, not of the whole. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #limit: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  /** Begins to wait; for `more` milliseconds longer until the first thing moves. */
  constructor(more = 0, limit = PATIENCE_MS) {
    this.#limit = limit;
    this.#set(limit + more);
  }

  /** Ends the request when patience does. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something moved. */
  touch(): void {
    if (!this.#over) this.#set(this.#limit);
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  /** Ends the request now; nothing of it is of use any more. */
  stop(): void {
    this.end();
    this.#controller.abort(new Offline("offline"));
  }

  /** Awaits a request's beginning; a network that fails is {@link Offline}. */
  async with<T>(request: Promise<T>): Promise<T> {
    try {
      const begun = await request;
      this.touch();
      return begun;
    } catch (e) {
      throw this.#failed(e);
    }
  }

  /** The pieces of a body as they come. */
  async *pieces(response: Response): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    if (reader === undefined) return this.end();
    try {
      for (;;) {
        const { done, value } = await this.with(reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      this.end();
      // A body that nobody reads on is not sent on.
      reader.cancel().catch(() => undefined);
    }
  }

  #failed(e: unknown): unknown {
    this.end();
    if (e instanceof Offline) return e;
    const why: unknown = this.signal.reason;
    return why instanceof Offline ? why : new Offline("offline");
  }

  #set(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(new Offline("timeout")), ms);
  }
}
