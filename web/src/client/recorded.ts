/**
 * What stands in a segment of a record, field for field as in `docs/payload.md`, and what a browser takes from it.
 *
 * Invariants: nothing that a segment has is ever dropped from it, known to this client or not; a letter counts once,
 * whoever's records it stands in, and none counts under the name of one that came in.
 */

import { none } from "../protocol/ids.ts";
import { fromUtf8 } from "../protocol/text.ts";
import type { Account } from "./account.ts";
import type { Verdict } from "./homework/actions.ts";
import {
  BadForm,
  count,
  flag,
  type Form,
  list,
  maybe,
  moment,
  name,
  object,
  octets,
  or,
  type Read,
  text,
} from "./json.ts";
import { noteName, type SavedLetter, type SavedMark } from "./memory.ts";
import { accountNamed, type AudienceRef, byBytes, idOf, type LetterRef, textOf } from "./names.ts";
import { attachment, posted, writePayload } from "./payload.ts";

/** A segment, opened. */
export const document = object({ version: count, entries: list((value): unknown => value) });
/** A segment, opened; entries oldest first. */
export type Document = Read<typeof document>;

/** Which entries go into a record of this account: what nobody else reads, or what other publishers read too. */
export type Part = "own" | "desk";

const sent = object({
  letter: name,
  to: maybe(name),
  kind: text,
  thread: name,
  sent_ms: moment,
  received_ms: moment,
  receipt: maybe(octets(64)),
  content: posted,
});
type Sent = Read<typeof sent>;

const mark = object({
  work: name,
  pupil: name,
  at_ms: moment,
  draft: maybe(
    object({
      mark: maybe(text),
      body: or(text, ""),
      redo: or(flag, false),
      attachments: or(list(attachment), []),
      submission: maybe(name),
    }),
  ),
});
type Mark = Read<typeof mark>;

const entry = object({ sent: maybe(sent), mark: maybe(mark) });

/** Reads an entry; one that a later client, or nobody, wrote so says nothing here. */
const known: Form<Read<typeof entry>> = (value) => {
  try {
    return entry(value);
  } catch (e) {
    if (e instanceof BadForm) return { sent: undefined, mark: undefined };
    throw e;
  }
};

const KINDS: Record<Part, ReadonlySet<string>> = {
  own: new Set(["reply", "submission"]),
  desk: new Set(["reply", "return", "assignment"]),
};

/** Whether publishers send such a letter to members, or else members to the desk. */
const belongs = (part: Part, kind: string, toMember: boolean): boolean =>
  KINDS[part].has(kind) && toMember === (part === "desk");

const NOTHING = textOf(none());

/** Work and pupil, as marks are kept. */
export const markKey = (work: string, pupil: string): string => `${work} ${pupil}`;

/** Entries of a part that are not known to be in a record, oldest first. */
export async function unrecorded({ device }: Account, audience: AudienceRef, part: Part): Promise<unknown[]> {
  const { letters, local } = await device.audience(audience);
  const own = [...letters].filter(
    ([, { to, kind, told, recorded }]) =>
      to !== undefined && told !== true && recorded !== true && belongs(part, kind, to !== "desk"),
  );
  own.sort(([a, x], [b, y]) => x.receivedMs - y.receivedMs || byBytes(a, b));
  const marks = part === "own" ? [...(local.marks ?? [])].filter(([, { recorded }]) => !recorded) : [];
  return [...own.map(sentEntry), ...marks.map(markEntry)];
}

function sentEntry([letter, saved]: [LetterRef, SavedLetter]): unknown {
  const { to, kind, thread, sentMs, receivedMs, receipt, content } = saved;
  return {
    sent: {
      letter,
      ...(to === "desk" ? {} : { to }),
      kind,
      thread: thread ?? NOTHING,
      sent_ms: sentMs,
      received_ms: receivedMs,
      ...(receipt === undefined ? {} : { receipt: textOf(receipt) }),
      content: JSON.parse(fromUtf8(writePayload(kind, content))) as unknown,
    },
  };
}

function markEntry([key, { atMs, draft }]: [string, SavedMark]): unknown {
  const [work, pupil] = key.split(" ");
  return { mark: { work, pupil, at_ms: atMs, ...(draft === undefined ? {} : { draft: drafted(draft) }) } };
}

/** As much of it as a record has. */
const drafted = ({ body, mark, redo, attachments, submission }: Verdict): object => ({
  ...(mark === undefined ? {} : { mark }),
  body,
  ...(redo === true ? { redo } : {}),
  ...(attachments.length === 0 ? {} : { attachments }),
  ...(submission === undefined ? {} : { submission }),
});

/** Takes in a record of this account's own: what stands in it is recorded. */
export async function takeOwn(
  account: Account,
  audience: AudienceRef,
  part: Part,
  entries: readonly unknown[],
): Promise<void> {
  const { device, ik } = account;
  const { letters } = await device.audience(audience);
  for (const { sent, mark } of entries.map(known)) {
    if (sent !== undefined && belongs(part, sent.kind, sent.to !== undefined)) {
      const held = letters.get(sent.letter);
      if (held?.recorded === true || (held !== undefined && held.to === undefined)) continue;
      const own = held === undefined || held.told === true ? letterOf(sent, textOf(ik.public)) : held;
      await device.keepLetter(audience, sent.letter, Object.assign(own, { recorded: true as const }));
    }
    if (mark !== undefined && part === "own") await takeMark(account, audience, mark);
  }
}

async function takeMark({ device }: Account, audience: AudienceRef, said: Mark): Promise<void> {
  const { local } = await device.audience(audience);
  const key = markKey(said.work, said.pupil);
  const held = local.marks?.get(key);
  if (held !== undefined && (held.atMs > said.at_ms || (held.atMs === said.at_ms && held.recorded))) return;
  const same = held?.atMs === said.at_ms;
  const mark = { atMs: said.at_ms, draft: same ? held.draft : said.draft, recorded: true };
  await device.change(audience, (local) => void (local.marks ??= new Map()).set(key, mark));
}

/** Takes in a co-publisher's record: what they sent to members while they published. */
export async function takeColleagues(
  { device }: Account,
  audience: AudienceRef,
  ik: string,
  entries: readonly unknown[],
  publishedAt: (ms: number) => boolean,
): Promise<void> {
  const { letters } = await device.audience(audience);
  for (const { sent } of entries.map(known)) {
    if (sent === undefined || !belongs("desk", sent.kind, sent.to !== undefined)) continue;
    if (letters.has(sent.letter) || !publishedAt(sent.sent_ms)) continue;
    await device.keepLetter(audience, sent.letter, { ...letterOf(sent, ik), told: true });
    const { from } = sent.content;
    if (from !== undefined)
      await device.change(audience, (local) => noteName(local, accountNamed(idOf(ik)), from.name));
  }
}

function letterOf(
  { to, kind, thread, sent_ms, received_ms, receipt, content }: Sent,
  ik: string,
): SavedLetter {
  return {
    desk: to === undefined,
    kind,
    thread: thread === NOTHING ? undefined : thread,
    ik,
    sentMs: sent_ms,
    receivedMs: received_ms,
    content,
    to: to ?? "desk",
    receipt,
    read: true,
  };
}
