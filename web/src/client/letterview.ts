/** Opened letters as they are shown. */

import type { Account } from "./account.ts";
import { audiences } from "./audience.ts";
import { nameOf, type SavedLetter } from "./memory.ts";
import {
  type AccountRef,
  accountNamed,
  type AudienceRef,
  byBytes,
  idOf,
  type LetterRef,
  type PostRef,
} from "./names.ts";
import type { PostBody } from "./payload.ts";
import { labelOf, matters } from "./view.ts";

/** An opened letter, or one that this account sent. */
export interface LetterView {
  readonly letter: LetterRef;
  readonly audience: AudienceRef;
  readonly label: string;
  readonly desk: boolean;
  readonly kind: string;
  readonly thread: PostRef | undefined;
  readonly author: AccountRef;
  readonly name: string | undefined;
  readonly own: boolean;
  /** To whom it went, where this account sent it. */
  readonly to: AccountRef | "desk" | undefined;
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly content: PostBody;
  readonly read: boolean;
  readonly blocked: boolean;
}

/** What carries only keys or a name. */
const WORDLESS: ReadonlySet<string> = new Set(["secrets", "profile", "join"]);

/** Letters, oldest first; those that only carry keys or a name left out, and, unless it is wanted, homework, which stands at its assignment. */
export async function lettersOf(account: Account, homework: boolean): Promise<LetterView[]> {
  const wanted = homework ? (saved: SavedLetter) => !WORDLESS.has(saved.kind) : matters;
  const all = await Promise.all(audiences(account).map((audience) => lettersIn(account, audience, wanted)));
  return all.flat().sort((a, b) => a.receivedMs - b.receivedMs || byBytes(a.letter, b.letter));
}

/** The letters of one audience that are wanted, oldest first. */
export async function lettersIn(
  account: Account,
  audience: AudienceRef,
  wanted: (saved: SavedLetter, letter: LetterRef) => boolean,
): Promise<LetterView[]> {
  const remembered = await account.device.audience(audience);
  const label = labelOf(account, audience, remembered);
  const views = [...remembered.letters]
    .filter(([letter, saved]) => wanted(saved, letter))
    .map(([letter, saved]) => {
      const { ik, receipt: _, ...rest } = saved;
      const author = accountNamed(idOf(ik));
      return {
        ...rest,
        ...{ letter, audience, author, label },
        name: nameOf(remembered.local, author),
        own: author === account.name,
        blocked: account.vault.document.settings?.blocked?.[author] !== undefined,
      };
    });
  return views.sort((a, b) => a.receivedMs - b.receivedMs || byBytes(a.letter, b.letter));
}
