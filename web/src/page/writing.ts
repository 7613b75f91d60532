/**
 * What a publisher is writing, as it is kept on this device until it goes out.
 *
 * Invariant: a draft is stored under its own name after each change, with the files themselves, and leaves this device
 * only sealed.
 */

import type { Attachment, Client, Draft, Version } from "../client/index.ts";
import type { Asking } from "./asking.ts";

/** A file beside a draft: one of this device, or one that the corrected post already has. */
export type Piece =
  { readonly id: string; readonly file: File } | { readonly id: string; readonly attachment: Attachment };

/** How it is to sound. */
export type Sound = "usual" | "quiet" | "urgent";

/** An announcement or assignment being written. */
export interface Writing {
  readonly id: string;
  /** Empty until one is chosen. */
  readonly audience: string;
  readonly title: string;
  readonly body: string;
  readonly pieces: readonly Piece[];
  readonly place: string;
  /** `lat,lon`, or empty. */
  readonly geo: string;
  /** BCP 47 of title and body. */
  readonly language: string;
  readonly versions: readonly { readonly language: string; readonly title: string; readonly body: string }[];
  readonly sound: Sound;
  /** When it is to go out, as a `datetime-local` says it; empty for at once. */
  readonly at: string;
  /** The post that it corrects, or empty. */
  readonly corrects: string;
  /** What it asks for, where it is an assignment. */
  readonly task?: Asking | undefined;
  /** The assignment, of another class, that it is a copy of. */
  readonly copyOf?: string | undefined;
  readonly changedMs: number;
}

const PREFIX = "write ";

/** A name that nothing else on this device has. */
export const newName = (): string => crypto.randomUUID();

/** An empty sheet. */
export function blank(audience: string, language: string, now: number): Writing {
  const texts = { title: "", body: "", place: "", geo: "", at: "", corrects: "" };
  return {
    ...{ id: newName(), audience, language, ...texts, pieces: [], versions: [] },
    sound: "usual",
    changedMs: now,
  };
}

/** Whether there is nothing on it yet. */
export function isBlank({ title, body, pieces, place, versions, corrects, task }: Writing): boolean {
  const texts = [title, body, place, corrects, task?.due ?? ""].every((text) => text.trim() === "");
  return texts && pieces.length === 0 && versions.length === 0;
}

/** Keeps it. */
export const keepWriting = (client: Client, writing: Writing): Promise<void> =>
  client.keepDraft(PREFIX + writing.id, writing);

/** Takes it away. */
export const dropWriting = (client: Client, id: string): Promise<void> =>
  client.keepDraft(PREFIX + id, undefined);

/** One that is kept. */
export const findWriting = (client: Client, id: string): Promise<Writing | undefined> =>
  client.draft<Writing>(PREFIX + id);

/** All that are kept, the newest first. */
export async function writings(client: Client): Promise<Writing[]> {
  const names = (await client.drafts()).filter((name) => name.startsWith(PREFIX));
  const all = await Promise.all(names.map((name) => client.draft<Writing>(name)));
  return all.filter((one) => one !== undefined).sort((a, b) => b.changedMs - a.changedMs);
}

/** A hub holds a post at most this long. */
export const LONGEST_MS = 92 * 86_400_000;

/** When it goes out, in milliseconds; `undefined` for at once. */
export const releaseOf = ({ at }: Pick<Writing, "at">): number | undefined =>
  at === "" ? undefined : new Date(at).getTime();

/** What its readers are given, but for the files. */
export function draftOf(writing: Writing): Draft {
  const { title, body, place, geo, language, sound, versions, task } = writing;
  // An assignment says what is to be done, and nothing else.
  if (task !== undefined) return { ...titled(title), body: body.trim(), language };
  // A position without a name goes by its numbers: none that was added is lost.
  const name = place.trim() || geo;
  const others: Version[] = versions
    .filter((version) => `${version.title}${version.body}`.trim() !== "")
    .map(({ language, title, body }) => ({ language, ...titled(title), body: body.trim() }));
  return {
    ...titled(title),
    body: body.trim(),
    ...(sound === "usual" ? {} : { priority: sound }),
    ...(name === "" ? {} : { place: { name, ...(geo === "" ? {} : { geo }) } }),
    language,
    versions: others,
  };
}

const titled = (title: string) => (title.trim() === "" ? {} : { title: title.trim() });

/** Bytes of its files. */
export const weightOf = ({ pieces }: Pick<Writing, "pieces">): number =>
  pieces.reduce((sum, piece) => sum + ("file" in piece ? piece.file.size : piece.attachment.size), 0);
