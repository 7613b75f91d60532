/** Where a work stands: the cases that every client has in common, and what no sequence of letters can do. */

import cases from "../../tests/data/homework.json" with { type: "json" };
import { deedOf, type Entry, termsOf } from "../src/client/homework/entries.ts";
import { mark, type Scale } from "../src/client/homework/marks.ts";
import { isRefusal } from "../src/client/homework/refusal.ts";
import { type State, Submission } from "../src/client/homework/submission.ts";
import { readPayload, writePayload } from "../src/client/payload.ts";
import { ClientError } from "../src/client/index.ts";
import { textOf } from "../src/client/names.ts";
import { utf8 } from "../src/protocol/text.ts";
import { equal, ok, test } from "./harness.ts";
import { seeded } from "./support.ts";

const named = (n: number): string => textOf(new Uint8Array(32).fill(n));

/** The number of a name. */
const numbers = new Map(Array.from({ length: 256 }, (_, n) => [named(n), n]));

type Says = Readonly<Record<string, unknown>>;

const read = (says: Says) => {
  const spelled = Object.entries(says).map(([field, value]) => [
    field,
    typeof value === "number" && (field === "submission" || field === "reclaim") ? named(value) : value,
  ]);
  return readPayload(utf8(JSON.stringify(Object.fromEntries(spelled))));
};

const entry = (letter: number, receivedMs: number, kind: string, says: Says): Entry => {
  const deed = deedOf(kind, read({ type: kind, ...says }));
  if (deed === undefined) throw new Error(`${kind} does nothing`);
  return { letter: named(letter), receivedMs, deed };
};

/** What a submission is, in the words of the cases; what is nothing, no or empty is left out. */
function told(work: Submission): Says {
  const taken = work.handedIn();
  const number = (letter: string) => numbers.get(letter);
  const all = {
    state: work.state(false),
    in: taken && number(taken.letter),
    attempt: taken?.attempt,
    received_ms: taken?.receivedMs,
    finished_ms: taken?.finishedMs,
    late: work.late(),
    redo: work.redo,
    excused: work.excused,
    mark: work.mark,
    extended_until_ms: work.extendedUntilMs,
    due_ms: work.dueMs(),
    cutoff_ms: work.cutoffMs(),
    returns: work.returns.map(number),
    refused: work.refused.map(({ letter, why }) => [number(letter), why]),
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && value !== false && !isEmpty(value)),
  );
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const sorted = (says: Says): string => JSON.stringify(Object.entries(says).sort());

for (const { name, terms, letters, after, ...rest } of cases.cases) {
  test(`homework: ${name}`, () => {
    const asked = termsOf(read({ type: "assignment", ...terms }));
    const entries = letters.map((one) => entry(one.letter, one.received_ms, one.kind, one.says));
    for (const order of [entries, [...entries].reverse(), [...entries, ...entries]]) {
      const work = Submission.of(asked, order);
      equal(sorted(told(work)), sorted(after));
      for (const { ms, next, reclaim, missing } of rest.at ?? []) {
        equal([work.nextAttempt(ms), work.missing(ms)], [next, missing], `at ${ms}`);
        equal(work.reclaimable(ms), typeof reclaim === "number" ? named(reclaim) : reclaim, `at ${ms}`);
      }
    }
  });
}

/** The arrows of the field's diagram. */
const ARROWS: Readonly<Record<State, readonly State[]>> = {
  NEW: ["TURNED_IN"],
  CREATED: ["TURNED_IN"],
  TURNED_IN: ["RETURNED", "RECLAIMED_BY_STUDENT"],
  RETURNED: ["TURNED_IN"],
  RECLAIMED_BY_STUDENT: ["TURNED_IN"],
};

/** Draws whole numbers below `n`. */
function dice(seed: number): (n: number) => number {
  const random = seeded(seed);
  return (n) => {
    const [a = 0, b = 0] = random(2);
    return (a * 256 + b) % n;
  };
}

function anyEntry(roll: (n: number) => number): Entry {
  const kinds: (() => [string, Says])[] = [
    () => ["submission", { finished_ms: roll(300) }],
    () => ["submission", { reclaim: roll(6) }],
    () => [
      "return",
      {
        ...(roll(2) ? { submission: roll(6) } : {}),
        ...(roll(2) ? { mark: "80" } : {}),
        ...(roll(3) ? {} : { redo: true }),
        ...(roll(3) ? {} : { excused: roll(2) === 1 }),
        ...(roll(4) ? {} : { extended_until_ms: 300 + roll(100) }),
      },
    ],
  ];
  const [kind, says] = (kinds[roll(kinds.length)] ?? kinds[0])!();
  return entry(roll(12), roll(300), kind, says);
}

