/** What the screens of one class or channel share: which one it is, what this account may do, and who is who. */

import { type AudienceView, type CharterView, ClientError } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { content, show, type Frame } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { badge, empty } from "../../page/parts.ts";
import type { Parameters } from "../../page/route.ts";
import { words } from "../../page/words.ts";

/** A class or channel, as a screen begins with it. */
export interface Here {
  readonly context: Context;
  readonly audience: string;
  /** As it is now; {@link reload} brings a newer one. */
  readonly view: AudienceView;
  /** Whether this account publishes, and whether it changes rules. */
  readonly publisher: boolean;
  readonly admin: boolean;
  /** Names that accounts gave in the reader's other classes and channels, for who has given none here yet. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** Shows the frame of a screen under an audience and loads the audience. */
export async function open(
  context: Context,
  { a: audience = "" }: Parameters,
  frame: Pick<Frame, "title" | "shape" | "back">,
): Promise<Here> {
  const { client } = context;
  const known = (await client.audiences()).find((one) => one.audience === audience);
  show(
    {
      ...(known === undefined ? {} : { under: known.label }),
      back: `/audiences/${audience}`,
      ...frame,
      place: "audiences",
    },
    h("p", badge("going", words().common.loading)),
  );
  // Another device may have founded it or joined it since this one last looked.
  if (known?.charter === undefined)
    await client
      .refresh()
      .then(() => client.sync(audience))
      .catch((error: unknown) => {
        if (!(error instanceof ClientError)) throw error;
      });
  return reload(context, audience);
}

/** The audience as it is now. */
export async function reload(context: Context, audience: string): Promise<Here> {
  const { client } = context;
  const view = await client.audience(audience);
  const elsewhere = new Map<string, string>();
  for (const other of await client.audiences())
    for (const [account, name] of await client.names(other.audience)) elsewhere.set(account, name);
  const role = { publisher: view.role !== "member", admin: view.role === "admin" };
  return { context, audience, view, ...role, elsewhere };
}

/** Says to a member that this page is for publishers. */
export function publishersOnly({ audience }: Here): void {
  const say = words().people.publishersOnly;
  content(
    empty(
      icon("people"),
      h("h1", say.title),
      h("p", say.text),
      h("a.btn", { href: `/audiences/${audience}` }, words().common.back),
    ),
  );
}

/** The beginning of an account's name: enough to compare aloud. */
export const short = (account: string): string => account.slice(0, 8);

/** Somebody as they are known: *you*, the name they claim here or elsewhere, or the beginning of the account's name. */
export function named(
  { context: { client }, elsewhere }: Here,
  { account, name }: { readonly account: string; readonly name: string | undefined },
): string {
  if (account === client.account) return client.name ?? words().common.you;
  return name ?? elsewhere.get(account) ?? `${words().people.unnamed} ${short(account)}`;
}

/** A member's claimed name, or that they gave none. */
export const memberName = ({
  account,
  name,
}: {
  readonly account: string;
  readonly name?: string | undefined;
}): string => name ?? `${words().people.noName} · ${short(account)}`;

/** Who publishes, in a line. */
export const publisherNames = (here: Here, charter: CharterView): string =>
  charter.staff.map((one) => named(here, one)).join(", ");
