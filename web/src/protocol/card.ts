/**
 * The login card: 16 random bytes on paper that bring an account back (section 2).
 *
 * Its check symbol catches every single mistyped symbol. The text of a card is a JavaScript string,
 * which nobody can erase: make it to show or print it, and let go of it.
 */

import { type Bytes, hex } from "./bytes.ts";
import { kdf, type Random } from "./primitives.ts";
import { Refusal } from "./refusal.ts";
import { Secret } from "./secrets.ts";

/** Crockford's base32 symbols, then the five further ones of his check symbol. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/** Symbols before the check symbol: 128 bits and two zero bits. */
const DATA_SYMBOLS = 26;

const NOTHING = new Uint8Array();

/** A text that is no login card: not 27 symbols, with a character on no card, or mistyped. */
export class BadCard extends Refusal<"length" | "symbol" | "check"> {
  constructor(reason: "length" | "symbol" | "check") {
    super("login card", reason);
  }
}

/** 16 secret bytes that find and open an account's vault. */
export class LoginCard extends Secret {
  /** The card of these bytes. */
  constructor(card: Uint8Array) {
    super(card, 16);
  }

  /** A new card. */
  static random(random: Random): LoginCard {
    return new LoginCard(random(16));
  }

  /** Reads what a person typed: any case, I and L for 1, O for 0, hyphens and spaces anywhere. */
  static parse(typed: string): LoginCard {
    const symbols = Array.from(typed.replace(/[\p{White_Space}-]/gu, ""), valueOf);
    let number = 0n;
    for (const [place, value] of symbols.entries()) {
      if (place > DATA_SYMBOLS) throw new BadCard("length");
      if (place === DATA_SYMBOLS) {
        if (BigInt(value) !== number % 37n) throw new BadCard("check");
        continue;
      }
      if (value >= 32) throw new BadCard("symbol");
      // Of the last symbol only three bits are the card's.
      const last = place === DATA_SYMBOLS - 1;
      if (last && value % 4 !== 0) throw new BadCard("check");
      number = last ? (number << 3n) | BigInt(value >> 2) : (number << 5n) | BigInt(value);
    }
    if (symbols.length !== DATA_SYMBOLS + 1) throw new BadCard("length");
    return new LoginCard(
      Uint8Array.from({ length: 16 }, (_, i) => Number((number >> BigInt(120 - 8 * i)) & 255n)),
    );
  }

  /** 26 symbols and the check symbol: what the QR code holds. */
  toText(): string {
    const number = BigInt(`0x${hex(this.expose())}`);
    let text = "";
    // Behind the 128 bits stand two zero bits.
    for (let i = 0; i < DATA_SYMBOLS; i++)
      text += SYMBOLS.charAt(Number(((number << 2n) >> BigInt(125 - 5 * i)) & 31n));
    return text + SYMBOLS.charAt(Number(number % 37n));
  }

  /** The same in groups of four, for people. */
  toGroups(): string {
    return this.toText().replace(/(.{4})(?=.)/g, "$1-");
  }

  /** `KDF(-, card, "vault-id", "", 16)`: finds the vault. */
  vaultId(): Bytes {
    return kdf(undefined, this.expose(), "vault-id", NOTHING, 16);
  }

  /** `KDF(-, card, "vault-key", "", 32)`: the secret bytes of the vault's X25519 identity. */
  vaultKey(): Bytes {
    return kdf(undefined, this.expose(), "vault-key", NOTHING, 32);
  }
}

function valueOf(symbol: string): number {
  const upper = symbol.replace(/[a-z]/, (letter) => letter.toUpperCase());
  const value = SYMBOLS.indexOf(upper === "I" || upper === "L" ? "1" : upper === "O" ? "0" : upper);
  if (value < 0) throw new BadCard("symbol");
  return value;
}
