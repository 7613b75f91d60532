/** Questions about an assignment: to everyone under its post, or to the teacher alone. */

import type { LetterView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { queued } from "../../page/errands.ts";
import { icon } from "../../page/icons.ts";
import { liveOf } from "../../page/live.ts";
import { rows, section } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import { composer, told, type Written } from "../post/composer.ts";
import { letterItem } from "../post/private.ts";
import { waitingItem } from "../post/thread.ts";
import type { Loaded } from "./load.ts";

/** The section; what is being typed stays when it is drawn again. */
export class Questions {
  readonly element = h("div.stack");
  readonly #context: Context;
  readonly #link = h("li");
  readonly #list = h("ol.thread", { "aria-live": "polite", "aria-relevant": "additions" });
  readonly #alone: HTMLDetailsElement;
  readonly #id: string;
  readonly #reload: () => Promise<void>;

  constructor(context: Context, audience: string, id: string, reload: () => Promise<void>) {
    [this.#context, this.#id, this.#reload] = [context, id, reload];
    const said = words().homework.work;
    const errands = liveOf(context.client).errands;
    const send = async ({ body, files }: Written, progress: (done: number, total: number) => void) => {
      const errand = { act: "ask", audience, thread: id, body, files: [...files] } as const;
      told(await errands.run(errand, progress), words().read.thread.private.sent);
      await reload();
    };
    const how = {
      ...{ key: `ask ${id}`, label: said.askLabel, files: true },
      buttons: [{ label: words().read.thread.send, press: send }],
    };
    const what = h("span.what", h("b", said.askTeacher), h("small", said.askTeacherUnder));
    this.#alone = h(
      "details.unfolds",
      h("summary.row.is-bare", what, h("span.end", icon("chevron"))),
      h("div.stack", this.#list, composer(context, how)),
    );
    this.element.append(section(said.questions, rows(this.#link, h("li", this.#alone))));
  }

  /** Draws what there is. */
  draw({ post, audience, questions }: Loaded): void {
    const said = words().homework.work;
    const replies = audience.charter?.replies ?? "none";
    this.element.hidden = replies === "none" && questions.length === 0;
    const everyone = post !== undefined && (replies === "everyone" || post.replies.all > 0);
    this.#link.hidden = !everyone;
    const under = said.askAllUnder(post?.replies.all ?? 0);
    const what = h("span.what", h("b", said.askAll), h("small", under));
    replace(
      this.#link,
      h("a.row.is-bare", { href: `/post/${this.#id}` }, what, h("span.end", icon("chevron"))),
    );
    this.#letters(questions);
  }

  #letters(questions: readonly LetterView[]): void {
    const errands = liveOf(this.#context.client).errands;
    const waiting = queued(errands.list, this.#id, "ask");
    const page = { errands, redraw: () => void this.#reload() };
    this.#list.hidden = questions.length + waiting.length === 0;
    if (questions.some(({ read, own }) => !read && !own)) this.#alone.open = true;
    replace(this.#list, [
      ...questions.map((letter) => letterItem({ context: this.#context }, letter)),
      ...waiting.map((kept) => waitingItem(page, kept)),
    ]);
  }
}
