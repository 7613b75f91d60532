/** `/homework/record`: one's own receipts and marks of all classes, in one table; and checking a receipt file. */

import type { Context, Screen } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import { show } from "../../page/frame.ts";
import { beatOf, markText, type Piece, pieces } from "../../page/homework.ts";
import { badge, button, drum, empty, section, unique } from "../../page/parts.ts";
import { titleOf } from "../../page/title.ts";
import { date, clock, figure, moment, words } from "../../page/words.ts";
import { checked } from "./receipts.ts";

/** A line of the table: what is shown, and what a spreadsheet gets. */
interface Line {
  readonly piece: Piece;
  readonly cells: readonly string[];
  readonly receipt: "sound" | "unsound" | "none";
}

/** `/homework/record` */
export const record: Screen = async (context) => {
  const said = words().homework.record;
  const child = context.acting?.child;
  const title = child === undefined ? said.title : said.of(child.name);
  const place = h("div.stack.record");
  const under = context.client.name;
  show(
    { title, ...(under === undefined ? {} : { under }), back: "/homework", place: "homework", shape: "wide" },
    h(
      "div.stack.on-paper",
      h("h1", title),
      h("p.is-screen", said.lead),
      // The bar, which says whose it is, is not printed.
      under !== undefined && h("p.paper-only", under),
      place,
    ),
    verifier(context),
  );
  const draw = async () => {
    const lines = await linesOf(context);
    if (!context.left.aborted) replace(place, lines.length === 0 ? nothing() : table(lines, title));
  };
  await draw();
  context.changes(({ kind }) => {
    if (kind !== "progress") void draw();
  });
};

function nothing(): HTMLElement {
  const { title, text } = words().homework.record.empty;
  return empty(drum(""), h("h2", title), h("p", text));
}

async function linesOf(context: Context): Promise<Line[]> {
  const said = words().homework;
  const all = await pieces(context.client, context.now());
  const time = (ms: number | undefined) => (ms === undefined ? "" : `${date(ms)}, ${clock(ms)}`);
  return Promise.all(
    all.map(async (piece) => {
      const { submission, work, label, standing } = piece;
      const { phase, mark } = submission;
      const hand = phase.at === "assigned" ? undefined : phase.work;
      const receipt = hand === undefined ? "none" : await checked(context, work, hand.letter);
      const { scale } = work.terms;
      const whole = mark !== undefined && scale.kind === "points" ? ` ${said.outOf(figure(scale.most))}` : "";
      const cells = [
        ...[
          titleOf(work.content),
          label,
          time(submission.dueMs()),
          time(hand?.finishedMs),
          time(hand?.receivedMs),
        ],
        said.standing[standing],
        mark === undefined ? "" : markText(work, mark) + whole,
        receipt === "sound" ? said.record.sound : "",
      ];
      return { piece, cells, receipt };
    }),
  );
}

function headings(): string[] {
  const said = words().homework.record;
  return [
    said.work,
    said.klass,
    said.due,
    said.finished,
    said.received,
    said.standing,
    said.mark,
    said.receipt,
  ];
}

function table(lines: readonly Line[], title: string): HTMLElement[] {
  const said = words().homework.record;
  const cell = (text: Child) => h("td", text === "" ? said.none : text);
  const line = ({ piece, cells }: Line) => {
    const [name, klass, due, finished, received, , mark, receipt] = cells;
    const at = `/homework/${piece.work.audience}/${piece.work.id}`;
    return h(
      "tr",
      h("th", { scope: "row" }, h("a", { href: at }, name)),
      ...[klass, due, finished, received].map((text) => cell(text ?? "")),
      cell(badge(beatOf(piece.standing), words().homework.standing[piece.standing])),
      cell(mark === "" || mark === undefined ? "" : h("strong", mark)),
      cell(receipt === "" || receipt === undefined ? "" : badge("seal", h("span.good", receipt))),
    );
  };
  const place = h("div");
  const save = () =>
    doing(place, words().common.loading, async () => {
      const { tableOf } = await import("../../page/csv.ts");
      download(tableOf([headings(), ...lines.map(({ cells }) => cells)]), `${said.file}.csv`);
    });
  const id = unique("tabel");
  return [
    h(
      "div.ledger",
      { role: "region", tabindex: "0", "aria-labelledby": id },
      h(
        "table",
        h("caption.sr", { id }, title),
        h(
          "thead",
          h(
            "tr",
            headings().map((text) => h("th", { scope: "col" }, text)),
          ),
        ),
        h("tbody", lines.map(line)),
      ),
    ),
    h(
      "div.line",
      button(words().common.print, () => print(), "usual", "print"),
      button(said.csv, () => void save(), "usual", "down"),
      place,
    ),
  ];
}

/** Checks a receipt file that somebody gives. */
function verifier({ client, now }: Context): HTMLElement {
  const said = words().homework.record.verify;
  const place = h("div", { role: "status" });
  const input = h("input", {
    type: "file",
    accept: "application/json,.json",
    hidden: true,
    name: "tanda-terima",
  });
  const check = async (file: File) => {
    try {
      const saved = await client.homework.parseReceipt(await file.text());
      const { receivedMs, letter, about, author } = await client.homework.verifyReceipt(saved);
      const work = about && (await client.homework.work(about.audience, about.work));
      replace(
        place,
        h("p", badge("echo", h("span.good", said.sound(moment(receivedMs, now()))))),
        work !== undefined && h("p", h("b", titleOf(work.content))),
        author?.name !== undefined && h("p", author.name),
        h("small", `${said.letter} ${letter}`),
      );
    } catch (error) {
      const { kind } = error as { kind?: unknown };
      replace(place, h("p", badge("miss", h("span.bad", kind === "distrust" ? said.wrong : said.notOne))));
    }
  };
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file !== undefined) void check(file);
  });
  const element = section(
    said.title,
    h("p", said.text),
    h(
      "div.line",
      button(said.button, () => input.click(), "usual", "seal"),
      input,
    ),
    place,
  );
  element.classList.add("is-screen");
  return element;
}
