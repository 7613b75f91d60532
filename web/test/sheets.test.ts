/** Files that are made on the page: tables that no spreadsheet runs, and due dates for calendars. */

import type { Entry } from "../src/client/homework/entries.ts";
import { Submission } from "../src/client/homework/submission.ts";
import type { Work } from "../src/client/index.ts";
import { calendarOf } from "../src/page/calendar.ts";
import { tableOf } from "../src/page/csv.ts";
import { speak, speakInside } from "../src/page/words.ts";
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

const MORNING = Date.UTC(2026, 10, 23, 1);
const HOUR = 3_600_000;

const work = (id: string, changed: Partial<Work> = {}): Work => ({
  audience: "a",
  id,
  state: "PUBLISHED",
  terms: { dueMs: MORNING + 24 * HOUR, cutoffMs: MORNING + 48 * HOUR, attempts: 1, scale: { kind: "free" } },
  content: {
    title: "Pecahan; nomor 1,2",
    body: "**Kerjakan** semua.\nRapi.",
    audience: "Kelas 7B",
    attachments: [],
    versions: [],
  },
  givenMs: MORNING,
  changedMs: MORNING,
  teaching: false,
  chosen: undefined,
  ...changed,
});

/** What a line says after it was folded, by its name. */
function events(file: string): Map<string, string>[] {
  const whole = file.replaceAll("\r\n ", "");
  return whole
    .split("BEGIN:VEVENT\r\n")
    .slice(1)
    .map((event) => new Map(event.split("\r\n").map(named)));
}

const named = (line: string): [string, string] => [
  line.split(":")[0] ?? "",
  line.slice(line.indexOf(":") + 1),
];

test("due dates come into a calendar, move with more time, and are cancelled", async () => {
  await speak("id");
  await speakInside();
  const now = MORNING + HOUR;
  const plain = work("satu");
  const more: Entry = {
    letter: "AAAA",
    receivedMs: MORNING + 90_500,
    deed: { does: "return", extendedUntilMs: MORNING + 72 * HOUR },
  };
  const moved = work("dua");
  const submissions = new Map([["dua", Submission.of(moved.terms, [more])]]);
  const gone = work("tiga", { state: "DELETED", changedMs: MORNING + 5_000 });
  const without = work("empat", { terms: { attempts: 1, scale: { kind: "free" } } });
  const draft = work("lima", { state: "DRAFT" });
  const file = await bytesOf(calendarOf([plain, moved, gone, without, draft], submissions, now));
  ok(file.startsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "a calendar");
  ok(file.includes("PRODID:-//Kentongan//Homework//EN\r\n") && file.includes("METHOD:PUBLISH\r\n"), "ours");
  const [first, second, third, none] = events(file);
  equal(
    [first?.get("UID"), first?.get("DTSTART"), first?.get("SEQUENCE")],
    ["satu@kentongan", "20261124T010000Z", "0"],
  );
  equal(first?.get("SUMMARY"), "Pecahan\\; nomor 1\\,2 (Kelas 7B)");
  ok(first?.get("DESCRIPTION")?.includes("Batas akhir: ") === true, "with the cut-off");
  equal(
    [first?.get("STATUS"), first?.get("TRANSP"), first?.get("DTSTAMP")],
    ["CONFIRMED", "TRANSPARENT", "20261123T020000Z"],
  );
  equal([second?.get("DTSTART"), second?.get("SEQUENCE")], ["20261126T010000Z", "91"]);
  equal(
    [third?.get("UID"), third?.get("STATUS"), third?.get("SEQUENCE")],
    ["tiga@kentongan", "CANCELLED", "5"],
  );
  equal(none, undefined, "what has no due time, or is nobody's yet, is in no calendar");
});
