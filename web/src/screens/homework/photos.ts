/**
 * The photos of what is being handed in: to be looked at, turned, put in order and taken away.
 *
 * Invariant: the order on the screen is the order in the draft, however it was changed: by dragging or by the buttons.
 */

import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { kindOf, sizeOf, typeOf } from "../../page/handing.ts";
import { ask, badge, iconButton } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { size, words } from "../../page/words.ts";
import type { Piece } from "../../page/writing.ts";
import { turned } from "../write/photo.ts";
import type { Sheet } from "./sheet.ts";

/** The photos of a sheet. */
export class Photos {
  readonly element = h("div.stack.is-tight");
  readonly #sheet: Sheet;
  readonly #list = h("ol.photos");
  readonly #wrong = h("div");
  readonly #told = h("small", words().homework.work.arrangeTold);
  readonly #addresses = new Map<string, string>();
  #arranging = false;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
    this.element.append(this.#told, this.#list, this.#wrong);
    sheet.context.left.addEventListener(
      "abort",
      () => this.#addresses.forEach((address) => URL.revokeObjectURL(address)),
      { once: true },
    );
  }

  /** Whether they are being put in order. */
  get arranging(): boolean {
    return this.#arranging;
  }

  set arranging(on: boolean) {
    this.#arranging = on;
    this.draw();
  }

  /** Draws the list anew; the focus stays on what it was on. */
  draw(): void {
    const photos = this.#photos();
    if (photos.length === 0) this.#arranging = false;
    this.element.hidden = photos.length === 0;
    this.#told.hidden = !this.#arranging;
    this.#list.classList.toggle("is-arranged", this.#arranging);
    const focused = document.activeElement?.getAttribute("data-act") ?? "";
    replace(
      this.#list,
      photos.map((piece, at) => this.#item(piece, at, photos.length)),
    );
    if (focused === "") return;
    const again = this.#list.querySelector<HTMLElement>(`[data-act="${CSS.escape(focused)}"]`);
    // A button that went away hands the focus to its photo's first one.
    (again ?? this.#list.querySelector<HTMLElement>("button"))?.focus();
  }

  #photos(): Piece[] {
    return this.#sheet.handing.pieces.filter((piece) => kindOf({ type: typeOf(piece) }) === "photos");
  }

  #item(piece: Piece, at: number, of: number): HTMLElement {
    const said = words().homework.work;
    const n = at + 1;
    const picture = this.#picture(piece, said.page(n));
    const foot = h("small", said.pageSize(n, size(sizeOf(piece))));
    if (!this.#arranging) {
      const look = () => void this.#enlarge(piece, n);
      const open = h(
        "button.photo",
        { type: "button", "aria-label": said.enlarge(n), onclick: look },
        picture,
      );
      open.dataset["act"] = `look ${piece.id}`;
      return h("li", open, foot);
    }
    const act = (icon: "turn" | "back" | "chevron" | "trash", label: string, press: () => void) => {
      const one = iconButton(icon, label, press);
      one.dataset["act"] = `${icon} ${piece.id}`;
      return one;
    };
    const held = h("div.photo", picture);
    const item = h(
      "li",
      { "data-id": piece.id },
      held,
      foot,
      h(
        "div.tools",
        at > 0 ? act("back", said.earlier(n), () => this.#move(at, at - 1)) : h("span"),
        at < of - 1 ? act("chevron", said.later(n), () => this.#move(at, at + 1)) : h("span"),
        act("turn", said.turn(n), () => void this.#turn(piece, n)),
        act("trash", said.drop(n), () => this.#drop(piece, n)),
      ),
    );
    held.addEventListener("pointerdown", (event) => this.#drag(event, item, held));
    return item;
  }

  #picture(piece: Piece, alt: string): HTMLElement {
    const known = this.#addresses.get(piece.id);
    if (known !== undefined) return h("img", { src: known, alt, draggable: "false" });
    if ("file" in piece)
      return h("img", { src: this.#address(piece.id, piece.file), alt, draggable: "false" });
    void this.#fetch(piece);
    return badge("going", h("span.sr", words().homework.work.fetching));
  }

  #address(id: string, file: Blob): string {
    const made = URL.createObjectURL(file);
    this.#addresses.set(id, made);
    return made;
  }

  /** A photo that was handed in before is brought back from the hub. */
  async #fetch(piece: Piece): Promise<void> {
    try {
      const file = await this.#sheet.file(piece);
      if (this.#sheet.context.left.aborted || this.#addresses.has(piece.id)) return;
      this.#address(piece.id, file);
      this.draw();
    } catch (error) {
      replace(this.#wrong, problem(error));
    }
  }

  async #enlarge(piece: Piece, n: number): Promise<void> {
    const src = this.#addresses.get(piece.id);
    if (src === undefined) return;
    const page = words().homework.work.page(n);
    await ask(page, h("img.large", { src, alt: page }), []);
  }

  async #turn(piece: Piece, n: number): Promise<void> {
    const said = words().homework.work;
    replace(this.#wrong);
    try {
      const file = await turned(await this.#sheet.file(piece));
      if (file === undefined)
        return replace(this.#wrong, h("p.bad", { role: "alert" }, words().write.notShrunk));
      this.#forget(piece.id);
      this.#sheet.change({
        pieces: this.#sheet.handing.pieces.map((one) => (one.id === piece.id ? { id: piece.id, file } : one)),
      });
      announce(said.turned(n));
    } catch (error) {
      replace(this.#wrong, problem(error));
    }
  }

  #forget(id: string): void {
    const address = this.#addresses.get(id);
    if (address !== undefined) URL.revokeObjectURL(address);
    this.#addresses.delete(id);
  }

  #move(from: number, to: number): void {
    const photos = this.#photos();
    photos.splice(to, 0, ...photos.splice(from, 1));
    this.#order(photos);
    announce(words().homework.work.moved(from + 1, to + 1));
  }

  /** Photos in a new order; what else is in the draft stays after them. */
  #order(photos: readonly Piece[]): void {
    const rest = this.#sheet.handing.pieces.filter((piece) => !photos.includes(piece));
    this.#sheet.change({ pieces: [...photos, ...rest] });
  }

  #drop(piece: Piece, n: number): void {
    const before = this.#sheet.handing.pieces;
    this.#sheet.change({ pieces: before.filter(({ id }) => id !== piece.id) });
    this.#sheet.undo.say(words().homework.work.dropped(n), async () => {
      const back = this.#sheet.handing.pieces.filter(({ id }) => id !== piece.id);
      back.splice(Math.max(0, before.indexOf(piece)), 0, piece);
      this.#sheet.change({ pieces: back });
    });
  }

