/** What an account's owner does about the account itself: its card, its sessions, what the hub knows, its end. */

import { Writer } from "../protocol/bytes.ts";
import { LoginCard } from "../protocol/card.ts";
import { utf8 } from "../protocol/text.ts";
import { type Account, refresh, save } from "./account.ts";
import type { About, Known, KnownRow, SessionRow } from "./api/own.ts";
import type { MailState } from "./api/rows.ts";
import { isCardOf, replaceCard } from "./card.ts";
import { HubError, Offline } from "./error.ts";
import { askForMail } from "./mail.ts";
import type { AccountRef } from "./names.ts";
import { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

/** The part of a client that looks after the account. */
export class Own extends Session {
  /** The account's name on the hub. */
  get account(): AccountRef {
    return this.held.name;
  }

  /** The hub's address. */
  get origin(): string {
    return this.held.api.origin.text;
  }

  /** The name its owner writes under. */
  get name(): string | undefined {
    return this.held.vault.document.name ?? undefined;
  }

  /** The owner's preferences. */
  get settings(): Settings {
    return this.held.vault.document.settings ?? {};
  }

  /** Changes the name its owner writes under. */
  setName(name: string | undefined): Promise<void> {
    return this.change((a) => {
      a.vault.document.name = name ?? null;
    });
  }

  /** Changes preferences, here and for every device. */
  changeSettings(change: (settings: Settings) => Settings): Promise<void> {
    return this.change((a) => {
      a.vault.document.settings = change(a.vault.document.settings ?? {});
    });
  }

  /** Takes in what other devices wrote into the vault. */
  refresh(): Promise<void> {
    return this.do(refresh);
  }

  /** Takes the account off this browser; with its login card it comes back. Ends the session if the hub answers. */
  signOut(): Promise<void> {
    return this.do(async (a) => {
      await a.store.clear();
      await a.api.endSession().catch((e: unknown) => {
        if (!(e instanceof HubError || e instanceof Offline)) throw e;
      });
    });
  }

  /** Asks the hub to nudge this mail address once its owner has confirmed it. */
  askForMail(address: string, language: "id" | "en"): Promise<void> {
    return this.see((a) => askForMail(a, address, language));
  }

  /** Asks the hub where the mail address stands. */
  mail(): Promise<MailState> {
    return this.see((a) => a.api.email());
  }

  /** Takes the mail address off the hub. */
  endMail(): Promise<void> {
    return this.see((a) => a.api.deleteEmail());
  }

  /** Changes something in the vault, here and for every device. */
  protected change(change: (account: Account) => void): Promise<void> {
    return this.do(async (a) => {
      change(a);
      await save(a);
    });
  }

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
