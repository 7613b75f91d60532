/**
 * The login card as its owner sees it the one time: on the page, on paper, as a picture, in a password manager.
 *
 * Invariant: the card's text is only in the elements made here; nothing of it is kept when they are gone.
 */

import type { LoginCard } from "../../protocol/card.ts";
import { h } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import { doing } from "../../page/doing.ts";
import { announce } from "../../page/frame.ts";
import { mark } from "../../page/icons.ts";
import { button, tick } from "../../page/parts.ts";
import { qrCode } from "../../page/qr.ts";
import { words } from "../../page/words.ts";
import { picture } from "./picture.ts";

/** A card and what is written on it beside its symbols. */
export interface Shown {
  readonly card: LoginCard;
  /** Its owner, as they call themselves; may be empty. */
  readonly name: string;
  /** What a password manager calls the account where it has no name. */
  readonly account: string;
  /** The hub's origin. */
  readonly origin: string;
  /** `22 Nov 2026` */
  readonly date: string;
}

/** What the browser's own password manager is asked with, where it lets pages ask. */
type Credential = new (data: { id: string; name: string; password: string }) => globalThis.Credential;

/** The card, the ways to keep it, and the tick that lets one go on with `go`. */
export async function keepCard(
  shown: Shown,
  goLabel: string,
  working: string,
  go: () => Promise<void>,
): Promise<HTMLElement[]> {
  const code = await qrCode(shown.card.toText(), words().begin.card.code);
  const told = h("p", { role: "status" });
  return [
    h(
      "div.stack.on-paper",
      paper(shown, code),
      h("p.paper-only", words().begin.card.use(shown.origin)),
      h("p.paper-only", words().begin.card.keep),
    ),
    ways(shown, code, told),
    told,
    confirmation(shown, goLabel, working, go),
  ];
}

function paper({ card, name, origin, date }: Shown, code: Element): HTMLElement {
  const say = words().begin.card;
  const groups = card.toGroups().split("-");
  return h(
    "div.card",
    h("p.line.is-apart", h("span.line", mark(), h("b", say.name)), name !== "" && h("span", name)),
    h(
      "div.line",
      code,
      h(
        "code",
        { role: "group", "aria-label": say.letters },
        groups.map((group) => h("span", group)),
      ),
    ),
    h("p", `${new URL(origin).host} · ${date}`),
  );
}

function ways(shown: Shown, code: Element, told: HTMLElement): HTMLElement {
  const say = words().begin.card;
  const tell = (text: string) => {
    told.textContent = text;
  };
  const save = async () => {
    const around = code.closest(".card");
    if (around === null) return;
    download(await picture(shown, around), `${say.file}.png`);
    tell(say.imageSaved);
  };
  return h(
    "div.line",
    button(words().common.print, () => print(), "usual", "print"),
    button(say.saveImage, () => void save(), "usual", "down"),
    manager(shown, tell),
  );
}

/** The browser's password manager where pages may ask it, else the clipboard for another one. */
function manager({ card, name, account }: Shown, tell: (text: string) => void): HTMLElement {
  const say = words().begin.card;
  const known = (globalThis as { PasswordCredential?: Credential }).PasswordCredential;
  if (known === undefined) {
    const copy = async () => {
      await navigator.clipboard.writeText(card.toGroups());
      tell(say.copied);
    };
    return button(words().common.copy, () => void copy(), "usual", "lock");
  }
  const id = name || account;
  const ask = () => {
    // It answers when the person has; nothing here waits for that.
    void navigator.credentials.store(new known({ id, name: id, password: card.toGroups() })).catch(() => {});
    tell(say.passwordsAsked);
  };
  return button(say.passwords, ask, "usual", "lock");
}

/** A form with a user name and a password, which any password manager offers to keep when it is sent. */
function confirmation(
  { card, name, account }: Shown,
  goLabel: string,
  working: string,
  go: () => Promise<void>,
): HTMLElement {
  const say = words().begin.card;
  const kept = tick(say.tick);
  const wrong = h("p.bad", { role: "alert" });
  const place = h("div");
  const form = h(
    "form.stack",
    { novalidate: true },
    h(
      "div.sr",
      { "aria-hidden": "true" },
      hidden("username", "text", name || account),
      hidden("new-password", "password", card.toGroups()),
    ),
    kept.element,
    wrong,
    h("div.line", h("button.btn.is-main", { type: "submit" }, goLabel), h("small", say.lost)),
    place,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wrong.textContent = kept.input.checked ? "" : say.tickFirst;
    if (!kept.input.checked) return kept.input.focus();
    void doing(place, working, go);
  });
  kept.input.addEventListener("change", () => {
    wrong.textContent = "";
    if (kept.input.checked) announce("");
  });
  return form;
}

function hidden(autocomplete: string, type: string, value: string): HTMLInputElement {
  const input = h("input", { type, autocomplete, name: autocomplete, tabindex: "-1", readonly: true });
  input.value = value;
  return input;
}