  #drag(event: PointerEvent, item: HTMLElement, held: HTMLElement): void {
    if (event.button !== 0) return;
    event.preventDefault();
    held.setPointerCapture(event.pointerId);
    item.classList.add("is-held");
    const move = ({ clientX, clientY }: PointerEvent) => {
      const under = document.elementFromPoint(clientX, clientY)?.closest("li");
      if (under === null || under === undefined || under === item || under.parentElement !== this.#list)
        return;
      // The others step aside: what is held must stay in the document, or the pointer is let go.
      const all = [...this.#list.children];
      const [from, to] = [all.indexOf(item), all.indexOf(under)];
      if (from < to) all.slice(from + 1, to + 1).forEach((one) => item.before(one));
      else
        all
          .slice(to, from)
          .reverse()
          .forEach((one) => item.after(one));
    };
    const end = () => {
      held.removeEventListener("pointermove", move);
      const order = [...this.#list.children].map((one) => one.getAttribute("data-id"));
      const photos = this.#photos();
      const [from, to] = [
        photos.findIndex(({ id }) => id === item.dataset["id"]),
        order.indexOf(item.dataset["id"] ?? ""),
      ];
      this.#order(photos.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)));
      if (from !== to) announce(words().homework.work.moved(from + 1, to + 1));
    };
    held.addEventListener("pointermove", move);
    held.addEventListener("lostpointercapture", end, { once: true });
  }
}
