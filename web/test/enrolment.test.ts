/** Section 4 agrees with the published vectors: tokens, links, requests and memberships. */

import type { AudienceId, ExchangeKey, IdentityKey } from "../src/protocol/ids.ts";
import { id, none } from "../src/protocol/ids.ts";
import { CohortKey, CohortSecret } from "../src/protocol/keys.ts";
import {
  encodeLink,
  encodeRequest,
  fragmentText,
  isLinkSigned,
  isRequestSigned,
  type Link,
  parseFragment,
  parseLink,
  parseRequest,
  signLink,
  signRequest,
} from "../src/protocol/link.ts";
import {
  checkProof,
  encodeMembership,
  encodeWriterProof,
  isMembershipSigned,
  type LinkProof,
  parseMembership,
  parseWriterProof,
  signMembership,
} from "../src/protocol/membership.ts";
import { scalarBytes, times } from "../src/protocol/primitives.ts";
import { ExchangeSecret, IdentitySecret, Seed } from "../src/protocol/secrets.ts";
import { verify } from "../src/protocol/ed25519.ts";
import {
  Batch,
  delta,
  deposit,
  linkKey,
  linkScalar,
  ownReaderKey,
  readerKey,
} from "../src/protocol/token.ts";
import { equal, ok, refusal, refused, test } from "./harness.ts";
import { bothKeys, chainUpTo, type Vector, vectors } from "./support.ts";

function audience(): AudienceId {
  return vectors("charters.json").at("audience").id();
}

function cohort(place: number): { s: CohortSecret; key: CohortKey } {
  const c = vectors("charters.json").at("cohorts").nth(place);
  return { s: CohortSecret.fromBytes(c.at("s").bytes()), key: CohortKey.fromBytes(c.at("S").bytes()) };
}

function account(name: string, value: Vector): Vector {
  const found = vectors("accounts.json")
    .at("accounts")
    .each()
    .find((a) => a.at(name).text() === value.text());
  ok(found !== undefined, "an account");
  return found;
}

test("a publisher enrols two members in one batch, and they find their keys", async () => {
  const file = vectors("enrolment.json");
  for (const keys of await bothKeys()) {
    const batch = new Batch(new ExchangeSecret(file.at("batch").at("x").bytes()));
    equal(batch.public, file.at("batch").at("X").bytes());
    for (const c of file.at("by_publisher").each()) {
      const { s, key } = cohort(c.at("cohort").count());
      const member = account("account", c.at("account"));
      const enrolling = { ik: member.at("ik").id<IdentityKey>(), ek: c.at("ek").id<ExchangeKey>() };
      equal((await batch.enrol(audience(), s, key, enrolling)).toBytes(), c.at("t").bytes());
      const ek = await keys.exchange(member.at("ek_secret").bytes());
      equal(await ek.agree(batch.public), c.at("ss").bytes(), keys.name);
      const d = await readerKey(ek, batch.public, audience(), key, c.at("account").id());
      equal(d.toBytes(), c.at("d").bytes(), keys.name);
    }
  }
});

test("a key made to give its secret away is refused", async () => {
  const batch = new Batch(new ExchangeSecret(new Uint8Array(32).fill(9)));
  const { s, key } = cohort(0);
  const member = { ik: none<IdentityKey>(), ek: none<ExchangeKey>() };
  await refused(() => batch.enrol(audience(), s, key, member), "degenerate");
  for (const keys of await bothKeys()) {
    const ek = await keys.exchange(new Uint8Array(32).fill(8));
    for (const small of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]) {
      await refused(() => readerKey(ek, id(small), audience(), key, none()), "degenerate", keys.name);
    }
  }
});

test("an open link enrols without anyone learning s", () => {
  const c = vectors("enrolment.json").at("by_link");
  const { s, key } = cohort(c.at("cohort").count());
  const seed = new Seed(c.at("seed").bytes());
  const link = linkKey(seed, audience());
  equal(link.expose(), c.at("link_secret").bytes());
  equal(link.public, c.at("link").bytes());
  const dLink = linkScalar(seed, audience(), key);
  equal(dLink.toBytes(), c.at("d_link").bytes());
  const tLink = deposit(s, dLink);
  equal(tLink.toBytes(), c.at("t_link").bytes());
  const d = ownReaderKey(new Seed(c.at("vault_seed").bytes()), audience(), key);
  equal(d.toBytes(), c.at("d").bytes());
  const share = delta(dLink, d);
  equal(share.toBytes(), c.at("delta").bytes());
  equal(scalarBytes(times(tLink.expose(), share.expose())), c.at("t").bytes(), "what the hub makes of it");
  equal(s.tokenFor(d).toBytes(), c.at("t").bytes());
});

