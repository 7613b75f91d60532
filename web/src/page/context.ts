/** What a screen is given: the account, the way to elsewhere, the time, and what happens meanwhile. */

import type { Client } from "../client/index.ts";
import type { Parameters } from "./route.ts";

/** What changed, as the hub's live events and other tabs tell it. */
export interface Change {
  /** The event's word: `post`, `progress`, `letter`, … (docs/api.md). */
  readonly kind: string;
  /** The audience, where it is about one. */
  readonly audience?: string;
  /** The post, letter or account it is about. */
  readonly subject?: string;
}

/** A child whose login card a guardian keeps. */
export interface Child {
  readonly account: string;
  /** What the guardian calls them. */
  readonly name: string;
}

/** Somebody acting for a child, whose account the screens then have. */
export interface Acting {
  readonly child: Child;
  readonly guardian: Client;
}

/** For screens that anybody may see. */
export interface Visit {
  /** The account on this device, if there is one. */
  readonly client: Client | undefined;
  /** Takes an account that was made or signed in just now: the rest of the visit is as that account. */
  enter(client: Client): void;
  /** Ends with the screen: listeners and waiting hang on it. */
  readonly left: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** Goes to a page of ours. */
  go(path: string, replacing?: boolean): Promise<void>;
  /** The child whose page it is, and who acts for them; nobody where it is one's own. */
  readonly acting: Acting | undefined;
  /** Tells that children were added or taken away. */
  familyChanged(): Promise<void>;
  /** Tells of changes until the screen is left. */
  changes(listener: (change: Change) => void): void;
}

/** For screens of an account. */
export interface Context extends Visit {
  readonly client: Client;
}

/** Draws a screen for anybody. */
export type OpenScreen = (visit: Visit, parameters: Parameters) => Promise<void>;

/** Draws a screen for an account. */
export type Screen = (context: Context, parameters: Parameters) => Promise<void>;