test("homework: no letters in any order with any repeats leave the diagram", () => {
  for (let seed = 0; seed < 200; seed++) {
    const roll = dice(seed);
    const attempts = 1 + roll(3);
    const terms = termsOf(
      read({ type: "assignment", due_ms: 100, cutoff_ms: 200, opens_ms: 10, attempts, points: 100 }),
    );
    const once = new Map(Array.from({ length: roll(24) }, () => anyEntry(roll)).map((e) => [e.letter, e]));
    const teacher = [...once.values()];
    const at = roll(teacher.length + 1);
    const pupil = [...teacher.slice(at), ...teacher, ...teacher.slice(0, at)].reverse();
    const whole = Submission.of(terms, teacher);
    equal(sorted(told(whole)), sorted(told(Submission.of(terms, pupil))), `seed ${seed}`);
    // Read letter by letter, with the time that all of them give from the beginning.
    const time = { letter: named(200), receivedMs: 400, deed: { does: "return" as const } };
    const more = { ...time, deed: { ...time.deed, extendedUntilMs: whole.extendedUntilMs } };
    const number = (e: Entry) => numbers.get(e.letter) ?? 0;
    const ordered = teacher.sort((a, b) => a.receivedMs - b.receivedMs || number(a) - number(b));
    let before = Submission.of(terms, [more]);
    for (let n = 1; n <= ordered.length; n++) {
      const step = Submission.of(terms, [...ordered.slice(0, n), more]);
      follows(before, step, ordered[n - 1]?.deed.does === "return", attempts);
      before = step;
    }
  }
});

/** Whether one letter may have made the one out of the other. */
function follows(before: Submission, step: Submission, byTeacher: boolean, attempts: number): void {
  const [from, to] = [before.state(false), step.state(false)];
  ok(from === to || ARROWS[from].includes(to), `${from} to ${to}`);
  if (byTeacher) ok(to !== "TURNED_IN" || from === to, "a teacher hands nothing in");
  else
    equal(
      [before.mark, before.excused, before.redo],
      [step.mark, step.excused, step.redo],
      "a pupil changes nothing a teacher said",
    );
  if (step.refused.length > before.refused.length)
    equal(JSON.stringify(before.phase), JSON.stringify(step.phase), "what is refused moves nothing");
  const [a, b] = [before.handedIn(), step.handedIn()];
  if (a === undefined || b === undefined) return;
  ok(b.attempt === a.attempt || b.attempt === a.attempt + 1, "attempts are counted");
  ok(b.attempt === a.attempt || before.redo || a.attempt < attempts, "no more attempts than there are");
}

test("homework: a draft is told where nothing was handed in yet, and nowhere else", () => {
  const terms = termsOf(read({ type: "assignment" }));
  equal(Submission.of(terms, []).state(true), "CREATED");
  equal(Submission.of(terms, [entry(1, 20, "submission", {})]).state(true), "TURNED_IN");
  ok(isRefusal("not-open") && !isRefusal(named(1)) && !isRefusal(1), "a refusal is no name of a letter");
});

test("homework: marks are of their scale", () => {
  const points: Scale = { kind: "points", most: 10 };
  const words: Scale = { kind: "words", words: ["Baik", "Cukup"] };
  const read = (scale: Scale, text: string): string | undefined => {
    try {
      return mark(scale, text);
    } catch (e) {
      if (e instanceof ClientError && e.reason === "mark") return undefined;
      throw e;
    }
  };
  equal([read(points, " 8,5 "), read(points, "10.00"), read(points, "0")], ["8.5", "10.00", "0"]);
  for (const bad of ["10.01", "-1", "8.555", "1e1", "", ".", "8.", "+1", "99999999999", "sepuluh", "1,000.5"])
    equal(read(points, bad), undefined, bad);
  equal([read(words, "baik"), read(words, "A")], ["Baik", undefined]);
  const free: Scale = { kind: "free" };
  equal([read(free, " A− "), read(free, " "), read(free, "x".repeat(41))], ["A−", undefined, undefined]);
});

test("homework: what is written is read again, and a field of the wrong form refuses the letter", () => {
  const homework = {
    ...{
      dueMs: 1,
      cutoffMs: 2,
      opensMs: 0,
      points: 10,
      words: ["Baik"],
      attempts: 2,
      work: named(1),
      withdrawn: true,
    },
    ...{
      attempt: 1,
      finishedMs: 3,
      guardian: { name: "Ibu Ratna" },
      reclaim: named(2),
      submission: named(3),
    },
    ...{ mark: "9", redo: true, excused: false, extendedUntilMs: 4, remind: true },
  };
  const written = writePayload("return", { body: "x", homework });
  equal(readPayload(written).homework, homework);
  equal(JSON.parse(new TextDecoder().decode(written)).extended_until_ms, 4);
  equal(
    readPayload(writePayload("reply", { body: "x", homework: { redo: false, words: [] } })).homework,
    undefined,
  );
  for (const wrong of [
    { due_ms: "besok" },
    { due_ms: -1 },
    { due_ms: 1.5 },
    { attempts: 4294967296 },
    { words: null },
    { redo: 1 },
    { excused: "ya" },
    { submission: "pendek" },
    { guardian: "Ibu" },
    { mark: 9 },
  ]) {
    let reason = "";
    try {
      readPayload(utf8(JSON.stringify({ type: "return", ...wrong })));
    } catch (e) {
      reason = e instanceof ClientError ? e.reason : String(e);
    }
    equal(reason, "payload", JSON.stringify(wrong));
  }
});
