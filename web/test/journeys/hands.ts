/**
 * How somebody acts on a page: by the keyboard alone, as most here do, or with a finger.
 *
 * Invariants: journeys say what is done (`click`, `check`, `fill`, `selectOption`), hands say how. The keyboard only
 * presses keys: what Tab and the arrows cannot reach is not reached, and where they stop the focus must be seen.
 */

import assert from "node:assert/strict";

import type { Locator, Page } from "playwright-core";

import { type Seen, seen } from "./focus.ts";

/** What somebody acts with. */
export type Hands = "keyboard" | "touch";

/** How the verbs of a journey are done. */
interface Doing {
  click(target: Locator): Promise<void>;
  check(target: Locator): Promise<void>;
  uncheck(target: Locator): Promise<void>;
  fill(target: Locator, text: string): Promise<void>;
  selectOption(target: Locator, option: string): Promise<void>;
}

const given = new WeakMap<Page, Doing>();
let taught = false;

/** Whoever looks at `page` acts on it with these hands from now on. */
export function give(page: Page, hands: Hands): void {
  teach(page.locator("body"));
  given.set(page, hands === "keyboard" ? new Keyboard(page) : finger);
}

/** Has the verbs of all locators ask for the hands of their page; where none were given they stay what they are. */
function teach(any: Locator): void {
  if (taught) return;
  taught = true;
  const all = Object.getPrototypeOf(any) as Record<keyof Doing, (...given: unknown[]) => Promise<unknown>>;
  for (const verb of ["click", "check", "uncheck", "fill", "selectOption"] as const) {
    const plain = all[verb];
    all[verb] = function (this: Locator, ...rest: unknown[]) {
      const hands = given.get(this.page());
      const own = hands?.[verb] as ((target: Locator, ...rest: unknown[]) => Promise<unknown>) | undefined;
      return own === undefined ? plain.apply(this, rest) : own.call(hands, this, ...rest);
    };
  }
}

/** Taps; what it types goes in as a phone's keyboard writes it, a word at a time. */
const finger: Doing = {
  click: (target) => target.tap(),
  check: async (target) => {
    if (!(await target.isChecked())) await target.tap();
    assert.ok(await target.isChecked(), `${String(target)} was tapped and is not ticked`);
  },
  uncheck: async (target) => {
    if (await target.isChecked()) await target.tap();
    assert.ok(!(await target.isChecked()), `${String(target)} was tapped and is still ticked`);
  },
  fill: async (target, text) => {
    await target.tap();
    await target.selectText();
    if (text === "") await target.press("Delete");
    else await target.page().keyboard.insertText(text);
    assert.equal(await target.inputValue(), text, `what ${String(target)} holds`);
  },
  selectOption: async (target, option) => {
    await target.tap();
    await new Keyboard(target.page()).selectOption(target, option);
  },
};

/** How long a thing may stay out of reach, while the page is busy or a sheet closes. */
const PATIENCE_MS = 10_000;
/** Longer texts come from the clipboard, as with people. */
const TYPED_LETTERS = 300;

class Keyboard implements Doing {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async click(target: Locator): Promise<void> {
    const { kind, checked } = await this.#reach(target);
    if (kind === "radio") return checked ? undefined : this.#press("Space");
    // Links and what is submitted by Enter, everything else by the space bar: both have to work.
    if (kind === "text" || kind === "select") return;
    await this.#press(kind === "link" || kind === "submit" ? "Enter" : "Space");
  }

  async check(target: Locator): Promise<void> {
    if (!(await target.isChecked())) await this.click(target);
    assert.ok(await target.isChecked(), `${String(target)} was pressed and is not ticked`);
  }

  async uncheck(target: Locator): Promise<void> {
    if (await target.isChecked()) await this.click(target);
    assert.ok(!(await target.isChecked()), `${String(target)} was pressed and is still ticked`);
  }

  async fill(target: Locator, text: string): Promise<void> {
    const { type } = await this.#reach(target);
    if (type === "datetime-local") await this.#date(text);
    else if (type === "date") await this.#day(text);
    else {
      await this.#press("Control+a");
      if (text === "") await this.#press("Delete");
      else if (text.length > TYPED_LETTERS) await this.#page.keyboard.insertText(text);
      else await this.#page.keyboard.type(text);
    }
    const holds = await target.inputValue();
    assert.equal(holds, text, `what ${String(target)} holds`);
  }

  async selectOption(target: Locator, option: string): Promise<void> {
    await this.#reach(target);
    const [at, wanted] = await target.evaluate((element, option) => {
      const { options, selectedIndex } = element as HTMLSelectElement;
      const found = [...options].findIndex(({ value, label }) => value === option || label === option);
      return [selectedIndex, found] as const;
    }, option);
    assert.ok(wanted >= 0, `${String(target)} has no ${option}`);
    for (let step = 0; step < Math.abs(wanted - at); step++)
      await this.#press(wanted > at ? "ArrowDown" : "ArrowUp");
    const now = await target.evaluate((element) => (element as HTMLSelectElement).selectedIndex);
    assert.equal(now, wanted, `${option} of ${String(target)} by the arrows`);
  }

  async #day(text: string): Promise<void> {
    const [year = "", month = "", day = ""] = text.split("-");
    for (const part of [month, day, year]) await this.#page.keyboard.type(part);
  }

  /** Part by part, in the order of the browser's own language, which is American English. */
  async #date(text: string): Promise<void> {
    const [, year = "", month = "", day = "", hour = "", minute = ""] =
      /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)$/.exec(text) ?? [];
    assert.notEqual(year, "", `${text} is no time to the minute`);
    await this.#day([year, month, day].join("-"));
    await this.#press("ArrowRight");
    const half = String(Number(hour) % 12 || 12).padStart(2, "0");
    for (const part of [half, minute, Number(hour) < 12 ? "AM" : "PM"]) await this.#page.keyboard.type(part);
  }

  #press(key: string): Promise<void> {
    return this.#page.keyboard.press(key);
  }

  /** Goes there with Tab, and with the arrows inside a group of radio buttons; what has the focus then. */
  async #reach(target: Locator): Promise<Seen> {
    await target.waitFor();
    await target.and(this.#page.locator(":not(:disabled)")).waitFor();
    const until = Date.now() + PATIENCE_MS;
    const found = await target.evaluate(seen);
    let now = found;
    assert.notEqual(now.kind, "nothing", `${String(target)} is nothing that a keyboard could act on`);
    do {
      now = await this.#round(target, now);
    } while (now.steps !== 0 && Date.now() < until);
    assert.equal(
      now.steps,
      0,
      `${String(target)} is not to be reached by keyboard; the focus is ${now.focus}`,
    );
    assert.ok(now.outlined, `${String(target)} has the focus, and nothing shows it`);
    // Where Tab brought it, that is: one may have scrolled away since.
    assert.ok(
      found.steps === 0 || now.uncovered,
      `${String(target)} has the focus behind something else: ${now.over}`,
    );
    return now;
  }

  /** Once around the page at most. */
  async #round(target: Locator, from: Seen): Promise<Seen> {
    let now = from;
    const key = from.steps < 0 ? "Shift+Tab" : "Tab";
    for (let left = from.stops + 3; left > 0 && now.steps !== 0; left--) {
      if (now.arrows !== 0) await this.#press(now.arrows > 0 ? "ArrowDown" : "ArrowUp");
      // As far as it should be, then a step at a time.
      else if (now === from) for (let i = Math.abs(from.steps); i > 0; i--) await this.#press(key);
      else await this.#press(key);
      now = await target.evaluate(seen);
    }
    return now;
  }
}
