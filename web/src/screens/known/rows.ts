/** Rows of the hub in plain words: one sentence and what belongs to it, for each kind of row there is. */

import type { KnownRow } from "../../client/index.ts";
import type { Beat } from "../../page/parts.ts";
import { figure, moment, size } from "../../page/words.ts";
import { said } from "./said.ts";

/** What rows are told with: names that the hub does not know. */
export interface Names {
  /** The account itself. */
  readonly account: string;
  /** What its owner calls an audience. */
  audience(id: string): string;
  /** The title of a post that was opened here. */
  post(id: string): string | undefined;
  now(): number;
}

/** Title and the line under it. */
export type Told = readonly [title: string, under: string];

type Teller = (row: Reader) => Told;

/** A row's columns, read as what they are. */
class Reader {
  readonly #row: KnownRow;
  readonly #names: Names;

  constructor(row: KnownRow, names: Names) {
    [this.#row, this.#names] = [row, names];
  }

  text(column: string): string {
    const value = this.#row[column] ?? "";
    return String(value);
  }

  number(column: string): number {
    const value = this.#row[column];
    return typeof value === "number" ? value : 0;
  }

  count(column: string): string {
    return figure(this.number(column));
  }

  bytes(column: string): string {
    return size(this.number(column));
  }

  /** The moment in a column, if there is one. */
  maybe(column: string): string | undefined {
    const value = this.#row[column];
    return typeof value === "number" ? moment(value, this.#names.now()) : undefined;
  }

  at(column: string): string {
    return this.maybe(column) ?? said().never;
  }

  audience(): string {
    return this.#names.audience(this.text("audience"));
  }

  post(): string {
    return this.#names.post(this.text("post")) ?? said().values.postKinds[1] ?? "";
  }

  /** A word of the hub's in the page's language. */
  word(column: string): string {
    return said().values.words[this.text(column)] ?? this.text(column);
  }

  /** Whether the account itself sent it. */
  get own(): boolean {
    return this.text("account") === this.#names.account;
  }
}

const memberRole = (row: Reader): string =>
  row.number("role") === 2 ? said().values.guardian : said().values.member;

const tellers: Readonly<Record<string, Teller>> = {
  accounts: (r) =>
    said().says.accounts({
      made: r.at("created_ms"),
      seq: r.count("seq"),
      letters: r.count("letters"),
    }),
  sessions: (r) => said().says.sessions({ since: r.at("created_ms"), until: r.at("expires_ms") }),
  vaults: (r) =>
    said().says.vaults({
      size: r.bytes("vault_bytes"),
      version: r.count("version"),
      at: r.at("updated_ms"),
    }),
  staff: (r) => {
    const { admin, publisher } = said().values;
    return said().says.staff({
      audience: r.audience(),
      role: r.number("role") === 2 ? admin : publisher,
    });
  },
  members: (r) =>
    said().says.members({
      audience: r.audience(),
      role: memberRole(r),
      since: r.at("joined_ms"),
      until: r.maybe("removed_ms"),
    }),
  slots: (r) =>
    said().says.slots({
      audience: r.audience(),
      slot: figure(r.number("slot") + 1),
      copies: figure(r.number("packs") + r.number("late_slots")),
      since: r.at("granted_ms"),
      until: r.maybe("dropped_ms"),
    }),
  links: (r) =>
    said().says.links({
      audience: r.audience(),
      made: r.at("created_ms"),
      uses: r.count("uses"),
      until: r.maybe("revoked_ms") ?? r.at("expires_ms"),
    }),
  link_uses: (r) => said().says.linkUses({ audience: r.audience() }),
  join_requests: (r) =>
    said().says.joinRequests({
      audience: r.audience(),
      at: r.at("received_ms"),
      state: r.word("state"),
    }),
  posts: (r) =>
    said().says.posts({
      kind: said().values.postKinds[r.number("kind")] ?? "",
      audience: r.audience(),
      at: r.at("accepted_ms"),
      size: r.bytes("size"),
      state: r.word("state"),
    }),
  approvals: (r) => said().says.approvals({ at: r.at("at_ms") }),
  receipts: (r) =>
    said().says.receipts({
      what: r.post(),
      delivered: r.at("delivered_ms"),
      read: r.at("read_ms"),
      understood: r.at("acknowledged_ms"),
    }),
  threads: (r) => said().says.threads({ state: r.word("state"), at: r.at("changed_ms") }),
  letters: (r) => {
    const { letterKinds, account } = said().values;
    const toDesk = r.text("to_account") === "";
    const other = toDesk ? `${said().desk} ${r.audience()}` : `${account}, ${r.audience()}`;
    const kind = letterKinds[r.number("kind")] ?? "";
    return said().says.letters({
      kind,
      sent: r.own,
      other,
      at: r.at("received_ms"),
      size: r.bytes("size"),
    });
  },
  desk_letters: (r) => said().says.deskLetters({ state: r.word("state"), at: r.at("changed_ms") }),
  attachments: (r) =>
    said().says.attachments({ audience: r.audience(), size: r.bytes("size"), at: r.at("created_ms") }),
  uploads: (r) =>
    said().says.attachments({ audience: r.audience(), size: r.bytes("size"), at: r.at("begun_ms") }),
  events: (r) => said().says.events({ kind: r.word("kind"), at: r.at("at_ms") }),
  email_addresses: (r) =>
    said().says.emailAddress({
      state: r.word("state"),
      size: r.bytes("sealed_bytes"),
      at: r.at("updated_ms"),
    }),
  email_confirmations: (r) => said().says.emailConfirmation({ at: r.at("at_ms") }),
  nudges: (r) => said().says.nudges({ state: r.word("state"), at: r.at("updated_ms") }),
};

/** A row in words; one of a table that this page does not know is told by the table's name. */
export function tell(table: string, row: KnownRow, names: Names): Told {
  return tellers[table]?.(new Reader(row, names)) ?? [table, ""];
}

/** The drum of a row: what became of it, where that is known. */
export function beatOf(table: string, row: KnownRow): Beat {
  if (table === "receipts") {
    if (row["acknowledged_ms"] != null) return "echo";
    return row["delivered_ms"] != null ? "on" : "";
  }
  const over = row["removed_ms"] ?? row["dropped_ms"] ?? row["revoked_ms"];
  return over != null || row["state"] === "pending" ? "" : "on";
}
