/** What a teacher does with a whole assignment: reminds, gives back, changes, copies, takes back. */

import type { Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { askingOf, blankAsking } from "../../page/asking.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { ask, beats, shares } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { titleOf } from "../../page/title.ts";
import type { UndoLine } from "../../page/undo.ts";
import { currentLanguage, figure, words, written } from "../../page/words.ts";
import { blank, keepWriting, newName, type Piece } from "../../page/writing.ts";
import { fileName } from "../../client/index.ts";
import type { Standing } from "./standing.ts";

/** The board while something is done on it. */
export interface Acting {
  readonly context: Context;
  readonly work: Work;
  /** Where progress and failure are said. */
  readonly place: HTMLElement;
  readonly undo: UndoLine;
  redraw(): Promise<void>;
}

/** Drums for people, filled one by one in the place of what is being done. */
function fill(place: HTMLElement, text: (done: string, all: string) => string) {
  return (done: number, all: number) => {
    const drums = shares([["on", done]], Math.max(1, all));
    const going = drums.beats.indexOf("");
    if (going >= 0) drums.beats[going] = "going";
    const said = text(figure(done), figure(all));
    place.replaceChildren(h("div.stack.is-tight", h("p", said), beats(drums.beats, said)));
  };
}

/** Reminds exactly these, after asking. */
export async function remind(acting: Acting, whom: readonly Standing[]): Promise<void> {
  const said = words().teaching.remind;
  const { context, work, place, undo, redraw } = acting;
  const names = whom.map(({ name }) => name).join(", ");
  const options = [{ value: "yes", label: said.button(whom.length), main: true }] as const;
  const text = [h("p", names), h("p", h("small", said.told))];
  if ((await ask(said.title(whom.length), text, options)) !== "yes") return;
  const done = await doing(place, said.going, () =>
    context.client.homework.remind(
      work,
      whom.map(({ pupil }) => pupil.account),
      fill(place, said.progress),
    ),
  );
  if (done !== undefined) undo.say(said.done(whom.length));
  await redraw();
}

/** Gives back everything that was marked, after asking. */
export async function returnAll(acting: Acting, drafted: readonly Standing[]): Promise<void> {
  const said = words().teaching.returnAll;
  const { context, work, place, undo, redraw } = acting;
  const list = h(
    "ul.stack.is-tight",
    drafted.map(({ name, verdict }) =>
      h(
        "li.line.is-apart",
        name,
        h(
          "b",
          verdict?.redo === true
            ? said.redo
            : verdict?.mark === undefined
              ? said.noMark
              : written(verdict.mark),
        ),
      ),
    ),
  );
  const options = [{ value: "yes", label: said.button(drafted.length), main: true }] as const;
  if ((await ask(said.title(drafted.length), [list, h("small", said.told)], options)) !== "yes") return;
  const tell = fill(place, said.progress);
  let returned = 0;
  const giveAll = async () => {
    tell(0, drafted.length);
    for (const [at, { pupil, verdict }] of drafted.entries()) {
      if (verdict === undefined) continue;
      await context.client.homework.giveBack(work, pupil.account, verdict);
      await context.client.homework.keepMark(work, pupil.account, undefined);
      returned = at + 1;
      tell(returned, drafted.length);
    }
  };
  const stopped = (error: unknown) =>
    h("div.stack.is-tight", problem(error), h("p", said.stopped(figure(returned), figure(drafted.length))));
  const done = await doing(place, said.going, giveAll, stopped);
  if (done !== undefined) undo.say(said.done(drafted.length));
  await redraw();
}

/** The menu of the board. */
export async function menu(acting: Acting): Promise<void> {
  const said = words().teaching.menu;
  const { work, context } = acting;
  const given = work.state !== "DELETED";
  const options = [
    ...(given ? [{ value: "edit", label: said.edit } as const] : []),
    { value: "copy", label: said.copy } as const,
    ...(work.chosen === undefined ? [{ value: "questions", label: said.questions } as const] : []),
    { value: "marks", label: said.marks } as const,
    ...(given ? [{ value: "withdraw", label: said.withdraw } as const] : []),
  ];
  const chosen = await ask(titleOf(work.content), [], options);
  if (chosen === "edit") await context.go(`/write/${work.audience}?correct=${work.id}`);
  if (chosen === "questions") await context.go(`/post/${work.id}`);
  if (chosen === "marks") await context.go(`/audiences/${work.audience}/marks`);
  if (chosen === "copy") await copy(acting);
  if (chosen === "withdraw") await withdraw(acting);
}

async function withdraw({ context, work, place, undo, redraw }: Acting): Promise<void> {
  const said = words().teaching.withdraw;
  const options = [{ value: "yes", label: said.yes, main: true }] as const;
  if ((await ask(said.title, said.text, options)) !== "yes") return;
  const done = await doing(place, said.going, () => context.client.homework.withdraw(work));
  if (done !== undefined) undo.say(said.done);
  await redraw();
}

/** The same on a new sheet, for another class: nothing goes out before the teacher sends it. */
async function copy({ context, work, place }: Acting): Promise<void> {
  const said = words().teaching.copying;
  const { client, now, go } = context;
  const classes = (await client.audiences()).filter(
    ({ role, state }) => role !== "member" && state !== "removed",
  );
  const others = classes.filter(({ audience }) => audience !== work.audience);
  const options = [...others, ...classes.filter(({ audience }) => audience === work.audience)].map(
    ({ audience, label }) => ({ value: audience, label }),
  );
  const to = await ask(said.title, others.length === 0 ? h("p", said.onlyOne) : h("p", said.text), options);
  if (to === undefined) return;
  const made = await doing(place, said.going, async () => {
    const pieces: Piece[] = [];
    for (const attachment of work.content.attachments) {
      const blob = await client.attachment(work.audience, attachment);
      pieces.push({ id: newName(), file: new File([blob], fileName(attachment), { type: attachment.type }) });
    }
    const { title, body } = work.content;
    const { chosen: _, ...asking } = askingOf(work);
    const sheet = blank(to, work.content.language ?? currentLanguage(), now());
    // The times are another class's: they are chosen anew.
    const times = { due: "", cutoff: "", opens: "" };
    const writing = {
      ...sheet,
      title: title ?? "",
      body,
      pieces,
      task: { ...blankAsking, ...asking, ...times },
    };
    await keepWriting(client, writing);
    return writing.id;
  });
  if (made === undefined) return;
  await go(`/write?draft=${made.value}`);
  announce(said.done);
}
