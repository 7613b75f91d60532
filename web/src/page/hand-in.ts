/**
 * Handing in as an errand: what was finished on this device, at the time when it was finished.
 *
 * Invariant: files that the hub has already are not sent again; the letter goes last.
 */

import { type Attachment, Cannot, type Client, type Progress } from "../client/index.ts";
import type { Piece } from "./writing.ts";

/** Work that is finished and on its way to the teacher. */
export interface HandingIn {
  readonly act: "handIn";
  readonly audience: string;
  /** The assignment. */
  readonly thread: string;
  readonly body: string;
  readonly pieces: readonly Piece[];
  /** When its author finished it, by the clock of this device. */
  readonly finishedMs: number;
  /** The guardian who hands it in for the child. */
  readonly guardian?: { readonly name: string };
}

/** Seals the files, then the letter. */
export async function handIn(client: Client, errand: HandingIn, progress?: Progress): Promise<void> {
  const { audience, thread, body, pieces, finishedMs, guardian } = errand;
  const work = await client.homework.work(audience, thread);
  if (work === undefined) throw new Cannot("not opened");
  const total = pieces.reduce((sum, piece) => sum + ("file" in piece ? piece.file.size : 0), 0);
  const attachments: Attachment[] = [];
  let before = 0;
  for (const piece of pieces) {
    if ("attachment" in piece) attachments.push(piece.attachment);
    else {
      const told: Progress = (done) => progress?.(Math.min(before + done, total), total);
      attachments.push(await client.attach(audience, piece.file, piece.file.name, "desk", told));
      before += piece.file.size;
    }
  }
  const who = guardian === undefined ? {} : { guardian };
  await client.homework.handIn(work, { body, attachments, finishedMs, ...who });
}
