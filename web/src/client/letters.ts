/** Letters: to the desk and from it, and between publishers (protocol section 7). */

import { type Bytes, isZero, same } from "../protocol/bytes.ts";
import type { Chain } from "../protocol/chain.ts";
import { none, type PostId } from "../protocol/ids.ts";
import {
  encodeLetter,
  type Header,
  type Kind,
  type Letter,
  letterId,
  openLetter,
  parseLetter,
  type Reading,
  sealLetter,
} from "../protocol/letter.ts";
import { parseWriterProof } from "../protocol/membership.ts";
import { type Account, contact, save } from "./account.ts";
import type { LetterRow, LetterTaken } from "./api/rows.ts";
import { sync } from "./audience.ts";
import type { SealedLetter } from "./device.ts";
import { noteName, type SavedLetter } from "./memory.ts";
import { fetchOwnRecords } from "./concerned.ts";
import { Cannot, Distrust, isProblem, refusalOf } from "./error.ts";
import { takeSlots } from "./join.ts";
import { accountNamed, type AudienceRef, idOf, type LetterRef, type PostRef, textOf } from "./names.ts";
import { type Addressee, dispatch, isVerdict, letterSentAs, said, unanswered } from "./outbox.ts";
import { type Draft, NOTHING, readAs, readPayload, secrets, writePayload } from "./payload.ts";
import { fetchMissingKeys, importSecrets } from "./secrets.ts";
import { meet } from "./met.ts";
import { deskSecret } from "./vault.ts";
import { forgetUploads } from "./uploads.ts";
import { proofFor, signature } from "./write.ts";
import { nowMs } from "./world.ts";

/**
 * Seals and sends a letter, and keeps what it said; again to the new desk, if that has just changed.
 *
 * Of an act with a name, the one letter is sent however often it is asked for.
 */
export async function sendLetter(
  account: Account,
  audience: AudienceRef,
  to: Addressee,
  kind: Kind,
  thread: PostRef | undefined,
  draft: Draft,
  once?: string,
): Promise<LetterTaken> {
  const before = letterSentAs(account, once);
  if (before !== undefined) return before;
  const payload = writePayload(kind, { ...draft, from: draft.from ?? signature(account) });
  const letter: SavedLetter = {
    desk: to === "desk",
    kind,
    thread,
    ik: textOf(account.ik.public),
    sentMs: account.world.clock(),
    receivedMs: 0,
    content: readPayload(payload),
    to: to === "desk" ? "desk" : to.account,
    read: true,
  };
  const taken = await sendSealed(account, audience, to, kind, thread, payload, {
    once,
    keep: { audience, letter },
  });
  forgetUploads(account, draft.attachments);
  await account.remember();
  return taken;
}

/** The name of the act that a letter is of, and what is kept of it once the hub has it. */
type Going = Pick<SealedLetter, "once" | "keep">;

/** Seals and sends a payload as it is; with what is to be kept of it, if anything. */
export async function sendSealed(
  account: Account,
  audience: AudienceRef,
  to: Addressee,
  kind: Kind,
  thread: PostRef | undefined,
  payload: Uint8Array,
  going: Going = {},
): Promise<LetterTaken> {
  const attempt = () => tryLetter(account, audience, to, kind, thread, payload, going);
  try {
    return await attempt();
  } catch (e) {
    if (!isProblem(e, "charter-superseded")) throw e;
    return attempt();
  }
}

