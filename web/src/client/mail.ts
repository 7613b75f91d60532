/** Mail nudges: the address goes to the hub by a signed request; what a mail says is only that something is new. */

import { Writer } from "../protocol/bytes.ts";
import { utf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import { Cannot } from "./error.ts";

/** The longest address there is (RFC 5321). */
const ADDRESS_MAX = 254;

/** Asks the hub to nudge this address once its owner has confirmed it. */
export async function askForMail(account: Account, address: string, language: "id" | "en"): Promise<void> {
  const bytes = utf8(address);
  if (bytes.length > ADDRESS_MAX) throw new Cannot("mail address");
  const { api, ik, world } = account;
  const atMs = world.clock();
  const statement = new Writer().op8(utf8(api.origin.text)).op8(bytes).u64(BigInt(atMs)).done();
  await api.putEmail(address, language, atMs, await ik.sign("email", statement));
}
