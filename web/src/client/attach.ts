/**
 * Attachments: sealed in the browser, sent to the hub and brought back (protocol section 7).
 *
 * Invariant: nothing comes out unless the whole of it is what its sender sealed.
 */

import { AttachmentKey } from "../protocol/attachment.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Account } from "./account.ts";
import type { AttachmentFor, Progress } from "./api.ts";
import { Distrust } from "./error.ts";
import { type AudienceRef, bytesOf, textOf } from "./names.ts";
import type { Upload } from "./device.ts";
import type { Attachment } from "./payload.ts";
import { fileHash, keepSealed, keptSealed, type Sealed, uploadedAs } from "./uploads.ts";

/** What is kept in the browser, so that it opens without a network; larger files are fetched again. */
const KEPT_MAX = 8 << 20;

/**
 * Seals a file and uploads it; what comes back belongs into the post or letter. Until the hub has taken that, the same
 * file for the same readers stays the same attachment, also where its upload breaks off.
 */
export async function attach(
  account: Account,
  audience: AudienceRef,
  file: Blob,
  name: string,
  reader: AttachmentFor,
  progress: Progress,
): Promise<Upload> {
  const { world, api } = account;
  const hash = await fileHash(audience, reader, file, name);
  const uploaded = await uploadedAs(account, audience, hash);
  if (uploaded !== undefined) return uploaded;
  const { blob, ...upload } = (await keptSealed(account, hash)) ?? (await seal(account, hash, file, name));
  const sha256 = bytesOf(upload.attachment.sha256);
  await api.putAttachment(audience, sha256, reader, blob, progress, world.wait);
  return upload;
}

async function seal(account: Account, hash: string, file: Blob, name: string): Promise<Sealed> {
  const key = AttachmentKey.random(account.world.random);
  const { blob, size, sha256 } = await key.seal(file);
  const type = file.type === "" ? "application/octet-stream" : file.type;
  const attachment = { identity: key.toText(), sha256: textOf(sha256), name, type, size };
  const sealed = { file: hash, attachment, blob };
  await keepSealed(account, sealed);
  return sealed;
}

/** Downloads an attachment, checks and opens it. */
export async function saveAttachment(
  { api, store }: Account,
  audience: AudienceRef,
  attachment: Attachment,
  progress: Progress,
): Promise<Blob> {
  const { sha256, size, type } = attachment;
  const kept = await store.get<Blob>("blobs", sha256);
  if (kept !== undefined) return kept;
  const key = keyOf(attachment);
  const sealed = await api.attachment(audience, bytesOf(sha256), sealedAtMost(size), progress);
  const opened = (await key.open(bytesOf(sha256), sealed)).slice(0, undefined, type);
  // Without room it is fetched again next time.
  if (opened.size <= KEPT_MAX) await store.put("blobs", sha256, opened).catch(() => undefined);
  return opened;
}

function keyOf({ identity }: Attachment): AttachmentKey {
  try {
    return AttachmentKey.parse(identity);
  } catch (e) {
    throw e instanceof Refusal ? new Distrust("attachment key") : e;
  }
}

/** The most bytes that an age file of `size` bytes for one recipient takes: header, and 16 bytes each 64 KiB. */
function sealedAtMost(size: number): number {
  return size + Math.floor(size / 4096) + 4096;
}
