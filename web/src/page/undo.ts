/** A line that says what was just done and lets it be undone; it stays until the reader does something else. */

import { h, replace } from "./dom.ts";
import { announce } from "./frame.ts";
import { button } from "./parts.ts";
import { problem } from "./problem.ts";
import { words } from "./words.ts";

/** Something done that the next screen shows, because the screen where it was done is left. */
interface Done {
  readonly text: string;
  readonly undo: (() => Promise<void>) | undefined;
}

let carried: Done | undefined;

/** Lets the next screen with an undo line say it. */
export function carry(text: string, undo?: () => Promise<void>): void {
  carried = { text, undo };
}

/** The place of the line, and the way to fill it. */
export interface UndoLine {
  /** Where it stands. */
  readonly element: HTMLElement;
  /** Says what was done, aloud too; `undo` takes it back. */
  say(text: string, undo?: () => Promise<void>): void;
  /** Says nothing more. */
  clear(): void;
}

/** A line, with what the screen before carried here; `changed` draws what taking it back has changed. */
export function undoLine(changed: () => Promise<void>): UndoLine {
  const element = h("div.undo");
  const say = (text: string, undo?: () => Promise<void>) => {
    const back = undo && button(words().common.undo, () => void takeBack(undo), "plain", "turn");
    replace(element, h("span", text), back);
    announce(text);
    // What it is about may be far down the page.
    element.scrollIntoView({ block: "nearest" });
  };
  const takeBack = async (undo: () => Promise<void>) => {
    try {
      await undo();
      replace(element);
      await changed();
    } catch (error) {
      replace(element, problem(error));
    }
  };
  if (carried !== undefined) {
    const { text, undo } = carried;
    carried = undefined;
    say(text, undo);
  }
  return { element, say, clear: () => replace(element) };
}
