/** Work that is finished and waits for a connection, or that the hub refused. */

import { h } from "../../page/dom.ts";
import { described, keepHanding } from "../../page/handing.ts";
import { liveOf } from "../../page/live.ts";
import { badge, button, facts, section } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { moment, words } from "../../page/words.ts";
import { listed } from "./given.ts";
import type { Doing } from "./work.ts";

/** The section, where something waits. */
export function waitingSection(page: Doing): HTMLElement | undefined {
  const said = words().homework.work;
  const { errand, work } = page.loaded.piece;
  if (errand?.act !== "handIn") return undefined;
  const { client } = page.context;
  const { refused, finishedMs, pieces, body } = errand;
  const change = () =>
    page.attempt(async () => {
      const handing = { pieces, body, changedMs: page.context.now() };
      const keep = () => keepHanding(client, work.id, handing);
      if (!(await liveOf(client).errands.drop(errand.id, keep))) return page.reload();
      page.editor.load(handing);
      await page.work();
    });
  return section(
    refused === undefined ? said.waiting : said.refused,
    refused === undefined ? h("p", said.waitingText) : problem(refused),
    facts(
      { icon: "file", term: said.given, text: listed(described(pieces), body !== "") },
      { icon: "clock", term: said.finishedAt, text: moment(finishedMs, page.context.now()) },
      refused === undefined && { icon: "wait", term: said.receivedAt, text: badge("half", said.notYet) },
    ),
    h(
      "div.line",
      button(said.change, () => void change(), "usual", "edit"),
    ),
  );
}
