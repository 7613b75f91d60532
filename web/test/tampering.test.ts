/** Whatever is changed on the way, be it one bit, is refused; and no bytes make a parser fail otherwise. */

import { KeyBundle } from "../src/protocol/account.ts";
import { parseApproval, missing } from "../src/protocol/approval.ts";
import { concat, Malformed, Reader } from "../src/protocol/bytes.ts";
import { Chain, Genesis, SignedCharter } from "../src/protocol/chain.ts";
import { Charter } from "../src/protocol/charter.ts";
import { LoginCard } from "../src/protocol/card.ts";
import type { IdentityKey } from "../src/protocol/ids.ts";
import { ReaderKey } from "../src/protocol/keys.ts";
import { parseLetter, openLetter } from "../src/protocol/letter.ts";
import {
  fragmentText,
  isRequestSigned,
  parseFragment,
  parseLink,
  parseRequest,
} from "../src/protocol/link.ts";
import {
  checkProof,
  encodeWriterProof,
  parseMembership,
  parseWriterProof,
} from "../src/protocol/membership.ts";
import { parsePermalink } from "../src/protocol/permalink.ts";
import { acceptPost } from "../src/protocol/post/accept.ts";
import {
  delivered,
  encodePost,
  encodeTbs,
  openPost,
  parseHeader,
  parsePost,
  parseTbs,
  postId,
} from "../src/protocol/post.ts";
import { Refusal } from "../src/protocol/refusal.ts";
import { ExchangeSecret } from "../src/protocol/secrets.ts";
import { equal, ok, refusal, test } from "./harness.ts";
import { hubOf, memberThroughTheOpenLink, nth, readingOf, sent } from "./sent.ts";
import { chainUpTo, seeded, vectors } from "./support.ts";

