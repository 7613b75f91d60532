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

/** Remembers an upload until what it goes with is taken. */
export async function noteUpload(account: Account, upload: Upload): Promise<void> {
  const { record } = account.device;
  const others = record.uploads.filter((other) => other.file !== upload.file);
  record.uploads = [...others, upload].slice(-REMEMBERED);
  await account.remember();
}

/** Forgets uploads that are on their way in a post or letter: the same file is another attachment from now on. */
export function forgetUploads({ device }: Account, sent: readonly Attachment[] = []): void {
  const gone = new Set(sent.map(({ sha256 }) => sha256));
  device.record.uploads = device.record.uploads.filter(({ attachment }) => !gone.has(attachment.sha256));
}
