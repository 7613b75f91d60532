/** What readers and recipients owe their audience's rules, beyond what the vectors try (sections 3, 5, 6, 7). */

import { approve } from "../src/protocol/approval.ts";
import type { Terms } from "../src/protocol/charter.ts";
import { id, none, type PostId } from "../src/protocol/ids.ts";
import { type Draft as LetterDraft, openLetter, sealLetter } from "../src/protocol/letter.ts";
import { openPermalink } from "../src/protocol/permalink.ts";
import { openPost, type Post, postId, type Reading, type ThreadPost } from "../src/protocol/post.ts";
import { MessageSecret } from "../src/protocol/post/capsule.ts";
import { ExchangeSecret, IdentitySecret } from "../src/protocol/secrets.ts";
import { NOBLE } from "../src/protocol/handles.ts";
import { utf8 } from "../src/protocol/text.ts";
import { equal, refused, test } from "./harness.ts";
import { NOW_MS, seeded } from "./support.ts";
import { receive, revise, type Village, village, write } from "./village.ts";

/** What the member makes of a post, knowing something else. */
function read(audience: Village, post: Post, changed: Partial<Reading> = {}): ReturnType<typeof openPost> {
  const { mine, reading } = receive(audience, post);
  return openPost(mine, { ...reading, ...changed });
}

test("an operator who can read must be agreed to", async () => {
  const audience = await village({ host: "Dinas Kesehatan" });
  const post = await write(audience, audience.teacher);
  await refused(() => read(audience, post), "hosting");
  equal(read(audience, post, { hostingConsented: true }).notices.continuity, "follows");
  const link = { post: postId(post.tbs), m: new MessageSecret(new Uint8Array(32)) };
  const linked = { tbs: post.tbs, signature: post.signature, body: post.body, approvals: [] };
  await refused(() => openPermalink(link, audience.charters, false, linked), "hosting");
  await refused(() => openPermalink(link, audience.charters, true, linked), "capsule mismatch");
});

test("two approvals are two people's, neither the author's", async () => {
  const audience = await village({ approvals: 2 });
  const { admin, teacher, head, member } = audience;
  const post = await write(audience, teacher);
  const by = (...people: IdentitySecret[]) =>
    Promise.all(people.map((who) => approve(who, postId(post.tbs))));
  for (const few of [[], [admin], [admin, admin], [admin, teacher], [admin, member]]) {
    const approvals = await by(...few);
    await refused(() => read(audience, post, { approvals }), "approvals");
  }
  equal(read(audience, post, { approvals: await by(head, admin) }).notices.approvalsMissing, 0);
  const asPublisher = { key: { s: audience.s }, approvals: await by(admin) };
  equal(read(audience, post, asPublisher).notices.approvalsMissing, 1);
});

test("a post keeps to its charter, and a later charter is said", async () => {
  const audience = await village();
  const post = await write(audience, audience.teacher);
  const { mine, reading } = receive(audience, post);
  const changed = (header: object) =>
    openPost({ ...mine, tbs: { ...mine.tbs, header: { ...mine.tbs.header, ...header } } }, reading);
  await refused(() => changed({ sentMs: NOW_MS - 1n }), "sent time");
  await refused(() => changed({ sentMs: NOW_MS + 1000n }), "sent time");
  await refused(() => changed({ sentMs: NOW_MS + 1n }), "signature");
  await refused(() => changed({ charter: none() }), "charter");
  await refused(() => changed({ audience: none() }), "charter");
  await refused(() => read(audience, post, { cohort: 1 }), "slot");
  await refused(() => openPost({ ...mine, body: mine.body.slice(1) }, reading), "body");
  equal(openPost(mine, reading).notices.earlierRules, false);
  await revise(audience, {});
  equal(read(audience, post).notices.earlierRules, true);
});

test("members write where the charter lets them", async () => {
  const thread = id<PostId>(new Uint8Array(32).fill(5));
  const root = (author: IdentitySecret): ThreadPost => ({
    kind: "announcement",
    author: author.public,
    byPublisher: true,
    standing: "accepted",
  });
  const cases: [
    Partial<Terms>,
    "member" | "teacher",
    "reply" | "announcement" | "correction",
    string | undefined,
  ][] = [
    [{}, "member", "reply", undefined],
    [{}, "teacher", "reply", undefined],
    [{}, "member", "announcement", "author"],
    [{}, "member", "correction", "author"],
    [{}, "teacher", "correction", undefined],
    [{ replies: "desk" }, "member", "reply", "author"],
    [{ replies: "desk" }, "teacher", "reply", undefined],
    [{ replies: "none" }, "teacher", "reply", "author"],
  ];
  for (const [rules, who, kind, reason] of cases) {
    const audience = await village(rules);
    const post = await write(audience, audience[who], {
      kind,
      thread: kind === "announcement" ? none() : thread,
    });
    await refused(() => read(audience, post, { thread: root(audience.teacher) }), reason, `${who}: ${kind}`);
    if (who === "member")
      await refused(
        () => read(audience, post, { member: undefined, thread: root(audience.teacher) }),
        "author",
      );
  }
});

