/**
 * One errand: what it is, and how it is done.
 *
 * Invariant: whatever it makes carries the errand's name, so that doing it again finds what was made before.
 */

import type { AttachmentFor } from "../client/api.ts";
import { Cannot, type Attachment, type Client, type Draft, Offline, type Progress } from "../client/index.ts";
import { assign, tellHub } from "./assigning.ts";
import { draftOf, dropWriting, releaseOf, type Piece, type Writing } from "./writing.ts";

/** A letter or reply that is typed under a post. */
interface Typed {
  readonly audience: string;
  readonly thread: string;
  readonly body: string;
  readonly files: readonly File[];
}

/** Something to be done. */
export type Errand =
  /** A reply to everyone. */
  | ({ readonly act: "reply" } & Typed)
  /** A question to the desk. */
  | ({ readonly act: "ask" } & Typed)
  /** An answer of the desk to one member, and the letter that is resolved with it. */
  | ({ readonly act: "answer"; readonly to: string; readonly resolves: string | undefined } & Typed)
  | {
      /** An announcement, or a correction of one. */
      readonly act: "publish";
      readonly audience: string;
      /** The post that is corrected, or empty. */
      readonly thread: string;
      readonly writing: Writing;
    }
  | {
      /** Work that is finished, for the teacher. */
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
  | {
      /** *Understood.* */
      readonly act: "understood";
      readonly audience: string;
      readonly thread: string;
    };

/** An announcement on its way. */
export type Publishing = Extract<Errand, { act: "publish" }>;

/** Homework on its way. */
export type HandingIn = Extract<Errand, { act: "handIn" }>;

/** Does an errand of this name; the name of what the hub has then, where it makes something. */
export async function perform(
  client: Client,
  name: string,
  errand: Errand,
  progress?: Progress,
): Promise<string | undefined> {
  const { act, audience, thread } = errand;
  if (act === "understood") return void (await client.acknowledge(audience, thread));
  const made = (await client.begun(audience, name)) ?? (await make(client, name, errand, progress));
  if (act === "publish") {
    const { task, id } = errand.writing;
    if (task !== undefined) await tellHub(client, { audience, made, work: thread, asking: task });
    await dropWriting(client, id);
  }
  if (act === "answer" && errand.resolves !== undefined) await client.setDesk(errand.resolves, "resolved");
  return made;
}

async function make(
  client: Client,
  name: string,
  errand: Exclude<Errand, { act: "understood" }>,
  progress?: Progress,
): Promise<string> {
  const { audience, thread } = errand;
  if (errand.act === "publish") return publish(client, name, errand, progress);
  if (errand.act === "handIn") return handIn(client, errand, progress);
  const { body, files, act } = errand;
  const reader = act === "reply" ? "audience" : act === "ask" ? "desk" : { account: errand.to };
  const draft = { body, attachments: await attached(client, audience, reader, files, progress) };
  if (act === "reply") return (await client.send(audience, "reply", draft, thread, name)).post;
  const to = act === "ask" ? "desk" : { account: errand.to };
  return (await client.sendLetter(audience, to, "reply", draft, thread, name)).letter;
}

async function publish(
  client: Client,
  name: string,
  { audience, thread, writing }: Publishing,
  progress?: Progress,
): Promise<string> {
  const attachments = await attached(client, audience, "audience", bare(writing.pieces), progress);
  const draft: Draft = { ...draftOf(writing), attachments };
  const at = releaseOf(writing);
  if (writing.task !== undefined) {
    const { task: asking, copyOf } = writing;
    const full = { ...draft, copyOf };
    return assign(client, { audience, work: thread, asking, draft: full, releaseMs: at, once: name });
  }
  if (thread !== "") return (await client.send(audience, "correction", draft, thread, name)).post;
  if (at !== undefined) return client.schedule(audience, "announcement", draft, at, name);
  return (await client.send(audience, "announcement", draft, undefined, name)).post;
}

/** What is handed in is known by when it was finished, so it needs no other name. */
async function handIn(
  client: Client,
  { audience, thread, body, pieces, finishedMs, guardian }: HandingIn,
  progress?: Progress,
): Promise<string> {
  const work = await client.homework.work(audience, thread);
  if (work === undefined) throw new Cannot("no such work");
  const attachments = await attached(client, audience, "desk", bare(pieces), progress);
  return (await client.homework.handIn(work, { body, attachments, finishedMs, guardian })).letter;
}

const bare = (pieces: readonly Piece[]): (File | Attachment)[] =>
  pieces.map((piece) => ("file" in piece ? piece.file : piece.attachment));

/** Uploads files one after the other; what is an attachment already stays it. */
async function attached(
  client: Client,
  audience: string,
  reader: AttachmentFor,
  files: readonly (File | Attachment)[],
  progress?: Progress,
): Promise<Attachment[]> {
  const total = files.reduce((sum, file) => sum + (file instanceof File ? file.size : 0), 0);
  const attachments: Attachment[] = [];
  let before = 0;
  for (const file of files) {
    if (!(file instanceof File)) attachments.push(file);
    else {
      const told: Progress = (done) => progress?.(Math.min(before + done, total), total);
      attachments.push(await client.attach(audience, file, file.name, reader, told));
      before += file.size;
    }
  }
  return attachments;
}

/** Whether it is not done for want of a connection: no answer came, or the hub may have it and has not said so. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Offline || (error instanceof Cannot && error.reason === "on its way");
}
