/**
 * Records: what this account wrote to others, kept at the hub for its other devices and its co-publishers.
 *
 * Invariant: what a letter said is in this browser before it is in a record, and counts as recorded only once it was
 * seen in a segment; whatever a hub serves as a segment is believed only if its author signed it for that place, and not
 * below a version that was seen.
 */

import { AgeRefused } from "../protocol/age.ts";
import type { Chain } from "../protocol/chain.ts";
import { accountOf, type AudienceId, type IdentityKey } from "../protocol/ids.ts";
import { Malformed } from "../protocol/bytes.ts";
import { Segment } from "../protocol/record.ts";
import { fromUtf8, utf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import { keptChain, sync } from "./audience.ts";
import { Cannot, ClientError, Distrust, failure, isProblem, Offline } from "./error.ts";
import { BadForm } from "./json.ts";
import type { Place } from "./memory.ts";
import { type AccountRef, accountNamed, type AudienceRef, bytesOf, idOf, textOf } from "./names.ts";
import { document, type Document, type Part, takeColleagues, takeOwn, unrecorded } from "./recorded.ts";

/** A segment whose JSON is longer than this, in bytes, takes nothing more. */
const FULL = 48 * 1024;
/** Devices of one account that write at once settle within a few rounds. */
const ROUNDS = 5;

/** One account's record under one root. */
interface Log {
  readonly audience: AudienceRef;
  readonly root: Uint8Array;
  readonly ik: IdentityKey;
  /** This account's, of which part; `once`: under a desk that was replaced, read only; or a co-publisher's. */
  readonly whose: Part | "once" | "colleague";
}

/** A record that is not believed, and whose it is. */
export interface RefusedRecord {
  readonly account: AccountRef;
  readonly reason: string;
}

/** Writes what was sent and drafted since into this account's records; what cannot be written now, the next fetch writes. */
export async function writeRecords(account: Account, audience: AudienceRef): Promise<void> {
  const chain = (await keptChain(account, audience)) ?? (await sync(account, audience));
  for (const log of logs(account, chain)) {
    if ((await toWrite(account, log)).length > 0) await tend(account, chain, log);
  }
}

/**
 * Reads the records that concern an audience, this account's and its co-publishers', and writes what is not in its own
 * yet. What is refused of one keeps no other away, and is remembered.
 */
export async function fetchRecords(account: Account, chain: Chain): Promise<void> {
  for (const log of logs(account, chain)) {
    const reason = await tend(account, chain, log).then(() => undefined, whyRefused);
    const place = await placeOf(account, log);
    if (place.refused?.reason === reason) continue;
    const refused = reason === undefined ? undefined : { account: accountNamed(log.ik), reason };
    await keepPlace(account, log, { ...place, refused });
    await account.remember();
  }
}

function whyRefused(e: unknown): string {
  const known = failure(e);
  if (known instanceof ClientError && !(known instanceof Offline)) return known.reason;
  throw e;
}

/** The records that this account may open: its own, and those of whoever publishes or published, under each desk. */
function logs({ vault, ik }: Account, chain: Chain): Log[] {
  const audience = textOf(chain.audience());
  const me = ik.public;
  const all: Log[] = [{ audience, root: vault.ownSeed().expose(), ik: me, whose: "own" }];
  if (!chain.current().isPublisher(me)) return all;
  const current = textOf(chain.current().terms.desk);
  const others = publishers(chain).filter((other) => textOf(other) !== textOf(me));
  for (const [desk, secret] of Object.entries(vault.audience(audience)?.desks ?? {})) {
    const root = bytesOf(secret);
    all.push({ audience, root, ik: me, whose: desk === current ? "desk" : "once" });
    for (const other of others) all.push({ audience, root, ik: other, whose: "colleague" });
  }
  return all;
}

/** Everybody whom any charter so far lists, each once. */
function publishers(chain: Chain): IdentityKey[] {
  const listed = chain.revisions().flatMap(({ charter }) => charter.terms.staff.map(({ ik }) => ik));
  return [...new Map(listed.map((ik) => [textOf(ik), ik])).values()];
}

/** Reads a record from where it was read to, and writes to it what is not in it yet, if it is this account's. */
async function tend(account: Account, chain: Chain, log: Log): Promise<void> {
  for (let conflicts = 0; ;) {
    const step = await look(account, chain, log);
    if (step === "done") return;
    if (step === "conflict" && ++conflicts > ROUNDS) throw new Cannot("record contended");
  }
}

/** Looks at one segment, and writes it once if there is anything to write; whether there is more. */
async function look(account: Account, chain: Chain, log: Log): Promise<"done" | "further" | "conflict"> {
  const place = await placeOf(account, log);
  const segment = segmentOf(log, place.segment);
  // Who is to add to a segment has to have all of it.
  const idle = (await toWrite(account, log)).length === 0;
  const served = await segmentAtHub(account, segment, log, place, idle && place.version > 0);
  if (served === "same") return "done";
  if (served.version > 0) await take(account, chain, log, place.segment, served);
  if (served.full) return "further";
  const waiting = await toWrite(account, log);
  if (waiting.length === 0) return "done";
  const written = filled(served, waiting);
  try {
    const file = await segment.seal(jsonOf(written), account.ik);
    await account.api.putVault(segment.id, written.version, file);
  } catch (e) {
    if (isProblem(e, "version-conflict")) return "conflict";
    throw e;
  }
  await take(account, chain, log, place.segment, written);
  return (await toWrite(account, log)).length === 0 ? "done" : "further";
}

/** A segment, and whether it takes nothing more. */
type Held = Document & { readonly full: boolean };

const jsonOf = ({ version, entries }: Document): Uint8Array => utf8(JSON.stringify({ version, entries }));

const isFull = (document: Document): boolean => jsonOf(document).length > FULL;

/** With what waits, until it is full. */
function filled({ version, entries }: Document, waiting: readonly unknown[]): Held {
  const all = { version: version + 1, entries: [...entries] };
  for (const entry of waiting) {
    if (isFull(all)) break;
    all.entries.push(entry);
  }
  return { ...all, full: isFull(all) };
}

/** Remembers what a segment says and how far the record was read with it. */
async function take(account: Account, chain: Chain, log: Log, number: number, held: Held): Promise<void> {
  const { audience, ik, whose } = log;
  if (whose === "colleague") {
    const publishedAt = (ms: number) => chain.inForceAt(BigInt(ms))?.isPublisher(ik) === true;
    await takeColleagues(account, audience, textOf(ik), held.entries, publishedAt);
  } else await takeOwn(account, audience, whose === "once" ? "desk" : whose, held.entries);
  const place = held.full ? { segment: number + 1, version: 0 } : { segment: number, version: held.version };
  await keepPlace(account, log, place);
  await account.remember();
}

const segmentOf = ({ root, audience, ik }: Log, number: number): Segment =>
  Segment.of(root, idOf<AudienceId>(audience), accountOf(ik), number);

/** Under which its place is remembered. */
const placeName = (log: Log): string => textOf(segmentOf(log, 0).id);

async function placeOf({ device }: Account, log: Log): Promise<Place> {
  const { local } = await device.audience(log.audience);
  return local.records?.get(placeName(log)) ?? { segment: 0, version: 0 };
}

function keepPlace({ device }: Account, log: Log, place: Place): Promise<void> {
  return device.change(log.audience, (local) => {
    (local.records ??= new Map()).set(placeName(log), place);
  });
}

/** What is to be written to a record. */
function toWrite(account: Account, { audience, whose }: Log): Promise<unknown[]> {
  return whose === "own" || whose === "desk" ? unrecorded(account, audience, whose) : Promise.resolve([]);
}

async function segmentAtHub(
  { api }: Account,
  segment: Segment,
  { ik }: Log,
  { version: seen }: Place,
  unlessSame: boolean,
): Promise<Held | "same"> {
  const served = await api.vaultSince(segment.id, unlessSame ? seen : undefined).catch((e: unknown) => {
    if (!isProblem(e, "not-found")) throw e;
    if (seen > 0) throw new Distrust("hidden record");
    return { version: 0, file: new Uint8Array() };
  });
  if (served === undefined) return "same";
  const { version, file } = served;
  if (version === 0) return { version, entries: [], full: false };
  if (version < seen) throw new Distrust("older record");
  const json = await opened(segment, file, ik);
  const found = parsed(json);
  if (found.version !== version) throw new Distrust("record");
  return { ...found, full: json.length > FULL };
}

async function opened(segment: Segment, file: Uint8Array<ArrayBuffer>, ik: IdentityKey) {
  try {
    return await segment.open(file, ik);
  } catch (e) {
    throw e instanceof AgeRefused ? new Distrust("record") : e;
  }
}

function parsed(json: Uint8Array): Document {
  try {
    return document(JSON.parse(fromUtf8(json)));
  } catch (e) {
    if (e instanceof BadForm || e instanceof Malformed || e instanceof SyntaxError)
      throw new Distrust("record");
    throw e;
  }
}

/** Why records of an audience were not believed when they were last looked at, and whose they are. */
export async function refusedRecords({ device }: Account, audience: AudienceRef): Promise<RefusedRecord[]> {
  const { local } = await device.audience(audience);
  return [...(local.records?.values() ?? [])].flatMap(({ refused }) => refused ?? []);
}
