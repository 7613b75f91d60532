/**
 * Homework: what is asked, and where each pupil's work stands.
 *
 * Invariant: where a work stands is computed from opened posts and letters alone, by the same rules for teacher and
 * pupil and in every client; the hub has no say in it but for the times at which letters came in.
 */

import type { Progress } from "../api.ts";
import type { AccountRef, AudienceRef, LetterRef, PostRef } from "../names.ts";
import type { Steps } from "../session.ts";
import { type LetterView, lettersIn } from "../letterview.ts";
import type { Account } from "../account.ts";
import { audiences } from "../audience.ts";
import type { Finished, HandedIn, Verdict } from "./actions.ts";
import type { AssignmentDraft } from "./assigning.ts";
import type { Due } from "./due-times.ts";
import type { Pupil } from "./board.ts";
import { mark, type Scale } from "./marks.ts";
import type { SavedReceipt, VerifiedReceipt } from "./proof.ts";
import type { Submission } from "./submission.ts";
import type { Work } from "./works.ts";

/** To whom an assignment goes: chosen pupils, each in a letter, or everybody from a time on. */
export type AssignTo = { readonly chosen: readonly AccountRef[] } | { readonly releaseMs: number };

type Parts = typeof import("./parts.ts");

const parts = (): Promise<Parts> => import("./parts.ts");

const quietly: Progress = () => undefined;

/** The part of a client that is about homework. */
export class Homework {
  readonly #steps: Steps;

  /** Of the account whose steps these are. */
  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** Every assignment this account knows of, by due time, those without one last. */
  works(): Promise<Work[]> {
    return this.#see((a, its) => its.worksOf(a));
  }

