/** One's own place in an audience: its name, and leaving it. */

import { doing } from "../../page/doing.ts";
import { h, type Child } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { liveOf } from "../../page/live.ts";
import { ask, button, facts, field } from "../../page/parts.ts";
import { carry } from "../../page/undo.ts";
import { words } from "../../page/words.ts";
import type { Here } from "./here.ts";

/** The longest name. */
const NAME_LETTERS = 60;

/** Asks for another name of one's own. */
export async function renaming(
  { context: { client }, audience, view }: Here,
  place: HTMLElement,
  redraw: () => Promise<void>,
): Promise<void> {
  const say = words().people.audience;
  const input = h("input", { name: "label", maxlength: NAME_LETTERS, autocomplete: "off" });
  input.value = view.label;
  const named = field(say.renameLabel, input, say.renameHint);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    input.closest("dialog")?.close("save");
  });
  const answer = await ask(say.renameTitle, named.element, [
    { value: "save", label: words().common.save, main: true },
  ]);
  const name = input.value.trim();
  if (answer !== "save" || name === "" || name === view.label) return;
  if ((await doing(place, words().common.loading, () => client.rename(audience, name))) === undefined) return;
  await redraw();
  announce(say.renamed(name));
}

/** How to leave: a member at once, a publisher by another's hand. */
export function leaving(here: Here, place: HTMLElement): Child {
  const say = words().people.audience;
  if (!here.publisher) return button(say.leave, () => void leave(here, place), "plain");
  const { staff } = here.view.charter ?? { staff: [] };
  const handover =
    here.admin && staff.length === 1 ? words().people.staff.onlyAdmin : words().people.staff.self;
  return facts({ icon: "turn", term: say.leaveStaff[0], text: [say.leaveStaff[1], " ", handover] });
}

async function leave({ context, audience, view }: Here, place: HTMLElement): Promise<void> {
  const say = words().people.audience;
  const answer = await ask(say.leaveTitle(view.label), h("p", say.leaveText), [
    { value: "leave", label: say.leaveYes },
  ]);
  if (answer !== "leave") return;
  const done = await doing(place, say.leaving, () => context.client.leave(audience));
  if (done === undefined) return;
  carry(say.left(view.label));
  await liveOf(context.client).count();
  await context.go("/audiences", true);
}
