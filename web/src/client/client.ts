/**
 * What screens program against: an account's side of Kentongan, as plain data and methods.
 *
 * Names of things are base64url texts. Whatever fails throws a `ClientError`. Methods that only look answer from this
 * browser, without a network, unless their description says that they ask the hub.
 */

import type { LoginCard } from "../protocol/card.ts";
import type { Kind as LetterKind } from "../protocol/letter.ts";
import { type Account, bundleIsDue, renewBundle, save } from "./account.ts";
import type { AttachmentFor, Progress } from "./api.ts";
import type { LetterTaken } from "./api/rows.ts";
import { finishReplacing } from "./card.ts";
import * as audience from "./audience.ts";
import { inside } from "./audiences.ts";
import type { DeskState } from "./desk.ts";
import { ClientError, failure, Offline } from "./error.ts";
import { Homework } from "./homework/index.ts";
import type { LetterView } from "./letterview.ts";
import type { AccountRef, AudienceRef, LetterRef, PostRef } from "./names.ts";
import type { Addressee } from "./outbox.ts";
import type { Attachment, Draft } from "./payload.ts";
import type { Fetched } from "./read.ts";
import type { RefusedRecord } from "./records.ts";
import { Posts } from "./posts.ts";
import { Session } from "./session.ts";
import type { Store } from "./store.ts";
import { clearWards, refreshAll, Wards } from "./wards.ts";
import type { World } from "./world.ts";

const quietly: Progress = () => undefined;

/** What fetching everything brought; an audience that failed does not keep the others from being fetched. */
export interface FetchedAll {
  readonly posts: { readonly audience: AudienceRef; readonly fetched: Fetched }[];
  readonly letters: LetterRef[];
  /** Audiences that appeared because somebody made this account their publisher. */
  readonly met: AudienceRef[];
  readonly failed: { readonly audience: AudienceRef | undefined; readonly error: ClientError }[];
}

/** An account, open in this tab. */
export class Client extends Posts {
  /** What is about homework. */
  readonly homework = new Homework(this.steps);
  /** The children for whom its owner acts. */
  readonly wards = new Wards(this.steps, Client);
  readonly #unrecorded = new Set<AudienceRef>();
  #recording: Promise<void> | undefined;

  /** Makes an account on the hub at `origin`; its login card is kept nowhere, so show it at once. */
  static async begin(
    world: World,
    store: Store,
    origin: string,
    name?: string,
  ): Promise<{ client: Client; card: LoginCard }> {
    const { account, card } = await Session.create(world, store, origin, name);
    return { client: new Client(account), card };
  }

  /** The account of this browser, if there is one; needs no network. */
  static async open(world: World, store: Store): Promise<Client | undefined> {
    const account = await Session.find(world, store);
    return account && new Client(account);
  }

  /** Brings an account back from the hub at `origin` with its login card, as typed or scanned. */
  static async signIn(world: World, store: Store, origin: string, card: string): Promise<Client> {
    return new Client(await Session.restore(world, store, origin, card));
  }

  /** Renews what is near its end: the bundle, and charters that this account may renew alone. */
  upkeep(): Promise<void> {
    return this.do(async (a) => {
      if (bundleIsDue(a)) {
        await renewBundle(a);
        await save(a);
      }
      await finishReplacing(a);
      await audience.renewCharters(a);
    });
  }

  /** Takes in what other devices wrote into the vault, also those of the children. */
  override refresh(): Promise<void> {
    return this.do((a) => refreshAll(a, Client));
  }

  override async signOut(): Promise<void> {
    await this.do((a) => clearWards(a, Client));
    await super.signOut();
  }

  override async deleteAccount(abandon = false): Promise<void> {
    await this.do((a) => clearWards(a, Client));
    await super.deleteAccount(abandon);
  }

  /** Writes down for this account's other devices, and its co-publishers, what was just sent; the next fetch does what fails. */
  protected override recordSoon(audiences: readonly AudienceRef[]): void {
    for (const id of audiences) this.#unrecorded.add(id);
    this.#recording ??= this.#record();
  }

