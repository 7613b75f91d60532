/**
 * Where a reply is written: to everyone, to the desk, or from the desk to one member.
 *
 * Invariant: what was typed stays until it was sent or queued, also over a reload.
 */

import { h, replace, type Child } from "../../page/dom.ts";
import type { Context } from "../../page/context.ts";
import { announce } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { beats, field, iconButton, shares } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { size, words } from "../../page/words.ts";

/** What was written. */
export interface Written {
  readonly body: string;
  readonly files: readonly File[];
}

/** How a composer speaks, and what becomes of what was written. */
export interface Composing {
  /** Names what is typed, on this device: one for each place. */
  readonly key: string;
  readonly label: Child;
  readonly hint?: Child;
  /** The buttons: the first is the one that Enter presses; `main` where it is the main one of the screen. */
  readonly buttons: readonly { readonly label: string; readonly press: Send; readonly main?: boolean }[];
  /** Whether files may go along. */
  readonly files: boolean;
}

/** Sends or queues; told how far the files are. */
export type Send = (written: Written, progress: (done: number, total: number) => void) => Promise<void>;

/** Drums that say how much of the files has gone. */
const STEPS = 5;

/** The form; `cancel`, where given, closes it. */
export function composer(context: Context, how: Composing, cancel?: () => void): HTMLFormElement {
  const said = words().read.thread;
  const text = h("textarea", { rows: 3, required: true, maxlength: 20_000 });
  const box = field(how.label, text, how.hint);
  const chosen = h("ul.stack.is-tight");
  const state = h("div", { role: "status" });
  const picked: File[] = [];
  let busy = false;

  const picker = h("input.sr", { type: "file", multiple: true, tabindex: "-1", "aria-hidden": "true" });
  picker.addEventListener("change", () => {
    picked.push(...(picker.files ?? []));
    picker.value = "";
    drawPicked();
  });
  const attach = h(
    "button.btn.is-plain",
    { type: "button", onclick: () => picker.click() },
    icon("photo"),
    said.attach,
  );

  function drawPicked(): void {
    const line = (file: File, at: number) =>
      h(
        "li.picked",
        h("span", said.attached(file.name, size(file.size))),
        iconButton("x", said.detach(file.name), () => {
          picked.splice(at, 1);
          drawPicked();
          attach.focus();
        }),
      );
    replace(chosen, picked.map(line));
  }

  async function send(press: Send): Promise<void> {
    const body = text.value.trim();
    box.wrong(body === "" && picked.length === 0 ? said.empty : undefined);
    if (busy || (body === "" && picked.length === 0)) return text.focus();
    busy = true;
    setDisabled(true);
    replace(state, h("p.badge", beats(["going"], said.sending), h("span", said.sending)));
    try {
      await press({ body, files: picked }, (done, total) => {
        const { beats: drums } = shares([["on", done]], Math.max(total, 1), STEPS);
        const sealing = said.sealing(size(done), size(total));
        replace(state, h("p.badge", beats(drums, sealing), h("span", sealing)));
      });
      text.value = "";
      picked.length = 0;
      drawPicked();
      await keep("");
      replace(state);
      if (cancel !== undefined) cancel();
    } catch (error) {
      replace(state, problem(error));
    } finally {
      busy = false;
      setDisabled(false);
    }
  }

  const [first] = how.buttons;
  const buttons = how.buttons.map(({ label, press, main }, at) =>
    h(
      main === true ? "button.btn.is-main" : "button.btn",
      at === 0 ? { type: "submit" } : { type: "button", onclick: () => void send(press) },
      at === 0 && icon("send"),
      label,
    ),
  );
  const setDisabled = (disabled: boolean) => {
    for (const one of buttons) one.disabled = disabled;
    text.readOnly = disabled;
  };

  const keep = (typed: string) =>
    context.client.keepDraft(`typed ${how.key}`, typed === "" ? undefined : typed);
  void context.client.draft<string>(`typed ${how.key}`).then((typed) => {
    if (typed !== undefined && text.value === "") text.value = typed;
  });
  text.addEventListener("input", () => void keep(text.value));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && first !== undefined) {
      event.preventDefault();
      void send(first.press);
    } else if (event.key === "Escape" && cancel !== undefined && text.value === "") cancel();
  });
  const form = h(
    "form.stack.is-tight",
    {
      novalidate: true,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        if (first !== undefined) void send(first.press);
      },
    },
    box.element,
    chosen,
    h("div.line", buttons, how.files && [attach, picker]),
    state,
  );
  return form;
}

/** Says that a reply went out, or waits. */
export function told(queued: boolean, sent: string): void {
  announce(queued ? words().read.thread.queued : sent);
}