/** The bytes with one bit changed. */
function flipped(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(bytes);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

/** Fails unless the bytes are accepted as they are and in no bit otherwise; looks at every `step`th. */
async function holds(
  what: string,
  bytes: Uint8Array,
  step: number,
  accept: (bytes: Uint8Array<ArrayBuffer>) => unknown,
): Promise<void> {
  equal(await refusal(() => accept(new Uint8Array(bytes))), undefined, what);
  for (let bit = 0; bit < 8 * bytes.length; bit += step) {
    ok((await refusal(() => accept(flipped(bytes, bit)))) !== undefined, `${what}, bit ${bit}`);
  }
}

/** Refuses what does not hold, as the callers of predicates do. */
function must(holds: boolean): void {
  if (!holds) throw new Malformed("value");
}

/** What stands before a signature, and the signature. */
function signed(bytes: Uint8Array): [Uint8Array, Uint8Array<ArrayBuffer>] {
  return [bytes.slice(0, -64), new Uint8Array(bytes.slice(-64))];
}

test("no bit of a bundle or charter can be changed", async () => {
  const account = vectors("accounts.json").at("accounts").nth(0);
  await holds(
    "bundle",
    concat(account.at("bundle").bytes(), account.at("bundle_signature").bytes()),
    5,
    (bytes) => {
      const [bundle, signature] = signed(bytes);
      must(KeyBundle.parse(bundle).isSigned(signature));
    },
  );
  const file = vectors("charters.json");
  const genesis = file.at("genesis").bytes();
  const first = file.at("charters").nth(0);
  const length = first.at("charter").bytes().length;
  await holds(
    "charter",
    concat(genesis, first.at("charter").bytes(), first.at("signatures").bytes()),
    7,
    (bytes) => {
      const r = new Reader(bytes);
      const [begin, charter] = [r.take(genesis.length), r.take(length)];
      void new Chain(Genesis.parse(begin), SignedCharter.parse(charter, r.rest()));
    },
  );
});

test("no bit of a membership, request or fragment can be changed", async () => {
  const charter = chainUpTo(1).current();
  const proof = memberThroughTheOpenLink();
  await holds("membership", encodeWriterProof(proof), 9, (bytes) => {
    checkProof(parseWriterProof(bytes), charter, proof.membership.ik);
  });
  const joins = vectors("enrolment.json")
    .at("statements")
    .each()
    .filter((c) => c.at("label").text() === "join");
  const [byLink, byJoiner] = [joins[0], joins[1]];
  ok(byLink !== undefined && byJoiner !== undefined, "two signatures");
  const request = concat(
    byLink.at("bytes").bytes(),
    byLink.at("signature").bytes(),
    byJoiner.at("signature").bytes(),
  );
  await holds("request", request, 9, (bytes) => {
    const [rest, joiner] = signed(bytes);
    const [body, link] = signed(rest);
    must(isRequestSigned(parseRequest(body), link, joiner));
  });
  const fragment = vectors("enrolment.json").at("by_link").at("fragment_open").text();
  for (let place = 0; place < fragment.length; place++) {
    const wrong = fragment.charAt(place) === "A" ? "B" : "A";
    const typed = fragment.slice(0, place) + wrong + fragment.slice(place + 1);
    ok((await refusal(() => parseFragment(typed))) !== undefined, `character ${place}`);
  }
  equal(fragmentText(parseFragment(fragment)), fragment);
});

test("no bit of a post can be changed", async () => {
  const audience = sent();
  const post = nth(audience.posts, 0);
  await holds("post", encodePost(post), 11, (bytes) => {
    const changed = parsePost(bytes);
    acceptPost(changed, hubOf(audience, changed.tbs.header, 0));
  });
});

test("what is delivered in parts is checked in parts", async () => {
  const audience = sent();
  const post = nth(audience.posts, 0);
  const reader = vectors("posts.json").at("posts").nth(0).at("readers").nth(0);
  const d = ReaderKey.fromBytes(reader.at("d").bytes());
  const slot = reader.at("transformed").bytes();
  const whole = delivered(post, reader.at("cohort").count());
  ok(whole !== undefined, "a wrap");
  const open = (changed: Partial<typeof whole>, ownSlot = slot) => {
    const mine = { ...whole, ...changed };
    const cohort = reader.at("cohort").count();
    return openPost(
      mine,
      readingOf(audience, mine.tbs.header, 0, audience.approvals[0] ?? [], cohort, { slot: ownSlot, d }),
    );
  };
  await holds("wrap", whole.wrap, 13, (wrap) => open({ wrap }));
  await holds("slot", slot, 13, (changed) => open({}, changed));
  await holds("what is signed", encodeTbs(post.tbs), 31, (tbs) => open({ tbs: parseTbs(tbs) }));
  await holds("signature", post.signature, 17, (signature) => open({ signature }));
  await holds("body", post.body, 101, (body) => open({ body }));
});

test("no bit of an approval or a letter can be changed", async () => {
  const audience = sent();
  const { tbs } = nth(audience.posts, 0);
  await holds("approval", vectors("approvals.json").at("approval").at("approval").bytes(), 5, (bytes) => {
    must(missing(audience.charters.current(), tbs.header, postId(tbs), [parseApproval(bytes)]) === 0);
  });
  const entry = vectors("letters.json").at("to_member");
  const key = new ExchangeSecret(entry.at("recipient_secret").bytes());
  const as = { ik: vectors("accounts.json").at("accounts").nth(2).at("ik").id<IdentityKey>(), member: true };
  await holds("letter", entry.at("letter").bytes(), 13, (bytes) =>
    openLetter(parseLetter(bytes), {
      charters: audience.charters,
      key,
      as,
      seen: () => false,
      member: undefined,
    }),
  );
});

test("no bytes make a parser fail otherwise than by refusing them", () => {
  const parsers: readonly ((bytes: Uint8Array) => unknown)[] = [
    KeyBundle.parse,
    Genesis.parse,
    Charter.parse,
    (bytes) =>
      SignedCharter.parse(vectors("charters.json").at("charters").nth(0).at("charter").bytes(), bytes),
    parseLink,
    parseRequest,
    parseMembership,
    parseWriterProof,
    parseHeader,
    parseTbs,
    parsePost,
    parseApproval,
    parseLetter,
    (bytes) => parseFragment(String.fromCharCode(...bytes)),
    (bytes) => parsePermalink(String.fromCharCode(...bytes)),
    (bytes) => LoginCard.parse(String.fromCharCode(...bytes)),
  ];
  const random = seeded(11);
  let refusals = 0;
  for (let round = 0; round < 300; round++) {
    const [length] = new Uint16Array(random(2).buffer);
    const noise = random((length ?? 0) % 700);
    for (const bytes of [
      noise,
      concat(Uint8Array.of(0, 1), noise),
      concat(Uint8Array.of(0, 1, 0, 1), noise),
    ]) {
      for (const parse of parsers) if (isRefused(parse, bytes)) refusals++;
    }
  }
  ok(refusals > 14_000, "nearly all of it");
});

/** Whether the bytes are refused; any other error is a failure. */
function isRefused(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    parse(bytes);
    return false;
  } catch (e) {
    if (e instanceof Refusal) return true;
    throw e;
  }
}
