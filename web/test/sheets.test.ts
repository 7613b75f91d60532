/** Files that are made on the page: tables that no spreadsheet runs, and due dates for calendars. */

import calendar from "../../tests/data/calendar.json" with { type: "json" };
import { deedOf, type Entry, termsOf } from "../src/client/homework/entries.ts";
import { Submission } from "../src/client/homework/submission.ts";
import type { Work } from "../src/client/index.ts";
import { textOf } from "../src/client/names.ts";
import { readPayload } from "../src/client/payload.ts";
import { calendarOf, type Dated } from "../src/page/calendar.ts";
import { tableOf } from "../src/page/csv.ts";
import { utf8 } from "../src/protocol/text.ts";
import { equal, ok, test } from "./harness.ts";

const bytesOf = async (file: Blob): Promise<string> =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.arrayBuffer());

const cell = async (text: string | number): Promise<string> =>
  (await bytesOf(tableOf([["", text]]))).slice(2).replace(/\r\n$/, "");

test("no cell is a formula, and none breaks out of its place", async () => {
  equal(await cell(`=HYPERLINK("http://x")`), `"'=HYPERLINK(""http://x"")"`);
  equal(await cell("=1\n+2"), `"'=1\n+2"`);
  equal(await cell("+62812"), `"'+62812"`);
  equal(await cell("－1"), `"'－1"`);
  equal(await cell("  @SUM(1)"), `"'  @SUM(1)"`);
  equal(await cell("\t=1+1"), `"'\t=1+1"`);
  equal(await cell("\rcmd"), `"'\rcmd"`);
  equal(await cell("Puspita, Adinda"), `"Puspita, Adinda"`);
  equal([await cell("87.5"), await cell(-3), await cell("a;b")], ["87.5", "-3", `"a;b"`]);
  equal(
    await bytesOf(
      tableOf([
        ["Nama", "Pecahan"],
        ["Ayu", 90],
      ]),
    ),
    "\u{feff}Nama,Pecahan\r\nAyu,90\r\n",
  );
});

/** What a line says after it was folded, by its name. */
function events(file: string): Map<string, string>[] {
  const whole = file.replaceAll("\r\n ", "");
  return whole
    .split("BEGIN:VEVENT\r\n")
    .slice(1)
    .map((event) => new Map((event.split("END:VEVENT")[0] ?? "").trimEnd().split("\r\n").map(named)));
}

const named = (line: string): [string, string] => [
  line.split(":")[0] ?? "",
  line.slice(line.indexOf(":") + 1),
];

type Case = (typeof calendar.cases)[number];

/** A case as the page has it. */
function dated({ work: n, class: label, says, returns = [], deleted, given_ms, changed_ms }: Case): Dated {
  const content = readPayload(utf8(JSON.stringify({ type: "assignment", ...says })));
  const work: Work = {
    audience: "a",
    id: textOf(new Uint8Array(32).fill(n)),
    state: deleted === true ? "DELETED" : "PUBLISHED",
    terms: termsOf(content),
    content,
    givenMs: given_ms,
    changedMs: changed_ms,
    teaching: false,
    chosen: undefined,
  };
  const entries = returns.map(({ received_ms: receivedMs, says }, at): Entry => {
    const deed = deedOf("return", readPayload(utf8(JSON.stringify({ type: "return", ...says }))));
    if (deed === undefined) throw new Error("a return does something");
    return { letter: textOf(new Uint8Array(32).fill(at)), receivedMs, deed };
  });
  return { work, submission: Submission.of(work.terms, entries), label };
}

test("due times come into a calendar as the command line's do, and nothing else of an assignment does", async () => {
  const all = calendar.cases.map(dated);
  const file = await bytesOf(calendarOf(all));
  ok(file.startsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "a calendar");
  ok(file.includes("PRODID:-//Kentongan//Homework//EN\r\n") && file.includes("METHOD:PUBLISH\r\n"), "ours");
  ok(!/[^\r]\n/.test(file), "lines end as calendars want them");
  for (const line of file.split("\r\n")) ok(utf8(line).length <= 75, `${line} is folded`);
  const expected = calendar.cases.flatMap(({ event }) => event ?? []);
  equal(
    events(file).map((event) => Object.fromEntries([...event].sort())),
    expected.map((event) => Object.fromEntries(Object.entries(event).sort())),
  );
  const draft = all.map((one): Dated => ({ ...one, work: { ...one.work, state: "DRAFT" } }));
  equal(events(await bytesOf(calendarOf(draft))), [], "what is nobody's yet is in no calendar");
});
