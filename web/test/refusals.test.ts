/** refusals.json: what a hub and what a reader must refuse, each for its own reason. */

import { parseApproval } from "../src/protocol/approval.ts";
import { ReaderKey } from "../src/protocol/keys.ts";
import { acceptPost } from "../src/protocol/post/accept.ts";
import { delivered, openPost, parsePost } from "../src/protocol/post.ts";
import { equal, ok, refused, test } from "./harness.ts";
import { hubOf, readingOf, sent } from "./sent.ts";
import { vectors } from "./support.ts";

const BY_HUB: Readonly<Record<string, readonly string[]>> = {
  trailing: ["trailing byte"],
  truncated: ["truncated"],
  value: ["unknown version", "unknown suite", "unknown kind"],
  signature: ["signature changed", "body byte changed"],
  proof: [
    "identity proof point, with a proof that fits it",
    "proof scalar zero, signed",
    "identity capsule, with a proof that fits it",
    "non-canonical capsule, signed",
    "proof scalar not reduced",
    "capsule of an older post, signed, without knowledge of e",
    "blinded capsule of an older post, signed",
  ],
  // The byte changed in the header is one of the charter's hash.
  "charter superseded": ["header byte changed", "unknown charter", "superseded charter"],
  audience: ["another audience"],
  "sent time": ["sent before the charter began", "sent more than ten minutes ahead of the clock"],
  thread: [
    "announcement inside a thread",
    "reply to an unknown thread",
    "reply without a thread",
    "correction of nothing",
  ],
  author: [
    "correction by a member",
    "withdrawal of another's post by a member",
    "announcement by a member who may only reply",
    "by someone who is neither publisher nor member",
  ],
  wraps: ["one wrap too few"],
  chain: ["sequence gap", "sequence repeated", "previous post of another chain"],
};

const BY_READER: Readonly<Record<string, readonly string[]>> = {
  approvals: ["no approval", "approved by the author", "approved by a member", "approval of another post"],
  signature: ["signature changed"],
  author: ["announcement by a member"],
  slot: ["vacant slot", "non-canonical point"],
  "capsule mismatch": [
    "another member's slot",
    "point chosen by the hub",
    "wrong cohort",
    "wrap of this cohort is garbage: capsule mismatch",
  ],
  padding: ["padded longer than Padmé", "padding not zero", "inner length beyond the padding"],
};

function reasonFor(why: string, reasons: typeof BY_HUB): string {
  const found = Object.entries(reasons).find(([, whys]) => whys.includes(why));
  if (found === undefined) throw new Error(`an entry this test does not know: ${why}`);
  return found[0];
}

test("the hub refuses each post for its reason", async () => {
  const audience = sent();
  const entries = vectors("refusals.json").at("hub").each();
  equal(entries.length, 36);
  for (const entry of entries) {
    const why = entry.at("why").text();
    const accept = () => {
      const post = parsePost(entry.at("post").bytes());
      acceptPost(post, hubOf(audience, post.tbs.header, audience.posts.length));
    };
    await refused(accept, entry.has("accepted") ? undefined : reasonFor(why, BY_HUB), why);
  }
});

test("a reader refuses each post, slot and approval for its reason", async () => {
  const audience = sent();
  const entries = vectors("refusals.json").at("reader").each();
  equal(entries.length, 16);
  for (const entry of entries) {
    const why = entry.at("why").text();
    const post = parsePost(entry.at("post").bytes());
    const approvals = entry
      .at("approvals")
      .each()
      .map((a) => parseApproval(a.bytes()));
    const key = { slot: entry.at("transformed").bytes(), d: ReaderKey.fromBytes(entry.at("d").bytes()) };
    const cohort = entry.at("cohort").count();
    const mine = delivered(post, cohort);
    ok(mine !== undefined, "a wrap");
    const open = () =>
      openPost(mine, readingOf(audience, post.tbs.header, audience.posts.length, approvals, cohort, key));
    await refused(open, entry.has("opens") ? undefined : reasonFor(why, BY_READER), why);
  }
});
