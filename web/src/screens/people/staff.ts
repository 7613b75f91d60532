/** The publishers of an audience: adding one, making one an admin, handing over, removing one with new keys. */

import { type CharterView, isName } from "../../client/index.ts";
import { doing } from "../../page/doing.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { ask, badge, field, iconButton, section, tile } from "../../page/parts.ts";
import { codeReaders } from "../../page/scan.ts";
import { words } from "../../page/words.ts";
import { type Here, named, short } from "./here.ts";
import { cameOf, replaceKeys } from "./removal.ts";

/** Runs a step whose progress and end are shown where the screen shows them. */
export type Run = (step: (place: HTMLElement) => Promise<void>) => Promise<void>;

type Publisher = CharterView["staff"][number];

/** Who publishes, and for admins what one may do about it. */
export function staffSection(here: Here, run: Run): HTMLElement | undefined {
  const say = words().people.staff;
  const { charter } = here.view;
  if (charter === undefined) return undefined;
  const alone = here.admin && charter.staff.filter(({ role }) => role === "admin").length === 1;
  return section(
    say.heading,
    h("p", h("small", say.lead)),
    h(
      "ul.rows",
      charter.staff.map((one) => line(here, one, run)),
    ),
    here.admin && adding(here, charter, run),
    h("p", h("small", alone ? say.onlyAdmin : say.self)),
  );
}

function line(here: Here, one: Publisher, run: Run): HTMLElement {
  const say = words().people.staff;
  const own = one.account === here.context.client.account;
  const name = named(here, one);
  const { code, roles } = words().people;
  return h(
    "li",
    h(
      "div.row",
      tile(name),
      h(
        "span.what",
        h("b", own ? say.you(name) : name),
        h("small", `${roles[one.role] ?? ""} · ${code(short(one.account))}`),
      ),
      here.admin && !own && iconButton("more", say.act(name), () => void act(here, one, name, run)),
    ),
  );
}

function adding(here: Here, { staff }: CharterView, run: Run): HTMLElement {
  const say = words().people.staff;
  const input = h("input", {
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: 60,
  });
  const code = field(say.code, input, say.codeHint);
  const take = (text: string | undefined) => {
    code.wrong(text === undefined ? words().scan.nothing : isName(text) ? undefined : say.codeWrong);
    if (text === undefined || !isName(text)) return;
    input.value = text;
    form.requestSubmit();
  };
  const form = h(
    "form.stack",
    { novalidate: true },
    code.element,
    codeReaders(isName, take, (problem) => code.wrong(problem)),
    h("div.line", h("button.btn", { type: "submit" }, say.add)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const account = input.value.trim();
    const there = staff.some((one) => one.account === account);
    code.wrong(!isName(account) ? say.codeWrong : there ? say.already : undefined);
    if (!isName(account) || there) return input.focus();
    void addPublisher(here, account, `${words().people.unnamed} ${short(account)}`, run);
  });
  return h("details", h("summary", say.addTitle), form);
}

/** Asks, signs the new charter and sends the keys. */
export async function addPublisher(here: Here, account: string, name: string, run: Run): Promise<void> {
  const say = words().people.staff;
  const answer = await ask(say.addTitle, h("p", say.addText(name)), [
    { value: "add", label: say.addYes, main: true },
  ]);
  if (answer !== "add") return;
  const { client } = here.context;
  await run(async (place) => {
    const added = await doing(place, say.adding, () => client.addStaff(here.audience, account, "publisher"));
    if (added !== undefined)
      replace(place, h("p", badge("check", say.added(name))), h("p", h("small", say.next)));
  });
}

async function act(here: Here, one: Publisher, name: string, run: Run): Promise<void> {
  const say = words().people.staff;
  const up = one.role === "publisher";
  const text: Child = [
    h("p", h("b", up ? say.admin : say.demote), ": ", up ? say.adminText : say.demoteText),
    h("p", h("b", say.remove), ": ", say.removeText),
  ];
  const answer = await ask(name, text, [
    { value: "role", label: up ? say.admin : say.demote },
    { value: "share", label: say.share },
    { value: "remove", label: say.remove },
  ]);
  const { client } = here.context;
  if (answer === "role") {
    await run(async (place) => {
      const role = up ? "admin" : "publisher";
      const done = await doing(place, say.changing, () => client.addStaff(here.audience, one.account, role));
      if (done !== undefined)
        replace(place, h("p", badge("check", up ? say.nowAdmin(name) : say.nowPublisher(name))));
    });
  } else if (answer === "share") {
    await run(async (place) => {
      const done = await doing(place, say.sharing, () => client.shareSecrets(here.audience, one.account));
      if (done !== undefined) replace(place, h("p", badge("check", say.shared(name))));
    });
  } else if (answer === "remove") await removePublisher(here, one, name, run);
}

async function removePublisher(here: Here, one: Publisher, name: string, run: Run): Promise<void> {
  const say = words().people.staff;
  const answer = await ask(say.removeTitle(name), h("p", say.removeText), [
    { value: "remove", label: say.removeYes },
  ]);
  if (answer !== "remove") return;
  await run(async (place) => {
    const members = await here.context.client.members(here.audience).catch(() => []);
    const rotated = await replaceKeys(here, { publisher: one.account }, place);
    if (rotated !== undefined)
      replace(place, h("p", badge("check", say.removed(name))), cameOf(here, rotated, members));
  });
}