test("fragments carry the seed and the charter they were made under", async () => {
  const file = vectors("enrolment.json");
  const c = file.at("by_link");
  const chain = chainUpTo(1);
  for (const [name, kind, seed] of [
    ["fragment_open", "open", "seed"],
    ["fragment_approval", "approval", "seed_approval"],
  ] as const) {
    const fragment = parseFragment(c.at(name).text());
    equal([fragment.kind, fragment.audience], [kind, audience()]);
    equal(fragment.seed.expose(), c.at(seed).bytes());
    chain.checkPin(fragment.revision, fragment.charterHash);
    equal(fragmentText(fragment), c.at(name).text());
  }
  for (const bad of file.at("invalid_fragments").each()) {
    ok((await refusal(() => parseFragment(bad.text()))) !== undefined, bad.text());
  }
});

test("signed statements parse and verify", () => {
  for (const c of vectors("enrolment.json").at("statements").each()) {
    const [bytes, signer, signature] = [
      c.at("bytes").bytes(),
      c.at("signer").id<IdentityKey>(),
      c.at("signature").bytes(),
    ];
    const label = c.at("label").text();
    ok(verify(signer, label, bytes, signature), c.at("what").text());
    if (label === "link") {
      ok(isLinkSigned(parseLink(bytes), signer, signature), label);
      equal(encodeLink(parseLink(bytes)), bytes);
    } else if (label === "membership") {
      const membership = parseMembership(bytes);
      equal(membership.issuer, signer);
      ok(isMembershipSigned(membership, signature), label);
      equal(encodeMembership(membership), bytes);
    } else {
      equal(label, "join");
      equal(encodeRequest(parseRequest(bytes)), bytes);
    }
  }
});

test("a request is signed by its link and its joiner", async () => {
  const file = vectors("enrolment.json");
  const joins = file
    .at("statements")
    .each()
    .filter((c) => c.at("label").text() === "join");
  for (const [at, kind] of [
    [0, "open"],
    [2, "approval"],
  ] as const) {
    const [first, second] = [joins[at], joins[at + 1]];
    ok(first !== undefined && second !== undefined, "two signatures");
    const request = parseRequest(first.at("bytes").bytes());
    equal(request.claim === undefined ? "approval" : "open", kind);
    const [byLink, byJoiner] = [first.at("signature").bytes(), second.at("signature").bytes()];
    ok(isRequestSigned(request, byLink, byJoiner), kind);
    ok(!isRequestSigned(request, byJoiner, byLink), "the other way round");
    if (kind === "approval") continue;
    const link = linkKey(new Seed(file.at("by_link").at("seed").bytes()), audience());
    equal(await signRequest(request, link), byLink);
    for (const keys of await bothKeys()) {
      const ik = await keys.identity(vectors("accounts.json").at("accounts").nth(4).at("ik_secret").bytes());
      equal(await signRequest(request, ik), byJoiner, keys.name);
    }
  }
});

test("only an open link claims a slot, and it must", async () => {
  const join = vectors("enrolment.json")
    .at("statements")
    .each()
    .find((c) => c.at("label").text() === "join");
  const open = join?.at("bytes").bytes();
  ok(open !== undefined, "a request");
  const change = (kind: number, s?: number, share?: number) => {
    const bytes = new Uint8Array(open);
    bytes[2] = kind;
    if (s !== undefined) bytes.fill(s, 67, 99);
    if (share !== undefined) bytes.fill(share, 131, 163);
    return bytes;
  };
  equal(parseRequest(change(2, 0, 0)).claim, undefined);
  for (const bad of [
    change(1, 0),
    change(1, undefined, 0),
    change(1, 255),
    change(1, undefined, 255),
    change(2),
    change(2, 0),
    change(2, undefined, 0),
    change(0, 0, 0),
    change(3),
  ]) {
    await refused(() => parseRequest(bad), "value");
  }
});

