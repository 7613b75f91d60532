/** How what was opened is called and ordered, for all screens that list or show it. */

import type { Client, LetterView, PostView } from "../client/index.ts";
import { words } from "./words.ts";

/** The name a post's or letter's author gives; of those who give none, what they are. */
export function called(of: { readonly name: string | undefined; readonly own: boolean }): string {
  return of.name ?? (of.own ? words().common.you : words().common.someone);
}

/** An announcement or assignment with all that belongs to it. */
export interface Topic {
  readonly post: PostView;
  /** Replies in its thread, oldest first. */
  readonly replies: readonly PostView[];
  /** Letters about it between this account and the publishers, oldest first. */
  readonly letters: readonly LetterView[];
  /** How much of all this was not looked at. */
  readonly unread: number;
  /** When it, its correction or an answer to this account last came. */
  readonly newestMs: number;
  /** It is urgent, and nobody has said that it was understood. */
  readonly urgent: boolean;
  /** Its audience makes no sound and counts nothing. */
  readonly muted: boolean;
}

/** Every topic of every audience, newest first. */
export async function topics(client: Client, now: number): Promise<Topic[]> {
  const letters = (await client.letters()).filter(isPrivate);
  const all: Topic[] = [];
  for (const { audience, muted } of await client.audiences()) {
    const posts = await client.posts(audience);
    for (const post of posts) if (post.kind !== "reply") all.push(topicOf(post, posts, letters, muted, now));
  }
  return all.sort((a, b) => b.newestMs - a.newestMs);
}

/** What belongs to one post. */
export function topicOf(
  post: PostView,
  posts: readonly PostView[],
  letters: readonly LetterView[],
  muted: boolean,
  now: number,
): Topic {
  const replies = posts.filter(({ kind, thread }) => kind === "reply" && thread === post.post);
  const about = letters.filter(({ thread }) => thread === post.post);
  const answers = about.filter(({ own, read }) => !own && !read);
  const fresh = replies.filter(
    ({ read, own, blocked, shown }) => !read && !own && !blocked && shown !== "withdrawn",
  );
  return {
    post,
    replies,
    letters: about,
    unread: (post.read || post.blocked ? 0 : 1) + fresh.length + answers.length,
    newestMs: Math.max(post.shownMs, ...about.filter(({ own }) => !own).map(({ receivedMs }) => receivedMs)),
    urgent: isUrgent(post, now),
    muted,
  };
}

/** An urgent post stands above the others until it is understood, for a week at most. */
function isUrgent({ content, own, acknowledged, shown, sentMs }: PostView, now: number): boolean {
  const fresh = now - sentMs < 7 * 86_400_000;
  return content.priority === "urgent" && !own && !acknowledged && shown !== "withdrawn" && fresh;
}

/** A letter between this account, as a member, and publishers: not one that came to a desk it keeps. */
export function isPrivate({ desk, to }: LetterView): boolean {
  return to === undefined ? !desk : to === "desk";
}

/** The reason of a refusal in words; the client's own words stay beside it for whoever looks into it. */
export function why(reason: string): string {
  const known: Readonly<Record<string, string>> = words().read.why;
  const found = Object.keys(known).find((start) => reason.includes(start));
  return (found === undefined ? undefined : known[found]) ?? words().read.why.otherwise;
}
