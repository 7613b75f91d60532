/** What a status looks like: the drums of a post on its way, its figures and what came back. */

import type { Status } from "../../client/index.ts";
import { type Child, h } from "../../page/dom.ts";
import { badge, type Beat, beats, notice, section } from "../../page/parts.ts";
import { figure, words } from "../../page/words.ts";
import { COHORT, cohortDrums, isRunning, isSmall, recipientDrums } from "./drums.ts";

/** So many drums do not fill a row. */
const FEW = 16;

/** Big drums; a few stand together. */
function row(list: readonly Beat[], label: string): HTMLElement {
  const element = beats(list, label, true);
  element.classList.toggle("is-few", list.length <= FEW);
  return element;
}

/** Approvals as drums, or why it does not go out. */
export function before(status: Status): Child {
  const said = words().sent;
  if (status.state === "pending") {
    const { approvals, needed } = status;
    const given = Array.from({ length: needed }, (_, at) =>
      at < approvals ? ("echo" as const) : ("" as const),
    );
    return [row(given, said.pending(figure(approvals), figure(needed))), h("p", said.pendingText)];
  }
  if (status.state === "scheduled") return h("p", said.scheduledText);
  const why: Readonly<Record<string, string>> = said.why;
  return notice("block", said.lapsedTitle, why[status.lapse_reason ?? ""] ?? said.why["charter-changed"]);
}

/** How far a post is: a drum for each recipient of a small audience, or for each cohort. */
export function drums(status: Status): Child {
  const said = words().sent;
  const { cohorts, recipients } = status;
  const small = isSmall(status);
  const { beats: list, each } = small ? recipientDrums(status) : cohortDrums(status, isRunning(status));
  const [ready, total] = small ? [recipients.ready, recipients.total] : [cohorts.ready, cohorts.total];
  const title = (small ? said.recipientsReady : said.cohortsReady)(figure(ready), figure(total));
  const unit = small ? said.eachRecipient(each) : said.eachCohort(figure(each), figure(COHORT * each));
  const legend = small
    ? ([
        ["", said.legend.waiting],
        ["q1", said.legend.ready],
        ["on", said.legend.delivered],
        ["echo", said.legend.understood],
      ] as const)
    : ([
        ["", said.legend.waiting],
        ["going", said.legend.going],
        ["q1", said.legend.ready],
        ["half", said.legend.partly],
        ["on", said.legend.delivered],
      ] as const);
  const failed = cohorts.failed > 0 && said.failed(cohorts.failed);
  const label = [
    title,
    said.deliveredOf(figure(status.delivered), figure(recipients.total)),
    failed || "",
  ].join(". ");
  const id = "kelompok";
  return h(
    "section.stack",
    { "aria-labelledby": id },
    h("div.line.is-apart", h("h2", { id }, title), h("small", unit)),
    list.length > 0 && row(list, label),
    h(
      "ul.line",
      legend.map(([beat, text]) => h("li", badge(beat, text))),
      failed !== false && h("li", badge("miss", said.legend.failed)),
    ),
    failed !== false &&
      notice("flag", failed, [said.failedText, " ", h("small", status.reasons.join(" · "))]),
    !status.working && isRunning(status) && notice("clock", said.asleep, said.asleepText),
  );
}

/** What is ready, delivered and understood, and how fast deliveries come in. */
export function sums(status: Status, perSecond: number): Child {
  const { recipients, delivered, acknowledged } = status;
  const said = words().sent;
  const one = (term: string, value: Child, good = false) =>
    h("div", h("dt", term), h(good ? "dd.good" : "dd", value));
  const moving = perSecond > 0 || isRunning(status);
  return [
    one(said.legend.ready, figure(recipients.ready)),
    one(said.legend.delivered, figure(delivered)),
    one(said.legend.understood, figure(acknowledged), true),
    moving && one(said.rate, [figure(perSecond), h("small", ` ${said.perSecond}`)]),
  ];
}

/** What came back from a large audience: the recipients, many to a drum. */
export function echoes({ recipients, delivered, acknowledged }: Status): Child {
  const said = words().sent;
  if (recipients.total === 0) return undefined;
  const { beats: list, each } = recipientDrums({
    cohorts: { total: 1, ready: 1, failed: 0 },
    recipients: { total: recipients.total, ready: 0 },
    ...{ delivered, acknowledged },
  });
  const text = words().read.post.readersOf(figure(acknowledged), figure(recipients.total));
  return section(said.echo, beats(list, text), h("p", h("small", text, ". ", said.each(each, figure(each)))));
}
