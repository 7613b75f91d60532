/**
 * Looking at a link before following it: whose audience it is, who can read there, and what the hub will know.
 *
 * Invariant: looking sends nothing about this account, and keeps nothing.
 */

import { Origin } from "../protocol/account.ts";
import { type Fragment, type LinkKind, parseFragment } from "../protocol/link.ts";
import { Refusal } from "../protocol/refusal.ts";
import { Api } from "./api.ts";
import { fetchChain } from "./audience.ts";
import { Cannot, told } from "./error.ts";
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
}

/** Looks at a link; needs no account. */
export function look(origin: string, link: string): Promise<Invitation> {
  return told(async () => {
    const fragment = fragmentOf(link);
    const audience = textOf(fragment.audience);
    const chain = await fetchChain(new Api(new Origin(origin)), audience, pinned(fragment), undefined);
    return { audience, kind: fragment.kind, charter: charterView(chain.current()) };
  });
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
