/** posts.json: sealing, accepting, transforming and opening, with every intermediate value. */

import { concat, same } from "../src/protocol/bytes.ts";
import { CohortSecret, ReaderKey, Token } from "../src/protocol/keys.ts";
import { acceptPost } from "../src/protocol/post/accept.ts";
import { continuity } from "../src/protocol/post/continuity.ts";
import {
  delivered,
  encodeHeader,
  encodePost,
  encodeTbs,
  headerHash,
  openPost,
  parseHeader,
  parsePost,
  parseTbs,
  postId,
  reveal,
  type Sealed,
  sealPost,
} from "../src/protocol/post.ts";
import { hashToScalar, kdf, point, scalarBytes } from "../src/protocol/primitives.ts";
import { Seed } from "../src/protocol/secrets.ts";
import { utf8 } from "../src/protocol/text.ts";
import { isTyped } from "../src/protocol/payload.ts";
import { equal, ok, refused, test } from "./harness.ts";
import { hubOf, nth, readingOf, type Sent, sent } from "./sent.ts";
import { bothKeys, type Keys, Script, type Vector, vectors } from "./support.ts";

async function sealedAgain(audience: Sent, entry: Vector, keys: Keys): Promise<Sealed> {
  const header = parseHeader(entry.at("header").bytes());
  const charter = audience.charters.byHash(header.charter);
  const account = vectors("accounts.json")
    .at("accounts")
    .each()
    .find((a) => a.at("ik").text() === entry.at("author").text());
  ok(charter !== undefined && account !== undefined, "its charter and author");
  const { chain, seq, prev, kind, thread } = header;
  const payload = utf8(entry.at("payload").text());
  const draft = { charter, position: { chain, seq, prev }, kind, thread, nowMs: header.sentMs, payload };
  const script = new Script(entry.at("message_salt").bytes(), entry.at("nonce_random").bytes());
  const author = await keys.identity(account.at("ik_secret").bytes());
  const sealed = await sealPost(draft, author, new Seed(entry.at("hedge_secret").bytes()), script.random);
  ok(script.isUsedUp(), "all randomness is used");
  return sealed;
}

test("sealing gives the same bytes, from bytes and behind handles", async () => {
  const audience = sent();
  for (const keys of await bothKeys()) {
    for (const entry of vectors("posts.json").at("posts").each()) {
      const { post, m } = await sealedAgain(audience, entry, keys);
      const { tbs } = post;
      const h0 = headerHash(tbs.header);
      equal(encodeHeader(tbs.header), entry.at("header").bytes());
      equal(h0, entry.at("header_hash").bytes());
      equal(m.expose(), entry.at("m").bytes());
      const e = hashToScalar("capsule", concat(m.expose(), h0));
      equal(scalarBytes(e ?? 0n), entry.at("e").bytes());
      equal(tbs.capsule, entry.at("E").bytes());
      equal(tbs.commitment, entry.at("A").bytes());
      equal(tbs.response, entry.at("z").bytes());
      equal(tbs.wrapsHash, entry.at("W").bytes());
      equal(
        post.wraps,
        entry
          .at("wraps")
          .each()
          .map((w) => w.bytes()),
      );
      equal(kdf(undefined, m.expose(), "body", concat(h0, tbs.capsule), 32), entry.at("body_key").bytes());
      equal(post.signature, entry.at("signature").bytes(), keys.name);
      equal(postId(tbs), entry.at("post_id").bytes());
      equal(encodePost(post), entry.at("post").bytes());
      equal(encodePost(parsePost(entry.at("post").bytes())), entry.at("post").bytes());
      equal(encodeTbs(parseTbs(encodeTbs(tbs))), encodeTbs(tbs));
      equal(reveal(tbs, m, post.body), utf8(entry.at("payload").text()));
    }
  }
});

test("the hub accepts, transforms, and every reader opens", () => {
  const audience = sent();
  for (const [n, entry] of vectors("posts.json").at("posts").each().entries()) {
    const post = nth(audience.posts, n);
    const { header } = post.tbs;
    equal(acceptPost(post, hubOf(audience, header, n)).id, entry.at("post_id").bytes());
    for (const reader of entry.at("readers").each()) {
      const t = Token.fromBytes(reader.at("t").bytes());
      const slot = point(post.tbs.capsule).multiply(t.expose()).toBytes();
      equal(slot, reader.at("transformed").bytes(), reader.at("name").text());
      const key = { slot, d: ReaderKey.fromBytes(reader.at("d").bytes()) };
      const cohort = reader.at("cohort").count();
      const mine = delivered(post, cohort);
      ok(mine !== undefined, "a wrap");
      const opened = openPost(mine, readingOf(audience, header, n, audience.approvals[n] ?? [], cohort, key));
      equal(opened.payload, utf8(entry.at("payload").text()));
      equal(opened.m.expose(), entry.at("m").bytes());
      const { earlierRules, threadUnavailable, approvalsMissing } = opened.notices;
      equal(
        [opened.notices.continuity, earlierRules, threadUnavailable, approvalsMissing],
        ["follows", false, false, 0],
      );
    }
  }
});

