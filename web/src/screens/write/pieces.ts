/**
 * Photos, voice notes and files beside a draft: sealed and uploaded in the background while one goes on writing.
 *
 * Invariant: each file is in the draft on this device before its upload begins; one upload runs at a time.
 */

import { ClientError, fileName, Offline } from "../../client/index.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { icon, type Icon } from "../../page/icons.ts";
import { badge, beats, button, iconButton, shares } from "../../page/parts.ts";
import { sentence } from "../../page/problem.ts";
import type { UndoLine } from "../../page/undo.ts";
import { size, words } from "../../page/words.ts";
import { newName, type Piece } from "../../page/writing.ts";
import { smaller } from "./photo.ts";
import type { Writer } from "./writer.ts";

/** Drums that say how much of a file has gone. */
const STEPS = 5;

type Upload =
  | { readonly is: "waits" }
  | { readonly is: "going"; readonly done: number; readonly total: number }
  | { readonly is: "done" }
  | { readonly is: "failed"; readonly error: unknown };

/** The icon of a file. */
export const iconOf = (type: string): Icon =>
  type.startsWith("image/") ? "photo" : type.startsWith("audio/") ? "mic" : "file";

/** The files of the draft on the screen. */
export class Pieces {
  readonly element: HTMLElement;
  readonly #writer: Writer;
  readonly #undo: UndoLine;
  readonly #list = h("ul.stack.is-tight");
  readonly #talk = h("div");
  readonly #uploads = new Map<string, Upload>();
  #busy: Promise<void> = Promise.resolve();
  #for = "";

