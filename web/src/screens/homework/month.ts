/** Beside the list: the month as drums, the calendar, and the way to one's own record. */

import type { Dated } from "../../page/calendar.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import { type Piece } from "../../page/homework.ts";
import { icon } from "../../page/icons.ts";
import { type Beat, beats, button, drum, section, shares } from "../../page/parts.ts";
import { currentLanguage, words } from "../../page/words.ts";

/** What the month counts, in the order of its drums. */
const COUNTED = ["back", "in", "begun", "new", "missing"] as const;

const BEATS: Readonly<Record<(typeof COUNTED)[number], Beat>> = {
  back: "echo",
  in: "on",
  begun: "half",
  new: "",
  missing: "miss",
};

/** What nobody asks of this pupil. */
const NOT_OWED: ReadonlySet<string> = new Set(["excused", "before", "beforeClosed", "left"]);

/** The month's section and what one may take along. */
export function monthAside(context: Context, all: readonly Piece[]): HTMLElement[] {
  const said = words().homework;
  const now = new Date(context.now());
  const name = new Intl.DateTimeFormat(currentLanguage(), { month: "long" }).format(now);
  const mine = all.filter(({ submission, work, standing }) => {
    if (NOT_OWED.has(standing)) return false;
    const at = new Date(submission.dueMs() ?? work.givenMs);
    return at.getMonth() === now.getMonth() && at.getFullYear() === now.getFullYear();
  });
  const counts = COUNTED.map(
    (kind) => [kind, mine.filter((piece) => countedAs(piece) === kind).length] as const,
  );
  const shown = counts.filter(([, n]) => n > 0);
  const texts = shown.map(([kind, n]) => said.month[kind](n));
  const { beats: drums, each } = shares(
    shown.map(([kind, n]) => [BEATS[kind], n] as const),
    mine.length,
    40,
  );
  const month =
    mine.length === 0
      ? section(name, h("p", h("small", said.month.none)))
      : section(
          name,
          beats(drums, said.month.all(mine.length, texts.join(", "))),
          each > 1 && h("small", said.month.each(each)),
          h(
            "ul.stack.is-tight",
            shown.map(([kind], at) => h("li.badge", drum(BEATS[kind]), texts[at])),
          ),
        );
  return [month, h("div.stack.is-tight", calendar(context), record())];
}

function countedAs({ standing, submission }: Piece): (typeof COUNTED)[number] {
  if (standing === "back") return "back";
  if (submission.phase.at === "turnedIn") return "in";
  if (standing === "missing" || standing === "closed" || standing === "refused") return "missing";
  return standing === "new" || standing === "soon" ? "new" : "begun";
}

function calendar(context: Context): HTMLElement {
  const said = words().homework.calendar;
  const place = h("div");
  const save = () =>
    doing(place, words().common.loading, async () => {
      const { calendarOf } = await import("../../page/calendar.ts");
      download(calendarOf(await datedOf(context)), `${said.file}.ics`);
    });
  return h(
    "div.stack.is-tight",
    button(said.button, () => void save(), "usual", "cal"),
    h("small", said.told),
    place,
  );
}

/** Everything that was ever given, so that what was taken back is cancelled in the calendar too. */
async function datedOf({ client }: Context): Promise<Dated[]> {
  const labels = new Map((await client.audiences()).map(({ audience, label }) => [audience, label]));
  const works = (await client.homework.works()).filter(({ teaching }) => !teaching);
  return Promise.all(
    works.map(async (work) => {
      const submission = await client.homework.own(work);
      return { work, submission, label: labels.get(work.audience) ?? "" };
    }),
  );
}

const record = (): HTMLElement =>
  h("a.btn", { href: "/homework/record" }, icon("seal"), words().homework.record.button);
