/** approvals.json: approvals that count and that do not, and a permalink. */

import { approve, encodeApproval, MAX_GIVEN, missing, parseApproval } from "../src/protocol/approval.ts";
import { same } from "../src/protocol/bytes.ts";
import { openPermalink, parsePermalink, permalinkText } from "../src/protocol/permalink.ts";
import { postId } from "../src/protocol/post.ts";
import { utf8 } from "../src/protocol/text.ts";
import { equal, ok, refusal, refused, test } from "./harness.ts";
import { nth, type Sent, sent } from "./sent.ts";
import { bothKeys, type Vector, vectors } from "./support.ts";

function lacks({ posts, charters }: Sent, entry: Vector): number {
  const post = posts.find(({ tbs }) => same(postId(tbs), entry.at("post_id").bytes()));
  ok(post !== undefined, "one of the posts");
  const given = parseApproval(entry.at("approval").bytes());
  equal(encodeApproval(given), entry.at("approval").bytes());
  return missing(charters.current(), post.tbs.header, postId(post.tbs), [given, given]);
}

test("an approval by the other publisher is enough", async () => {
  const audience = sent();
  const file = vectors("approvals.json");
  equal([lacks(audience, file.at("approval")), lacks(audience, file.at("second"))], [0, 0]);
  for (const entry of file.at("refused").each()) equal(lacks(audience, entry), 1, entry.at("why").text());
  for (const keys of await bothKeys()) {
    const publisher = await keys.identity(
      vectors("accounts.json").at("accounts").nth(1).at("ik_secret").bytes(),
    );
    const given = await approve(publisher, file.at("approval").at("post_id").id());
    equal(encodeApproval(given), file.at("approval").at("approval").bytes(), keys.name);
  }
});

test("more approvals than there can be publishers are not looked at", () => {
  const { posts, charters } = sent();
  const file = vectors("approvals.json");
  const post = posts.find(({ tbs }) => same(postId(tbs), file.at("approval").at("post_id").bytes()));
  ok(post !== undefined, "one of the posts");
  const good = parseApproval(file.at("approval").at("approval").bytes());
  const bad = parseApproval(file.at("refused").nth(0).at("approval").bytes());
  const lacking = (before: number) => {
    const given = [...Array.from({ length: before }, () => bad), good];
    return missing(charters.current(), post.tbs.header, postId(post.tbs), given);
  };
  equal([lacking(MAX_GIVEN - 1), lacking(MAX_GIVEN)], [0, 1]);
});

test("replies and withdrawals wait for nobody", () => {
  const { posts, charters } = sent();
  const { tbs } = nth(posts, 2);
  equal(missing(charters.current(), tbs.header, postId(tbs), []), 0);
  equal(missing(charters.current(), { ...nth(posts, 0).tbs.header, kind: "withdrawal" }, postId(tbs), []), 0);
});

test("the permalink opens its post and no other", async () => {
  const { posts, charters, approvals } = sent();
  const fragment = vectors("approvals.json").at("permalink_fragment").text();
  const link = parsePermalink(fragment);
  equal(permalinkText(link), fragment);
  const open = (n: number, given = approvals[n] ?? []) => {
    const { tbs, signature, body } = nth(posts, n);
    return openPermalink(link, charters, false, { tbs, signature, body, approvals: given });
  };
  equal(open(0).payload, utf8(vectors("posts.json").at("posts").nth(0).at("payload").text()));
  equal(open(0).earlierRules, false);
  await refused(() => open(0, []), "approvals");
  await refused(() => open(1), "identity");
  await refused(() => open(2), "author", "a member's reply has no permalink");
});

test("a permalink has one form", async () => {
  const fragment = vectors("approvals.json").at("permalink_fragment").text();
  // 64 bytes leave four unused bits in the last of 86 characters: `Q` has them zero, `R` not.
  ok(fragment.endsWith("Q"), "the vector");
  for (const bad of [`${fragment.slice(0, -1)}R`, `${fragment}==`, fragment.slice(1), "", "A"]) {
    ok((await refusal(() => parsePermalink(bad))) !== undefined, bad);
  }
});
