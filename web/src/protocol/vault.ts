/**
 * The vault: an account's secrets in an age file that only its login card opens (section 2).
 *
 * The hub keeps the file and cannot read it; what is inside is JSON, a matter of clients.
 */

import { decrypt, encrypt } from "./age.ts";
import { type Bytes, concat } from "./bytes.ts";
import type { LoginCard } from "./card.ts";

/** Encrypts a vault's JSON to `card` as a binary age file. */
export async function sealVault(plaintext: Bytes, card: LoginCard): Promise<Bytes> {
  return concat(...(await encrypt(card.vaultKey(), new Blob([plaintext]))));
}

/** Decrypts a vault with the card it was sealed to; throws `AgeRefused` on any other. */
export async function openVault(file: Bytes, card: LoginCard): Promise<Bytes> {
  return concat(...(await decrypt(card.vaultKey(), new Blob([file]))));
}