test("a post stands in the thread it names", async () => {
  const audience = await village();
  const thread = id<PostId>(new Uint8Array(32).fill(5));
  const reply = await write(audience, audience.member, { kind: "reply", thread });
  const root: ThreadPost = {
    kind: "assignment",
    author: audience.teacher.public,
    byPublisher: true,
    standing: "accepted",
  };
  equal(read(audience, reply, { thread: root }).notices.threadUnavailable, false);
  equal(read(audience, reply).notices.threadUnavailable, true, "it cannot be had");
  await refused(() => read(audience, reply, { thread: { ...root, standing: "pending" } }), "thread");
  await refused(() => read(audience, reply, { thread: { ...root, standing: "lapsed" } }), "thread");
  await refused(() => read(audience, reply, { thread: { ...root, kind: "reply" } }), "thread");
  const nowhere = await write(audience, audience.teacher, { kind: "reply" });
  await refused(() => read(audience, nowhere), "thread");

  const taken = await write(audience, audience.member, { kind: "withdrawal", thread });
  const own: ThreadPost = {
    kind: "reply",
    author: audience.member.public,
    byPublisher: false,
    standing: "accepted",
  };
  equal(read(audience, taken, { thread: own }).notices.threadUnavailable, false);
  await refused(() => read(audience, taken, { thread: { ...own, author: audience.head.public } }), "author");
  await refused(() => read(audience, taken), "author", "whose reply it was is not known");

  const corrected = await write(audience, audience.teacher, { kind: "correction", thread });
  await refused(() => read(audience, corrected, { thread: own }), "thread", "a member's post");
  await refused(() => read(audience, corrected, { thread: { ...root, kind: "correction" } }), "thread");
  const inside = await write(audience, audience.teacher, { thread });
  await refused(() => read(audience, inside), "thread", "an announcement begins a thread");
});

test("letters are judged by the charter of their time, secrets by the current one", async () => {
  const audience = await village();
  const { charters, admin, head, member, desk, proof } = audience;
  const xk = ExchangeSecret.random(seeded(31));
  const send = (from: IdentitySecret, kind: LetterDraft["kind"], changed: Partial<LetterDraft> = {}) => {
    const thread =
      kind === "profile" || kind === "secrets" || kind === "join" || kind === "assignment"
        ? none<PostId>()
        : id<PostId>(head.public);
    const payload = utf8(JSON.stringify({ type: kind }));
    const draft = {
      audience: charters.audience(),
      to: xk.public,
      thread,
      kind,
      sentMs: NOW_MS,
      payload,
      ...changed,
    };
    return sealLetter(draft, from, seeded(32), NOBLE);
  };
  const open = async (letter: ReturnType<typeof sealLetter>, ik: IdentitySecret, isMember: boolean) =>
    openLetter(await letter, {
      charters,
      key: xk,
      as: { ik: ik.public, member: isMember },
      seen: () => false,
      member: proof,
    });
  const toDesk = async (letter: ReturnType<typeof sealLetter>, shown?: "no membership") =>
    openLetter(await letter, {
      charters,
      key: desk,
      as: "desk",
      seen: () => false,
      member: shown ? undefined : proof,
    });

  const lesson = send(head, "assignment");
  const secrets = send(head, "secrets");
  equal((await open(lesson, member, true)).payload, utf8('{"type":"assignment"}'));
  equal((await open(secrets, admin, false)).payload, utf8('{"type":"secrets"}'));
  await refused(() => open(secrets, member, true), "sender", "secrets are between publishers");
  await refused(() => open(lesson, admin, false), "sender", "homework is for members");
  await refused(() => open(send(member, "return"), head, true), "sender");

  const to = desk.public;
  const written = send(member, "submission", { to });
  equal((await toDesk(written)).payload, utf8('{"type":"submission"}'));
  await refused(() => toDesk(written, "no membership"), "sender");
  equal((await toDesk(send(member, "reply", { to }))).payload, utf8('{"type":"reply"}'));
  equal(
    (await toDesk(send(IdentitySecret.random(seeded(33)), "join", { to }))).payload,
    utf8('{"type":"join"}'),
  );
  await refused(() => toDesk(send(head, "assignment", { to })), "sender");
  await refused(
    () => toDesk(send(member, "submission", { to, sentMs: NOW_MS + 1000n })),
    "charter",
    "it had expired",
  );
  await refused(() => toDesk(send(member, "submission", { to, audience: none() })), "recipient");

  const { staff } = charters.current().terms;
  await revise(audience, { staff: staff.slice(0, 2), replies: "none" });
  equal(
    (await open(lesson, member, true)).payload,
    utf8('{"type":"assignment"}'),
    "sent while she was a publisher",
  );
  await refused(() => open(secrets, admin, false), "sender", "a former publisher slips nothing in");
  await refused(
    () => toDesk(send(member, "reply", { to, sentMs: NOW_MS + 100n })),
    "sender",
    "no replies any more",
  );
});
