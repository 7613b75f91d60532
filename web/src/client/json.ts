/** Reads JSON that somebody else wrote, field by field: what has another form than it must have is a {@link BadForm}. */

import { type Bytes, type Id, Malformed } from "../protocol/bytes.ts";
import { bytesOf, isName } from "./names.ts";

/** JSON of another form. */
export class BadForm extends Error {}

/** Reads one form. */
export type Form<T> = (value: unknown) => T;

/** The type that a form gives. */
export type Read<F> = F extends Form<infer T> ? T : never;

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new BadForm(what);
}

/** A text. */
export const text: Form<string> = (value) => {
  expect(typeof value === "string", "text");
  return value;
};

/** A truth value. */
export const flag: Form<boolean> = (value) => {
  expect(typeof value === "boolean", "flag");
  return value;
};

/** A whole number that is exact, zero or above. */
export const count: Form<number> = (value) => {
  expect(typeof value === "number" && Number.isSafeInteger(value) && value >= 0, "count");
  return value;
};

/** A count of at most 32 bits. */
export const small: Form<number> = (value) => {
  expect(count(value) < 2 ** 32, "32 bits");
  return value as number;
};

/** A moment, in milliseconds since 1970: of 64 bits in a payload, and the last one that is exact where it is later. */
export const moment: Form<number> = (value) => {
  expect(typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 2 ** 64, "moment");
  return Math.min(value, Number.MAX_SAFE_INTEGER);
};

/** The name of something, 32 bytes of base64url; stays text. */
export const name: Form<string> = (value) => {
  expect(typeof value === "string" && isName(value), "name");
  return value;
};

/** Bytes in base64url, `n` of them if given. */
export const octets =
  (n?: number): Form<Bytes> =>
  (value) => {
    expect(typeof value === "string", "octets");
    const bytes = decoded(value);
    expect(n === undefined || bytes.length === n, "length");
    return bytes;
  };

/** 32 bytes in base64url that are a key or an id. */
export const key =
  <T extends Id<string>>(): Form<T> =>
  (value) =>
    octets(32)(value) as T;

function decoded(value: string): Bytes {
  try {
    return bytesOf(value);
  } catch (e) {
    throw e instanceof Malformed ? new BadForm("base64url") : e;
  }
}

/** One that may be missing or null. */
export const maybe =
  <T>(form: Form<T>): Form<T | undefined> =>
  (value) =>
    value === undefined || value === null ? undefined : form(value);

/** One that is `usual` where it is missing. */
export const or =
  <T>(form: Form<T>, usual: T): Form<T> =>
  (value) =>
    value === undefined ? usual : form(value);

/** A list of them. */
export const list =
  <T>(form: Form<T>): Form<T[]> =>
  (value) => {
    expect(Array.isArray(value), "list");
    return value.map(form);
  };

/** An object with these fields; others are passed over. */
export const object =
  <F extends Record<string, Form<unknown>>>(fields: F): Form<{ [K in keyof F]: Read<F[K]> }> =>
  (value) => {
    expect(typeof value === "object" && value !== null && !Array.isArray(value), "object");
    const source = value as Record<string, unknown>;
    const entries = Object.entries(fields).map(([field, form]) => [
      field,
      form(Object.hasOwn(source, field) ? source[field] : undefined),
    ]);
    return Object.fromEntries(entries) as { [K in keyof F]: Read<F[K]> };
  };

/** One of these words; `undefined` for any other. */
export const wordOf =
  <const W extends string>(...words: W[]): Form<W | undefined> =>
  (value) =>
    words.find((word) => word === value);
