/** `/join`: what an invitation leads to, said whole before anybody joins; for people without an account too. */

import {
  type AudienceView,
  Cannot,
  type Client,
  ClientError,
  type Invitation,
  look,
} from "../../client/index.ts";
import type { OpenScreen, Visit } from "../../page/context.ts";
import { h, type Child } from "../../page/dom.ts";
import { content, focusMain, show } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { badge, button, drum, empty, facts, notice, section, tile } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { date, words } from "../../page/words.ts";
import { asked, inAlready } from "./after.ts";
import { enter } from "./enter.ts";
import { joining, visitor } from "./form.ts";
import { type Held, hold, invitation, take } from "./held.ts";

/** Draws it. */
export const join: OpenScreen = async (visit) => {
  take();
  const frame = visit.client === undefined ? {} : { back: "/audiences", place: "audiences" as const };
  show({ title: words().join.title, ...frame });
  // Another invitation opened in the same tab changes only what follows the address's `#`.
  addEventListener("hashchange", () => (take(), void begin(visit)), { signal: visit.left });
  await begin(visit);
};

async function begin(visit: Visit): Promise<void> {
  const say = words().join;
  const held = invitation();
  const open = (next: Held) => {
    hold(next);
    void begin(visit).then(focusMain);
  };
  if (held === undefined) return enter(visit, open);
  if (held.origin !== undefined && held.origin !== location.origin) return elsewhere(held, held.origin);
  content(h("p", { role: "status" }, badge("going", say.looking)));
  try {
    const found = await look(location.origin, held.link, visit.now());
    if (!visit.left.aborted) await draw(visit, held, found);
  } catch (error) {
    if (visit.left.aborted) return;
    if (error instanceof Cannot && error.reason === "link text") return mistyped(visit);
    content(
      h("h1", say.title),
      problem(error),
      h(
        "p",
        button(words().common.again, () => void begin(visit)),
      ),
    );
  }
}

/** How it is called here: by its reader, by the inviter, or by what kind it is. */
export function nameOf(held: Held, { kind }: Invitation, label?: string): string {
  return label ?? held.name ?? words().join.unnamedKind[kind];
}

async function draw(visit: Visit, held: Held, found: Invitation): Promise<void> {
  const mine = visit.client && (await standing(visit.client, found.audience));
  const name = nameOf(held, found, mine?.label);
  // Whose key was replaced may be waiting for a publisher, or have to come in anew: the link does either.
  if (visit.client !== undefined && mine !== undefined && !/^(removed|waiting)$/.test(mine.state)) {
    const context = { ...visit, client: visit.client };
    if (mine.state === "asked")
      return asked(context, found.audience, mine.label, words().join.alreadyAsked(mine.label));
    return inAlready(context, found.audience, words().join.already(mine.label));
  }
  if (found.link !== "good") return dead(found.link, found.expiresMs);
  const next =
    visit.client === undefined
      ? visitor(visit)
      : joining({ ...visit, client: visit.client }, held, found, name, mine === undefined);
  content(head(held, found, name), rules(found), trust(found), knows(found), next);
}

/** What this account is there already, as the hub says now or else as it last said. */
async function standing(client: Client, audience: string): Promise<AudienceView | undefined> {
  const known = (await client.audiences()).find((one) => one.audience === audience);
  if (known?.state !== "live") return known;
  await client.fetch(audience).catch((error: unknown) => {
    if (!(error instanceof ClientError)) throw error;
  });
  return client.audience(audience);
}

function head(held: Held, { kind, charter, audience }: Invitation, name: string): HTMLElement {
  const say = words().join;
  const publishers = charter.staff.map(({ account }) => say.code(account.slice(0, 8)));
  return h(
    "div.stack",
    h(
      "p.from",
      tile(name),
      h("span", h("b", held.name ?? say.code(audience.slice(0, 8))), h("span.good", badge("seal", say.seal))),
    ),
    h("h1", say.heading[kind](name)),
    h("p", say.lead[kind]),
    held.name !== undefined && h("p", h("small", say.nameClaim)),
    h("p", h("small", `${say.publishers(String(publishers.length))}: ${publishers.join(", ")}`)),
  );
}

function rules({ charter, expiresMs }: Invitation): HTMLElement {
  const say = words().join;
  const known = words().people.rules;
  return facts(
    { icon: "reply", term: say.replies, text: known.repliesAre[charter.replies] },
    { icon: "unseen", term: say.members[0], text: say.members[1] },
    { icon: "clock", term: say.past, text: say.pastIs[charter.history] },
    charter.approvals > 0 && {
      icon: "seal",
      term: say.approvals,
      text: known.approvalsAre(charter.approvals),
    },
    { icon: "cal", term: say.until, text: date(expiresMs) },
  );
}

function trust({ charter: { host } }: Invitation): HTMLElement {
  const say = words().join;
  if (host === undefined) return notice("lock", say.blind[0], say.blind[1]);
  const [before, name, after] = say.hostedText(host);
  const strong = notice("eye", say.hostedTitle, [before, h("b", name), after], true);
  strong.querySelector("div")?.append(h("p", h("small", say.hostedNote)));
  return strong;
}

function knows({ kind }: Invitation): HTMLElement {
  const say = words().join;
  const [yes, no] = [say.knows[kind], say.knowsNot];
  return section(
    say.known,
    facts({ icon: "check", term: yes[0], text: yes[1] }, { icon: "x", term: no[0], text: no[1] }),
  );
}

function dead(state: "expired" | "closed" | "full", expiresMs: number): void {
  const { title, text } = words().join.dead[state];
  content(empty(drum("miss"), h("h1", title), h("p", text(date(expiresMs))), again()));
}

function mistyped(visit: Visit): void {
  const say = words().join.mistyped;
  hold(undefined);
  enter(
    visit,
    (next) => {
      hold(next);
      void begin(visit).then(focusMain);
    },
    h("div.stack.is-tight", { role: "alert" }, h("h2", say.title), h("p", say.text)),
  );
}

function elsewhere({ link, name }: Held, origin: string): void {
  const say = words().join.elsewhere;
  const { host } = new URL(origin);
  const named = name === undefined ? "" : `${encodeURIComponent(name)}#`;
  const there = h(
    "a.btn.is-main",
    { href: `${origin}/join#${named}${link}`, rel: "noreferrer" },
    say.open(host),
  );
  content(empty(icon("globe"), h("h1", say.title), h("p", say.text(host)), there, again()));
}

function again(): Child {
  return button(
    words().join.enter.heading,
    () => {
      hold(undefined);
      void import("../../page/route.ts").then(({ render }) => render());
    },
    "plain",
  );
}
