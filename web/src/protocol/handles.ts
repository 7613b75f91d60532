/**
 * Secret keys as WebCrypto handles: usable by this origin, readable by nobody (section 2).
 *
 * This module alone decides between WebCrypto and noble. Where the browser has Ed25519 or X25519,
 * a key becomes a non-extractable `CryptoKey` once the vault holds its bytes; else it stays bytes.
 * Both forms survive a structured clone, which is how IndexedDB keeps them.
 */

import { type Bytes, concat, isZero, same } from "./bytes.ts";
import { verify } from "./ed25519.ts";
import type { ExchangeKey, IdentityKey } from "./ids.ts";
import { framed } from "./primitives.ts";
import { type Exchange, ExchangeSecret, type Identity, IdentitySecret } from "./secrets.ts";

/** Which of the two kinds of keys WebCrypto has here. */
export interface Support {
  /** Ed25519: signing. */
  readonly ed25519: boolean;
  /** X25519: agreeing. */
  readonly x25519: boolean;
}

/** What is kept of a secret key on a device: its public key, and a handle or else the bytes. */
export interface Kept<Public extends Bytes> {
  /** The public key. */
  readonly public: Public;
  /** The handle where WebCrypto has the algorithm, else the secret bytes. */
  readonly key: CryptoKey | Bytes;
}

/** No WebCrypto: noble computes everything. */
export const NOBLE: Support = { ed25519: false, x25519: false };

/** PKCS #8 around 32 secret bytes (RFC 8410), up to the last byte of the algorithm's identifier. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65);
const ED25519_ID = 0x70;
const X25519_ID = 0x6e;

/** Tries both algorithms out, as browsers got them at different times; outside HTTPS there are none. */
export async function detect(): Promise<Support> {
  const probe = new Uint8Array(32).fill(1);
  const [ed25519, x25519] = await Promise.all([works(() => signs(probe)), works(() => agrees(probe))]);
  return { ed25519, x25519 };
}

async function signs(probe: Bytes): Promise<boolean> {
  const handle = await ed25519Handle(new IdentitySecret(probe));
  return verify(handle.public, "probe", probe, await handle.sign("probe", probe));
}

async function agrees(probe: Bytes): Promise<boolean> {
  const secret = new ExchangeSecret(probe);
  const [ours, theirs] = [
    await secret.agree(secret.public),
    await (await x25519Handle(secret)).agree(secret.public),
  ];
  return ours !== undefined && theirs !== undefined && same(ours, theirs);
}

async function works(probe: () => Promise<boolean>): Promise<boolean> {
  try {
    return await probe();
  } catch {
    return false;
  }
}

/** What to keep of an identity key after the vault is written. */
export async function keepIdentity(secret: IdentitySecret, support: Support): Promise<Kept<IdentityKey>> {
  const key = support.ed25519 ? (await ed25519Handle(secret)).key : new Uint8Array(secret.expose());
  return { public: secret.public, key };
}

/** What to keep of an exchange key after the vault is written. */
export async function keepExchange(secret: ExchangeSecret, support: Support): Promise<Kept<ExchangeKey>> {
  const key = support.x25519 ? (await x25519Handle(secret)).key : new Uint8Array(secret.expose());
  return { public: secret.public, key };
}

/** What to keep of a login card's vault key: a handle that opens and seals vaults, where the browser can. */
export async function keepVaultKey(secret: Bytes, support: Support): Promise<CryptoKey | Bytes> {
  return (await keepExchange(new ExchangeSecret(secret), support)).key;
}

/** The identity that was kept. */
export function identityOf(kept: Kept<IdentityKey>): Identity {
  const { key } = kept;
  return key instanceof Uint8Array ? new IdentitySecret(key) : new IdentityHandle(kept.public, key);
}

/** The exchange key that was kept. */
export function exchangeOf(kept: Kept<ExchangeKey>): ExchangeSecret | ExchangeHandle {
  const { key } = kept;
  return key instanceof Uint8Array ? new ExchangeSecret(key) : new ExchangeHandle(kept.public, key);
}

/** An Ed25519 key in WebCrypto's keeping. */
export class IdentityHandle implements Identity {
  readonly public: IdentityKey;
  /** The handle. */
  readonly key: CryptoKey;

  /** The handle `key` of the secret that belongs to `ik`. */
  constructor(ik: IdentityKey, key: CryptoKey) {
    this.public = ik;
    this.key = key;
  }

  async sign(name: string, x: Uint8Array): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign("Ed25519", this.key, framed(name, x)));
  }
}

/** An X25519 key in WebCrypto's keeping. */
export class ExchangeHandle implements Exchange {
  readonly public: ExchangeKey;
  /** The handle. */
  readonly key: CryptoKey;

  /** The handle `key` of the secret that belongs to the public key. */
  constructor(publicKey: ExchangeKey, key: CryptoKey) {
    this.public = publicKey;
    this.key = key;
  }

  async agree(peer: ExchangeKey): Promise<Bytes | undefined> {
    const theirs = await crypto.subtle.importKey("raw", peer, "X25519", false, []);
    try {
      const algorithm = { name: "X25519", public: theirs };
      const shared = new Uint8Array(await crypto.subtle.deriveBits(algorithm, this.key, 256));
      return isZero(shared) ? undefined : shared;
    } catch {
      return undefined; // As the specification has it, WebCrypto refuses an all-zero result.
    }
  }
}

async function ed25519Handle(secret: IdentitySecret): Promise<IdentityHandle> {
  return new IdentityHandle(secret.public, await imported("Ed25519", ED25519_ID, secret.expose(), "sign"));
}

async function x25519Handle(secret: ExchangeSecret): Promise<ExchangeHandle> {
  return new ExchangeHandle(
    secret.public,
    await imported("X25519", X25519_ID, secret.expose(), "deriveBits"),
  );
}

async function imported(algorithm: string, code: number, secret: Bytes, usage: KeyUsage): Promise<CryptoKey> {
  const pkcs8 = concat(PKCS8, Uint8Array.of(code, 4, 0x22, 4, 0x20), secret);
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, [usage]);
  } finally {
    pkcs8.fill(0);
  }
}
