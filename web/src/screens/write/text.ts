/** A text with a few marks: the buttons put them where the writer is. */

import { h } from "../../page/dom.ts";
import { type Field, field } from "../../page/parts.ts";
import { words } from "../../page/words.ts";

/** The longest text; more belongs into a file. */
const LETTERS = 20_000;

/** A text area under its label, with the marks that {@link prose} knows. */
export function textField(
  label: string,
  value: string,
  changed: (value: string) => void,
  rows = 8,
): Field<HTMLTextAreaElement> {
  const said = words().write.marks;
  const area = h("textarea", { rows, maxlength: LETTERS });
  area.value = value;
  area.addEventListener("input", () => changed(area.value));
  const box = field(label, area, said.hint);
  const put = (mark: (selected: string) => readonly [before: string, middle: string, after: string]) => {
    const { selectionStart: from, selectionEnd: to } = area;
    const [before, middle, after] = mark(area.value.slice(from, to));
    area.setRangeText(before + middle + after, from, to, "end");
    area.setSelectionRange(from + before.length, from + before.length + middle.length);
    area.focus();
    changed(area.value);
  };
  const bold = () => put((selected) => ["**", selected || said.bold, "**"]);
  const list = () =>
    put((selected) => [
      "- ",
      (selected || said.item)
        .split("\n")
        .map((line, at) => (at === 0 ? line : `- ${line}`))
        .join("\n"),
      "",
    ]);
  const link = () => put((selected) => ["[", selected || said.link, "](https://)"]);
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "b") return;
    event.preventDefault();
    bold();
  });
  const one = (text: string, name: string, press: () => void) =>
    h("button", { type: "button", "aria-label": name, title: name, onclick: press }, text);
  const bar = h(
    "div.seg.marks",
    { role: "toolbar", "aria-label": said.label(label) },
    one("B", said.bold, bold),
    one("•", said.list, list),
    one("[ ]", said.link, link),
  );
  box.element.insertBefore(bar, area);
  return box;
}
