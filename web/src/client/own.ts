/** What an account's owner does about the account itself: its card, its sessions, what the hub knows, its end. */

import { Writer } from "../protocol/bytes.ts";
import { LoginCard } from "../protocol/card.ts";
import { utf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import type { About, Known, KnownRow, SessionRow } from "./api/own.ts";
import { isCardOf, replaceCard } from "./card.ts";
import { Session } from "./session.ts";

/** The part of a client that looks after the account. */
export class Own extends Session {
  /** Asks the hub for its version and limits. */
  about(): Promise<About> {
    return this.see((a) => a.api.about());
  }

  /** Asks the hub for every table with rows about this account: the newest of them, and how many there are. */
  known(): Promise<Known> {
    return this.see((a) => a.api.known());
  }

  /** Asks the hub for every row of one table about this account. */
  knownRows(table: string): Promise<KnownRow[]> {
    return this.see((a) => a.api.knownRows(table));
  }

  /** Asks the hub where this account is signed in. */
  sessions(): Promise<SessionRow[]> {
    return this.see((a) => a.api.sessions());
  }

  /** Signs out everywhere else; a device that holds the account's keys signs in again when it is used. */
  endOtherSessions(): Promise<void> {
    return this.see((a) => a.api.endOtherSessions());
  }

  /** Whether this is the account's login card; asks nobody. */
  isCard(card: LoginCard): boolean {
    return isCardOf(this.held, card);
  }

  /** A card to be kept by its owner, and then given to {@link Own.replaceCard}; nothing knows it yet. */
  newCard(): LoginCard {
    return LoginCard.random(this.held.world.random);
  }

  /** Puts a new login card in place of the old one, which opens nothing any more. */
  replaceCard(card: LoginCard): Promise<void> {
    return this.do((a) => replaceCard(a, card));
  }

  /**
   * Deletes the account on the hub for good, and all of it in this browser.
   *
   * `abandon` leaves audiences with others in them without an admin; without it the hub refuses that as a `conflict`.
   */
  deleteAccount(abandon = false): Promise<void> {
    return this.do((a) => deleteAccount(a, abandon));
  }
}

async function deleteAccount({ api, ik, world, store }: Account, abandon: boolean): Promise<void> {
  const atMs = world.clock();
  const statement = new Writer().op8(utf8(api.origin.text)).u64(BigInt(atMs)).done();
  await api.deleteAccount(atMs, await ik.sign("account-delete", statement), abandon);
  await store.clear();
}
