/**
 * The vault: an account's secrets in an age file that only its login card opens (section 2).
 *
 * The hub keeps the file and cannot read it; what is inside is JSON, a matter of clients.
 */

import { decrypt, encrypt } from "./age.ts";
import { type Bytes, concat } from "./bytes.ts";
import { LoginCard } from "./card.ts";

/** A login card, or what a device keeps of one: its vault key alone, as a handle or else as bytes. */
export type VaultKey = LoginCard | CryptoKey | Bytes;

/** Encrypts a vault's JSON to its card as a binary age file. */
export async function sealVault(plaintext: Bytes, key: VaultKey): Promise<Bytes> {
  return concat(...(await encrypt(secretOf(key), new Blob([plaintext]))));
}

/** Decrypts a vault with the card it was sealed to; throws `AgeRefused` on any other. */
export async function openVault(file: Bytes, key: VaultKey): Promise<Bytes> {
  return concat(...(await decrypt(secretOf(key), new Blob([file]))));
}

function secretOf(key: VaultKey): CryptoKey | Bytes {
  return key instanceof LoginCard ? key.vaultKey() : key;
}
