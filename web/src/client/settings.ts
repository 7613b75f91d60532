/**
 * What its owner prefers, kept in the vault so that it comes along to every device.
 *
 * Invariant: of a preference changed on one device only, the change wins; of one changed on both, this device's.
 */

import type { AccountRef, AudienceRef, PostRef } from "./names.ts";

/** How one audience is treated. */
export interface AudienceSettings {
  readonly muted?: boolean;
  readonly archived?: boolean;
  /** The name of a sound. */
  readonly sound?: string;
}

/** The owner's preferences; what other clients add is carried along. */
export interface Settings {
  /** BCP 47. */
  readonly language?: string;
  readonly audiences?: Readonly<Record<AudienceRef, AudienceSettings>>;
  /** Put away, and when. */
  readonly archived?: Readonly<Record<PostRef, number>>;
  /** Not to be shown, and since when. */
  readonly blocked?: Readonly<Record<AccountRef, number>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Both devices' changes since `base`. */
export function merged<T extends object>(
  base: T | undefined,
  here: T | undefined,
  there: T | undefined,
): T | undefined {
  return mergedValue(base, here, there) as T | undefined;
}

function mergedValue(base: unknown, here: unknown, there: unknown): unknown {
  if (JSON.stringify(here) === JSON.stringify(base)) return there;
  if (!isObject(here) || !isObject(there)) return here;
  const before = isObject(base) ? base : {};
  const fields = new Set([...Object.keys(here), ...Object.keys(there)]);
  const all = [...fields].map((field) => [field, mergedValue(before[field], here[field], there[field])]);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Json;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