  /** Whether this browser knows of any assignment, also one that was taken back; loads nothing to tell it. */
  isKnown(): Promise<boolean> {
    return this.#steps.see(async (a) => {
      for (const audience of audiences(a)) {
        const { posts, letters } = await a.device.audience(audience);
        for (const all of [posts, letters])
          for (const { kind } of all.values()) if (kind === "assignment") return true;
      }
      return false;
    });
  }

  /** One assignment. */
  work(audience: AudienceRef, id: PostRef): Promise<Work | undefined> {
    return this.#see(async (a, its) => (await its.worksIn(a, audience)).find((work) => work.id === id));
  }

  /** Where this account's own work stands, as far as this browser knows. */
  own(work: Work): Promise<Submission> {
    return this.#see((a, its) => its.ownSubmission(a, work));
  }

  /** Where the work of everybody stands who has handed in, or whom a teacher told something about it. */
  submissions(work: Work): Promise<Map<AccountRef, Submission>> {
    return this.#see((a, its) => its.submissionsOf(a, work));
  }

  /** Everybody who was given an assignment, by name, with those who left if they handed in; asks the hub for members. */
  board(work: Work): Promise<Pupil[]> {
    return this.#do((a, its) => its.board(a, work));
  }

  /**
   * Gives an assignment; its post, or the id that the letters to chosen pupils share. What broke off goes on if given again.
   *
   * `once`: a name of the act, by which its repeat finds it done.
   */
  async assign(
    audience: AudienceRef,
    draft: AssignmentDraft,
    to?: AssignTo,
    progress: Progress = quietly,
    once?: string,
  ): Promise<PostRef> {
    if (to === undefined || "releaseMs" in to)
      return this.#do((a, its) => its.assignToAll(a, audience, draft, to?.releaseMs, once));
    const work = await this.#do((a, its) => its.workFor(a, audience, draft, to.chosen, once));
    await this.#tell(audience, work, to.chosen, draft, false, progress);
    // Under a name of its own it is remembered, as its repeat would give it anew.
    if (once === undefined) await this.#do((a, its) => its.assigned(a, work));
    return work;
  }

  /**
   * Changes an assignment, for all who have it; of one to chosen pupils also who they are. Under which id it is then: what
   * waits for its time is another post.
   */
  async change(
    work: Work,
    draft: AssignmentDraft,
    chosen?: readonly AccountRef[],
    progress: Progress = quietly,
    once?: string,
  ): Promise<PostRef> {
    const { audience, id, chosen: before } = work;
    if (before === undefined) return this.#do((a, its) => its.correct(a, work, draft, once));
    const now = new Set(chosen ?? before);
    await this.#tell(audience, id, [...now], draft, false, progress);
    const gone = [...before].filter((pupil) => !now.has(pupil));
    await this.#tell(audience, id, gone, {}, true, quietly);
    return id;
  }

  /** Takes an assignment back from all who have it. */
  async withdraw(work: Work): Promise<void> {
    const { audience, id, chosen } = work;
    if (chosen === undefined) return this.#do((a, its) => its.takeBack(a, work));
    return this.#tell(audience, id, [...chosen], {}, true, quietly);
  }

  /** Asks the hub whether publishers of an audience may tell it due times. */
  dueTimes(audience: AudienceRef): Promise<boolean> {
    return this.#see((a, its) => its.dueTimesAllowed(a, audience));
  }

  /** Allows it, or forbids it, which has the hub forget all it was told. */
  allowDueTimes(audience: AudienceRef, allowed: boolean): Promise<void> {
    return this.#see((a, its) => its.allowDueTimes(a, audience, allowed));
  }

  /** Asks the hub what it was told of an assignment, if anything. */
  toldDue(work: PostRef): Promise<Due | undefined> {
    return this.#see((a, its) => its.toldDue(a, work));
  }

  /** Tells the hub when an assignment is due and when to remind those who handed nothing in; `undefined`: it is to forget that. */
  tellDue(work: PostRef, due: Due | undefined): Promise<void> {
    return this.#see((a, its) => its.tellDue(a, work, due));
  }

  /** Hands in; what was finished at the same time is never handed in twice. */
  handIn(work: Work, draft: Finished): Promise<HandedIn> {
    return this.#do((a, its) => its.handIn(a, work, draft));
  }

  /** Takes back what was handed in; the hub's time of that. */
  reclaim(work: Work): Promise<number> {
    return this.#do((a, its) => its.reclaim(a, work));
  }

  /** Gives a pupil's work back, or changes what is asked of them where nothing is in; the hub's time of that. */
  async giveBack(work: Work, pupil: AccountRef, verdict: Verdict): Promise<number> {
    return this.#do((a, its) => its.giveBack(a, work, pupil, verdict));
  }

  /** Reminds these pupils, each with a letter that says no more than that. */
  async remind(work: Work, pupils: readonly AccountRef[], progress: Progress = quietly): Promise<void> {
    await this.#each(pupils, progress, (pupil) => this.#do((a, its) => its.remind(a, work, pupil)));
  }

  /** The reminders of a work that came, or went out from here, oldest first. */
  reminders({ audience, id }: Work): Promise<LetterView[]> {
    return this.#see((a, its) =>
      lettersIn(a, audience, ({ kind, thread, content }) => its.isReminder(kind, thread, content, id)),
    );
  }

  /** What a submission or return says. */
  letter({ audience }: Work, letter: LetterRef): Promise<LetterView | undefined> {
    return this.#steps.see(async (a) => (await lettersIn(a, audience, (_, name) => name === letter))[0]);
  }

  /** Everything that went between a pupil and the teachers about a work, oldest first. */
  letters({ audience, id }: Work, pupil: AccountRef): Promise<LetterView[]> {
    return this.#see(async (a, its) => {
      const about = await lettersIn(a, audience, ({ kind, thread, content }) => {
        const homework = kind === "submission" || kind === "return";
        return homework ? thread === id : its.isReminder(kind, thread, content, id);
      });
      return about.filter(({ desk, author, to }) => (desk ? author : to) === pupil);
    });
  }

  /** Keeps the draft of a mark, for this account's other devices too, or takes it away. */
  keepMark(work: Work, pupil: AccountRef, draft: Verdict | undefined): Promise<void> {
    return this.#do((a, its) => its.keepMark(a, work, pupil, draft));
  }

  /** The drafts of marks of a work, by pupil. */
  marks(work: Work): Promise<Map<AccountRef, Verdict>> {
    return this.#see((a, its) => its.marks(a, work));
  }

  /** The hub's receipt of something handed in from here. */
  receipt(audience: AudienceRef, letter: LetterRef): Promise<SavedReceipt | undefined> {
    return this.#see((a, its) => its.receiptOf(a, audience, letter));
  }

  /** Reads a receipt file; {@link Cannot} `receipt file` where it is none. */
  parseReceipt(file: string): Promise<SavedReceipt> {
    return this.#see(async (_, its) => its.parseReceipt(file));
  }

  /** Checks a receipt, offline; {@link Distrust} `receipt` where this account's hub did not sign it. */
  verifyReceipt(saved: SavedReceipt): Promise<VerifiedReceipt> {
    return this.#see((a, its) => its.verifyReceipt(a, saved));
  }

  /** A mark as people write it, `8,5` too, in the form in which it is sent; {@link Cannot} `mark` where it is none. */
  mark(scale: Scale, text: string): string {
    return mark(scale, text);
  }

  #do<T>(run: (account: Account, its: Parts) => Promise<T>): Promise<T> {
    return this.#steps.do(async (a) => run(a, await parts()));
  }

  #see<T>(run: (account: Account, its: Parts) => Promise<T>): Promise<T> {
    return this.#steps.see(async (a) => run(a, await parts()));
  }

  #tell(
    audience: AudienceRef,
    work: PostRef,
    pupils: readonly AccountRef[],
    draft: AssignmentDraft,
    withdrawn: boolean,
    progress: Progress,
  ): Promise<void> {
    return this.#each(pupils, progress, (pupil) =>
      this.#do((a, its) => its.tell(a, audience, work, pupil, draft, withdrawn)),
    );
  }

  /** One after another, each a step of its own, so that nothing else waits for all. */
  async #each(
    pupils: readonly AccountRef[],
    progress: Progress,
    run: (pupil: AccountRef) => Promise<void>,
  ): Promise<void> {
    for (const [done, pupil] of pupils.entries()) {
      progress(done, pupils.length);
      await run(pupil);
    }
    progress(pupils.length, pupils.length);
  }
}
