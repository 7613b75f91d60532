/** letters.json: letters to the desk and to a member, a receipt, and letters to refuse. */

import { same } from "../src/protocol/bytes.ts";
import { id, type IdentityKey, type LetterId, none, type PostId } from "../src/protocol/ids.ts";
import {
  encodeLetter,
  type Letter,
  letterId,
  openLetter,
  parseLetter,
  sealLetter,
} from "../src/protocol/letter.ts";
import type { WriterProof } from "../src/protocol/membership.ts";
import { isReceiptOf } from "../src/protocol/receipt.ts";
import { utf8 } from "../src/protocol/text.ts";
import { equal, ok, refused, test } from "./harness.ts";
import { memberByPublisher } from "./sent.ts";
import { bothKeys, chainUpTo, type Keys, NOW_MS, seeded, type Vector, vectors } from "./support.ts";

function proofOf(letter: Letter): WriterProof | undefined {
  const proof = memberByPublisher();
  return same(proof.membership.ik, letter.header.ik) ? proof : undefined;
}

/** What the holder of `recipient_secret` makes of a letter; the first two accounts are the staff. */
async function open(entry: Vector, keys: Keys, seen = false): ReturnType<typeof openLetter> {
  const letter = parseLetter(entry.at("letter").bytes());
  equal(encodeLetter(letter), entry.at("letter").bytes());
  const key = await keys.exchange(entry.at("recipient_secret").bytes());
  const accounts = vectors("accounts.json").at("accounts").each();
  const place = accounts.findIndex((account) => same(account.at("xk").bytes(), key.public));
  const ik = accounts[place]?.at("ik").id<IdentityKey>();
  const as = ik === undefined ? "desk" : { ik, member: place >= 2 };
  return openLetter(letter, { charters: chainUpTo(1), key, as, seen: () => seen, member: proofOf(letter) });
}

test("letters open, from bytes and behind handles", async () => {
  const file = vectors("letters.json");
  for (const keys of await bothKeys()) {
    for (const entry of [file.at("to_desk"), file.at("to_member")]) {
      const opened = await open(entry, keys);
      equal(opened.id, entry.at("letter_id").bytes());
      equal(opened.payload, utf8(entry.at("payload").text()), keys.name);
      equal(parseLetter(entry.at("letter").bytes()).header.ik, entry.at("from").bytes());
      await refused(() => open(entry, keys, true), "seen");
    }
  }
});

test("invalid letters are refused, each for its reason", async () => {
  const reasons: Readonly<Record<string, string>> = {
    "trailing byte": "trailing",
    "signature changed": "signature",
    "ciphertext changed": "signature",
    "a return from one member to another": "sender",
    "publisher secrets from a member": "sender",
    "opened with another key": "recipient",
  };
  for (const keys of await bothKeys()) {
    for (const entry of vectors("letters.json").at("invalid").each()) {
      const why = entry.at("why").text();
      const reason = reasons[why];
      ok(reason !== undefined, `an entry this test does not know: ${why}`);
      await refused(() => open(entry, keys), reason, why);
    }
  }
});

test("a letter goes from every kind of key to every kind of key", async () => {
  const charters = chainUpTo(1);
  const accounts = vectors("accounts.json").at("accounts");
  const [admin, publisher] = [accounts.nth(0), accounts.nth(1)];
  const payload = utf8('{"type":"secrets","s":[]}');
  for (const from of await bothKeys()) {
    for (const to of await bothKeys()) {
      const author = await from.identity(admin.at("ik_secret").bytes());
      const key = await to.exchange(publisher.at("xk_secret").bytes());
      const { audience } = charters.current().terms;
      const draft = {
        audience,
        to: key.public,
        thread: none<PostId>(),
        kind: "secrets",
        sentMs: NOW_MS,
        payload,
      } as const;
      const letter = parseLetter(encodeLetter(await sealLetter(draft, author, seeded(5), from.support)));
      const as = { ik: publisher.at("ik").id<IdentityKey>(), member: false };
      const reading = { charters, key, as, seen: () => false, member: undefined };
      const opened = await openLetter(letter, reading);
      equal([opened.payload, opened.id], [payload, letterId(letter)], `${from.name} to ${to.name}`);
      await refused(() => openLetter(letter, { ...reading, as: "desk" }), "sender");
    }
  }
});

test("a draft of a letter names a post exactly where one is meant", async () => {
  const { audience, desk } = chainUpTo(1).current().terms;
  for (const keys of await bothKeys()) {
    const author = await keys.identity(new Uint8Array(32).fill(1));
    const thread = id<PostId>(new Uint8Array(32).fill(8));
    const draft = {
      audience,
      to: desk,
      thread,
      kind: "submission",
      sentMs: NOW_MS,
      payload: utf8('{"type":"submission"}'),
    } as const;
    const seal = (changed: object) => sealLetter({ ...draft, ...changed }, author, seeded(6), keys.support);
    ok((await seal({})).header.kind === "submission", "a good draft");
    await refused(() => seal({ thread: none() }), "thread");
    await refused(() => seal({ kind: "profile", payload: utf8('{"type":"profile"}') }), "thread");
    await refused(() => seal({ kind: "reply" }), "payload");
    await refused(() => seal({ to: none() }), "recipient", "a key of small order");
  }
});

test("a letter that names no post where one is meant is none, nor one that names one where none is", async () => {
  const submission = vectors("letters.json").at("to_desk").at("letter").bytes();
  const nowhere = new Uint8Array(submission);
  nowhere.fill(0, 98, 130);
  await refused(() => parseLetter(nowhere), "value");
  const profile = new Uint8Array(submission);
  profile[130] = 4;
  await refused(() => parseLetter(profile), "value");
  profile.fill(0, 98, 130);
  equal(parseLetter(profile).header.kind, "profile");
});

test("the receipt is the hub's and for one letter and time", () => {
  const entry = vectors("letters.json").at("receipt");
  const [letter, signature] = [entry.at("letter_id").id<LetterId>(), entry.at("signature").bytes()];
  const receivedMs = BigInt(entry.at("received_ms").count());
  const receipt = { letter, receivedMs, signature };
  const hub = entry.at("hub").id<IdentityKey>();
  ok(isReceiptOf(hub, receipt), "the hub's");
  ok(!isReceiptOf(hub, { ...receipt, receivedMs: receivedMs + 1n }), "later");
  ok(!isReceiptOf(hub, { ...receipt, letter: none() }), "another letter");
  ok(!isReceiptOf(vectors("accounts.json").at("accounts").nth(0).at("ik").id(), receipt), "another hub");
});
