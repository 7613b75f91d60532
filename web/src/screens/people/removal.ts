/** Removing a member plainly, or for cause with new keys for those who stay. */

import type { Cause, MemberLine, Rotated } from "../../client/index.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { icon } from "../../page/icons.ts";
import { badge } from "../../page/parts.ts";
import { why } from "../../page/reading.ts";
import { figure, words } from "../../page/words.ts";
import { type Here, memberName } from "./here.ts";
import { progressDrums } from "./progress.ts";

/** The hub drops the member's token at once. */
export async function remove(here: Here, one: MemberLine, place: HTMLElement): Promise<void> {
  const say = words().people.members;
  const { client } = here.context;
  if ((await doing(place, say.removing, () => client.remove(here.audience, one.account))) === undefined)
    return;
  replace(place, done(say.removed(memberName(one))), toInvite(here));
}

/** New keys: it holds also against a hub that helps the one who leaves. */
export async function removeForCause(
  here: Here,
  one: MemberLine,
  members: readonly MemberLine[],
  place: HTMLElement,
): Promise<void> {
  const rotated = await replaceKeys(here, { member: one.account }, place);
  if (rotated !== undefined) replace(place, cameOf(here, rotated, members));
}

/** Replaces keys, with drums for those who stay. */
export async function replaceKeys(
  here: Here,
  cause: Cause,
  place: HTMLElement,
): Promise<Rotated | undefined> {
  const say = words().people.members;
  const work = h("div");
  const drums = progressDrums(say.progress, 0);
  replace(place, work, drums.element);
  const told = await doing(work, say.rotating, () =>
    here.context.client.rotate(here.audience, cause, drums.progress),
  );
  replace(drums.element);
  return told?.value;
}

/** What came of a rotation: who stayed, and who has to join again. */
export function cameOf(here: Here, { stayed, rejoin }: Rotated, members: readonly MemberLine[]): Child {
  const say = words().people.members;
  const known: Readonly<Record<string, string>> = words().problems.cannot;
  const name = (account: string) =>
    memberName(members.find((one) => one.account === account) ?? { account, name: undefined });
  const line = ({ account, reason }: Rotated["rejoin"][number]) =>
    h("li", h("b", name(account)), h("small", ` ${known[reason] ?? why(reason)}`));
  return [
    done(say.rotated(figure(stayed))),
    rejoin.length > 0 && [
      h("p", say.rejoin(figure(rejoin.length))),
      h("ul.stack.is-tight", rejoin.map(line)),
      h("p", say.noLeft),
      toInvite(here),
    ],
  ];
}

const done = (text: string): HTMLElement => h("p", badge("check", text));

const toInvite = ({ audience }: Here): HTMLElement =>
  h("p", h("a.btn", { href: `/audiences/${audience}/invite` }, icon("qr"), words().people.members.toInvite));
