/** Letters to the desks that this account keeps, as conversations: one for each member and each post. */

import type { AudienceView, Client, DeskState, LetterView, PostView } from "../client/index.ts";
import { titleOf } from "./title.ts";
import { words } from "./words.ts";

/** What one member wrote to a desk about one post, and what its publishers answered. */
export interface Conversation {
  readonly audience: AudienceView;
  /** Everything, oldest first. */
  readonly letters: readonly LetterView[];
  /** The member's newest: what the state is about. */
  readonly newest: LetterView;
  readonly about: PostView | undefined;
  readonly state: DeskState;
  readonly unread: number;
}

/** States that the hub last told, for when it cannot be asked. */
const remembered = new Map<string, DeskState>();

/** Audiences whose desk this account keeps. */
export async function desks(client: Client): Promise<AudienceView[]> {
  return (await client.audiences()).filter(({ role }) => role !== "member");
}

/** Asks the hub where all letters stand; without it, they stand where they last stood. */
export async function askStates(client: Client, audiences: readonly AudienceView[]): Promise<void> {
  for (const { audience } of audiences) {
    const states = await client.deskStates(audience).catch(() => undefined);
    for (const [letter, state] of states ?? []) remembered.set(letter, state);
  }
}

/** Every conversation, the newest first. */
export async function conversations(client: Client): Promise<Conversation[]> {
  const audiences = new Map((await desks(client)).map((view) => [view.audience, view]));
  const groups = new Map<string, LetterView[]>();
  for (const letter of await client.letters()) {
    const member = letter.to ?? (letter.desk ? letter.author : undefined);
    if (!audiences.has(letter.audience) || member === undefined || member === "desk") continue;
    const key = `${letter.audience} ${member} ${letter.thread ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), letter]);
  }
  const all: Conversation[] = [];
  for (const letters of groups.values()) {
    const newest = letters.findLast(({ to }) => to === undefined);
    const audience = audiences.get(newest?.audience ?? "");
    // What a publisher began has nothing on the desk yet.
    if (newest === undefined || audience === undefined) continue;
    const about = newest.thread === undefined ? undefined : await client.post(newest.thread);
    const state = remembered.get(newest.letter) ?? { state: "open", assignee: undefined };
    const unread = letters.filter(({ read, own }) => !read && !own).length;
    all.push({ audience, letters, newest, about, state, unread });
  }
  return all.sort((a, b) => b.newest.receivedMs - a.newest.receivedMs);
}

/** What a conversation is about. */
export function subjectOf({ about, newest }: Conversation): string {
  const said = words().desk;
  if (newest.content.report !== undefined) return said.report;
  return about === undefined ? said.aboutNothing : said.about(titleOf(about.content));
}

/** How a publisher is called: *you*, the name they gave, or that they are one. */
export function publisherName(client: Client, account: string, names: ReadonlyMap<string, string>): string {
  return account === client.account ? words().common.you : (names.get(account) ?? words().common.publisher);
}
