/**
 * Files uploaded for a post or letter that the hub has not taken yet: said again, they are the same attachments.
 *
 * Invariant: a file is only ever the same attachment as before for the same readers, under the same name and while the
 * hub still has it.
 */

import { hashOf } from "../protocol/attachment.ts";
import { concat } from "../protocol/bytes.ts";
import { hash } from "../protocol/primitives.ts";
import { utf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import type { AttachmentFor } from "./api.ts";
import type { Upload } from "./device.ts";
import { type AudienceRef, bytesOf, textOf } from "./names.ts";
import type { Attachment } from "./payload.ts";

/** Uploads that are remembered; who leaves more unsent has given the oldest up. */
const REMEMBERED = 32;

/** A hash of what a file is, and for whom. */
export async function fileHash(
  audience: AudienceRef,
  reader: AttachmentFor,
  file: Blob,
  name: string,
): Promise<string> {
  const whom = typeof reader === "string" ? reader : reader.account;
  const head = utf8([audience, whom, file.type, name, ""].join("\n"));
  return textOf(hash("client upload", concat(head, await hashOf(file))));
}

/** The upload that this file is already, if it was made for something that never went out. */
export async function uploadedAs(
  { api, device }: Account,
  audience: AudienceRef,
  file: string,
): Promise<Upload | undefined> {
  const held = device.record.uploads.find((upload) => upload.file === file);
  if (held === undefined) return undefined;
  return (await api.hasAttachment(audience, bytesOf(held.attachment.sha256))) ? held : undefined;
}

/** Remembers an upload until what it goes with is taken; it need not be sealed here any more. */
export async function noteUpload(account: Account, upload: Upload): Promise<void> {
  const { record } = account.device;
  const others = record.uploads.filter((other) => other.file !== upload.file);
  record.uploads = [...others, upload].slice(-REMEMBERED);
  await account.remember();
  for (const name of await sealedNames(account))
    if (fileIn(name) === upload.file) await account.store.put("blobs", name, undefined);
}

/** A file sealed for an upload that is not finished. */
export interface Sealed extends Upload {
  /** As it is uploaded. */
  readonly blob: Blob;
}

/** So long a file is kept sealed: the hub gives up an unfinished upload a day after its last part. */
const KEPT_MS = 24 * 3600 * 1000;
/** At most so many are kept sealed. */
const KEPT = 16;
/** Before the time and the file's hash, among the blobs. */
const SEALED = "sealed";

const fileIn = (name: string): string => name.split(" ")[2] ?? "";

async function sealedNames({ store }: Account): Promise<string[]> {
  return (await store.keys("blobs")).filter((name) => name.startsWith(`${SEALED} `)).sort();
}

/** The file as it was sealed for an upload that broke off: sealed again it would be another, sent from its beginning. */
export async function keptSealed(account: Account, file: string): Promise<Sealed | undefined> {
  const name = (await sealedNames(account)).findLast((one) => fileIn(one) === file);
  return name === undefined ? undefined : account.store.get<Sealed>("blobs", name);
}

/** Keeps a sealed file until it is uploaded; without room for it, an upload that breaks off begins anew. */
export async function keepSealed(account: Account, sealed: Sealed): Promise<void> {
  const { store, world } = account;
  const now = world.clock();
  const names = await sealedNames(account);
  const old = names.filter(
    (name, i) => names.length - i >= KEPT || Number(name.split(" ")[1]) < now - KEPT_MS,
  );
  for (const name of old) await store.put("blobs", name, undefined);
  const name = `${SEALED} ${String(now).padStart(15, "0")} ${sealed.file}`;
  await store.put("blobs", name, sealed).catch(() => undefined);
}

/** Forgets uploads that are on their way in a post or letter: the same file is another attachment from now on. */
export function forgetUploads({ device }: Account, sent: readonly Attachment[] = []): void {
  const gone = new Set(sent.map(({ sha256 }) => sha256));
  device.record.uploads = device.record.uploads.filter(({ attachment }) => !gone.has(attachment.sha256));
}
