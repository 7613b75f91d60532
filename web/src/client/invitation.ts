/**
 * Looking at a link before following it: whose audience it is, who can read there, and what the hub will know.
 *
 * Invariant: looking sends nothing about this account, and keeps nothing.
 */

import { Origin } from "../protocol/account.ts";
import type { Charter } from "../protocol/charter.ts";
import { type Fragment, type LinkKind, parseFragment, parseLink } from "../protocol/link.ts";
import { Refusal } from "../protocol/refusal.ts";
import { linkKey } from "../protocol/token.ts";
import { Api } from "./api.ts";
import { fetchChain } from "./audience.ts";
import { Cannot, Distrust, told } from "./error.ts";
import { isGenuine } from "./links.ts";
import { type AudienceRef, textOf } from "./names.ts";
import type { Pin } from "./vault.ts";
import { type CharterView, charterView } from "./view.ts";

/** What a link leads to, checked from the audience's id to the charter that the link pins. */
export interface Invitation {
  readonly audience: AudienceRef;
  /** Open, or for approval. */
  readonly kind: LinkKind;
  /** The rules in force. */
  readonly charter: CharterView;
  /** Whether it lets anybody in now. */
  readonly link: LinkState;
  /** First millisecond in which it no longer does. */
  readonly expiresMs: number;
}

/** `closed`: by a publisher, or used up; `full`: until a publisher makes room. */
export type LinkState = "good" | "expired" | "closed" | "full";

/** Looks at a link at `nowMs`; needs no account. */
export function look(origin: string, link: string, nowMs = Date.now()): Promise<Invitation> {
  return told(async () => {
    const fragment = fragmentOf(link);
    const audience = textOf(fragment.audience);
    const api = new Api(new Origin(origin));
    const charter = (await fetchChain(api, audience, pinned(fragment), undefined)).current();
    const state = await stateOf(api, fragment, charter, nowMs);
    return { audience, kind: fragment.kind, charter: charterView(charter), ...state };
  });
}

async function stateOf(
  api: Api,
  fragment: Fragment,
  charter: Charter,
  nowMs: number,
): Promise<{ link: LinkState; expiresMs: number }> {
  const linkPk = textOf(linkKey(fragment.seed, fragment.audience).public);
  const row = await api.link(textOf(fragment.audience), linkPk);
  const link = parseLink(row.link);
  const expiresMs = Number(link.expiresMs);
  // Who made a closed one may have left since.
  if (expiresMs <= nowMs) return { link: "expired", expiresMs };
  if (!row.open) return { link: "closed", expiresMs };
  if (!isGenuine(row, link, linkPk, fragment.kind, charter)) throw new Distrust("link");
  return { link: fragment.kind === "open" && row.s === undefined ? "full" : "good", expiresMs };
}

/** Reads a link as people pass it on: a whole address or what follows its `#`. */
export function fragmentOf(link: string): Fragment {
  const text = link.trim();
  try {
    return parseFragment(text.slice(text.lastIndexOf("#") + 1));
  } catch (e) {
    throw e instanceof Refusal ? new Cannot("link text") : e;
  }
}

/** The charter that a link pins. */
export function pinned({ revision, charterHash }: Fragment): Pin {
  if (revision > BigInt(Number.MAX_SAFE_INTEGER)) throw new Cannot("link text");
  return { revision: Number(revision), hash: textOf(charterHash) };
}