async function tryLetter(
  account: Account,
  audience: AudienceRef,
  to: Addressee,
  kind: Kind,
  thread: PostRef | undefined,
  payload: Uint8Array,
  going: Going,
): Promise<LetterTaken> {
  const { world, ik } = account;
  const what = said(audience, to, kind, thread, payload);
  const before = unanswered(account, what, going.once);
  if (before !== undefined) {
    try {
      return await dispatch(account, before);
    } catch (e) {
      // It never arrived, and will not be taken any more as it was sealed.
      if (!isVerdict(e)) throw e;
    }
  }
  const charter = (await sync(account, audience)).current();
  const { terms } = charter;
  const key = to === "desk" ? terms.desk : (await contact(account, to.account)).terms.xk;
  const proof = kind === "join" ? new Uint8Array() : proofFor(account, charter);
  const now = nowMs(world);
  const sentMs = now > terms.notBeforeMs ? now : terms.notBeforeMs;
  const meant = thread === undefined ? none<PostId>() : idOf<PostId>(thread);
  const draft = { audience: terms.audience, to: key, thread: meant, kind, sentMs, payload };
  const sealed = await sealLetter(draft, ik, world.random, world.support);
  const letter = { said: what, letter: textOf(letterId(sealed)), bytes: encodeLetter(sealed), proof };
  const { keep } = going;
  const kept = keep && { ...keep, letter: { ...keep.letter, sentMs: Number(sentMs) } };
  return dispatch(account, { ...letter, ...going, keep: kept });
}

/** What fetching the own mailbox brought. */
export interface FetchedLetters {
  /** Opened for the first time. */
  readonly fresh: LetterRef[];
  /** Audiences that appeared with the keys that came in a letter: somebody made this account their publisher. */
  readonly met: AudienceRef[];
  /** Audiences whose charters were refused, and why; their letters are still to be fetched. */
  readonly refused: { readonly audience: AudienceRef; readonly reason: string }[];
}

/**
 * Fetches and opens this account's own letters. What one audience serves keeps no other's letters away: where its
 * charters are refused, its letters wait on the hub.
 */
export async function fetchLetters(account: Account): Promise<FetchedLetters> {
  const chains = new Map<AudienceRef, Chain | undefined>();
  const fetched: FetchedLetters = { fresh: [], met: [], refused: [] };
  let after = account.device.record.lettersAfter;
  let [settled, heldBack] = [after, false];
  for (;;) {
    const page = await account.api.letters(undefined, after);
    for (const row of page.items) {
      if (!chains.has(row.audience)) chains.set(row.audience, await chainFor(account, row.audience, fetched));
      // What comes before its audience is joined waits, but for the keys of one that made this account its publisher.
      const unmet = account.vault.audience(row.audience) === undefined;
      const chain = chains.get(row.audience) ?? (unmet ? await meet(account, row) : undefined);
      if (chain !== undefined && unmet) fetched.met.push(row.audience);
      chains.set(row.audience, chain);
      if (chain === undefined) {
        heldBack = true;
        continue;
      }
      if (await takeLetter(account, chain, row, false)) fetched.fresh.push(row.letter);
      if (!heldBack) settled = Math.max(settled, row.position);
    }
    if (typeof page.next !== "number" || page.next <= after) break;
    after = page.next;
  }
  account.device.record.lettersAfter = settled;
  await account.remember();
  for (const chain of chains.values()) {
    const member = chain?.current().isPublisher(account.ik.public) === false;
    if (member && fetched.fresh.length > 0) await fetchOwnRecords(account, chain);
  }
  return fetched;
}

/** Tells an audience's publishers, and nobody else, who it is; nothing for who has no name. */
export async function introduce(
  account: Account,
  audience: AudienceRef,
  name: string | null | undefined,
): Promise<void> {
  if (name) await sendLetter(account, audience, "desk", "join", undefined, { from: { name } });
}

async function chainFor(
  account: Account,
  audience: AudienceRef,
  { refused }: FetchedLetters,
): Promise<Chain | undefined> {
  // Keys may arrive before their audience is joined.
  if (account.vault.audience(audience) === undefined) return undefined;
  try {
    const chain = await sync(account, audience);
    // A letter to a member, read before they know that they are one, would be refused for good.
    const known =
      Object.keys(account.keys(audience).readers).length > 0 ||
      chain.current().isPublisher(account.ik.public);
    if (!known && (await takeSlots(account, chain)) === "asked") return undefined;
    return chain;
  } catch (e) {
    refused.push({ audience, reason: refusalOf(e) });
    return undefined;
  }
}

