/** `/audiences/{a}/history`: every change of the rules in words, from the signed chain itself. */

import type { RevisionView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { content } from "../../page/frame.ts";
import { badge } from "../../page/parts.ts";
import type { Parameters } from "../../page/route.ts";
import { figure, moment, words } from "../../page/words.ts";
import { type Here, named, open } from "./here.ts";

/** Members under one key (protocol, section 1). */
const COHORT = 4096;
/** A charter begins this long before it was signed, so that clocks may differ (`SKEW_MS` of the client). */
const BEFORE_MS = 60_000;

/** Draws it. */
export async function history(context: Context, parameters: Parameters): Promise<void> {
  const say = words().people.history;
  const here = await open(context, parameters, { title: say.title });
  const draw = async () => {
    const revisions = await context.client.history(here.audience);
    if (context.left.aborted) return;
    const entries = revisions.map((now, i) => entry(here, revisions[i - 1], now, i === revisions.length - 1));
    content(
      h("div.stack", h("h1", say.heading), h("p", say.lead), h("p", badge("seal", say.checked))),
      h("ol.thread", entries.reverse()),
    );
  };
  await draw();
  context.changes(({ kind, audience }) => {
    if (kind === "charter" && audience === here.audience) void draw();
  });
}

function entry(here: Here, before: RevisionView | undefined, now: RevisionView, last: boolean): HTMLElement {
  const say = words().people.history;
  const at = now.fromMs + BEFORE_MS;
  return h(
    "li",
    h(
      "p.line",
      h("time", { datetime: new Date(at).toISOString() }, moment(at, here.context.now())),
      h("small", say.revision(figure(now.revision + 1))),
      last && badge("echo", say.now),
    ),
    changes(here, before, now).map((text) => h("p", text)),
  );
}

/** What a revision changed, a sentence for each thing. */
export function changes(here: Here, before: RevisionView | undefined, now: RevisionView): string[] {
  const say = words().people.history;
  const who = now.by.map((one) => named(here, one)).join(say.and);
  if (before === undefined) return [say.founded(who, here.view.label)];
  const told = [...staffChanges(here, who, before, now)];
  const [old, fresh] = [new Set(before.cohorts), new Set(now.cohorts)];
  const gone = before.cohorts.filter((s) => !fresh.has(s)).length;
  const added = now.cohorts.filter((s) => !old.has(s)).length - gone;
  if (gone > 0) told.push(say.keys(who, figure(gone)));
  if (added > 0) told.push(say.room(who, figure(added * COHORT)));
  if (before.desk !== now.desk) told.push(say.desk(who));
  if (before.replies !== now.replies) told.push(say.replies[now.replies](who));
  if (before.history !== now.history) told.push(say.past[now.history](who));
  if (before.approvals !== now.approvals) told.push(say.approvals(who, now.approvals));
  if (before.threshold !== now.threshold) told.push(say.threshold(who, figure(now.threshold)));
  return told.length === 0 ? [say.renewed(who)] : told;
}

function* staffChanges(here: Here, who: string, before: RevisionView, now: RevisionView): Generator<string> {
  const say = words().people.history;
  const old = new Map(before.staff.map((one) => [one.account, one.role]));
  const current = new Set(now.staff.map(({ account }) => account));
  for (const one of now.staff) {
    const was = old.get(one.account);
    const name = named(here, one);
    if (was === undefined) yield (one.role === "admin" ? say.addedAdmin : say.added)(who, name);
    else if (was !== one.role) yield say[one.role](who, name);
  }
  for (const one of before.staff) if (!current.has(one.account)) yield say.removed(who, named(here, one));
}