  constructor(writer: Writer, undo: UndoLine) {
    [this.#writer, this.#undo] = [writer, undo];
    const said = words().write;
    const [photos, files] = [this.#picker("image/*", true), this.#picker("", false)];
    const record = async () => {
      const { records } = await import("./voice.ts");
      if (records()) await this.#record();
      else replace(this.#talk, h("p.bad", { role: "alert" }, said.voice.cannot));
    };
    this.element = h(
      "section.stack.is-tight",
      { "aria-label": said.attachments },
      h("p.legend", said.attachments),
      this.#list,
      this.#talk,
      h(
        "div.line",
        button(said.photo, () => photos.click(), "usual", "photo"),
        button(said.voice.button, () => void record(), "usual", "mic"),
        button(said.file, () => files.click(), "usual", "file"),
        photos,
        files,
      ),
    );
    writer.context.changes(({ kind }) => {
      if (kind === "online" || kind === "connected") this.upload();
    });
  }

  /** Uploads what has not been uploaded for the chosen audience. */
  upload(): void {
    const { audience } = this.#writer.writing;
    if (audience !== this.#for) this.#uploads.clear();
    this.#for = audience;
    if (audience === "") return this.draw();
    for (const piece of this.#writer.writing.pieces) {
      const state = this.#uploads.get(piece.id)?.is;
      if (!("file" in piece) || (state !== undefined && state !== "failed")) continue;
      this.#uploads.set(piece.id, { is: "waits" });
      this.#busy = this.#busy.then(() => this.#one(audience, piece));
    }
    this.draw();
  }

  /** When nothing is being uploaded any more. */
  settled(): Promise<void> {
    return this.#busy;
  }

  async #one(audience: string, { id, file }: Extract<Piece, { file: File }>): Promise<void> {
    const { context } = this.#writer;
    const there = () => this.#for === audience && this.#writer.writing.pieces.some((one) => one.id === id);
    if (!there() || context.left.aborted) return;
    const set = (state: Upload) => {
      if (!there()) return;
      this.#uploads.set(id, state);
      this.draw();
    };
    set({ is: "going", done: 0, total: file.size });
    try {
      await context.client.attach(audience, file, file.name, "audience", (done, total) =>
        set({ is: "going", done, total }),
      );
      set({ is: "done" });
    } catch (error) {
      set({ is: "failed", error });
      if (!(error instanceof ClientError)) throw error;
    }
  }

  #picker(accept: string, photo: boolean): HTMLInputElement {
    const input = h("input", { type: "file", multiple: true, accept, hidden: true });
    input.name = photo ? "foto" : "berkas";
    input.addEventListener("change", () => {
      const chosen = [...(input.files ?? [])];
      input.value = "";
      void this.#add(chosen, photo);
    });
    return input;
  }

  async #add(chosen: readonly File[], photo: boolean): Promise<void> {
    const said = words().write;
    replace(this.#talk, photo && badge("going", said.shrinking));
    const added: Piece[] = [];
    let whole = false;
    for (const file of chosen) {
      const small = photo ? await smaller(file) : undefined;
      whole ||= photo && small === undefined;
      added.push({ id: newName(), file: small ?? file });
    }
    replace(this.#talk, whole && h("p.bad", { role: "alert" }, said.notShrunk));
    this.#writer.change({ pieces: [...this.#writer.writing.pieces, ...added] });
    announce(said.added(added.length));
    this.upload();
  }

  async #record(): Promise<void> {
    const { recorder } = await import("./voice.ts");
    try {
      const place = await recorder(this.#writer.context, (file) => {
        replace(this.#talk);
        if (file !== undefined) void this.#add([file], false);
      });
      replace(this.#talk, place);
      place.querySelector("button")?.focus();
    } catch {
      replace(this.#talk, h("p.bad", { role: "alert" }, words().write.voice.refused));
    }
  }

  /** Draws the list anew; the focus stays where it is. */
  draw(): void {
    const { pieces } = this.#writer.writing;
    const focused = document.activeElement?.getAttribute("data-act") ?? "";
    replace(
      this.#list,
      pieces.map((piece, at) => this.#line(piece, at)),
    );
    if (focused !== "") this.#list.querySelector<HTMLElement>(`[data-act="${CSS.escape(focused)}"]`)?.focus();
  }

  #line(piece: Piece, at: number): HTMLElement {
    const said = words().write;
    const name = "file" in piece ? piece.file.name : fileName(piece.attachment);
    const { type, size: bytes } = "file" in piece ? piece.file : piece.attachment;
    const act = (lead: Icon, label: string, word: string, press: () => void) => {
      const one = iconButton(lead, label, press);
      one.dataset["act"] = `${word} ${piece.id}`;
      return one;
    };
    return h(
      "li.stack.is-tight",
      h(
        "div.file",
        icon(iconOf(type)),
        h("span", name, h("small", size(bytes), " · ", this.#state(piece))),
        at > 0 && act("up", said.earlier(name), "up", () => this.#move(at)),
        act("x", said.detach(name), "x", () => this.#remove(at, name)),
      ),
      "file" in piece && this.#listen(piece.file, name),
    );
  }

  #listen(file: File, name: string): HTMLElement | undefined {
    if (!file.type.startsWith("audio/")) return undefined;
    const known = this.#heard.get(file);
    if (known !== undefined) return known;
    const src = URL.createObjectURL(file);
    this.#writer.context.left.addEventListener("abort", () => URL.revokeObjectURL(src), { once: true });
    const player = h("audio", { src, controls: true, "aria-label": name });
    this.#heard.set(file, player);
    return player;
  }

  readonly #heard = new Map<File, HTMLElement>();

  #state(piece: Piece): Child {
    const said = words().write.upload;
    if (!("file" in piece)) return said.done;
    const state = this.#uploads.get(piece.id) ?? { is: "waits" };
    if (state.is === "done") return said.done;
    if (state.is === "waits") return this.#writer.writing.audience === "" ? said.noAudience : said.waits;
    if (state.is === "failed") {
      if (state.error instanceof Offline) return said.offline;
      return h("span.bad", sentence(state.error));
    }
    const { beats: drums } = shares([["on", state.done]], Math.max(1, state.total), STEPS);
    const going = drums.indexOf("");
    if (going >= 0) drums[going] = "going";
    const text = said.going(size(state.done), size(state.total));
    return [beats(drums, text), " ", text];
  }

  #move(at: number): void {
    const pieces = [...this.#writer.writing.pieces];
    pieces.splice(at - 1, 0, ...pieces.splice(at, 1));
    this.#writer.change({ pieces });
    this.draw();
  }

  #remove(at: number, name: string): void {
    const { pieces } = this.#writer.writing;
    const gone = pieces[at];
    this.#writer.change({ pieces: pieces.filter((_, i) => i !== at) });
    this.draw();
    this.#undo.say(words().write.detached(name), async () => {
      if (gone === undefined) return;
      const back = [...this.#writer.writing.pieces];
      back.splice(at, 0, gone);
      this.#writer.change({ pieces: back });
      this.upload();
    });
  }
}
