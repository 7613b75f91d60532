/** For whom an assignment is: everybody in the class, or some of them, chosen by name. */

import type { MemberLine } from "../../client/index.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { fold } from "../../page/find.ts";
import { button, choice, type Field, field, tick, unique } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";
import { memberName } from "../people/here.ts";
import type { Writer } from "./writer.ts";

/** More names than this are looked for, not looked through. */
const SEARCHED = 8;

/** The choice, and what is told to be wrong with it. */
export interface Pupils {
  readonly element: HTMLElement;
  readonly field: Field<HTMLElement>;
}

/** Everybody, or a list to choose from; `changed` hears whom. */
export function pupils(writer: Writer, changed: (chosen: readonly string[] | undefined) => void): Pupils {
  const said = words().teaching.whom;
  const list = h("div.stack.is-tight");
  const complaint = h("small.bad", { role: "alert", id: unique("keliru") });
  const given = writer.writing.task?.chosen;
  // Letters to some and a post to all are two things: one does not become the other.
  const fixed = writer.writing.corrects !== "";
  const options = [
    ["all", said.all],
    ["some", said.some],
  ] as const;
  const some = async () => {
    const found = await doing(list, words().common.loading, () =>
      writer.context.client.members(writer.writing.audience),
    );
    if (found === undefined || writer.context.left.aborted || writer.writing.task?.chosen === undefined)
      return;
    const all = found.value
      .filter(({ removed, role }) => !removed && role === "member")
      .sort((a, b) => memberName(a).localeCompare(memberName(b)));
    replace(list, all.length === 0 ? h("p", h("small", said.nobody)) : chooser(all, writer, changed));
  };
  const pick = (which: "all" | "some") => {
    changed(which === "all" ? undefined : (writer.writing.task?.chosen ?? []));
    if (which === "all") replace(list);
    else if (writer.writing.audience === "") replace(list, h("p", h("small", said.classFirst)));
    else void some();
  };
  const radios = choice(said.legend, "untuk", options, given === undefined ? "all" : "some", pick);
  if (given !== undefined) pick("some");
  const shown = fixed && given === undefined ? undefined : fixed ? h("p.legend", said.legend) : radios;
  const anew = given?.length === 0 && writer.writing.copyOf !== undefined;
  const element = h(
    "div.stack.is-tight",
    shown,
    anew && h("p", h("small", words().teaching.drafts.wasChosen)),
    list,
    complaint,
  );
  const input = radios;
  return {
    element,
    field: {
      element,
      input,
      wrong(problem) {
        complaint.textContent = problem ?? "";
        if (problem !== undefined) list.querySelector("input")?.focus();
      },
    },
  };
}

function chooser(
  all: readonly MemberLine[],
  writer: Writer,
  changed: (chosen: readonly string[]) => void,
): HTMLElement {
  const said = words().teaching.whom;
  const chosen = new Set(writer.writing.task?.chosen);
  const count = h("p", { role: "status" });
  const boxes = all.map((member) => {
    const box = tick(h("b", memberName(member)), { checked: chosen.has(member.account) });
    box.element.classList.add("pick");
    box.input.addEventListener("change", () => {
      if (box.input.checked) chosen.add(member.account);
      else chosen.delete(member.account);
      tell();
    });
    return { account: member.account, folded: fold(memberName(member)), item: h("li", box.element), box };
  });
  const tell = () => {
    count.textContent = said.chosen(figure(chosen.size), figure(all.length));
    changed([...chosen]);
  };
  const every = (on: boolean) => {
    for (const { account, item, box } of boxes) {
      if (item.hidden) continue;
      box.input.checked = on;
      if (on) chosen.add(account);
      else chosen.delete(account);
    }
    tell();
  };
  const search = h("input", { type: "search", autocomplete: "off" });
  search.addEventListener("input", () => {
    const wanted = fold(search.value.trim());
    for (const { folded, item } of boxes) item.hidden = !folded.includes(wanted);
  });
  count.textContent = said.chosen(figure(chosen.size), figure(all.length));
  return h(
    "div.stack.is-tight",
    all.length > SEARCHED && field(said.search, search).element,
    h(
      "div.line.is-apart",
      count,
      h(
        "div.line",
        button(said.every, () => every(true), "plain"),
        button(said.none, () => every(false), "plain"),
      ),
    ),
    h(
      "ul.rows.picks",
      { "aria-label": said.list },
      boxes.map(({ item }) => item),
    ),
  );
}
