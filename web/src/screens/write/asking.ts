/** What makes a sheet an assignment: when it is due, how it is marked, for whom. */

import { ClientError } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import {
  type Asking,
  type AskingField,
  blankAsking,
  localTime,
  REMIND_MS,
  timeOf,
} from "../../page/asking.ts";
import { button, choice, type Field, field, tick } from "../../page/parts.ts";
import { moment, words } from "../../page/words.ts";
import { pupils } from "./pupils.ts";
import type { Writer } from "./writer.ts";

const DAY_MS = 86_400_000;

/** How many attempts are offered. */
const ATTEMPTS = [1, 2, 3, 5, 10];

/** The hour at which evenings of homework end, unless another is chosen. */
const EVENING = 20;

/** An announcement or an assignment. */
export function kindChoice(writer: Writer, changed: () => void): HTMLElement {
  const said = words().teaching.kind;
  const now = writer.writing.task === undefined ? "news" : "task";
  return choice(
    h("span.sr", said.legend),
    "jenis",
    [
      ["news", said.news],
      ["task", said.task],
    ],
    now,
    (kind) => {
      writer.change({ task: kind === "task" ? (writer.writing.task ?? blankAsking) : undefined });
      changed();
    },
  );
}

/** The form, and the way to say what is wrong in it. */
export interface AskingForm {
  readonly element: HTMLElement;
  /** Draws it anew, where the audience is another one. */
  draw(): void;
  /** Marks what is wrong and goes to the first of it; whether anything is. */
  wrong(fields: readonly AskingField[]): boolean;
}

/** The part of the sheet that an announcement does not have. */
export function asking(writer: Writer): AskingForm {
  const said = words().teaching.ask;
  const element = h("div.stack");
  let fields = new Map<AskingField, Field<HTMLElement>>();
  const now = (): Asking => writer.writing.task ?? blankAsking;
  const set = (part: Partial<Asking>) => {
    for (const box of fields.values()) box.wrong(undefined);
    writer.change({ task: { ...now(), ...part } });
  };
  const draw = () => {
    fields = new Map();
    const remind = reminding(writer, now, set);
    const dueAt = (value: string) => {
      set({ due: value });
      remind.draw();
    };
    const due = time(writer, said.due, now().due, dueAt, said.dueTold);
    fields.set("due", due);
    const more = rest(writer, now(), set, fields);
    const whom = pupils(writer, (chosen) => set({ chosen }));
    fields.set("chosen", whom.field);
    replace(
      element,
      h("div.stack.is-tight", due.element, quick(writer, due), remind.element),
      marks(now, set, fields),
      whom.element,
      more,
    );
  };
  return {
    element,
    draw,
    wrong(list) {
      for (const [name, box] of fields) box.wrong(list.includes(name) ? said.wrong[name] : undefined);
      const first = [...fields].find(([name]) => list.includes(name))?.[1].input;
      first?.closest("details")?.setAttribute("open", "");
      first?.focus();
      return list.length > 0;
    },
  };
}

/** A time, and what it is in words. */
function time(
  { context }: Writer,
  label: string,
  value: string,
  changed: (value: string) => void,
  told?: string,
): Field<HTMLInputElement> {
  const input = h("input", { type: "datetime-local", step: "any" });
  input.value = value;
  const when = h("small", { role: "status" });
  const say = () => {
    const ms = timeOf(input.value);
    when.textContent = ms === undefined ? (told ?? "") : moment(ms, context.now());
  };
  input.addEventListener("input", () => {
    say();
    changed(input.value);
  });
  say();
  const box = field(label, input);
  box.element.append(when);
  return box;
}

/** Evenings that are chosen most. */
function quick({ context }: Writer, due: Field<HTMLInputElement>): HTMLElement {
  const said = words().teaching.ask;
  const evening = (days: number) =>
    localTime(new Date(context.now() + days * DAY_MS).setHours(EVENING, 0, 0, 0));
  const one = (text: string, days: number) =>
    button(
      text,
      () => {
        due.input.value = evening(days);
        due.input.dispatchEvent(new Event("input", { bubbles: true }));
      },
      "plain",
    );
  return h("div.line.near", one(said.tomorrow, 1), one(said.inThree, 3), one(said.inSeven, 7));
}

