/**
 * HPKE Base with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305 (RFC 9180), one
 * message each (section 7).
 *
 * A key that WebCrypto keeps is used by WebCrypto; for bytes there is a KEM in JavaScript. Both need
 * WebCrypto's HMAC, which every browser has on HTTPS and localhost.
 */

import {
  type AeadEncryptionContext,
  AeadId,
  type AeadInterface,
  CipherSuite,
  DhkemX25519HkdfSha256 as NativeKem,
  HkdfSha256,
  type KemInterface,
} from "@hpke/core";
import { DhkemX25519HkdfSha256 as ScriptKem } from "@hpke/dhkem-x25519";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

import type { Bytes } from "../bytes.ts";
import { ExchangeHandle, type Support } from "../handles.ts";
import type { ExchangeKey } from "../ids.ts";
import type { Random } from "../primitives.ts";
import type { ExchangeSecret } from "../secrets.ts";

/** What HPKE makes of one message. */
export interface Hpke {
  /** The encapsulated key, 32 bytes. */
  readonly enc: Bytes;
  /** The ciphertext. */
  readonly ct: Bytes;
}

/** Encrypts to an X25519 key; `undefined` where that is of small order. */
export async function hpkeSeal(
  to: ExchangeKey,
  info: Bytes,
  aad: Bytes,
  plaintext: Bytes,
  random: Random,
  support: Support,
): Promise<Hpke | undefined> {
  const kem = support.x25519 ? new NativeKem() : new ScriptKem();
  // RFC 9180 derives the ephemeral key from these bytes; by the library's word that is for tests,
  // because they must be fresh, as `random` gives them.
  const ekm = random(32);
  try {
    const recipientPublicKey = await kem.deserializePublicKey(to);
    const { enc, ct } = await suite(kem).seal({ recipientPublicKey, info, ekm }, plaintext, aad);
    return { enc: new Uint8Array(enc), ct: new Uint8Array(ct) };
  } catch {
    return undefined;
  } finally {
    ekm.fill(0);
  }
}

/** Decrypts with an X25519 key; `undefined` where anything is wrong. */
export async function hpkeOpen(
  key: ExchangeSecret | ExchangeHandle,
  { enc, ct }: Hpke,
  info: Bytes,
  aad: Bytes,
): Promise<Bytes | undefined> {
  const kem = key instanceof ExchangeHandle ? new NativeKem() : new ScriptKem();
  try {
    const publicKey = await kem.deserializePublicKey(key.public);
    const privateKey =
      key instanceof ExchangeHandle ? key.key : await kem.deserializePrivateKey(key.expose());
    const recipientKey = { publicKey, privateKey };
    return new Uint8Array(await suite(kem).open({ recipientKey, enc, info }, ct, aad));
  } catch {
    return undefined;
  }
}

function suite(kem: KemInterface): CipherSuite {
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new ChaCha20Poly1305() });
}

/** The cipher that opens posts, as HPKE's library wants it. */
class ChaCha20Poly1305 implements AeadInterface {
  readonly id = AeadId.Chacha20Poly1305;
  readonly keySize = 32;
  readonly nonceSize = 12;
  readonly tagSize = 16;

  createEncryptionContext(key: ArrayBufferLike | ArrayBufferView): AeadEncryptionContext {
    const cipher = (nonce: View, aad: View) => chacha20poly1305(view(key), view(nonce), view(aad));
    return {
      seal: async (nonce, data, aad) => cipher(nonce, aad).encrypt(view(data)).buffer,
      open: async (nonce, data, aad) => cipher(nonce, aad).decrypt(view(data)).buffer,
    };
  }
}

type View = ArrayBufferLike | ArrayBufferView;

function view(data: View): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}
