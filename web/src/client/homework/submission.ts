/**
 * One pupil's work on one assignment, as the letters about it make it.
 *
 * Invariant: a {@link Submission} depends on the set of its letters alone, not on the order in which they were fetched
 * nor on repeats; a letter that may not do what it says changes nothing, and is told with the reason.
 */

import { byBytes, type LetterRef } from "../names.ts";
import type { Deed, Entry, Terms } from "./entries.ts";
import { isRefusal, type Refusal } from "./refusal.ts";

/** Work that was handed in. */
export interface HandIn {
  /** The letter it came in. */
  readonly letter: LetterRef;
  /** Which attempt it is, from 1; taking back does not use one up. */
  readonly attempt: number;
  /** When it came in, by the hub's clock. */
  readonly receivedMs: number;
  /** When it was finished, by the pupil's. */
  readonly finishedMs?: number | undefined;
}

/** Where the work is: with the pupil, with the teacher, taken back, given back. */
export type Phase =
  { readonly at: "assigned" } | { readonly at: "turnedIn" | "reclaimed" | "returned"; readonly work: HandIn };

/** The state in the field's words (Google Classroom's `StudentSubmission`); `CREATED`: there is a draft here. */
export type State = "NEW" | "CREATED" | "TURNED_IN" | "RETURNED" | "RECLAIMED_BY_STUDENT";

const STATES = {
  assigned: "NEW",
  turnedIn: "TURNED_IN",
  reclaimed: "RECLAIMED_BY_STUDENT",
  returned: "RETURNED",
} as const satisfies Record<Phase["at"], State>;

type Return = Extract<Deed, { does: "return" }>;

/** One pupil's work on one assignment. */
export class Submission {
  #phase: Phase = { at: "assigned" };
  #redo = false;
  #excused = false;
  #mark: string | undefined;
  readonly #terms: Terms;
  /** The most time a teacher gave. */
  readonly extendedUntilMs: number | undefined;
  /** The teacher's letters, oldest first. */
  readonly returns: LetterRef[] = [];
  /** Letters that changed nothing, and why. */
  readonly refused: { readonly letter: LetterRef; readonly why: Refusal }[] = [];

  private constructor(terms: Terms, extendedUntilMs: number | undefined) {
    this.#terms = terms;
    this.extendedUntilMs = extendedUntilMs;
  }

  /** What these letters make of the work, in whatever order they come. */
  static of(terms: Terms, letters: Iterable<Entry>): Submission {
    const ordered = inOrder(letters);
    // More time counts from the beginning: work that came too late is taken once the teacher allows it.
    const times = ordered.flatMap(({ deed }) => (deed.does === "return" ? (deed.extendedUntilMs ?? []) : []));
    const submission = new Submission(terms, times.length === 0 ? undefined : Math.max(...times));
    for (const entry of ordered) submission.#apply(entry);
    return submission;
  }

  /** Where it is. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Whether the teacher has asked to do it again, and has not seen that yet. */
  get redo(): boolean {
    return this.#redo;
  }

  /** Whether the pupil need not hand in. */
  get excused(): boolean {
    return this.#excused;
  }

  /** The newest mark. */
  get mark(): string | undefined {
    return this.#mark;
  }

  /** The state in the field's words; `draft`: whether there is one on this device. */
  state(draft: boolean): State {
    return draft && this.#phase.at === "assigned" ? "CREATED" : STATES[this.#phase.at];
  }

  /** What is handed in or was given back. */
  handedIn(): HandIn | undefined {
    const phase = this.#phase;
    return phase.at === "turnedIn" || phase.at === "returned" ? phase.work : undefined;
  }

  /** When it is due for this pupil. */
  dueMs(): number | undefined {
    return this.#later(this.#terms.dueMs);
  }

  /** From when on nothing is taken of this pupil. */
  cutoffMs(): number | undefined {
    return this.#later(this.#terms.cutoffMs);
  }

