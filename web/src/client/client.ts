/**
 * What screens program against: an account's side of Kentongan, as plain data and methods.
 *
 * Names of things are base64url texts. Whatever fails throws a `ClientError`. Methods that only look answer from this
 * browser, without a network, unless their description says that they ask the hub.
 */

import type { LoginCard } from "../protocol/card.ts";
import type { Role } from "../protocol/charter.ts";
import type { Kind as LetterKind } from "../protocol/letter.ts";
import type { MemberRole } from "../protocol/membership.ts";
import type { Kind as PostKind } from "../protocol/post.ts";
import { type Account, bundleIsDue, refresh, renewBundle, save } from "./account.ts";
import type { AttachmentFor, Progress } from "./api.ts";
import type { Approved, LetterTaken, MailState, OwnAudience, Status } from "./api/rows.ts";
import { approve } from "./approve.ts";
import { attach, saveAttachment } from "./attach.ts";
import { finishReplacing } from "./card.ts";
import * as audience from "./audience.ts";
import { deskStates, type DeskState, type ThreadState, threadState } from "./desk.ts";
import * as enrol from "./enrol.ts";
import { ClientError, HubError, Offline } from "./error.ts";
import { Homework } from "./homework/index.ts";
import { type Invitation, look } from "./invitation.ts";
import { join, type Joined, type Joining, leave } from "./join.ts";
import { fetchDesk, fetchLetters, sendLetter } from "./letters.ts";
import { closeLink, type LinkLine, links, makeLink, type NewLink } from "./links.ts";
import { askForMail } from "./mail.ts";
import type { AccountRef, AudienceRef, LetterRef, LinkRef, PostRef } from "./names.ts";
import type { Addressee } from "./outbox.ts";
import { Own } from "./own.ts";
import type { Attachment, Draft } from "./payload.ts";
import { permalink } from "./permalink.ts";
import { acknowledge, type Fetched, fetchPosts, markRead } from "./read.ts";
import { proveReport, type Proved, type Report, reportOf } from "./report.ts";
import { addStaff, type Cause, rotate, type Rotated } from "./rotate.ts";
import { schedule } from "./schedule.ts";
import { shareSecrets } from "./secrets.ts";
import { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";
import { noteUpload } from "./uploads.ts";
import { labelled } from "./vault.ts";
import * as view from "./view.ts";
import { flush, send, type Sent } from "./write.ts";
import type { World } from "./world.ts";

const quietly: Progress = () => undefined;

/** What fetching everything brought; an audience that failed does not keep the others from being fetched. */
export interface FetchedAll {
  readonly posts: { readonly audience: AudienceRef; readonly fetched: Fetched }[];
  readonly letters: LetterRef[];
  readonly failed: { readonly audience: AudienceRef | undefined; readonly error: ClientError }[];
}

/** An account, open in this tab. */
export class Client extends Own {
  /** What is about homework. */
  readonly homework = new Homework(this.steps);

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

  /** The account's name on the hub. */
  get account(): AccountRef {
    return this.held.name;
  }

  /** The hub's address. */
  get origin(): string {
    return this.held.api.origin.text;
  }

  /** The name its owner writes under. */
  get name(): string | undefined {
    return this.held.vault.document.name ?? undefined;
  }

  /** The owner's preferences. */
  get settings(): Settings {
    return this.held.vault.document.settings ?? {};
  }

  /** Changes the name its owner writes under. */
  setName(name: string | undefined): Promise<void> {
    return this.#change((a) => {
      a.vault.document.name = name ?? null;
    });
  }

  /** Changes preferences, here and for every device. */
  changeSettings(change: (settings: Settings) => Settings): Promise<void> {
    return this.#change((a) => {
      a.vault.document.settings = change(a.vault.document.settings ?? {});
    });
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

  /** Takes in what other devices wrote into the vault. */
  refresh(): Promise<void> {
    return this.do(refresh);
  }

  /** Takes the account off this browser; with its login card it comes back. Ends the session if the hub answers. */
  signOut(): Promise<void> {
    return this.do(async (a) => {
      await a.store.clear();
      await a.api.endSession().catch((e: unknown) => {
        if (!(e instanceof HubError || e instanceof Offline)) throw e;
      });
    });
  }

  /** Every audience that its owner has not left. */
  audiences(): Promise<view.AudienceView[]> {
    return this.see((a) => Promise.all(audience.audiences(a).map((id) => view.audienceView(a, id))));
  }

  /** One audience. */
  audience(id: AudienceRef): Promise<view.AudienceView> {
    return this.see((a) => view.audienceView(a, id));
  }

  /** The names that accounts of an audience last gave themselves: their claims. */
  names(id: AudienceRef): Promise<ReadonlyMap<AccountRef, string>> {
    return this.see((a) => view.namesIn(a, id));
  }

  /** Every revision of its charter, oldest first: the audit trail. */
  history(id: AudienceRef): Promise<view.RevisionView[]> {
    return this.see((a) => view.historyOf(a, id));
  }

  /** Asks the hub in which audiences it has this account. */
  audiencesAtHub(): Promise<OwnAudience[]> {
    return this.see((a) => a.api.audiences());
  }

  /** Founds an audience; `label` is the owner's own name for it. */
  found(label: string, rules: audience.Rules): Promise<AudienceRef> {
    return this.do((a) => audience.found(a, label, rules));
  }

  /** Gives an audience another name of one's own. */
  rename(id: AudienceRef, label: string): Promise<void> {
    return this.#change((a) => {
      a.keys(id).label = labelled(label);
    });
  }

  /** Brings its charters up to date. */
  sync(id: AudienceRef): Promise<view.AudienceView> {
    return this.do(async (a) => {
      await audience.sync(a, id);
      await a.remember();
      return view.audienceView(a, id);
    });
  }

  /** Makes the charter valid for another three months; its new revision. */
  renew(id: AudienceRef): Promise<number> {
    return this.do((a) => audience.renew(a, id));
  }

  /** Changes rules; the charter's new revision. */
  setRules(id: AudienceRef, rules: Parameters<typeof audience.setRules>[2]): Promise<number> {
    return this.do((a) => audience.setRules(a, id, rules));
  }

  /** Agrees that the operator of a hosted audience reads along. */
  consentToHosting(id: AudienceRef): Promise<void> {
    return this.#change((a) => {
      a.keys(id).hosting_consented = true;
    });
  }

  /** Makes a link and returns its address, whose fragment no server ever sees. */
  makeLink(id: AudienceRef, wanted: NewLink): Promise<string> {
    return this.do((a) => makeLink(a, id, wanted));
  }

  /** Asks the hub for the audience's links. */
  links(id: AudienceRef): Promise<LinkLine[]> {
    return this.see((a) => links(a, id));
  }

  /** Closes a link for good. */
  closeLink(id: AudienceRef, link: LinkRef): Promise<void> {
    return this.do((a) => closeLink(a, id, link));
  }

  /** Looks at a link before following it: asks the hub as nobody. */
  look(link: string): Promise<Invitation> {
    return this.see((a) => look(a.api.origin.text, link, a.world.clock()));
  }

  /** Follows a link. */
  join(link: string, joining: Joining): Promise<{ audience: AudienceRef; joined: Joined }> {
    return this.do((a) => join(a, link, joining));
  }

  /** Leaves an audience: the hub drops the token at once. */
  leave(id: AudienceRef): Promise<void> {
    return this.do((a) => leave(a, id));
  }

  /** Who asks to be admitted; asks the hub. */
  asking(id: AudienceRef): ReturnType<typeof enrol.asking> {
    return this.do((a) => enrol.asking(a, id));
  }

  /** Admits whom a person chose out of {@link Client.asking}. */
  admit(
    id: AudienceRef,
    chosen: readonly AccountRef[],
    role: MemberRole = "member",
    progress: Progress = quietly,
  ): Promise<enrol.Enrolled> {
    return this.do((a) => enrol.admit(a, id, chosen, role, progress));
  }

  /** Declines a request. */
  decline(id: AudienceRef, account: AccountRef): Promise<void> {
    return this.see((a) => a.api.decline(id, account));
  }

  /** Everyone enrolled, with the names they gave; asks the hub. */
  members(id: AudienceRef): Promise<enrol.MemberLine[]> {
    return this.do((a) => enrol.members(a, id));
  }

  /** Removes a member: at once, with an honest hub; {@link Client.rotate} makes it hold against any. */
  remove(id: AudienceRef, account: AccountRef): Promise<void> {
    return this.see((a) => a.api.remove(id, account));
  }

  /** Makes room for so many times 4,096 more members. */
  addCohorts(id: AudienceRef, wanted: number): Promise<void> {
    return this.do(async (a) => void (await enrol.addCohorts(a, await audience.sync(a, id), wanted)));
  }

  /** Replaces cohort keys and enrols those who stay under the new ones. */
  rotate(id: AudienceRef, cause: Cause, progress: Progress = quietly): Promise<Rotated> {
    return this.do((a) => rotate(a, id, cause, progress));
  }

  /** Makes an account a publisher or admin, and sends it the audience's keys. */
  addStaff(id: AudienceRef, account: AccountRef, role: Role): Promise<number> {
    return this.do((a) => addStaff(a, id, account, role));
  }

  /** Sends the audience's keys to one publisher, or to every other one. */
  shareSecrets(id: AudienceRef, only?: AccountRef): Promise<void> {
    return this.do(async (a) => shareSecrets(a, await audience.sync(a, id), only));
  }

  /** Fetches what is new everywhere: the vault, letters, posts, and what came to desks. */
  async fetchAll(progress: Progress = quietly): Promise<FetchedAll> {
    const all: FetchedAll = { posts: [], letters: [], failed: [] };
    const attempt = (id: AudienceRef | undefined, run: (a: Account) => Promise<void>): Promise<void> =>
      this.do(run).catch((e: unknown) => {
        if (e instanceof Offline || !(e instanceof ClientError)) throw e;
        all.failed.push({ audience: id, error: e });
      });
    await attempt(undefined, refresh);
    await attempt(undefined, async (a) => void all.letters.push(...(await fetchLetters(a)).fresh));
    const ids = audience.audiences(this.held);
    for (const [done, id] of ids.entries()) {
      progress(done, ids.length);
      await attempt(id, async (a) => {
        all.posts.push({ audience: id, fetched: await fetchPosts(a, id) });
        const chain = await audience.keptChain(a, id);
        if (chain?.current().isPublisher(a.ik.public) !== true) return;
        all.letters.push(...(await fetchDesk(a, chain)));
      });
    }
    progress(ids.length, ids.length);
    return all;
  }

  /** Fetches what is new in an audience, opens it, and tells the hub that it was delivered. */
  fetch(id: AudienceRef): Promise<Fetched> {
    return this.do((a) => fetchPosts(a, id));
  }

  /** Announcements, assignments and replies of an audience, in the hub's order. */
  posts(id: AudienceRef): Promise<view.PostView[]> {
    return this.see((a) => view.postsOf(a, id));
  }

  /** One post, in whichever audience it is. */
  post(post: PostRef): Promise<view.PostView | undefined> {
    return this.see((a) => view.findPost(a, post));
  }

  /** What was refused in an audience, and why; posts and letters by name. */
  refused(id: AudienceRef): Promise<{ readonly name: string; readonly reason: string }[]> {
    return this.see(async (a) => {
      const { refused } = await a.device.audience(id);
      return [...refused].map(([name, { reason }]) => ({ name, reason }));
    });
  }

  /** Notes that a post was looked at; with `receipt`, the publishers learn it too. */
  markRead(id: AudienceRef, post: PostRef, receipt = false): Promise<void> {
    return this.do((a) => markRead(a, id, post, receipt));
  }

  /** Tells the publishers that its owner has understood a post. */
  acknowledge(id: AudienceRef, post: PostRef): Promise<void> {
    return this.do((a) => acknowledge(a, id, post));
  }

  /** Seals a draft once and sends it to all of the audience; `thread`: the root of a reply, the post a correction means. */
  send(id: AudienceRef, kind: PostKind, draft: Draft, thread?: PostRef): Promise<Sent> {
    return this.do((a) => send(a, id, kind, thread, draft));
  }

  /** Seals a draft now and has the hub hold it until `releaseMs`; it lapses if the audience's keys change before. */
  schedule(
    id: AudienceRef,
    kind: "announcement" | "assignment",
    draft: Draft,
    releaseMs: number,
  ): Promise<PostRef> {
    return this.do((a) => schedule(a, id, kind, draft, releaseMs));
  }

  /** Takes a post back that waits for its time. */
  takeBack(post: PostRef): Promise<void> {
    return this.see((a) => a.api.takeBack(post));
  }

  /** Asks the hub whether the publishers of an audience may tell it when work is due, for its reminders. */
  dueTimes(id: AudienceRef): Promise<boolean> {
    return this.see((a) => a.api.dueTimes(id));
  }

  /** Allows that, or forbids it, which has the hub forget what it was told: an admin's. */
  allowDueTimes(id: AudienceRef, allowed: boolean): Promise<void> {
    return this.see((a) => a.api.putDueTimes(id, allowed));
  }

  /** Asks the hub what it was told of when an assignment is due, if anything. */
  async toldDue(post: PostRef): Promise<{ dueMs: number; remindMs: number } | undefined> {
    const row = await this.see((a) => a.api.due(post));
    return row && { dueMs: row.due_ms, remindMs: row.remind_ms };
  }

  /** Tells the hub when an assignment is due and when to remind those who handed nothing in; `undefined`: it is to forget that. */
  tellDue(post: PostRef, due: { dueMs: number; remindMs: number } | undefined): Promise<void> {
    return this.see((a) =>
      due === undefined ? a.api.deleteDue(post) : a.api.putDue(post, due.dueMs, due.remindMs),
    );
  }

  /** Sends a post that could not be finished earlier, if there is one. */
  flush(id: AudienceRef): Promise<Sent | undefined> {
    return this.do((a) => flush(a, id));
  }

  /** Asks the hub how many a post would reach now. */
  async reach(id: AudienceRef): Promise<number> {
    const cohorts = await this.see((a) => a.api.cohorts(id));
    return cohorts.reduce((sum, { live, retired_ms }) => sum + (retired_ms === undefined ? live : 0), 0);
  }

  /** Asks the hub how far a post is. */
  status(post: PostRef): Promise<Status> {
    return this.see((a) => a.api.status(post));
  }

  /** Signs a pending post of another publisher's that was opened here. */
  approve(id: AudienceRef, post: PostRef): Promise<Approved> {
    return this.do((a) => approve(a, id, post));
  }

  /** Seals and sends a letter, and keeps what it said. */
  sendLetter(
    id: AudienceRef,
    to: Addressee,
    kind: LetterKind,
    draft: Draft,
    thread?: PostRef,
  ): Promise<LetterTaken> {
    return this.do((a) => sendLetter(a, id, to, kind, thread, draft));
  }

  /** Fetches this account's own letters; the names of new ones. Where charters are refused, fetching posts says so. */
  fetchLetters(): Promise<LetterRef[]> {
    return this.do(async (a) => (await fetchLetters(a)).fresh);
  }

  /** Fetches what came to an audience's desk; the names of new letters. */
  fetchDesk(id: AudienceRef): Promise<LetterRef[]> {
    return this.do(async (a) => fetchDesk(a, await audience.sync(a, id)));
  }

  /** Asks the hub where the letters to a desk stand. */
  deskStates(id: AudienceRef): Promise<Map<LetterRef, DeskState>> {
    return this.see((a) => deskStates(a, id));
  }

  /** Says where a letter to the desk stands: open, taken by a publisher, or resolved. */
  setDesk(letter: LetterRef, state: DeskState["state"], assignee?: AccountRef): Promise<void> {
    return this.see((a) => a.api.putDesk(letter, state, assignee));
  }

  /** Asks the hub how fast replies may come under a post. */
  threadState(id: AudienceRef, post: PostRef): Promise<ThreadState> {
    return this.see((a) => threadState(a, id, post));
  }

  /** Opens, slows or closes a thread; `everyS` seconds between two replies of one member, where slow. */
  setThread(post: PostRef, state: ThreadState["state"], everyS?: number): Promise<void> {
    return this.see((a) => a.api.putThread(post, state, everyS));
  }

  /** Letters that came and that this account sent, oldest first. */
  letters(): Promise<view.LetterView[]> {
    return this.see(view.lettersOf);
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

  /** What discloses a post to publishers, for the `report` of a reply to the desk. */
  report(id: AudienceRef, post: PostRef): Promise<Report> {
    return this.see((a) => reportOf(a, id, post));
  }

  /** Proves a report: what was sent, and by whom; asks the hub for the post. */
  proveReport(id: AudienceRef, report: Report): Promise<Proved> {
    return this.see((a) => proveReport(a, id, report));
  }

  /** The address that opens a publisher's post to anybody. */
  permalink(id: AudienceRef, post: PostRef): Promise<string> {
    return this.see((a) => permalink(a, id, post));
  }

  /** Seals a file and uploads it, holding up nothing else; what comes back belongs into the draft. */
  async attach(
    id: AudienceRef,
    file: Blob,
    name: string,
    reader: AttachmentFor,
    progress: Progress = quietly,
  ): Promise<Attachment> {
    const upload = await this.see((a) => attach(a, id, file, name, reader, progress));
    await this.do((a) => noteUpload(a, upload));
    return upload.attachment;
  }

  /** Brings an attachment, checked and opened; what was opened before comes without a network. */
  attachment(id: AudienceRef, attachment: Attachment, progress: Progress = quietly): Promise<Blob> {
    return this.see((a) => saveAttachment(a, id, attachment, progress));
  }

  /** Asks the hub to nudge this mail address once its owner has confirmed it. */
  askForMail(address: string, language: "id" | "en"): Promise<void> {
    return this.see((a) => askForMail(a, address, language));
  }

  /** Asks the hub where the mail address stands. */
  mail(): Promise<MailState> {
    return this.see((a) => a.api.email());
  }

  /** Takes the mail address off the hub. */
  endMail(): Promise<void> {
    return this.see((a) => a.api.deleteEmail());
  }

  /** A draft that a screen keeps under a name, in this browser only. */
  draft<T>(name: string): Promise<T | undefined> {
    return this.see((a) => a.store.get<T>("drafts", name));
  }

  /** Keeps a draft, or takes it away. */
  keepDraft(name: string, draft: unknown): Promise<void> {
    return this.see((a) => a.store.put("drafts", name, draft));
  }

  /** The names of all drafts. */
  drafts(): Promise<string[]> {
    return this.see((a) => a.store.keys("drafts"));
  }

  #change(change: (account: Account) => void): Promise<void> {
    return this.do(async (a) => {
      change(a);
      await save(a);
    });
  }
}
