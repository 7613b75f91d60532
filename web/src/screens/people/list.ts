/** `/audiences`: what this account keeps and what it follows, and where somebody waits to be admitted. */

import type { AudienceView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { keepingPlace } from "../../page/focus.ts";
import { show } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { badge, empty, row, rows, section, tile } from "../../page/parts.ts";
import { undoLine } from "../../page/undo.ts";
import { figure, words } from "../../page/words.ts";

/** Draws it. */
export async function list(context: Context): Promise<void> {
  const say = words().people;
  const place = h("div.stack.parts", h("p", badge("going", words().common.loading)));
  show(
    { title: say.title, place: "audiences" },
    h("h1.sr", say.heading),
    undoLine(async () => undefined).element,
    h(
      "div.line",
      h("a.btn.is-main", { href: "/audiences/new" }, icon("plus"), say.make),
      h("a.btn", { href: "/join" }, icon("qr"), say.join),
    ),
    place,
  );
  const draw = async () => {
    const all = await context.client.audiences();
    if (context.left.aborted) return;
    const shown = all.filter(({ archived }) => !archived);
    const away = all.filter(({ archived }) => archived);
    const kept = shown.filter(({ role }) => role !== "member");
    const followed = shown.filter(({ role }) => role === "member");
    const lines = (some: readonly AudienceView[]) => rows(some.map((view) => line(context, view)));
    const parts = [
      kept.length > 0 && section(say.yours, lines(kept)),
      followed.length > 0 && section(say.followed, lines(followed)),
      away.length > 0 && section(words().teaching.archive.heading, lines(away)),
      all.length === 0 && empty(icon("people"), h("h2", say.none.title), h("p", say.none.text)),
    ];
    keepingPlace(place, () => replace(place, parts));
  };
  await draw();
  context.changes(() => void draw());
}

function line({ client }: Context, { audience, label, role, state, charter, muted }: AudienceView) {
  const say = words().people;
  const asking = liveOf(client).asking.get(audience) ?? 0;
  const under = [
    say.roles[role],
    say.states[state],
    charter?.host !== undefined && say.hosted,
    muted && say.muted,
  ].filter((part) => part !== undefined && part !== false);
  return row({
    href: `/audiences/${audience}`,
    lead: tile(label),
    title: label,
    under: under.join(" · "),
    end: asking > 0 ? badge("half", say.asking(figure(asking))) : icon("chevron"),
    fresh: asking > 0,
  });
}
