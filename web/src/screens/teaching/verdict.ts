/**
 * What a teacher says of one pupil's work: mark, words, voice, drawings, another try, more time.
 *
 * Invariant: whatever is entered is kept at once, where only this teacher's devices can read it, until it is given back.
 */

import { type Attachment, ClientError, fileName, type Verdict, type Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { badge, button, field, iconButton, tick } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import type { UndoLine } from "../../page/undo.ts";
import { clock, words, written } from "../../page/words.ts";
import { oneFile } from "../post/files.ts";
import { iconOf } from "../write/pieces.ts";
import { markField, type MarkField } from "./mark.ts";
import { moreTime, type Telling } from "./more-time.ts";
import { type Standing, waits } from "./standing.ts";

/** What becomes of the screen. */
export interface Going {
  /** It was given back; what to say on the next screen. */
  done(text: string): Promise<void>;
  readonly undo: UndoLine;
  refresh(): Promise<void>;
}

/** What is on this device alone: files that are not at the hub yet, and what was entered since the record was written. */
interface Kept {
  readonly files: readonly File[];
  readonly verdict?: Verdict;
}

const NOTHING: Verdict = { body: "", attachments: [] };

/** The form. */
export class VerdictForm {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #work: Work;
  readonly #going: Going;
  #one: Standing;
  #verdict: Verdict = NOTHING;
  #files: readonly File[] = [];
  readonly #mark: MarkField;
  readonly #body = field(words().teaching.check.feedback, h("textarea", { rows: 4, maxlength: 20_000 }));
  readonly #redo = tick(words().teaching.check.redo);
  readonly #list = h("ul.stack.is-tight");
  readonly #talk = h("div");
  readonly #kept = h("small", { role: "status" });
  readonly #press = h("button.btn.is-main", { type: "submit" });
  readonly #state = h("div", { role: "status" });
  readonly #more = h("div.stack");
  /** Files that can be heard and seen, as drawn: what was opened stays so. */
  readonly #shown = new Map<string, HTMLElement>();
  #keeping: Promise<unknown> = Promise.resolve();
  #attaching: Promise<void> = Promise.resolve();
  #due = false;
  #gone = false;
  /** Whether the record does not have the newest yet. */
  #ahead = false;

  constructor(context: Context, work: Work, one: Standing, going: Going) {
    [this.#context, this.#work, this.#one, this.#going] = [context, work, one, going];
    this.#mark = markField(work.terms.scale, (mark) => this.#change({ mark }));
    const said = words().teaching.check;
    this.element = h(
      "form.stack.verdict",
      {
        novalidate: true,
        "aria-label": said.form,
        onsubmit: (event: SubmitEvent) => (event.preventDefault(), void this.#give()),
      },
      this.#mark.element,
      this.#body.element,
      this.#list,
      this.#talk,
      this.#adding(),
      this.#redo.element,
      this.#more,
      h("div.act", this.#press, this.#state, this.#kept),
    );
    this.#body.input.addEventListener("input", () => this.#change({ body: this.#body.input.value }));
    this.#redo.input.addEventListener("change", () => this.#change({ redo: this.#redo.input.checked }));
  }

  /** Brings back what was kept. */
  async open(): Promise<void> {
    const { client } = this.#context;
    const { submission } = this.#one.pupil;
    const here = await client.draft<Kept>(this.#name);
    this.#files = here?.files ?? [];
    const kept = here?.verdict ?? this.#one.verdict;
    this.#verdict = kept ?? {
      ...NOTHING,
      ...(submission.mark === undefined ? {} : { mark: submission.mark }),
    };
    this.#mark.set(written(this.#verdict.mark ?? ""));
    this.#body.input.value = this.#verdict.body;
    this.#redo.input.checked = this.#verdict.redo === true;
    if (kept !== undefined) this.#kept.textContent = words().teaching.check.keptBefore;
    this.standing(this.#one);
    this.#drawFiles();
    if (this.#files.length > 0) void this.attach([]);
    if (here?.verdict !== undefined) this.#change({});
  }

  /** What can be said of it, now that it stands so. */
  standing(one: Standing): void {
    this.#one = one;
    const said = words().teaching.check;
    const in_ = one.pupil.submission.handedIn() !== undefined;
    this.#redo.element.hidden = !in_;
    this.#press.textContent = waits(one) ? said.give : in_ ? said.giveAgain : said.tell;
    this.#drawMore();
  }

  get #name(): string {
    return `check ${this.#work.id} ${this.#one.pupil.account}`;
  }

  #adding(): HTMLElement {
    const said = words().teaching.check;
    const picker = h("input", { type: "file", multiple: true, hidden: true, name: "berkas" });
    picker.addEventListener("change", () => {
      const chosen = [...(picker.files ?? [])];
      picker.value = "";
      void this.attach(chosen);
    });
    return h(
      "div.line",
      button(words().write.voice.button, () => void this.#record(), "usual", "mic"),
      button(said.file, () => picker.click(), "usual", "file"),
      picker,
    );
  }

  async #record(): Promise<void> {
    const { recorder, records } = await import("../write/voice.ts");
    const said = words().write.voice;
    const cannot = (text: string) => replace(this.#talk, h("p.bad", { role: "alert" }, text));
    if (!records()) return cannot(said.cannot);
    try {
      const place = await recorder(this.#context, (file) => {
        replace(this.#talk);
        if (file !== undefined) void this.attach([file]);
      });
      replace(this.#talk, place);
      place.querySelector("button")?.focus();
    } catch {
      cannot(said.refused);
    }
  }

  /** Seals files for this pupil and puts them beside what is said; they are on this device before that begins. */
  async attach(files: readonly File[]): Promise<void> {
    await this.#keepFiles([...this.#files, ...files]);
    this.#drawFiles();
    // One after another: what is being uploaded already is not begun again.
    this.#attaching = this.#attaching.then(() => this.#upload());
    await this.#attaching;
  }

  async #upload(): Promise<void> {
    const { client, left } = this.#context;
    const { account } = this.#one.pupil;
    replace(this.#talk);
    for (let [file] = this.#files; file !== undefined; [file] = this.#files) {
      const done = file;
      try {
        const sealed = await client.attach(this.#work.audience, done, done.name, { account });
        await this.#keepFiles(this.#files.filter((one) => one !== done));
        this.#change({ attachments: [...this.#verdict.attachments, sealed] });
        announce(words().teaching.check.attached(done.name));
        this.#drawFiles();
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        const again = button(words().common.again, () => void this.attach([]));
        if (!left.aborted) replace(this.#talk, problem(error), again);
        return;
      }
    }
  }

  #keepFiles(files: readonly File[]): Promise<void> {
    this.#files = files;
    return this.#keepHere();
  }

  #drawFiles(): void {
    const said = words().teaching.check;
    replace(
      this.#list,
      this.#verdict.attachments.map((one) => h("li.kept", this.#file(one), this.#detach(one))),
      this.#files.map(({ type, name }) =>
        h(
          "li",
          h("div.file", icon(iconOf(type)), h("span", name, h("small", badge("going", said.attaching)))),
        ),
      ),
    );
  }

  /** To be heard or seen before it is given away. */
  #file(one: Attachment): HTMLElement {
    const known = this.#shown.get(one.sha256) ?? oneFile(this.#context, this.#work.audience, one);
    this.#shown.set(one.sha256, known);
    return known;
  }

  #detach(one: Attachment): HTMLElement {
    const name = fileName(one);
    const put = (attachments: readonly Attachment[]) => {
      this.#change({ attachments });
      this.#drawFiles();
    };
    return iconButton("x", words().write.detach(name), () => {
      put(this.#verdict.attachments.filter((other) => other !== one));
      this.#going.undo.say(words().write.detached(name), async () =>
        put([...this.#verdict.attachments, one]),
      );
    });
  }

  #change(part: Partial<Verdict>): void {
    this.#verdict = { ...this.#verdict, ...part };
    this.#ahead = true;
    void this.#keepHere();
    void this.#keep();
  }

  /** On this device, at once. */
  async #keepHere(): Promise<void> {
    const said = words().teaching.check;
    const { client, now } = this.#context;
    const kept = { files: this.#files, ...(this.#ahead ? { verdict: this.#verdict } : {}) };
    const nothing = this.#files.length === 0 && !this.#ahead;
    try {
      await client.keepDraft(this.#name, nothing ? undefined : kept);
      if (this.#ahead) this.#kept.textContent = this.#isEmpty() ? "" : said.kept(clock(now()));
    } catch {
      this.#kept.textContent = said.notKept;
    }
  }

  /** Whether nothing is said beyond what the pupil already has. */
  #isEmpty(): boolean {
    const { body, attachments, mark, redo } = this.#verdict;
    const before = written(this.#one.pupil.submission.mark ?? "");
    return body.trim() === "" && attachments.length === 0 && written(mark ?? "") === before && redo !== true;
  }

  /** In the record, for her other devices; while one write runs, whatever is entered meanwhile is kept by the next. */
  #keep(): Promise<unknown> {
    if (this.#due) return this.#keeping;
    this.#due = true;
    this.#keeping = this.#keeping.then(async () => {
      this.#due = false;
      if (this.#gone) return;
      try {
        const draft = this.#isEmpty() ? undefined : this.#clean();
        await this.#context.client.homework.keepMark(this.#work, this.#one.pupil.account, draft);
        if (!this.#due) await this.#recorded();
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
      }
    });
    return this.#keeping;
  }

  #recorded(): Promise<void> {
    this.#ahead = false;
    return this.#keepHere();
  }

  /** What is kept and given back: of the work that is looked at, no other. */
  #clean(): Verdict {
    const { mark, redo, submission: _, ...rest } = this.#verdict;
    const submission = this.#one.pupil.submission.handedIn()?.letter;
    return {
      ...rest,
      body: rest.body.trim(),
      ...(submission === undefined ? {} : { submission }),
      ...(mark === undefined || mark.trim() === "" ? {} : { mark: mark.trim() }),
      ...(redo === true && this.#one.pupil.submission.handedIn() !== undefined ? { redo } : {}),
    };
  }

  async #give(): Promise<void> {
    const said = words().teaching.check;
    if (this.#mark.wrong()) return;
    if (!waits(this.#one) && this.#isEmpty()) return void this.#body.input.focus();
    if (this.#files.length > 0) await doing(this.#state, said.attaching, () => this.#attaching);
    // What could not be uploaded says so where it stands.
    if (this.#files.length > 0) return this.#talk.querySelector("button")?.focus();
    const { client } = this.#context;
    const { account } = this.#one.pupil;
    const { name } = this.#one;
    const done = await doing(this.#state, said.giving, async () => {
      this.#gone = true;
      await this.#keeping;
      await client.homework.giveBack(this.#work, account, this.#clean());
      await client.homework.keepMark(this.#work, account, undefined);
      await this.#recorded();
    });
    this.#gone = false;
    if (done === undefined) void this.#keep();
    else await this.#going.done(said.given(name));
  }

  /** More time, and being excused: at once. */
  #drawMore(): void {
    if (this.#more.contains(document.activeElement)) return;
    const tell: Telling = (part, text, undo) => this.#tell(part, text, undo);
    replace(this.#more, moreTime(this.#context, this.#work, this.#one, this.#more, tell));
  }

  async #tell(part: Partial<Verdict>, text: string, undo?: () => Promise<void>): Promise<void> {
    const { client } = this.#context;
    const { account } = this.#one.pupil;
    const done = await doing(this.#state, words().teaching.check.telling, () =>
      client.homework.giveBack(this.#work, account, { ...NOTHING, ...part }),
    );
    if (done === undefined) return;
    this.#going.undo.say(text, undo);
    this.#press.focus();
    await this.#going.refresh();
  }
}