test("publishers open with the cohort secret, also while approvals are missing", () => {
  const audience = sent();
  const post = nth(audience.posts, 0);
  for (const [cohort, secret] of vectors("charters.json").at("cohorts").each().entries()) {
    const key = { s: CohortSecret.fromBytes(secret.at("s").bytes()) };
    const mine = delivered(post, cohort);
    ok(mine !== undefined, "a wrap");
    const opened = openPost(mine, readingOf(audience, post.tbs.header, 0, [], cohort, key));
    equal(opened.notices.approvalsMissing, 1);
  }
});

test("a draft must be what it says, and the charter still valid", async () => {
  const { charters } = sent();
  const [keys] = await bothKeys();
  const author = await keys?.identity(new Uint8Array(32).fill(1));
  ok(author !== undefined, "an author");
  const { header } = nth(sent().posts, 0).tbs;
  const charter = charters.current();
  const draft = {
    charter,
    position: { chain: header.chain, seq: 1n, prev: header.prev },
    kind: "announcement" as const,
    thread: header.thread,
    nowMs: 0n,
    payload: utf8('{"type":"announcement"}'),
  };
  const seal = (changed: Partial<typeof draft>) =>
    sealPost({ ...draft, ...changed }, author, new Seed(new Uint8Array(32)), (n) =>
      new Uint8Array(n).fill(3),
    );
  const early = await seal({});
  equal(early.post.tbs.header.sentMs, charter.terms.notBeforeMs, "it waits for the charter");
  await refused(() => seal({ payload: utf8('{"type":"reply"}') }), "payload");
  await refused(() => seal({ nowMs: charter.terms.notAfterMs }), "charter expired");
  const long = utf8(`{"type":"announcement","text":"${"a".repeat(1 << 20)}"}`);
  await refused(() => seal({ payload: long }), "too long");
});

test("only an object of the right type passes as payload", () => {
  for (const good of [
    '{"a":[1,{"type":"x"}],"type":"reply"}',
    ' {"type":"\\u0072eply","b":"\\"type\\":"}\n',
  ]) {
    ok(isTyped(utf8(good), "reply"), good);
  }
  for (const bad of [
    '{"type":"reply"} "x"',
    '{"type":"Reply"}',
    '{"kind":"reply"}',
    '{"type":1}',
    '["reply"]',
    '"reply"',
    "null",
    '{"type":"reply","type":"reply"}',
    '{"type":"other","t\\u0079pe":"reply"}',
    '{"type":"reply","\\ud800":1}',
    '\ufeff{"type":"reply"}',
    '{"type":"reply"',
    '{"a":{"type":"reply"}}',
    "",
  ]) {
    ok(!isTyped(utf8(bad), "reply"), bad);
  }
  ok(!isTyped(concat(utf8('{"type":"reply","body":"'), Uint8Array.of(255), utf8('"}')), "reply"), "no UTF-8");
});

test("a reader sees what is missing, and keeps what it saw first", async () => {
  const posts = sent().posts;
  const { header } = nth(posts, 1).tbs;
  const id = postId(nth(posts, 1).tbs);
  const other = postId(nth(posts, 0).tbs);
  equal(header.seq, 2n);
  ok(same(header.prev, other), "it follows the first");
  equal(continuity({}, header, id), "first");
  equal(continuity({ before: { seq: 1n, id: other } }, header, id), "follows");
  equal(continuity({ same: id }, header, id), "follows");
  equal(continuity({ after: { seq: 3n, id } }, header, id), "first");
  const later = continuity({ before: { seq: 1n, id: other } }, { ...header, seq: 5n }, id);
  equal(typeof later === "object" ? later.missing : later, 3n);
  await refused(() => continuity({ same: other }, header, id), "fork");
  await refused(() => continuity({ before: { seq: 1n, id } }, header, id), "previous");
  await refused(() => continuity({ after: { seq: 3n, id: other } }, header, id), "previous");
  await refused(() => continuity({}, { ...header, seq: 0n }, id), "previous");
  await refused(() => continuity({}, { ...header, seq: 1n }, id), "previous");
  await refused(() => continuity({}, { ...nth(posts, 0).tbs.header, seq: 2n }, other), "previous");
});
