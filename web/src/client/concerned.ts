/** Whether records are worth asking for: their code comes only where there are any. */

import type { Chain } from "../protocol/chain.ts";
import type { Account } from "./account.ts";
import { textOf } from "./names.ts";

const TOLD: ReadonlySet<string> = new Set(["reply", "return", "assignment"]);

/** Reads a member's own records, unless there is nothing that another device could have answered. */
export async function fetchOwnRecords(account: Account, chain: Chain): Promise<void> {
  const { posts, letters } = await account.device.audience(textOf(chain.audience()));
  const concerned =
    [...posts.values()].some(({ kind }) => kind === "assignment") ||
    [...letters.values()].some(({ to, kind }) => to !== undefined || TOLD.has(kind));
  if (concerned) await (await import("./records.ts")).fetchRecords(account, chain);
}
