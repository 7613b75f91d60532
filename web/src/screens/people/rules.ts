/** Changing the rules of an audience: signed here, for everyone from the next post on. */

import type { CharterView } from "../../client/index.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { choice, field } from "../../page/parts.ts";
import type { UndoLine } from "../../page/undo.ts";
import { words } from "../../page/words.ts";
import type { Here } from "./here.ts";

type Rules = Pick<CharterView, "replies" | "history" | "approvals">;

/** A form behind a line; `undo` says what was done, and lets it be taken back. */
export function changeRules(
  here: Here,
  undo: UndoLine,
  redraw: () => Promise<void>,
): HTMLElement | undefined {
  const say = words().people.rules;
  const { charter } = here.view;
  if (charter === undefined) return undefined;
  if (!here.admin) return h("p", h("small", say.adminsOnly));
  const rules: Rules = { replies: charter.replies, history: charter.history, approvals: charter.approvals };
  const place = h("div");
  const form = h(
    "form.stack",
    h("p", h("small", say.changeText)),
    inputs(rules, charter),
    h("div.line", h("button.btn", { type: "submit" }, say.save)),
    place,
  );
  const details = h("details.rules", h("summary", say.change), form);
  const put = (wanted: Rules) => here.context.client.setRules(here.audience, wanted);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { replies, history, approvals } = charter;
    if (rules.replies === replies && rules.history === history && rules.approvals === approvals) {
      details.open = false;
      return details.querySelector("summary")?.focus();
    }
    if ((await doing(place, say.saving, () => put(rules))) === undefined) return;
    undo.say(say.saved, async () => void (await put({ replies, history, approvals })));
    await redraw();
    undo.element.querySelector("button")?.focus();
  });
  return details;
}

function inputs(rules: { -readonly [Key in keyof Rules]: Rules[Key] }, { staff, cohorts }: CharterView) {
  const say = words().people.rules;
  // To everyone is for up to sixteen cohorts (protocol, section 3).
  const wide = cohorts.length > 16;
  const replies = (["none", "desk", "everyone"] as const).filter((value) => !wide || value !== "everyone");
  const approvals = h(
    "select",
    Array.from({ length: staff.length }, (_, n) =>
      h("option", { value: n, selected: n === rules.approvals }, say.approvalsOption(n)),
    ),
  );
  approvals.addEventListener("change", () => (rules.approvals = Number(approvals.value)));
  return [
    choice(
      say.replies,
      "balasan",
      replies.map((value) => [value, say.repliesShort[value]] as const),
      rules.replies,
      (value) => (rules.replies = value),
    ),
    choice(
      say.history,
      "lama",
      [
        ["same key", say.historyIs["same key"]],
        ["from joining", say.historyIs["from joining"]],
      ],
      rules.history,
      (value) => (rules.history = value),
    ),
    field(say.approvals, approvals).element,
  ];
}
