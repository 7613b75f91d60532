/** What a draft may have besides its text: a place, other languages, its sound, and a time. */

import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { button, choice, field, iconButton } from "../../page/parts.ts";
import { currentLanguage, moment, words } from "../../page/words.ts";
import { LONGEST_MS, releaseOf, type Sound } from "../../page/writing.ts";
import { textField } from "./text.ts";
import type { Writer } from "./writer.ts";

/** Languages that are offered, by how many here speak them. */
const LANGUAGES = [
  "id",
  "jv",
  "su",
  "mad",
  "min",
  "bug",
  "ban",
  "bjn",
  "ace",
  "bbc",
  "sas",
  "en",
  "ar",
  "zh",
];

/** Where it is; the position of this device only on tap. */
export function place(writer: Writer): HTMLElement {
  const said = words().write.place;
  const input = h("input", { maxlength: 200, name: "tempat" });
  input.value = writer.writing.place;
  input.addEventListener("input", () => writer.change({ place: input.value }));
  const box = field(said.label, input);
  const told = h("div.line");
  const draw = () => {
    const { geo } = writer.writing;
    replace(
      told,
      geo === ""
        ? button(said.here, () => void locate(), "plain", "pin")
        : [
            h("small", said.known(geo)),
            button(said.forget, () => (writer.change({ geo: "" }), draw()), "plain"),
          ],
    );
  };
  const locate = async () => {
    box.wrong(undefined);
    try {
      const { coords } = await new Promise<GeolocationPosition>((found, failed) =>
        navigator.geolocation.getCurrentPosition(found, failed, { timeout: 20_000 }),
      );
      writer.change({ geo: `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}` });
      draw();
      announce(said.found);
    } catch {
      box.wrong(said.failed);
    }
  };
  draw();
  box.element.append(told);
  return box.element;
}

/** How it sounds. */
export function sound(writer: Writer): HTMLElement {
  const said = words().write.sound;
  const options: readonly (readonly [Sound, string])[] = [
    ["quiet", said.quiet],
    ["usual", said.usual],
    ["urgent", said.urgent],
  ];
  const told = h("small", { role: "status" }, said.told[writer.writing.sound]);
  const element = choice(said.legend, "bunyi", options, writer.writing.sound, (value) => {
    writer.change({ sound: value });
    told.textContent = said.told[value];
  });
  element.append(told);
  return element;
}

const nameOf = (language: string): string =>
  new Intl.DisplayNames([currentLanguage()], { type: "language" }).of(language) ?? language;

/** The same in other languages. */
export function versions(writer: Writer): HTMLElement {
  const said = words().write.versions;
  const element = h("div.stack");
  const change = (at: number, part: object) =>
    writer.change({
      versions: writer.writing.versions.map((one, i) => (i === at ? { ...one, ...part } : one)),
    });
  const choose = (label: string, value: string, changed: (language: string) => void) => {
    const select = h("select", { name: "bahasa" });
    for (const language of new Set([...LANGUAGES, value]))
      select.append(h("option", { value: language, selected: language === value }, nameOf(language)));
    select.addEventListener("change", () => changed(select.value));
    return field(label, select).element;
  };
  const add = () => {
    const used = [writer.writing.language, ...writer.writing.versions.map(({ language }) => language)];
    const language = LANGUAGES.find((one) => !used.includes(one)) ?? "en";
    writer.change({ versions: [...writer.writing.versions, { language, title: "", body: "" }] });
    draw();
    element.querySelector<HTMLElement>("fieldset:last-of-type select")?.focus();
  };
  const remove = (at: number) => {
    writer.change({ versions: writer.writing.versions.filter((_, i) => i !== at) });
    draw();
    element.querySelector<HTMLElement>(":scope > .line > .btn")?.focus();
  };
  const one = ({ language, title, body }: Writer["writing"]["versions"][number], at: number) => {
    const input = h("input", { maxlength: 200 });
    input.value = title;
    input.addEventListener("input", () => change(at, { title: input.value }));
    return h(
      "fieldset.stack.version",
      h(
        "legend.line.is-apart",
        said.one(nameOf(language)),
        iconButton("trash", said.remove(nameOf(language)), () => remove(at)),
      ),
      choose(said.language, language, (value) => (change(at, { language: value }), draw())),
      field(words().write.title, input).element,
      textField(words().write.body, body, (value) => change(at, { body: value }), 5).element,
    );
  };
  const draw = () => {
    const { versions: others, language } = writer.writing;
    const own = choose(said.own, language, (value) => writer.change({ language: value }));
    replace(
      element,
      others.length > 0 && own,
      others.map(one),
      h("div.line", button(said.add, add, "usual", "globe")),
    );
  };
  draw();
  return element;
}

/** When it goes out: at once, unless a time is chosen. */
export function schedule(writer: Writer): { readonly element: HTMLElement; wrong(): boolean } {
  const said = words().write.schedule;
  const element = h("div.stack.is-tight");
  const { now } = writer.context;
  const input = h("input", { type: "datetime-local", name: "waktu", step: "any" });
  const box = field(said.label, input, said.told);
  const when = h("p", { role: "status" });
  const local = (ms: number) =>
    new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const wrong = () => {
    const at = releaseOf(writer.writing);
    const late = at !== undefined && !(at > now() && at < now() + LONGEST_MS);
    box.wrong(late ? said.wrong : undefined);
    if (late) input.focus();
    return late;
  };
  const tell = (at: string) => {
    const ms = releaseOf({ at });
    when.textContent = ms === undefined || Number.isNaN(ms) ? "" : said.when(moment(ms, now()));
  };
  const set = (at: string) => {
    writer.change({ at });
    tell(at);
    box.wrong(undefined);
  };
  input.addEventListener("input", () => set(input.value));
  const close = () => {
    set("");
    draw();
    element.querySelector<HTMLElement>("button")?.focus();
  };
  const open = () => {
    const hour = 3_600_000;
    set(local(Math.ceil((now() + hour) / hour) * hour));
    draw();
    input.focus();
  };
  const draw = () => {
    const { at } = writer.writing;
    input.value = at;
    input.min = local(now());
    if (at === "") replace(element, h("div.line", button(said.open, open, "usual", "clock")));
    else replace(element, box.element, when, button(said.close, close, "plain"));
  };
  tell(writer.writing.at);
  draw();
  return { element, wrong };
}
