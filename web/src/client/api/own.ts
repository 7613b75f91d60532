/** The routes about an account itself: what the hub knows of it, its sessions, and the end of both. */

import type { Bytes } from "../../protocol/bytes.ts";
import { count, flag, type Form, list, object, type Read, text } from "../json.ts";
import { textOf } from "../names.ts";
import { hubInfo, page } from "./rows.ts";
import { Transport } from "./transport.ts";

/** A column's value as the hub keeps it: bytes are base64url. */
export type KnownValue = string | number | null;
/** A row as the hub keeps it, its columns by name. */
export type KnownRow = Readonly<Record<string, KnownValue>>;

const row: Form<KnownRow> = (value) => {
  const columns = object({})(value) && Object.entries(value as object);
  const plain = (v: unknown): v is KnownValue => v === null || typeof v === "string" || typeof v === "number";
  return Object.fromEntries(columns.filter(([, v]) => plain(v))) as KnownRow;
};

const byTable =
  <T>(form: Form<T>): Form<ReadonlyMap<string, T>> =>
  (value) =>
    new Map(
      Object.entries(object({})(value) && (value as object)).map(([table, held]) => [table, form(held)]),
    );

const known = object({ tables: byTable(list(row)), counts: byTable(count) });
/** Every table with rows of the account: the newest of them, and how many there are. */
export type Known = Read<typeof known>;

const session = object({ created_ms: count, expires_ms: count, current: flag });
/** A session of the account; `current` is the one that asks. */
export type SessionRow = Read<typeof session>;

const about = object({ version: text, arithmetic: text, limits: object({ attachment: count }) });
/** What the hub says of itself to a reader. */
export type About = Read<typeof about>;

/** A hub, as somebody who looks after the own account sees it. */
export class OwnApi extends Transport {
  /** What the hub says of itself. */
  hub(): Promise<Read<typeof hubInfo>> {
    return this.json({ path: "/v1/hub", anonymous: true }, hubInfo);
  }

  /** The hub's version and limits. */
  about(): Promise<About> {
    return this.json({ path: "/v1/hub", anonymous: true }, about);
  }

  /** The newest rows of every table about the account. */
  known(): Promise<Known> {
    return this.json({ path: "/v1/account/rows" }, known);
  }

  /** Every row of one table about the account. */
  async knownRows(table: string): Promise<KnownRow[]> {
    const all: KnownRow[] = [];
    for (let after = 0; ;) {
      const path = `/v1/account/rows?table=${encodeURIComponent(table)}&limit=200&after=${after}`;
      const { items, next } = await this.json({ path }, page(row));
      all.push(...items);
      if (typeof next !== "number" || next <= after) return all;
      after = next;
    }
  }

  /** The account's sessions, newest first. */
  async sessions(): Promise<SessionRow[]> {
    return (await this.json({ path: "/v1/sessions" }, object({ items: list(session) }))).items;
  }

  /** Ends every session but the one that asks. */
  async endOtherSessions(): Promise<void> {
    await this.whole({ path: "/v1/sessions", method: "DELETE" });
  }

  /** Deletes the account, by a signed request. */
  async deleteAccount(atMs: number, signature: Bytes, abandon: boolean): Promise<void> {
    const body = { at_ms: atMs, signature: textOf(signature) };
    await this.whole({ path: `/v1/account?abandon=${abandon}`, method: "DELETE", body });
  }

  /** Deletes exactly this version of a vault, whose card was replaced. */
  async deleteVault(vaultId: Bytes, version: number): Promise<void> {
    const headers = { "kentongan-version": String(version) };
    await this.whole({ path: `/v1/vaults/${textOf(vaultId)}`, method: "DELETE", headers });
  }
}
