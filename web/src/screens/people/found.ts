/** `/audiences/new`: a class or a channel, founded on this device; ends on its invitation. */

import { ClientError, type Rules } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce, show } from "../../page/frame.ts";
import { liveOf } from "../../page/live.ts";
import { choice, facts, field } from "../../page/parts.ts";
import { words } from "../../page/words.ts";
import { DAY_MS } from "./links.ts";

/** What is being filled in; it survives a reload. */
interface Form {
  kind: "class" | "channel";
  name: string;
  replies: Rules["replies"];
  history: Rules["history"];
}

/** Where it is kept. */
const DRAFT = "found";
/** The longest name. */
const NAME_LETTERS = 60;

/** Usual rules: a class talks, a channel is asked. */
const USUAL = { class: "everyone", channel: "desk" } as const;
/** The first link of each: a class of forty with some to spare, a channel of a district. */
const FIRST = { class: { uses: 100, days: 30 }, channel: { uses: 100_000, days: 365 } } as const;

/** Draws it. */
export async function found(context: Context): Promise<void> {
  const { client } = context;
  const say = words().people.found;
  const rules = words().people.rules;
  const kept = await client.draft<Form>(DRAFT);
  const form: Form = kept ?? { kind: "class", name: "", replies: "everyone", history: "same key" };
  const keep = () => void client.keepDraft(DRAFT, form);

  const input = h("input", { name: "name", maxlength: NAME_LETTERS, autocomplete: "off" });
  input.value = form.name;
  const named = field(say.name, input, say.nameHint);
  input.addEventListener("input", () => {
    form.name = input.value;
    named.wrong(undefined);
    keep();
  });

  const kindHint = h("small", { role: "status" });
  const replies = h("div.stack.is-tight");
  const drawReplies = () => {
    const hint = h("small", { role: "status" }, rules.repliesHint[form.replies]);
    const options = (["none", "desk", "everyone"] as const).map(
      (value) => [value, rules.repliesShort[value]] as const,
    );
    const chosen = choice(say.replies, "balasan", options, form.replies, (value) => {
      form.replies = value;
      hint.textContent = rules.repliesHint[value];
      keep();
    });
    replace(replies, chosen, hint);
  };
  const drawKind = () => (kindHint.textContent = say.kindHint[form.kind]);
  const kind = choice(
    say.kind,
    "jenis",
    [
      ["class", say.kinds.class],
      ["channel", say.kinds.channel],
    ],
    form.kind,
    (value) => {
      form.kind = value;
      form.replies = USUAL[value];
      drawKind();
      drawReplies();
      keep();
    },
  );
  drawKind();
  drawReplies();
  const history = choice(
    say.history,
    "lama",
    [
      ["same key", rules.historyIs["same key"]],
      ["from joining", rules.historyIs["from joining"]],
    ],
    form.history,
    (value) => {
      form.history = value;
      keep();
    },
  );

  const place = h("div");
  const element = h(
    "form.stack.parts",
    { novalidate: true },
    named.element,
    h("div.stack.is-tight", kind, kindHint),
    replies,
    history,
    facts(
      { icon: "link", term: say.who[0], text: say.who[1] },
      { icon: "seal", term: say.approvals[0], text: say.approvals[1] },
      { icon: "edit", term: say.signed[0], text: say.signed[1] },
    ),
    h("div.line", h("button.btn.is-main", { type: "submit" }, say.button)),
    place,
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.name.trim() === "") {
      named.wrong(say.nameMissing);
      return input.focus();
    }
    void doing(place, say.making, () => make(context, form));
  });
  show(
    { title: say.title, back: "/audiences", place: "audiences" },
    h("div.stack", h("h1", say.heading), h("p", say.lead)),
    element,
  );
}

async function make(context: Context, { kind, name, replies, history }: Form): Promise<void> {
  const { client } = context;
  const audience = await client.found(name.trim(), { replies, history });
  await client.keepDraft(DRAFT, undefined);
  const { uses, days } = FIRST[kind];
  // Without a connection from here on, the audience is there and its invitation is made on the next page.
  await client
    .makeLink(audience, {
      kind: kind === "class" ? "approval" : "open",
      maxUses: uses,
      validMs: days * DAY_MS,
    })
    .catch((error: unknown) => {
      if (!(error instanceof ClientError)) throw error;
    });
  await liveOf(client).count();
  await context.go(`/audiences/${audience}/invite`);
  announce(words().people.found.made(name.trim()));
}
