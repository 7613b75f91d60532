/**
 * Where a pupil works: photos, a voice note, files and a message, kept on this device at every change.
 *
 * Invariant: what was changed last is what is kept; nothing leaves this device from here.
 */

import { fileName } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { type Handing, isEmpty, keepHanding, kindOf, NOTHING, sizeOf, typeOf } from "../../page/handing.ts";
import { icon } from "../../page/icons.ts";
import { badge, button, field, iconButton } from "../../page/parts.ts";
import type { UndoLine } from "../../page/undo.ts";
import { clock, size, words } from "../../page/words.ts";
import { newName, type Piece } from "../../page/writing.ts";
import { smaller } from "../write/photo.ts";
import { iconOf } from "../write/pieces.ts";
import { Photos } from "./photos.ts";
import type { Sheet } from "./sheet.ts";

/** The longest message; more belongs into a file. */
const LETTERS = 10_000;

/** What the editor is about. */
export interface Editing {
  readonly context: Context;
  readonly audience: string;
  readonly work: string;
  /** Over it: whose work it is. */
  readonly heading: string;
  readonly undo: UndoLine;
  /** Hears of every change. */
  changed(handing: Handing): void;
}

/** The draft on the screen. */
export class Editor implements Sheet {
  readonly element: HTMLElement;
  readonly context: Context;
  readonly undo: UndoLine;
  handing: Handing = NOTHING;
  readonly #of: Editing;
  readonly #photos: Photos;
  readonly #rest = h("ul.stack.is-tight");
  readonly #talk = h("div");
  readonly #kept = h("small.badge");
  readonly #tools = h("div.line.pick-tools");
  readonly #arrange: HTMLButtonElement;
  readonly #message = h("textarea", { rows: 3, maxlength: LETTERS });
  readonly #players = new Map<File, HTMLElement>();
  #keeping: Promise<unknown> = Promise.resolve();
  #due = false;

