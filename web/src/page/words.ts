/** The page's language: its words, and how it writes dates, numbers and sizes. */

import type { Inside } from "../words/id-inside.ts";
import type { Outside, Words } from "../words/id.ts";

/** Languages the page speaks. */
export const LANGUAGES = { id: "Bahasa Indonesia", en: "English" } as const;

/** One of them. */
export type Language = keyof typeof LANGUAGES;

let language: Language = "id";
let outside: Outside | undefined;
let inside: Inside | undefined;
let all: Words;
let behindTheDoor = false;

/**
 * The words; {@link speak} comes before any screen, {@link speakInside} before the screens of an account.
 *
 * They come in two parts, so that a first visit brings only what it shows.
 */
export const words = (): Words => {
  if (outside === undefined) throw new Error("no language has been chosen");
  return all;
};

/** The language in use. */
export const currentLanguage = (): Language => language;

/** Loads a language, with all of it where all of the last one was in use, and marks the document with it. */
export async function speak(wanted: string): Promise<void> {
  const next: Language = wanted === "en" ? "en" : "id";
  const [first, rest] = await Promise.all([loaded(next), behindTheDoor ? loadedInside(next) : undefined]);
  [language, outside, inside] = [next, first, rest];
  all = { ...first, ...rest } as Words;
  document.documentElement.lang = language;
}

/** Loads the words of the screens behind the door. */
export async function speakInside(): Promise<void> {
  behindTheDoor = true;
  inside ??= await loadedInside(language);
  all = { ...outside, ...inside } as Words;
}

const loaded = async (of: Language): Promise<Outside> =>
  (of === "en" ? await import("../words/en.ts") : await import("../words/id.ts")).default;

const loadedInside = async (of: Language): Promise<Inside> =>
  (of === "en" ? await import("../words/en-inside.ts") : await import("../words/id-inside.ts")).default;

/** Keeps the choice, for the hub's shells too. */
export function rememberLanguage(wanted: Language): void {
  document.cookie = `language=${wanted}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

const locale = () => (language === "en" ? "en-GB" : "id-ID");

/** `10.42` */
export const clock = (ms: number): string =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(ms);

/** `Selasa, 24 November`, with the year where it is another. */
export function day(ms: number, now: number): string {
  const year = new Date(ms).getFullYear() === new Date(now).getFullYear() ? {} : { year: "numeric" as const };
  return new Intl.DateTimeFormat(locale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...year,
  }).format(ms);
}

/** `Selasa, 24 November, 10.42` */
export const moment = (ms: number, now: number): string => `${day(ms, now)}, ${clock(ms)}`;

/** `22 Nov 2026` */
export const date = (ms: number): string =>
  new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric" }).format(ms);

/** `10.42` today, else `24 Nov`, with the year where it is another: for the end of a line. */
export function stamp(ms: number, now: number): string {
  const [then, today] = [new Date(ms), new Date(now)];
  if (then.toDateString() === today.toDateString()) return clock(ms);
  const year = then.getFullYear() === today.getFullYear() ? {} : { year: "numeric" as const };
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", ...year }).format(ms);
}

/** `24.810` */
export const figure = (n: number): string => new Intl.NumberFormat(locale()).format(n);

/** `118 KB`, as a person reads sizes. */
export function size(bytes: number): string {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  const digits = { maximumFractionDigits: unit === "megabyte" && value < 10 ? 1 : 0 };
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short", ...digits }).format(
    value,
  );
}

/** Which heading a time comes under: today, yesterday, or its day. */
export function dayHeading(ms: number, now: number): string {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (ms >= midnight) return words().common.today;
  return ms >= midnight - 86_400_000 ? words().common.yesterday : day(ms, now);
}

/** `10.42` today, `Kamis, 16.02` within a week, else `24 Nov, 16.02`: for what happened lately. */
export function lately(ms: number, now: number): string {
  if (new Date(ms).toDateString() === new Date(now).toDateString()) return clock(ms);
  const near = Math.abs(now - ms) < 6 * 86_400_000;
  const named = near ? { weekday: "long" as const } : { day: "numeric" as const, month: "short" as const };
  return `${new Intl.DateTimeFormat(locale(), named).format(ms)}, ${clock(ms)}`;
}

/** A mark as it is written here: `92,5`; words stay as they are. */
export const written = (mark: string): string =>
  /^\d+\.\d+$/.test(mark) ? mark.replace(".", language === "id" ? "," : ".") : mark;

/** `Senin` or `Sen`; Sunday is 0. */
export const weekday = (day: number, form: "long" | "short"): string =>
  // The first day of 2023 was a Sunday.
  new Intl.DateTimeFormat(locale(), { weekday: form, timeZone: "UTC" }).format(Date.UTC(2023, 0, 1 + day));
