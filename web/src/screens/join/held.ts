/**
 * The invitation of this visit: taken out of the address bar at once and kept in memory while its reader makes an account.
 *
 * Invariant: it is in no address, no storage and no request; a reload of the page loses it.
 */

import { type Invited, readInvited } from "../../page/invited.ts";

/** What the reader typed and ticked meanwhile. */
export interface Held extends Invited {
  typedName?: string;
  typedLabel?: string;
}

let held: Held | undefined;

/** Takes the invitation out of the present address, if one is there. */
export function take(): void {
  if (location.hash.length < 2) return;
  held = readInvited(`${location.origin}${location.pathname}${location.hash}`);
  // What is no invitation is not left there either.
  held ??= { link: "", name: undefined, origin: undefined };
  history.replaceState(history.state, "", location.pathname);
}

/** The one held. */
export const invitation = (): Held | undefined => held;

/** Holds another, or none. */
export function hold(invited: Held | undefined): void {
  held = invited;
}
