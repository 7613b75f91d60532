/** What the reader prefers, in the vault: archive, mute, sound, blocked accounts. Each change can be taken back. */

import type { AudienceSettings, Client } from "../client/index.ts";
import type { Context } from "./context.ts";
import type { Volume } from "./sound.ts";

/** Puts posts away, or takes them back. */
export function setArchived(
  { client, now }: Pick<Context, "client" | "now">,
  posts: readonly string[],
  away: boolean,
): Promise<void> {
  return client.changeSettings((settings) => {
    const archived = { ...settings.archived };
    for (const post of posts) {
      if (away) archived[post] = now();
      else delete archived[post];
    }
    return { ...settings, archived };
  });
}

/** Hides an account's replies, or shows them again. */
export function setBlocked(
  { client, now }: Pick<Context, "client" | "now">,
  account: string,
  hide: boolean,
): Promise<void> {
  return client.changeSettings((settings) => {
    const blocked = { ...settings.blocked };
    if (hide) blocked[account] = now();
    else delete blocked[account];
    return { ...settings, blocked };
  });
}

/** Changes how an audience is heard. */
export function setHeard(client: Client, audience: string, change: AudienceSettings): Promise<void> {
  return client.changeSettings((settings) => ({
    ...settings,
    audiences: { ...settings.audiences, [audience]: { ...settings.audiences?.[audience], ...change } },
  }));
}

/** How loud its owner wants an audience; `undefined` is the usual. */
export function volumeOf(client: Client, audience: string): Volume | undefined {
  const sound = client.settings.audiences?.[audience]?.sound;
  return sound === "off" || sound === "quiet" || sound === "loud" ? sound : undefined;
}
