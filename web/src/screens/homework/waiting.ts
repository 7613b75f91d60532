/** Work that is finished and waits for a connection, is being sent, or that the hub or the rules refused. */

import { fileName } from "../../client/index.ts";
import { h, type Child } from "../../page/dom.ts";
import { download } from "../../page/download.ts";
import type { HandingIn } from "../../page/errand.ts";
import type { Kept } from "../../page/errands.ts";
import { announce } from "../../page/frame.ts";
import { described, keepHanding } from "../../page/handing.ts";
import { liveOf } from "../../page/live.ts";
import { ask, badge, button, type Fact, facts, section } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { moment, words } from "../../page/words.ts";
import { listed } from "./given.ts";
import { sent } from "./sent.ts";
import type { Doing } from "./work.ts";

type Waits = Kept & HandingIn;

/** The section, where something waits. */
export function waitingSection(page: Doing): HTMLElement | undefined {
  const { errand } = page.loaded.piece;
  if (errand?.act !== "handIn") return undefined;
  return errand.refused === undefined ? waiting(page, errand) : refused(page, errand, errand.refused);
}

/** Whether what waits here is being sent now. */
export function isGoing({ context, loaded }: Doing): boolean {
  const { errand } = loaded.piece;
  return errand !== undefined && liveOf(context.client).errands.going?.id === errand.id;
}

function waiting(page: Doing, errand: Waits): HTMLElement {
  const said = words().homework.work;
  const { going } = liveOf(page.context.client).errands;
  const now = going?.id === errand.id ? going : undefined;
  return section(
    now === undefined ? said.waiting : said.sendingNow,
    now === undefined ? h("p", said.waitingText) : sent(now.done, now.total),
    told(page, errand, {
      icon: now === undefined ? "wait" : "send",
      term: said.receivedAt,
      text: badge("half", now === undefined ? said.notYet : said.notYetSending),
    }),
    // What is being sent is not to be held any more.
    now === undefined && h("div.line", change(page, errand)),
  );
}

/** It is said why, and nothing of the work is lost: it can be taken along, done again or thrown away. */
function refused(page: Doing, errand: Waits, why: NonNullable<Kept["refused"]>): HTMLElement {
  const said = words().homework.work;
  const left = page.loaded.audience.state === "removed";
  const { pieces, body } = errand;
  return section(
    said.refused,
    left ? h("p.bad", { role: "alert" }, said.leftRefused) : problem(why),
    h("p", said.refusedText),
    told(page, errand),
    h(
      "div.line",
      !left && change(page, errand),
      body !== "" && button(said.copyMessage, () => void copy(page, body), "usual", "file"),
      pieces.length > 0 &&
        button(said.saveFiles(pieces.length), () => void save(page, errand), "usual", "down"),
      button(said.throwAway, () => void throwAway(page, errand), "plain", "trash"),
    ),
  );
}

function told({ context }: Doing, { pieces, body, finishedMs }: Waits, more?: Fact): Child {
  const said = words().homework.work;
  return facts(
    { icon: "file", term: said.given, text: listed(described(pieces), body !== "") },
    { icon: "clock", term: said.finishedAt, text: moment(finishedMs, context.now()) },
    more,
  );
}

function change(page: Doing, errand: Waits): HTMLElement {
  const { client } = page.context;
  const press = () =>
    page.attempt(async () => {
      const handing = { pieces: errand.pieces, body: errand.body, changedMs: page.context.now() };
      const keep = () => keepHanding(client, page.loaded.piece.work.id, handing);
      if (!(await liveOf(client).errands.drop(errand.id, keep))) return page.reload();
      page.editor.load(handing);
      await page.work();
    });
  return button(words().homework.work.change, () => void press(), "usual", "edit");
}

const copy = (page: Doing, body: string): Promise<void> =>
  page.attempt(async () => {
    await navigator.clipboard.writeText(body);
    page.undo.say(words().homework.work.copied);
  });

/** Each as a file of its own, under its name. */
const save = (page: Doing, { audience, pieces }: Waits): Promise<void> =>
  page.attempt(async () => {
    for (const piece of pieces) {
      if ("file" in piece) download(piece.file, piece.file.name);
      else
        download(
          await page.context.client.attachment(audience, piece.attachment),
          fileName(piece.attachment),
        );
    }
  });

async function throwAway(page: Doing, errand: Waits): Promise<void> {
  const said = words().homework.work.throwAwayAsk;
  const yes = [{ value: "yes", label: said.yes, main: true }] as const;
  if ((await ask(said.title, h("p", said.text), yes)) !== "yes") return;
  await page.attempt(async () => {
    await liveOf(page.context.client).errands.drop(errand.id);
    await page.reload();
    announce(said.done);
    page.undo.say(said.done);
    document.querySelector<HTMLElement>("main h1")?.focus();
  });
}
