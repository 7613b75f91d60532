/** Attachments: what comes back, and what is refused (section 7). */

import { sha256 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";
import { Encrypter, identityToRecipient } from "age-encryption";

import { AttachmentKey } from "../src/protocol/attachment.ts";
import { equal, ok, refused, test } from "./harness.ts";
import { seeded } from "./support.ts";

function photo(): Blob {
  return new Blob([Uint32Array.from({ length: 200_000 }, (_, i) => i)]);
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

test("a photo comes back with the key of the payload", async () => {
  const key = AttachmentKey.random(seeded(1));
  const sealed = await key.seal(photo());
  equal(sealed.size, 800_000);
  ok(sealed.blob.size > sealed.size, "an age file");
  const text = key.toText();
  ok(/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/.test(text), "as age writes identities");
  const file = await AttachmentKey.parse(text).open(sealed.sha256, sealed.blob);
  equal(await bytesOf(file), await bytesOf(photo()));
  const recipient = bech32.encodeFromBytes("age", key.expose());
  for (const bad of [
    recipient,
    "",
    text.slice(0, -1),
    `${text.slice(0, -1)}${text.endsWith("Q") ? "P" : "Q"}`,
    text.replace("SECRET", "PUBLIC"),
  ]) {
    await refused(() => AttachmentKey.parse(bad), "value", bad);
  }
});

test("another key or another blob is refused", async () => {
  const key = AttachmentKey.random(seeded(1));
  const { blob, sha256 } = await key.seal(photo());
  await refused(() => AttachmentKey.random(seeded(2)).open(sha256, blob), "wrong key");
  await refused(() => key.open(new Uint8Array(32), blob), "damaged");
  await refused(() => key.open(sha256, blob.slice(0, blob.size - 70_000)), "damaged");
  await refused(() => key.open(sha256, new Blob([blob, "x"])), "damaged");
});

test("a blob whose header is longer than one recipient needs is refused at once", async () => {
  const key = AttachmentKey.random(seeded(1));
  const age = new Encrypter();
  // Each costs whoever opens it an agreement of keys, and a hub can serve as many as a blob has room for.
  for (let i = 2; i < 30; i++) {
    age.addRecipient(await identityToRecipient(AttachmentKey.random(seeded(i)).toText()));
  }
  age.addRecipient(await identityToRecipient(key.toText()));
  const blob = new Blob([new Uint8Array(await age.encrypt("halo"))]);
  const hash = sha256(await bytesOf(blob));
  await refused(() => key.open(hash, blob), "damaged");
});