/**
 * That the hub reminds the day before, where the class allows that it learns of due times; `draw` follows the due time.
 */
function reminding(
  { context, writing }: Writer,
  now: () => Asking,
  set: Set,
): { readonly element: HTMLElement; draw(): void } {
  const said = words().teaching.ask;
  const element = h("div");
  const { audience, corrects } = writing;
  const { homework } = context.client;
  let box: ReturnType<typeof tick> | undefined;
  const draw = () => {
    const due = timeOf(now().due);
    // Letters to chosen pupils have no due time at the hub.
    if (box === undefined || due === undefined || now().chosen !== undefined) return replace(element);
    const tooSoon = due - REMIND_MS <= context.now();
    replace(element, tooSoon ? h("p", h("small", said.remindTooSoon)) : box.element);
  };
  void (async () => {
    if (audience === "" || !(await homework.dueTimes(audience))) return;
    const before = corrects !== "" && (await homework.toldDue(corrects)) !== undefined;
    if (context.left.aborted) return;
    const made = tick([said.remind, h("small.under", said.remindTold)], { checked: now().remind ?? before });
    made.input.addEventListener("change", () => set({ remind: made.input.checked }));
    box = made;
    draw();
  })().catch((error: unknown) => {
    if (!(error instanceof ClientError)) throw error;
  });
  return { element, draw };
}

type Set = (part: Partial<Asking>) => void;
type Fields = Map<AskingField, Field<HTMLElement>>;

/** How marks are written. */
function marks(now: () => Asking, set: Set, fields: Fields): HTMLElement {
  const said = words().teaching.ask;
  const place = h("div");
  const draw = () => {
    fields.delete("points");
    fields.delete("words");
    const { scale } = now();
    if (scale === "free") return replace(place, h("p", h("small", said.freeTold)));
    const input = h(
      "input",
      scale === "points" ? { inputmode: "numeric", maxlength: 5 } : { maxlength: 400 },
    );
    input.value = scale === "points" ? now().points : now().words || said.wordsUsual;
    input.addEventListener("input", () => set({ [scale]: input.value }));
    const box = field(
      scale === "points" ? said.most : said.words,
      input,
      scale === "words" && said.wordsTold,
    );
    fields.set(scale, box);
    replace(place, box.element);
  };
  const options = [
    ["points", said.points],
    ["words", said.wordsShort],
    ["free", said.free],
  ] as const;
  const element = choice(said.marks, "nilai", options, now().scale, (scale) => {
    set({ scale, ...(scale === "words" && now().words === "" ? { words: said.wordsUsual } : {}) });
    draw();
  });
  draw();
  return h("div.stack.is-tight", element, place);
}

/** What most assignments do without: closing, opening, more than one attempt. */
function rest(writer: Writer, { opens, cutoff, attempts }: Asking, set: Set, fields: Fields): HTMLElement {
  const said = words().teaching.ask;
  const open = time(writer, said.opens, opens, (value) => set({ opens: value }), said.opensTold);
  const close = time(writer, said.cutoff, cutoff, (value) => set({ cutoff: value }), said.cutoffTold);
  fields.set("opens", open);
  fields.set("cutoff", close);
  const offered = [...new Set([...ATTEMPTS, attempts])].sort((a, b) => a - b);
  const select = h(
    "select",
    offered.map((n) => h("option", { value: n, selected: n === attempts }, said.attemptsOf(n))),
  );
  select.addEventListener("change", () => set({ attempts: Number(select.value) }));
  return h(
    "details.rules",
    { open: opens !== "" || cutoff !== "" || attempts !== 1 },
    h("summary", said.more),
    h("div.stack", close.element, open.element, field(said.attempts, select, said.attemptsTold).element),
  );
}
