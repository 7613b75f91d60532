/**
 * What an assignment asks for and what one letter about it does, read out of payloads.
 *
 * Invariant: whatever a payload says, what is read out of it has a meaning.
 */

import type { LetterRef } from "../names.ts";
import type { PostBody } from "../payload.ts";
import { type Scale, scaleOf } from "./marks.ts";

/** What an assignment asks for; times in milliseconds by the hub's clock. */
export interface Terms {
  /** What comes in after this is late. */
  readonly dueMs?: number | undefined;
  /** From then on nothing is taken. */
  readonly cutoffMs?: number | undefined;
  /** Until then nothing is taken. */
  readonly opensMs?: number | undefined;
  /** How often it may be handed in, at least once. */
  readonly attempts: number;
  /** What marks may be. */
  readonly scale: Scale;
}

/** The terms that an assignment says. */
export function termsOf({ homework = {} }: PostBody): Terms {
  const { dueMs, cutoffMs, opensMs, attempts = 1 } = homework;
  return { dueMs, cutoffMs, opensMs, attempts: Math.max(attempts, 1), scale: scaleOf(homework) };
}

/** What one letter does. */
export type Deed =
  | {
      /** The pupil hands in. */
      readonly does: "hand in";
      /** When it was finished, by the pupil's clock. */
      readonly finishedMs?: number | undefined;
    }
  | {
      /** The pupil takes this submission back. */
      readonly does: "reclaim";
      readonly submission: LetterRef;
    }
  | {
      /** A teacher gives back, or changes what is asked of this pupil. */
      readonly does: "return";
      /** The submission given back; none where nothing is. */
      readonly submission?: LetterRef | undefined;
      readonly mark?: string | undefined;
      /** Whether it is to be done again. */
      readonly redo?: boolean | undefined;
      /** Whether the pupil need not hand in. */
      readonly excused?: boolean | undefined;
      /** Due time and cut-off are not before this. */
      readonly extendedUntilMs?: number | undefined;
    };

/** A letter about one pupil's work. */
export interface Entry {
  readonly letter: LetterRef;
  /** When it came in, by the hub's clock. */
  readonly receivedMs: number;
  readonly deed: Deed;
}

/** What a letter of kind 2 or 3 does; `undefined` for any other. */
export function deedOf(kind: string, { homework = {} }: PostBody): Deed | undefined {
  if (kind === "submission") {
    const { reclaim, finishedMs } = homework;
    return reclaim === undefined ? { does: "hand in", finishedMs } : { does: "reclaim", submission: reclaim };
  }
  if (kind !== "return") return undefined;
  const { submission, mark, redo, excused, extendedUntilMs } = homework;
  return { does: "return", submission, mark, redo, excused, extendedUntilMs };
}
