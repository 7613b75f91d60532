/** Section 3 agrees with the published vectors: what follows what, and everything that must not. */

import { Chain, Genesis, SignedCharter } from "../src/protocol/chain.ts";
import { Charter } from "../src/protocol/charter.ts";
import { CohortKey, CohortSecret } from "../src/protocol/keys.ts";
import { IdentitySecret } from "../src/protocol/secrets.ts";
import { equal, ok, refusal, refused, test } from "./harness.ts";
import { bothKeys, chainUpTo, NOW_MS, signedCharter, type Vector, vectors } from "./support.ts";

test("an audience is named by its Genesis", async () => {
  const file = vectors("charters.json");
  for (const audience of [file, file.at("two_signers")]) {
    const genesis = Genesis.parse(audience.at("genesis").bytes());
    equal(genesis.encode(), audience.at("genesis").bytes());
    equal(genesis.audience(), audience.at("audience").bytes());
  }
  for (const c of file.at("invalid_genesis").each()) {
    ok((await refusal(() => Genesis.parse(c.at("genesis").bytes()))) !== undefined, c.at("why").text());
  }
});

test("two revisions form a chain", async () => {
  const file = vectors("charters.json");
  const chain = chainUpTo(1);
  equal(chain.audience(), file.at("audience").bytes());
  for (const [revision, entry] of file.at("charters").each().entries()) {
    const signed = chain.byRevision(BigInt(revision));
    ok(signed !== undefined, "a revision");
    equal(signed.charter.encode(), entry.at("charter").bytes());
    equal(signed.charter.hash, entry.at("charter_hash").bytes());
    equal(signed.encodeSignatures(), entry.at("signatures").bytes());
    ok(chain.byHash(signed.charter.hash) === signed.charter, "by its hash");
    chain.checkPin(BigInt(revision), signed.charter.hash);
    await refused(() => chain.checkPin(2n, signed.charter.hash), "pin");
    ok(signed.charter.validAt(NOW_MS), "valid");
  }
  equal(chain.current().terms.revision, 1n);
  equal(chain.current().terms.desk, file.at("desk").bytes());
  for (const [i, cohort] of file.at("cohorts").each().entries()) {
    const key = CohortKey.fromBytes(cohort.at("S").bytes());
    ok(CohortSecret.fromBytes(cohort.at("s").bytes()).public().equals(key), "S = s·G");
    equal(chain.current().cohortIndex(key), i);
  }
  const accounts = vectors("accounts.json").at("accounts");
  const may = (n: number) => [
    chain.current().isPublisher(accounts.nth(n).at("ik").id()),
    chain.current().isAdmin(accounts.nth(n).at("ik").id()),
  ];
  equal(
    [may(0), may(1), may(2)],
    [
      [true, true],
      [true, false],
      [false, false],
    ],
  );
});

test("charters are signed alike from bytes and behind handles", async () => {
  const admin = vectors("accounts.json").at("accounts").nth(0);
  for (const keys of await bothKeys()) {
    const ik = await keys.identity(admin.at("ik_secret").bytes());
    for (const entry of vectors("charters.json").at("charters").each()) {
      const { charter, signatures } = signedCharter(entry);
      equal(await charter.sign(ik), signatures[0]?.[1], keys.name);
    }
  }
});

test("two signers begin an audience together", () => {
  const entry = vectors("charters.json").at("two_signers");
  const chain = new Chain(Genesis.parse(entry.at("genesis").bytes()), signedCharter(entry));
  equal(chain.current().encode(), entry.at("charter").bytes());
  equal(chain.genesis.audience(), chain.audience());
});

/** Offers a charter to what the vector says it would follow; throws why it does not. */
function offer(c: Vector): void {
  const file = vectors("charters.json");
  const next = SignedCharter.parse(c.at("charter").bytes(), c.at("signatures").bytes());
  if (c.at("after").isNumber()) {
    chainUpTo(c.at("after").count()).append(next);
    return;
  }
  const genesis = c.at("after").text() === "genesis" ? file : file.at("two_signers");
  void new Chain(Genesis.parse(genesis.at("genesis").bytes()), next);
}

const CHARTER_REASONS: Readonly<Record<string, string>> = {
  "previous hash of another charter": "previous",
  "revision skipped": "revision",
  "trailing byte": "trailing",
  truncated: "truncated",
  "hosted without a host": "host",
  "hosting changed within an audience": "hosting",
  "the same cohort key twice": "cohorts",
  "no cohort": "cohorts",
  "a cohort removed": "cohorts",
  "cohorts moved": "cohorts",
  "begins no later than the one before": "begins",
  "replies to everyone with 17 cohorts": "replies",
  "staff twice": "staff",
  "no admin": "threshold",
  "threshold above the admins": "threshold",
  "approvals nobody can give": "approvals",
  "valid longer than 92 days": "validity",
  "ends before it begins": "validity",
  "another audience": "previous",
  "signature over another charter": "signature",
  "signed by a publisher who is no admin": "signers",
  "no signature": "signers",
  "index out of range": "signers",
  "one signer of two": "signers",
  "the same signer twice": "signers",
};

test("every invalid charter is refused for what is wrong with it", async () => {
  const invalid = vectors("charters.json").at("invalid").each();
  ok(invalid.length > 30, "the vectors");
  for (const c of invalid) {
    const why = c.at("why").text();
    // What is not listed are values that no field may have.
    await refused(() => offer(c), CHARTER_REASONS[why] ?? "value", why);
  }
});

test("a known revision may come again, and another one is a fork only if it is valid", async () => {
  const chain = chainUpTo(1);
  const [first, second] = chain.revisions();
  ok(first !== undefined && second !== undefined, "two revisions");
  equal([chain.append(first), chain.append(second)], ["known", "known"]);
  const admin = new IdentitySecret(vectors("accounts.json").at("accounts").nth(0).at("ik_secret").bytes());
  const { terms } = second.charter;
  const other = new Charter({ ...terms, notAfterMs: terms.notAfterMs - 1n });
  const signature = await other.sign(admin);
  await refused(() => chain.append(new SignedCharter(other, second.signatures)), "signature");
  await refused(() => chain.append(new SignedCharter(other, [[0, signature]])), "fork");
  equal(chain.revisions().length, 2);
  equal(chain.current().hash, second.charter.hash);
});

test("the charter in force is the newest begun", () => {
  const chain = chainUpTo(1);
  const [first, second] = chain.revisions().map((r) => r.charter.terms);
  ok(first !== undefined && second !== undefined, "two revisions");
  const inForce = (ms: bigint) => chain.inForceAt(ms)?.terms.revision;
  equal(inForce(first.notBeforeMs - 1n), undefined);
  equal(inForce(first.notBeforeMs), 0n);
  equal(inForce(second.notBeforeMs - 1n), 0n);
  equal(inForce(second.notBeforeMs), 1n);
  equal(inForce(second.notAfterMs - 1n), 1n);
  equal(inForce(second.notAfterMs), undefined);
});
