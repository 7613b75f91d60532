/** Which rows belong together for a reader. */

import type { Known, KnownRow } from "../../client/index.ts";

/** A kind of rows within a group. */
export interface Kind {
  readonly table: string;
  /** The newest of them, or all. */
  readonly rows: readonly KnownRow[];
  /** How many there are, as far as that is known. */
  readonly count: number;
}

/** What a reader would call it. */
export type Group = "who" | "belong" | "sent" | "received" | "mail" | "other";

/** Tables of each group; letters and attachments are in two, by who sent them. */
const TABLES: readonly (readonly [Group, readonly string[]])[] = [
  ["who", ["accounts", "sessions", "vaults"]],
  ["belong", ["staff", "members", "slots", "links", "link_uses", "join_requests"]],
  ["sent", ["posts", "letters", "attachments", "uploads", "approvals", "threads", "desk_letters"]],
  ["received", ["receipts", "letters", "attachments", "events"]],
  ["mail", ["email_addresses", "email_confirmations", "nudges"]],
];

const SPLIT: ReadonlySet<string> = new Set(["letters", "attachments"]);

/** Every table in its group, whatever the hub has. */
export function grouped({ tables, counts }: Known, account: string): readonly (readonly [Group, Kind[]])[] {
  const kind = (group: Group, table: string): Kind => {
    const rows = tables.get(table) ?? [];
    if (!SPLIT.has(table)) return { table, rows, count: counts.get(table) ?? rows.length };
    const ours = rows.filter((row) => (row["account"] === account) === (group === "sent"));
    return { table, rows: ours, count: ours.length };
  };
  const known = new Set(TABLES.flatMap(([, names]) => names));
  const others = [...counts.keys()].filter((table) => !known.has(table));
  const all = [...TABLES, ["other", others] as const];
  return all.map(([group, names]) => [group, names.map((table) => kind(group, table))]);
}

/** How many rows there are in all. */
export const total = ({ counts }: Known): number => [...counts.values()].reduce((sum, n) => sum + n, 0);

/** The tables of which only the newest rows are here. */
export const cut = ({ tables, counts }: Known): string[] =>
  [...counts].filter(([table, n]) => n > (tables.get(table)?.length ?? 0)).map(([table]) => table);
