/**
 * What happens while the page is open: fetches what the hub announces, beats the drum for it, says it aloud, keeps the
 * counts of the navigation, sends what waited for a connection, and tells the screens.
 *
 * Invariant: a screen is told after what it will draw is here; one fetch runs at a time.
 */

import { type Client, ClientError, type Fetched, Offline } from "../client/index.ts";
import type { Change } from "./context.ts";
import { Errands } from "./errands.ts";
import { announce, hint, navigation, type Place, say } from "./frame.ts";
import { isOpen } from "./hours.ts";
import { volumeOf } from "./preferences.ts";
import { called, isPrivate } from "./reading.ts";
import { drumFor, wakeSound } from "./sound.ts";
import { titleOf } from "./title.ts";
import { words } from "./words.ts";

/** An account's live side, for as long as the page is open. */
export class Live {
  /** What waits for a connection. */
  readonly errands: Errands;
  /** Posts that are being prepared for this account, by audience. */
  readonly waiting = new Map<string, number>();
  /** How many ask to be admitted, by audience that this account publishes in. */
  readonly asking = new Map<string, number>();
  /** Whether everything has been asked for once. */
  fetched = false;
  readonly #client: Client;
  readonly #tell: (change: Change) => void;
  readonly #stop = new AbortController();
  readonly #due = new Map<string, Change>();
  #running: Promise<void> | undefined;
  #offline = false;