  constructor(of: Editing) {
    [this.#of, this.context, this.undo] = [of, of.context, of.undo];
    const said = words().homework.work;
    this.#photos = new Photos(this);
    this.#message.addEventListener("input", () => this.change({ body: this.#message.value }));
    this.#arrange = button(said.arrange, () => this.#toggle(), "usual", "turn");
    const [camera, gallery, others] = [this.#picker("kamera"), this.#picker("foto"), this.#picker("berkas")];
    const take = button(said.take, () => camera.click(), "usual", "photo");
    take.classList.add("is-phone");
    this.#tools.append(
      take,
      button(said.pick, () => gallery.click(), "usual", "photo"),
      this.#arrange,
      button(said.voice, () => void this.#record(), "usual", "mic"),
      button(said.file, () => others.click(), "usual", "file"),
    );
    this.element = h(
      "section.stack",
      { "aria-labelledby": "pekerjaan" },
      h("div.line.is-apart", h("h2", { id: "pekerjaan" }, of.heading), this.#kept),
      this.#photos.element,
      this.#rest,
      this.#talk,
      this.#tools,
      [camera, gallery, others],
      field(said.message, this.#message, said.messageHint).element,
    );
  }

  /** Shows what is kept, or what comes back from the teacher's desk. */
  load(handing: Handing): void {
    this.handing = handing;
    this.#message.value = handing.body;
    this.#tellKept();
    this.#draw();
  }

  change(part: Partial<Handing>): void {
    this.handing = { ...this.handing, ...part, changedMs: this.context.now() };
    this.#draw();
    void this.#keep();
  }

  async file(piece: Piece): Promise<File> {
    if ("file" in piece) return piece.file;
    const blob = await this.context.client.attachment(this.#of.audience, piece.attachment);
    return new File([blob], fileName(piece.attachment), { type: piece.attachment.type });
  }

  /** When nothing is being kept any more. */
  settled(): Promise<unknown> {
    return this.#keeping;
  }

  #draw(): void {
    const { pieces } = this.handing;
    this.#photos.draw();
    const others = pieces.filter((piece) => kindOf({ type: typeOf(piece) }) !== "photos");
    replace(
      this.#rest,
      others.map((piece) => this.#line(piece)),
    );
    this.#rest.hidden = others.length === 0;
    this.#arrange.hidden = others.length === pieces.length;
    const said = words().homework.work;
    const label = this.#photos.arranging ? said.arranged : said.arrange;
    replace(this.#arrange, icon(this.#photos.arranging ? "check" : "turn"), label);
    // While photos are put in order there is nothing else to press.
    for (const one of this.#tools.children)
      one.toggleAttribute("data-aside", this.#photos.arranging && one !== this.#arrange);
    this.#arrange.setAttribute("aria-pressed", String(this.#photos.arranging));
    this.#of.changed(this.handing);
  }

  /** Keeps the newest; while one write runs, whatever changes meanwhile is kept by the next. */
  async #keep(): Promise<void> {
    if (this.#due) return;
    this.#due = true;
    this.#keeping = this.#keeping.then(async () => {
      this.#due = false;
      const { handing, context } = this;
      try {
        await keepHanding(context.client, this.#of.work, isEmpty(handing) ? undefined : handing);
        this.#tellKept();
      } catch {
        replace(this.#kept, h("span.bad", words().homework.work.notKept));
      }
    });
    await this.#keeping;
  }

  #tellKept(): void {
    if (isEmpty(this.handing)) return replace(this.#kept);
    replace(this.#kept, icon("check"), words().homework.work.kept(clock(this.handing.changedMs)));
  }

  #toggle(): void {
    this.#photos.arranging = !this.#photos.arranging;
    this.#draw();
  }

  #picker(name: "kamera" | "foto" | "berkas"): HTMLInputElement {
    const accept = name === "berkas" ? {} : { accept: "image/*" };
    const capture = name === "kamera" ? { capture: "environment" } : { multiple: true };
    const input = h("input", { type: "file", name, hidden: true, ...accept, ...capture });
    input.addEventListener("change", () => {
      const chosen = [...(input.files ?? [])];
      input.value = "";
      void this.#add(chosen);
    });
    return input;
  }

  async #add(chosen: readonly File[]): Promise<void> {
    const said = words().write;
    const anyPhoto = chosen.some(({ type }) => type.startsWith("image/"));
    replace(this.#talk, anyPhoto && badge("going", said.shrinking));
    const added: Piece[] = [];
    let whole = false;
    for (const file of chosen) {
      const photo = file.type.startsWith("image/") && file.type !== "image/svg+xml";
      const small = photo ? await smaller(file) : undefined;
      whole ||= photo && small === undefined;
      added.push({ id: newName(), file: small ?? file });
    }
    replace(this.#talk, whole && h("p.bad", { role: "alert" }, said.notShrunk));
    const all = [...this.handing.pieces, ...added];
    const isPhoto = (piece: Piece) => kindOf({ type: typeOf(piece) }) === "photos";
    this.change({ pieces: [...all.filter(isPhoto), ...all.filter((piece) => !isPhoto(piece))] });
    announce(said.added(added.length));
  }

  async #record(): Promise<void> {
    const said = words().write.voice;
    const { recorder, records } = await import("../write/voice.ts");
    if (!records()) return replace(this.#talk, h("p.bad", { role: "alert" }, said.cannot));
    try {
      const place = await recorder(this.context, (file) => {
        replace(this.#talk);
        if (file !== undefined) void this.#add([file]);
      });
      replace(this.#talk, place);
      place.querySelector("button")?.focus();
    } catch {
      replace(this.#talk, h("p.bad", { role: "alert" }, said.refused));
    }
  }

  #line(piece: Piece): HTMLElement {
    const said = words().write;
    const name = "file" in piece ? piece.file.name : fileName(piece.attachment);
    const drop = () => {
      const before = this.handing.pieces;
      this.change({ pieces: before.filter(({ id }) => id !== piece.id) });
      this.undo.say(said.detached(name), async () =>
        this.change({ pieces: [...this.handing.pieces, piece] }),
      );
    };
    return h(
      "li.stack.is-tight",
      h(
        "div.file",
        icon(iconOf(typeOf(piece))),
        h("span", name, h("small", size(sizeOf(piece)))),
        iconButton("x", said.detach(name), drop),
      ),
      "file" in piece && typeOf(piece).startsWith("audio/") && this.#player(piece.file, name),
    );
  }

  #player(file: File, name: string): HTMLElement {
    const known = this.#players.get(file);
    if (known !== undefined) return known;
    const src = URL.createObjectURL(file);
    this.context.left.addEventListener("abort", () => URL.revokeObjectURL(src), { once: true });
    const player = h("audio", { src, controls: true, "aria-label": name });
    this.#players.set(file, player);
    return player;
  }
}