/** Fetches and opens what came to an audience's desk, and what its publishers answered; the names of new letters. */
export async function fetchDesk(account: Account, chain: Chain): Promise<LetterRef[]> {
  const audience = textOf(chain.audience());
  await fetchMissingKeys(account, chain);
  if (Object.keys(account.keys(audience).desks).length === 0) throw new Cannot("no secret");
  const fresh: LetterRef[] = [];
  let after = (await account.device.audience(audience)).local.deskAfter;
  for (;;) {
    const page = await account.api.letters(audience, after);
    const before = after;
    for (const row of page.items) {
      if (await takeLetter(account, chain, row, true)) fresh.push(row.letter);
      after = Math.max(after, row.position);
    }
    if (typeof page.next !== "number" || after === before) break;
  }
  await account.device.change(audience, (local) => {
    local.deskAfter = after;
  });
  await account.remember();
  await (await import("./records.ts")).fetchRecords(account, chain);
  return fresh;
}

/** Opens a letter, or keeps it as evidence; whether it was opened for the first time. */
async function takeLetter(account: Account, chain: Chain, row: LetterRow, desk: boolean): Promise<boolean> {
  const audience = textOf(chain.audience());
  const { letters, refused } = await account.device.audience(audience);
  const known = letters.get(row.letter);
  if ((known !== undefined && known.told !== true) || refused.has(row.letter)) return false;
  const bytes = await account.api.letter(row.letter).catch((e: unknown) => {
    // The hub deleted it since it was listed.
    if (isProblem(e, "not-found")) return undefined;
    throw e;
  });
  if (bytes === undefined) return false;
  try {
    await account.device.keepLetter(audience, row.letter, await opened(account, chain, row, bytes, desk));
    return true;
  } catch (e) {
    await account.device.keepEvidence(audience, row.letter, { reason: refusalOf(e), bytes });
    return false;
  }
}

async function opened(
  account: Account,
  chain: Chain,
  row: LetterRow,
  bytes: Bytes,
  desk: boolean,
): Promise<SavedLetter> {
  const letter = parseLetter(bytes);
  if (textOf(letterId(letter)) !== row.letter) throw new Distrust("other letter");
  const { header } = letter;
  const payload = await unseal(account, chain, letter, row.proof, desk);
  const secret = header.kind === "secrets";
  if (secret && (await importSecrets(account, chain, payload))) await save(account);
  const content = secret ? NOTHING : readPayload(payload);
  const { from } = secret ? readAs(payload, secrets) : content;
  if (from !== undefined) await noteFrom(account, header, from.name);
  return {
    desk,
    kind: header.kind,
    thread: isZero(header.thread) ? undefined : textOf(header.thread),
    ik: textOf(header.ik),
    sentMs: Number(header.sentMs),
    receivedMs: row.received_ms,
    content,
    to: undefined,
    read: false,
  };
}

function noteFrom({ device }: Account, { audience, ik }: Header, name: string): Promise<void> {
  return device.change(textOf(audience), (local) => noteName(local, accountNamed(ik), name));
}

async function unseal(
  account: Account,
  chain: Chain,
  letter: Letter,
  proof: Bytes | undefined,
  desk: boolean,
): Promise<Bytes> {
  const keys = account.keys(textOf(chain.audience()));
  const key = desk ? deskSecret(keys, letter.header.to) : account.xk;
  // The current desk's key may come with the next letter; refusing this one would shut it for good.
  if (key === undefined)
    throw same(letter.header.to, chain.current().terms.desk) ? new Cannot("no secret") : new Distrust("desk");
  const self = { ik: account.ik.public, member: Object.keys(keys.readers).length > 0 };
  const reading: Reading = {
    charters: chain,
    key,
    as: desk ? "desk" : self,
    seen: () => false,
    member: proof === undefined ? undefined : parseWriterProof(proof),
  };
  return (await openLetter(letter, reading)).payload;
}
