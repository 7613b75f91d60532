/** Reads the published vectors, and gives tests a clock, randomness and both kinds of keys. */

import { chacha20 } from "@noble/ciphers/chacha.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import files from "vectors";

import type { Bytes, Id } from "../src/protocol/bytes.ts";
import { Chain, Genesis, SignedCharter } from "../src/protocol/chain.ts";
import {
  detect,
  exchangeOf,
  type ExchangeHandle,
  identityOf,
  keepExchange,
  keepIdentity,
  NOBLE,
  type Support,
} from "../src/protocol/handles.ts";
import { id } from "../src/protocol/ids.ts";
import type { Random } from "../src/protocol/primitives.ts";
import { ExchangeSecret, type Identity, IdentitySecret } from "../src/protocol/secrets.ts";

/** Where the clock stands in the vectors. */
export const NOW_MS = 1_790_000_300_000n;

/** A value in a vector file; asking for what is not there fails the test. */
export class Vector {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** A field of an object. */
  at(key: string): Vector {
    if (!this.has(key)) throw new Error(`no ${key} in a vector`);
    return new Vector((this.#value as Record<string, unknown>)[key]);
  }

  /** Whether an object has a field. */
  has(key: string): boolean {
    return typeof this.#value === "object" && this.#value !== null && key in this.#value;
  }

  /** Whether it is null. */
  isNull(): boolean {
    return this.#value === null;
  }

  /** The entries of a list. */
  each(): Vector[] {
    if (!Array.isArray(this.#value)) throw new Error("not a list in a vector");
    return this.#value.map((value) => new Vector(value));
  }

  /** An entry of a list. */
  nth(place: number): Vector {
    const entry = this.each()[place];
    if (entry === undefined) throw new Error(`no entry ${place} in a vector`);
    return entry;
  }

  /** A text. */
  text(): string {
    if (typeof this.#value !== "string") throw new Error("not a text in a vector");
    return this.#value;
  }

  /** Whether it is a number. */
  isNumber(): boolean {
    return typeof this.#value === "number";
  }

  /** A number. */
  count(): number {
    if (typeof this.#value !== "number") throw new Error("not a number in a vector");
    return this.#value;
  }

  /** Bytes from hex. */
  bytes(): Bytes {
    return new Uint8Array(hexToBytes(this.text()));
  }

  /** A name or key from hex. */
  id<T extends Id<string>>(): T {
    return id(this.bytes());
  }
}

/** A vector file. */
export function vectors(file: string): Vector {
  return new Vector(files).at(file);
}

/** Randomness that is the same in every run. */
export function seeded(seed: number): Random {
  const key = new Uint8Array(32).fill(seed);
  let drawn = 0;
  return (n) => chacha20(key, Uint8Array.of(...new Uint8Array(8), ...word(drawn++)), new Uint8Array(n));
}

function word(x: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(x).buffer);
}

/** The bytes it was given, in order, and no more. */
export class Script {
  #rest: Bytes[];

  constructor(...pieces: Bytes[]) {
    this.#rest = pieces;
  }

  /** The next piece, which must be of the length asked for. */
  readonly random: Random = (n) => {
    const piece = this.#rest.shift();
    if (piece?.length !== n) throw new Error("other randomness is used than was written down");
    return new Uint8Array(piece);
  };

  /** Whether all of it was used. */
  isUsedUp(): boolean {
    return this.#rest.length === 0;
  }
}

/** One way to compute with secret keys: by noble from bytes, or by WebCrypto behind handles. */
export class Keys {
  readonly name: string;
  readonly support: Support;

  constructor(name: string, support: Support) {
    this.name = name;
    this.support = support;
  }

  /** The identity of these 32 bytes, after it was kept. */
  async identity(seed: Uint8Array): Promise<Identity> {
    return identityOf(structuredClone(await keepIdentity(new IdentitySecret(seed), this.support)));
  }

  /** The exchange key of these 32 bytes, after it was kept. */
  async exchange(secret: Uint8Array): Promise<ExchangeSecret | ExchangeHandle> {
    return exchangeOf(structuredClone(await keepExchange(new ExchangeSecret(secret), this.support)));
  }
}

/** Noble always; WebCrypto too, which both runners of these tests have. */
export async function bothKeys(): Promise<Keys[]> {
  return [new Keys("noble", NOBLE), new Keys("WebCrypto", await detect())];
}

/** A charter with its signatures. */
export function signedCharter(entry: Vector): SignedCharter {
  return SignedCharter.parse(entry.at("charter").bytes(), entry.at("signatures").bytes());
}

/** The audience of `charters.json` up to and with `revision`. */
export function chainUpTo(revision: number): Chain {
  const file = vectors("charters.json");
  const [first, ...later] = file
    .at("charters")
    .each()
    .slice(0, revision + 1)
    .map(signedCharter);
  if (first === undefined) throw new Error("no revision 0");
  const chain = new Chain(Genesis.parse(file.at("genesis").bytes()), first);
  for (const next of later) chain.append(next);
  return chain;
}
