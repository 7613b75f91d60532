/**
 * age files to one X25519 identity (age-encryption.org/v1): what vaults and attachments are.
 *
 * The library comes in when it is first needed, for reading a post needs none of it. It draws its
 * file keys from the browser: here alone the protocol takes randomness that is not an argument.
 */

import { bech32 } from "@scure/base";

import { type Bytes, expect, Malformed } from "./bytes.ts";
import { Refusal } from "./refusal.ts";

const PREFIX = "age-secret-key-";

/** An age file that does not open: for another identity, or no age file, or changed. */
export class AgeRefused extends Refusal<"wrong key" | "damaged"> {
  constructor(reason: "wrong key" | "damaged") {
    super("age file", reason);
  }
}

/** `AGE-SECRET-KEY-1…` of 32 secret bytes. */
export function identityText(secret: Uint8Array): string {
  return bech32.encodeFromBytes(PREFIX, secret).toUpperCase();
}

/** The 32 secret bytes of `AGE-SECRET-KEY-1…`. */
export function identityBytes(text: string): Bytes {
  const { prefix, bytes } = decoded(text);
  expect(prefix === PREFIX && bytes.length === 32);
  return new Uint8Array(bytes);
}

function decoded(text: string): { prefix: string; bytes: Uint8Array } {
  try {
    return bech32.decodeToBytes(text);
  } catch {
    throw new Malformed("value");
  }
}

/** Encrypts a file to the identity of these secret bytes, or of their handle; the age file comes in pieces of 64 KiB. */
export async function encrypt(secret: Uint8Array | CryptoKey, file: Blob): Promise<Bytes[]> {
  const { Encrypter, identityToRecipient } = await import("age-encryption");
  const age = new Encrypter();
  age.addRecipient(await identityToRecipient(identityOf(secret)));
  return pieces(await age.encrypt(file.stream()));
}

/** Decrypts an age file with the identity of these secret bytes, or of their handle; nothing comes out unless it is whole. */
export async function decrypt(secret: Uint8Array | CryptoKey, file: Blob): Promise<Bytes[]> {
  if (!(await hasShortHeader(file))) throw new AgeRefused("damaged");
  const { Decrypter } = await import("age-encryption");
  const age = new Decrypter();
  age.addIdentity(identityOf(secret));
  return pieces(await opened(() => age.decrypt(file.stream())));
}

/**
 * The most bytes the header of an age file may take here: it has one recipient, and what age libraries
 * add at random to keep parsers honest is below 300 bytes.
 */
const HEADER_MAX = 2048;

/** Whether an age header ends within `HEADER_MAX` bytes, its last line included: the library reads on without end. */
async function hasShortHeader(file: Blob): Promise<boolean> {
  const head = new TextDecoder("latin1").decode(await file.slice(0, HEADER_MAX).arrayBuffer());
  const lastLine = head.indexOf("\n--- ");
  return lastLine >= 0 && head.indexOf("\n", lastLine + 5) >= 0;
}

function identityOf(secret: Uint8Array | CryptoKey): string | CryptoKey {
  return secret instanceof Uint8Array ? identityText(secret) : secret;
}

async function opened<T>(decrypting: () => Promise<T>): Promise<T> {
  try {
    return await decrypting();
  } catch (e) {
    // The library has no type for this; the tests notice if it changes the words.
    const other = e instanceof Error && e.message.startsWith("no identity matched");
    throw new AgeRefused(other ? "wrong key" : "damaged");
  }
}

/** The pieces in memory of their own; an error on the way says that the file is damaged. */
async function pieces(stream: ReadableStream<Uint8Array>): Promise<Bytes[]> {
  const reader = stream.getReader();
  const all: Bytes[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return all;
      all.push(new Uint8Array(value));
    }
  } catch {
    throw new AgeRefused("damaged");
  }
}