/** The statement of `enrolment.json` with this name, and its signature. */
function statement(what: string): Vector {
  const found = vectors("enrolment.json")
    .at("statements")
    .each()
    .find((c) => c.at("what").text() === what);
  ok(found !== undefined, what);
  return found;
}

test("a membership lets its holder write", async () => {
  const charter = chainUpTo(1).current();
  const admin = vectors("accounts.json").at("accounts").nth(0).at("ik").id<IdentityKey>();
  const link = statement("link");
  const linked: LinkProof = {
    link: parseLink(link.at("bytes").bytes()),
    publisher: admin,
    signature: link.at("signature").bytes(),
  };
  for (const [what, byLink] of [
    ["membership by publisher", undefined],
    ["membership by link", linked],
  ] as const) {
    const membership = parseMembership(statement(what).at("bytes").bytes());
    const proof = { membership, signature: statement(what).at("signature").bytes(), byLink };
    checkProof(proof, charter, membership.ik);
    await refused(() => checkProof(proof, charter, admin), "writer", what);
    const bytes = encodeWriterProof(proof);
    equal(bytes.length, byLink === undefined ? 204 : 379);
    equal(encodeWriterProof(parseWriterProof(bytes)), bytes);
    await refused(() => parseWriterProof(bytes.slice(0, -1)), "truncated");
    await refused(() => parseWriterProof(Uint8Array.of(...bytes, 0)), "trailing");
  }
});

test("every invalid membership is refused, whoever is said to stand behind it", async () => {
  const charter = chainUpTo(1).current();
  const reasons: Readonly<Record<string, string>> = {
    "issued by an approval link": "link",
    "issued after the link expired": "link",
    "guardian issued by a link": "link",
    "for a cohort key that is not in the charter": "cohort",
    "signature of another": "signature",
  };
  for (const c of vectors("enrolment.json").at("invalid_memberships").each()) {
    const membership = parseMembership(c.at("bytes").bytes());
    for (const account of vectors("accounts.json").at("accounts").each()) {
      const publisher = account.at("ik").id<IdentityKey>();
      const byLink = c.has("link")
        ? { link: parseLink(c.at("link").bytes()), publisher, signature: c.at("link_signature").bytes() }
        : undefined;
      const signed = byLink !== undefined && isLinkSigned(byLink.link, publisher, byLink.signature);
      const why = c.at("why").text();
      const byNobody = why === "link signed by someone who is no publisher";
      const reason = byNobody ? (signed ? "issuer" : "signature") : reasons[why];
      ok(reason !== undefined, why);
      const proof = { membership, signature: c.at("signature").bytes(), byLink };
      await refused(() => checkProof(proof, charter, membership.ik), reason, why);
    }
  }
});

test("a membership through a link stands on that link in that audience", async () => {
  const charter = chainUpTo(1).current();
  const admin = new IdentitySecret(vectors("accounts.json").at("accounts").nth(0).at("ik_secret").bytes());
  const membership = parseMembership(statement("membership by link").at("bytes").bytes());
  const signature = statement("membership by link").at("signature").bytes();
  const link = parseLink(statement("link").at("bytes").bytes());
  const check = async (other: Partial<Link>, who = membership) => {
    const changed = { ...link, ...other };
    const byLink = { link: changed, publisher: admin.public, signature: await signLink(changed, admin) };
    checkProof({ membership: who, signature, byLink }, charter, membership.ik);
  };
  await check({});
  const elsewhere = id<AudienceId>(new Uint8Array(32).fill(1));
  await refused(() => check({ audience: elsewhere }), "audience");
  await refused(() => check({ linkPk: id(new Uint8Array(32).fill(1)) }), "link");
  await refused(() => check({ expiresMs: membership.atMs }), "link");
  await refused(() => check({}, { ...membership, audience: elsewhere }), "audience");
  await refused(
    () => checkProof({ membership, signature, byLink: undefined }, charter, membership.ik),
    "issuer",
  );
});

test("a publisher's word makes a guardian", async () => {
  const charter = chainUpTo(1).current();
  const admin = new IdentitySecret(vectors("accounts.json").at("accounts").nth(0).at("ik_secret").bytes());
  const given = parseMembership(statement("membership by publisher").at("bytes").bytes());
  const membership = { ...given, role: "guardian", issuer: admin.public } as const;
  const signature = await signMembership(membership, admin);
  checkProof({ membership, signature, byLink: undefined }, charter, membership.ik);
});
