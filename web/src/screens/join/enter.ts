/** An invitation by hand: a pasted link, or its code before the camera or in a photo. */

import type { Visit } from "../../page/context.ts";
import { h, type Child } from "../../page/dom.ts";
import { content } from "../../page/frame.ts";
import { readInvited } from "../../page/invited.ts";
import { button, field } from "../../page/parts.ts";
import { photoButton, scan } from "../../page/scan.ts";
import { words } from "../../page/words.ts";
import type { Held } from "./held.ts";

/** Shows it; `open` is given what was entered, `wrong` says what was amiss with the one before. */
export function enter({ client }: Visit, open: (invited: Held) => void, wrong?: Child): void {
  const say = words().join.enter;
  const input = h("input", { type: "url", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const typed = field(say.label, input, say.hint);
  const take = (text: string | undefined) => {
    const invited = text === undefined ? undefined : readInvited(text);
    if (invited !== undefined) return open({ ...invited });
    typed.wrong(text === undefined ? say.none : say.empty);
    input.focus();
  };
  const form = h(
    "form.stack",
    { novalidate: true },
    typed.element,
    h("div.line", h("button.btn.is-main", { type: "submit" }, say.button)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(input.value);
  });
  const look = async () => {
    const seen = await scan(words().scan.camera, (text) => readInvited(text)?.origin !== undefined);
    if (seen === undefined) return;
    if ("problem" in seen) typed.wrong(seen.problem);
    else take(seen.text);
  };
  content(
    h("div.stack", h("h1", say.heading), h("p", say.lead)),
    wrong,
    form,
    h(
      "div.line",
      button(words().scan.camera, () => void look(), "usual", "qr"),
      photoButton(words().scan.photo, take),
    ),
    client === undefined && h("p", h("a", { href: "/" }, words().common.back)),
  );
}