  /** Whether what is handed in came after it was due. */
  late(): boolean {
    const [due, work] = [this.dueMs(), this.handedIn()];
    return due !== undefined && work !== undefined && work.receivedMs > due;
  }

  /** Whether nothing is in though it is due, and nobody said that it need not be. */
  missing(nowMs: number): boolean {
    const due = this.dueMs();
    const overdue = due !== undefined && nowMs > due;
    return overdue && this.handedIn() === undefined && !this.#excused && this.#mark === undefined;
  }

  /** The number of the attempt that would be handed in at this time, or why none may be. */
  nextAttempt(nowMs: number): number | Refusal {
    const phase = this.#phase;
    if (phase.at === "turnedIn") return "already-in";
    const used = phase.at === "returned";
    if (used && !this.#redo && phase.work.attempt >= this.#terms.attempts) return "no-attempts-left";
    const attempt = phase.at === "assigned" ? 1 : phase.work.attempt + (used ? 1 : 0);
    return this.#shutAt(nowMs) ?? attempt;
  }

  /** The submission that may be taken back at this time, or why none may be. */
  reclaimable(nowMs: number): LetterRef | Refusal {
    const phase = this.#phase;
    if (phase.at !== "turnedIn") return "not-in";
    // Who took it back after the cut-off could not hand it in any more.
    return this.#shutAt(nowMs) ?? phase.work.letter;
  }

  #later(ms: number | undefined): number | undefined {
    return ms === undefined ? undefined : Math.max(ms, this.extendedUntilMs ?? 0);
  }

  #shutAt(ms: number): Refusal | undefined {
    const { opensMs } = this.#terms;
    if (opensMs !== undefined && ms < opensMs) return "not-open";
    const cutoff = this.cutoffMs();
    return cutoff !== undefined && ms >= cutoff && !this.#redo ? "closed" : undefined;
  }

  #apply({ letter, receivedMs, deed }: Entry): void {
    const why =
      deed.does === "hand in"
        ? this.#handIn({ letter, receivedMs, finishedMs: deed.finishedMs })
        : deed.does === "reclaim"
          ? this.#takeBack(deed.submission, receivedMs)
          : this.#giveBack(letter, deed);
    if (why !== undefined) this.refused.push({ letter, why });
  }

  #handIn(work: Omit<HandIn, "attempt">): Refusal | undefined {
    const attempt = this.nextAttempt(work.receivedMs);
    if (isRefusal(attempt)) return attempt;
    this.#phase = { at: "turnedIn", work: { ...work, attempt } };
    return undefined;
  }

  #takeBack(submission: LetterRef, receivedMs: number): Refusal | undefined {
    const phase = this.#phase;
    if (phase.at !== "turnedIn" || phase.work.letter !== submission) return "not-in";
    const shut = this.#shutAt(receivedMs);
    if (shut === undefined) this.#phase = { at: "reclaimed", work: phase.work };
    return shut;
  }

  #giveBack(letter: LetterRef, { submission, mark, redo, excused }: Return): Refusal | undefined {
    this.#excused = excused ?? this.#excused;
    this.returns.push(letter);
    if (submission !== undefined) {
      const work = this.handedIn();
      if (work?.letter !== submission) return "not-in";
      this.#phase = { at: "returned", work };
      this.#redo = redo === true;
    }
    this.#mark = mark ?? this.#mark;
    return undefined;
  }
}

/** Each letter once, at the first time at which the hub says it came, by that time and then by name. */
function inOrder(letters: Iterable<Entry>): Entry[] {
  const once = new Map<LetterRef, Entry>();
  for (const entry of letters) {
    const held = once.get(entry.letter);
    if (held === undefined || entry.receivedMs < held.receivedMs) once.set(entry.letter, entry);
  }
  return [...once.values()].sort((a, b) => a.receivedMs - b.receivedMs || byBytes(a.letter, b.letter));
}