  async #record(): Promise<void> {
    try {
      for (const id of this.#unrecorded) {
        this.#unrecorded.delete(id);
        try {
          const { writeRecords } = await import("./records.ts");
          await this.do((a) => writeRecords(a, id));
        } catch (e) {
          if (!(failure(e) instanceof ClientError)) throw e;
        }
      }
    } finally {
      // At once: what is sent from here on begins anew.
      this.#recording = undefined;
    }
  }

  /** Resolves when what was sent until now is recorded, or waits for the next fetch. */
  async recorded(): Promise<void> {
    await this.#recording;
  }

  /** Records of an audience that were not believed when they were last looked at: whose, and why. */
  refusedRecords(id: AudienceRef): Promise<RefusedRecord[]> {
    return this.see(async (a) => (await import("./records.ts")).refusedRecords(a, id));
  }

  /** Fetches what is new everywhere: the vault, letters, posts, and what came to desks. */
  async fetchAll(progress: Progress = quietly): Promise<FetchedAll> {
    const all: FetchedAll = { posts: [], letters: [], met: [], failed: [] };
    const attempt = (id: AudienceRef | undefined, run: (a: Account) => Promise<void>): Promise<void> =>
      this.do(run).catch((e: unknown) => {
        if (e instanceof Offline || !(e instanceof ClientError)) throw e;
        all.failed.push({ audience: id, error: e });
      });
    await attempt(undefined, (a) => refreshAll(a, Client));
    await attempt(undefined, async (a) => {
      const { fresh, met } = await (await inside()).fetchLetters(a);
      all.letters.push(...fresh);
      all.met.push(...met);
    });
    const ids = audience.audiences(this.held);
    for (const [done, id] of ids.entries()) {
      progress(done, ids.length);
      await attempt(id, async (a) => {
        all.posts.push({ audience: id, fetched: await (await inside()).fetchPosts(a, id) });
        const chain = await audience.keptChain(a, id);
        if (chain?.current().isPublisher(a.ik.public) !== true) return;
        all.letters.push(...(await (await inside()).fetchDesk(a, chain)));
      });
    }
    progress(ids.length, ids.length);
    return all;
  }

  /** Fetches what is new in an audience, opens it, and tells the hub that it was delivered. */
  fetch(id: AudienceRef): Promise<Fetched> {
    return this.do(async (a) => (await inside()).fetchPosts(a, id));
  }

  /** What was refused in an audience, and why; posts and letters by name. */
  refused(id: AudienceRef): Promise<{ readonly name: string; readonly reason: string }[]> {
    return this.see(async (a) => {
      const { refused } = await a.device.audience(id);
      return [...refused].map(([name, { reason }]) => ({ name, reason }));
    });
  }

  /** What became of an act of this name: sent first if it is on its way; `undefined` where nothing was begun. */
  begun(id: AudienceRef, once: string): Promise<PostRef | LetterRef | undefined> {
    return this.do(async (a) => {
      const sent =
        (await (await inside()).sentAs(a, id, once))?.post ??
        (await (await inside()).scheduledAs(a, id, once));
      return sent ?? (await inside()).letterSentAs(a, once)?.letter;
    });
  }

  /** Whether the hub may have something of an act of this name. */
  isBegun(id: AudienceRef, once: string): Promise<boolean> {
    return this.see(async ({ device }) => {
      const { own, scheduled } = (await device.audience(id)).local;
      const { unanswered, letters = [] } = device.record;
      const posts = [own.pending, ...scheduled.map(({ post }) => post), ...(own.done ?? [])];
      return [...posts, ...unanswered, ...letters].some((one) => one?.once === once);
    });
  }

  /** Seals and sends a letter, and keeps what it said. */
  sendLetter(
    id: AudienceRef,
    to: Addressee,
    kind: LetterKind,
    draft: Draft,
    thread?: PostRef,
    once?: string,
  ): Promise<LetterTaken> {
    return this.do(async (a) => (await inside()).sendLetter(a, id, to, kind, thread, draft, once));
  }

  /** Fetches this account's own letters; the names of new ones. Where charters are refused, fetching posts says so. */
  fetchLetters(): Promise<LetterRef[]> {
    return this.do(async (a) => (await (await inside()).fetchLetters(a)).fresh);
  }

  /** Fetches what came to an audience's desk; the names of new letters. */
  fetchDesk(id: AudienceRef): Promise<LetterRef[]> {
    return this.do(async (a) => (await inside()).fetchDesk(a, await audience.sync(a, id)));
  }

  /** Asks the hub where the letters to a desk stand. */
  deskStates(id: AudienceRef): Promise<Map<LetterRef, DeskState>> {
    return this.see(async (a) => (await inside()).deskStates(a, id));
  }

  /** Says where a letter to the desk stands: open, taken by a publisher, or resolved. */
  setDesk(letter: LetterRef, state: DeskState["state"], assignee?: AccountRef): Promise<void> {
    return this.see((a) => a.api.putDesk(letter, state, assignee));
  }

  /** Letters that came and that this account sent, oldest first. */
  letters({ homework = false } = {}): Promise<LetterView[]> {
    return this.see(async (a) => (await inside()).lettersOf(a, homework));
  }

  /** Notes that a letter was looked at. */
  markLetterRead(id: AudienceRef, letter: LetterRef): Promise<void> {
    return this.do(async (a) => {
      const saved = (await a.device.audience(id)).letters.get(letter);
      if (saved === undefined) return;
      await a.device.keepLetter(id, letter, Object.assign(saved, { read: true }));
      await a.remember();
    });
  }

  /** Seals a file and uploads it, holding up nothing else; what comes back belongs into the draft. */
  async attach(
    id: AudienceRef,
    file: Blob,
    name: string,
    reader: AttachmentFor,
    progress: Progress = quietly,
  ): Promise<Attachment> {
    const upload = await this.see(async (a) => (await inside()).attach(a, id, file, name, reader, progress));
    await this.do(async (a) => (await inside()).noteUpload(a, upload));
    return upload.attachment;
  }

  /** Brings an attachment, checked and opened; what was opened before comes without a network. */
  attachment(id: AudienceRef, attachment: Attachment, progress: Progress = quietly): Promise<Blob> {
    return this.see(async (a) => (await inside()).saveAttachment(a, id, attachment, progress));
  }
}
