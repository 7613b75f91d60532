/** What the parts of a post's screen share: the post as it is now, the rules it stands under, and how to draw again. */

import type { AudienceView, ThreadState } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import type { Errands } from "../../page/errands.ts";
import { isPrivate, type Topic, topicOf } from "../../page/reading.ts";
import type { UndoLine } from "../../page/undo.ts";

/** A post's screen while it is shown. */
export interface Page {
  readonly context: Context;
  /** The post and all that belongs to it, as last drawn. */
  readonly topic: Topic;
  readonly audience: AudienceView;
  /** Whether this account publishes here. */
  readonly publisher: boolean;
  /** How fast members may reply. */
  readonly thread: ThreadState;
  readonly errands: Errands;
  readonly undo: UndoLine;
  /** Whether this account may reply to everyone now. */
  mayReply(): boolean;
  /** Reads again what there is and draws it. */
  refresh(): Promise<void>;
  /** Draws what changes again; what is being typed stays. */
  redraw(): void;
  /** Runs a step and says beside it what went wrong. */
  attempt(step: () => Promise<void>): Promise<void>;
}

/** A post with all that belongs to it; `undefined` where it is not on this device. */
export async function load(
  { client, now }: Context,
  post: string,
): Promise<{ topic: Topic; audience: AudienceView } | undefined> {
  const found = await client.post(post);
  const root =
    found?.thread !== undefined && found.kind === "reply" ? await client.post(found.thread) : found;
  if (root === undefined) return undefined;
  const [audience, posts, letters] = await Promise.all([
    client.audience(root.audience),
    client.posts(root.audience),
    client.letters(),
  ]);
  return { audience, topic: topicOf(root, posts, letters.filter(isPrivate), audience.muted, now()) };
}
