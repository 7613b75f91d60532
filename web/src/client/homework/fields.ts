/**
 * What posts and letters about homework say besides, field for field as in `docs/payload.md`.
 *
 * Invariant: what is read and written again is the same; a field of the wrong form refuses the whole payload.
 */

import { flag, type Form, list, maybe, moment, name, object, or, type Read, small, text } from "../json.ts";

const forms = {
  dueMs: maybe(moment),
  cutoffMs: maybe(moment),
  opensMs: maybe(moment),
  points: maybe(small),
  words: or(list(text), []),
  attempts: maybe(small),
  work: maybe(name),
  withdrawn: or(flag, false),
  copyOf: maybe(name),
  attempt: maybe(small),
  finishedMs: maybe(moment),
  guardian: maybe(object({ name: text })),
  reclaim: maybe(name),
  submission: maybe(name),
  mark: maybe(text),
  redo: or(flag, false),
  excused: maybe(flag),
  extendedUntilMs: maybe(moment),
  remind: or(flag, false),
};

type Forms = typeof forms;

/** Of an assignment, a submission, a return or a reminder; only what is said is there. */
export type HomeworkFields = { readonly [F in keyof Forms]?: Read<Forms[F]> | undefined };

/** A field's name in JSON: `dueMs` is `due_ms`. */
const written = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const FIELDS = Object.keys(forms) as (keyof Forms)[];

const read: Form<Record<string, unknown>> = object(
  Object.fromEntries(FIELDS.map((field) => [written(field), forms[field]])) as Record<string, Form<unknown>>,
);

const TERMS = ["dueMs", "cutoffMs", "opensMs", "points", "words", "attempts"] as const;

/** Whether these say what is asked for; a correction that does not leaves it as it was. */
export const asks = (fields: HomeworkFields | undefined): fields is HomeworkFields =>
  fields !== undefined && TERMS.some((field) => says(fields[field]));

/** Whether a value is the one that is not written: nothing, no, or an empty list. */
const says = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

/** Reads the fields out of a payload; `undefined` where it says nothing about homework. */
export const readHomework: Form<HomeworkFields | undefined> = (value) => {
  const all = read(value);
  const said = FIELDS.map((field) => [field, all[written(field)]] as const).filter(([field, v]) =>
    kept(field, v),
  );
  return said.length === 0 ? undefined : (Object.fromEntries(said) as HomeworkFields);
};

/** The fields as they stand in a payload; what says nothing is left out. */
export function writeHomework(fields: HomeworkFields): Record<string, unknown> {
  const said = FIELDS.map((field) => [field, fields[field]] as const).filter(([field, v]) => kept(field, v));
  return Object.fromEntries(said.map(([field, value]) => [written(field), value]));
}

/** That a member need hand in again after all is said by a `false`. */
const kept = (field: keyof Forms, value: unknown): boolean =>
  field === "excused" ? value !== undefined : says(value);
