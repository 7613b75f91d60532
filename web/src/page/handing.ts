/**
 * What a pupil is working on, as it is kept on this device until it is handed in.
 *
 * Invariant: it is stored after each change, with the files themselves, under the assignment's name; it leaves this
 * device only sealed.
 */

import type { Attachment, Client } from "../client/index.ts";
import type { Piece } from "./writing.ts";

/** Work being done. */
export interface Handing {
  /** Photos, voice notes and files, in their order. */
  readonly pieces: readonly Piece[];
  /** The note to the teacher. */
  readonly body: string;
  readonly changedMs: number;
}

/** Nothing yet. */
export const NOTHING: Handing = { pieces: [], body: "", changedMs: 0 };

const PREFIX = "hand in ";

/** Whether there is nothing in it. */
export const isEmpty = ({ pieces, body }: Handing): boolean => pieces.length === 0 && body.trim() === "";

/** What is kept for an assignment. */
export const findHanding = (client: Client, work: string): Promise<Handing | undefined> =>
  client.draft<Handing>(PREFIX + work);

/** Keeps it, or takes it away. */
export const keepHanding = (client: Client, work: string, handing: Handing | undefined): Promise<void> =>
  client.keepDraft(PREFIX + work, handing);

/** All that are kept, by assignment. */
export async function handings(client: Client): Promise<Map<string, Handing>> {
  const names = (await client.drafts()).filter((name) => name.startsWith(PREFIX));
  const all = new Map<string, Handing>();
  for (const name of names) {
    const handing = await client.draft<Handing>(name);
    if (handing !== undefined) all.set(name.slice(PREFIX.length), handing);
  }
  return all;
}

/** The media type of a file of the draft. */
export const typeOf = (piece: Piece): string => ("file" in piece ? piece.file.type : piece.attachment.type);

/** Its size in bytes. */
export const sizeOf = (piece: Piece): number => ("file" in piece ? piece.file.size : piece.attachment.size);

/** What it is: photos stand together, everything else under them. */
export function kindOf(piece: { readonly type: string }): "photos" | "voices" | "files" {
  if (/^image\/(?:png|jpeg|webp|gif|avif)/.test(piece.type)) return "photos";
  return piece.type.startsWith("audio/") ? "voices" : "files";
}

/** The files of a draft as what a letter names, with their types. */
export const described = (pieces: readonly Piece[]): { type: string; size: number }[] =>
  pieces.map((piece) => ({ type: typeOf(piece), size: sizeOf(piece) }));

/** A draft of what was handed in before. */
export function again(body: string, attachments: readonly Attachment[], now: number): Handing {
  const pieces = attachments.map((attachment) => ({ id: crypto.randomUUID(), attachment }));
  return { body, pieces, changedMs: now };
}