  /** Begins; `tell` hears of every change. */
  constructor(client: Client, tell: (change: Change) => void) {
    [this.#client, this.#tell] = [client, tell];
    const changed = () => tell({ kind: "errand" });
    this.errands = new Errands(client, changed, () => tell({ kind: "progress" }));
    started.set(client, this);
    wakeSound();
    this.#listen();
  }

  /** Ends; nothing is told any more. */
  end(): void {
    this.#stop.abort();
  }

  /** Fetches everything, as after a time without connection. */
  fetchAll(): Promise<void> {
    return this.#soon({ kind: "connected" });
  }

  #listen(): void {
    const { signal } = this.#stop;
    const ends = [
      this.#client.onEvent((event) => {
        const { kind, audience, subject } = event;
        void this.#soon({
          kind,
          ...(audience === undefined ? {} : { audience }),
          ...(subject === undefined ? {} : { subject }),
        });
      }),
      this.#client.onChange(() => {
        this.#tell({ kind: "elsewhere" });
        void this.count();
      }),
    ];
    signal.addEventListener("abort", () => ends.forEach((end) => end()), { once: true });
    addEventListener("online", () => void this.fetchAll(), { signal });
    // An answer that was under way may still come; what is asked after it has the last word.
    const cut = () => {
      this.#connected(false);
      void this.fetchAll();
    };
    addEventListener("offline", cut, { signal });
    if (!navigator.onLine) this.#connected(false);
    void this.fetchAll();
    void this.count();
  }

  /** Runs it when what runs now is over; the same twice is once. */
  #soon(change: Change): Promise<void> {
    this.#due.set(`${change.kind} ${change.audience ?? ""} ${change.subject ?? ""}`, change);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const [key, change] of this.#due) {
      this.#due.delete(key);
      if (this.#stop.signal.aborted) return;
      try {
        await this.errands.retry();
        await this.#follow(change);
        this.#connected(true);
      } catch (error) {
        if (error instanceof Offline) this.#connected(false);
        else if (!(error instanceof ClientError)) throw error;
      }
      if (change.kind === "connected") this.fetched = true;
      this.#tell(change);
      await this.count();
    }
  }

  async #follow({ kind, audience, subject }: Change): Promise<void> {
    if (kind === "connected") return this.#everything();
    if (kind === "reminder") return this.#remind(subject);
    if (audience === undefined || !(await this.#isMine(audience))) {
      if (kind === "letter") await this.#letters(await this.#client.fetchLetters());
      return;
    }
    if (kind === "request" || kind === "member") await this.countAsking(audience);
    // New rules may have new keys, without this account's.
    if (kind === "post" || kind === "member" || kind === "charter")
      await this.#posts(audience, await this.#client.fetch(audience));
    else if (kind === "letter" || kind === "desk") {
      await this.#letters(await this.#client.fetchLetters());
      const { role, hasKeys } = await this.#client.audience(audience);
      if (role !== "member" && hasKeys) await this.#letters(await this.#client.fetchDesk(audience));
    }
  }

  async #isMine(audience: string): Promise<boolean> {
    return (await this.#client.audiences()).some((mine) => mine.audience === audience);
  }

  async #everything(): Promise<void> {
    const { posts, letters, met } = await this.#client.fetchAll();
    for (const audience of met) {
      const { label } = await this.#client.audience(audience);
      announce(words().common.madePublisher(label));
    }
    for (const { audience, fetched } of posts) await this.#posts(audience, fetched);
    await this.#letters(letters);
    for (const { audience } of await this.#client.audiences()) await this.countAsking(audience);
  }

  /** Asks how many wait to be admitted, where this account can admit. */
  async countAsking(audience: string): Promise<void> {
    const { role, hasKeys } = await this.#client.audience(audience);
    if (role === "member" || !hasKeys) return void this.asking.delete(audience);
    const { asking } = await this.#client.asking(audience);
    const before = this.asking.get(audience) ?? 0;
    this.asking.set(audience, asking.length);
    if (this.fetched && asking.length > before) announce(words().common.asking(asking.length));
  }

  /** Announces what came of an audience, the most urgent of it with the drum. */
  async #posts(audience: string, { fresh, waiting }: Fetched): Promise<void> {
    if (waiting > 0) this.waiting.set(audience, waiting);
    else this.waiting.delete(audience);
    if (fresh.length === 0 || !this.fetched) return;
    const { label, muted } = await this.#client.audience(audience);
    const all = (await this.#client.posts(audience)).filter(({ post }) => fresh.includes(post));
    const news = all.filter(({ own, blocked, kind }) => !own && !blocked && kind !== "correction");
    const urgent = news.find(({ content }) => content.priority === "urgent");
    const one = urgent ?? news.at(-1);
    if (one === undefined || muted) return;
    drumFor(one.content.priority, volumeOf(this.#client, audience));
    const { arrived, arrivedUrgent } = words().read.inbox;
    announce((urgent === undefined ? arrived : arrivedUrgent)(label, titleOf(one.content)));
  }

  /** Says that an assignment is due soon; the hub knows no more of it than that. */
  async #remind(post: string | undefined): Promise<void> {
    const found = post === undefined ? undefined : await this.#client.post(post);
    if (found === undefined) return;
    drumFor(undefined, volumeOf(this.#client, found.audience));
    hint(words().teaching.dueTimes.soon(titleOf(found.content)), `/homework/${found.audience}/${found.post}`);
  }

  async #letters(fresh: readonly string[]): Promise<void> {
    if (fresh.length === 0 || !this.fetched) return;
    const open = isOpen(this.#client.settings.officeHours, Date.now());
    const letters = (await this.#client.letters()).filter(
      (letter) => fresh.includes(letter.letter) && !letter.own && (open || isPrivate(letter)),
    );
    const one = letters.findLast(isPrivate) ?? letters.at(-1);
    if (one === undefined) return;
    drumFor(one.content.priority, volumeOf(this.#client, one.audience));
    announce(words().read.inbox.letterArrived(called(one)));
  }

  #connected(now: boolean): void {
    if (now === !this.#offline) return;
    this.#offline = !now;
    say(now ? undefined : words().common.offline);
    if (now) announce(words().common.online);
    this.#tell({ kind: now ? "online" : "offline" });
  }

  async #isAsked(): Promise<boolean> {
    return (await this.#client.homework.works()).some(({ state }) => state === "PUBLISHED");
  }

  /** Counts anew what the navigation shows. */
  async count(): Promise<void> {
    const audiences = await this.#client.audiences();
    const letters = await this.#client.letters();
    const heard = audiences.filter(({ muted }) => !muted);
    const news = heard.reduce((sum, { unread }) => sum + unread.posts + unread.replies, 0);
    const answers = letters.filter((letter) => !letter.read && isPrivate(letter) && !letter.own).length;
    const desk = letters.filter((letter) => !letter.read && !isPrivate(letter) && !letter.own).length;
    const publisher = audiences.some(({ role }) => role !== "member");
    const counts = new Map<Place, number>([
      ["news", news + answers],
      ["desk", desk],
      ["audiences", [...this.asking.values()].reduce((sum, n) => sum + n, 0)],
    ]);
    // Whoever has never had homework does without the code for it.
    const homework = publisher || ((await this.#client.homework.isKnown()) && (await this.#isAsked()));
    if (!this.#stop.signal.aborted) navigation(publisher, homework, counts);
  }
}

const started = new WeakMap<Client, Live>();

/** The live side of an account on this page. */
export function liveOf(client: Client): Live {
  const live = started.get(client);
  if (live === undefined) throw new Error("the live side starts with the account");
  return live;
}
