/** Invitation links as the screens speak of them. */

import type { LinkLine } from "../../client/index.ts";
import { date, figure, words } from "../../page/words.ts";

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** Whether a link lets somebody in now. */
export const isLive = ({ closed, expiresMs, uses, maxUses }: LinkLine, now: number): boolean =>
  !closed && expiresMs > now && uses < maxUses;

/** How far it is used, and until when it is good or why no longer. */
export function stateOf(link: LinkLine, now: number): string {
  const say = words().people.invite.state;
  const used = say.used(figure(link.uses), figure(link.maxUses));
  if (link.closed) return `${used} · ${say.closed}`;
  if (link.expiresMs <= now) return `${used} · ${say.expired(date(link.expiresMs))}`;
  if (link.uses >= link.maxUses) return say.usedUp;
  const made = link.url === undefined ? ` · ${say.elsewhere}` : "";
  return `${used} · ${say.until(date(link.expiresMs))}${made}`;
}

/** The one to hand out: of those that this device can show, the one that is good for longest. */
export function best(links: readonly LinkLine[], now: number): LinkLine | undefined {
  const good = links.filter((link) => isLive(link, now) && link.url !== undefined);
  return [...good].sort((a, b) => a.expiresMs - b.expiresMs).at(-1);
}
