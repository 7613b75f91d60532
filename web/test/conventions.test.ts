/** The conventions of section 1 agree with the published vectors, ours and those of the RFCs. */

import { concat, Malformed } from "../src/protocol/bytes.ts";
import { verifyRaw } from "../src/protocol/ed25519.ts";
import { hpkeOpen, hpkeSeal } from "../src/protocol/letter/hpke.ts";
import { pad, unpad } from "../src/protocol/pad.ts";
import {
  hash,
  hashToScalar,
  hashToScalarRaw,
  inverse,
  kdf,
  ORDER,
  point,
  scalar,
  scalarBytes,
  times,
  timesBase,
  timesBlinded,
} from "../src/protocol/primitives.ts";
import { fromBase64url, toBase64url, utf8 } from "../src/protocol/text.ts";
import { equal, ok, refused, test } from "./harness.ts";
import { bothKeys, Script, seeded, vectors } from "./support.ts";

test("hashes are framed by their label", () => {
  for (const c of vectors("conventions.json").at("hash").each()) {
    equal(hash(c.at("label").text(), c.at("input").bytes()), c.at("output").bytes());
  }
});

test("keys are derived with label, context and length", () => {
  for (const c of vectors("conventions.json").at("kdf").each()) {
    const salt = c.at("salt").bytes();
    const [ikm, label, context] = [c.at("ikm").bytes(), c.at("label").text(), c.at("context").bytes()];
    const derived = kdf(salt.length === 0 ? undefined : salt, ikm, label, context, c.at("length").count());
    equal(derived, c.at("output").bytes(), label);
  }
});

test("scalars are hashed under their label", () => {
  for (const c of vectors("conventions.json").at("scalar").each()) {
    const hashed = hashToScalar(c.at("label").text(), c.at("input").bytes());
    equal(scalarBytes(hashed ?? 0n), c.at("output").bytes());
  }
});

test("scalars are hashed as RFC 9497 derives keys", () => {
  const ours = vectors("external/rfc9497.json")
    .each()
    .filter((c) => c.at("identifier").text() === "ristretto255-SHA512");
  equal(ours.length, 3);
  for (const c of ours) {
    const mode = Uint8Array.of(c.at("mode").count());
    const dst = concat(utf8("DeriveKeyPairOPRFV1-"), mode, utf8("-ristretto255-SHA512"));
    const info = c.at("keyInfo").bytes();
    const input = concat(c.at("seed").bytes(), Uint8Array.of(0, info.length), info, Uint8Array.of(0));
    equal(scalarBytes(hashToScalarRaw(dst, input) ?? 0n), c.at("skSm").bytes());
  }
});

test("points are decoded as RFC 9496 says, and the identity is refused", async () => {
  const file = vectors("external/rfc9496.json");
  for (const [n, c] of file.at("small_multiples_of_generator").each().entries()) {
    if (n === 0) await refused(() => point(c.bytes()), "value", "the identity");
    else equal(point(c.bytes()).toBytes(), timesBase(BigInt(n)).toBytes());
    if (n > 0) equal(timesBase(BigInt(n)).toBytes(), c.bytes());
  }
  for (const c of file.at("invalid_encodings").each())
    await refused(() => point(c.bytes()), "value", c.text());
});

test("scalars below the order are read, and zero is refused", async () => {
  equal(scalar(scalarBytes(ORDER - 1n)), ORDER - 1n);
  await refused(() => scalar(new Uint8Array(32)), "value");
  await refused(() => scalar(scalarBytes(ORDER)), "value");
  await refused(() => scalar(new Uint8Array(32).fill(255)), "value");
  await refused(() => scalar(new Uint8Array(31).fill(1)), "value");
});

test("a blinded multiplication is a multiplication", () => {
  const random = seeded(1);
  for (const s of [1n, 2n, 12345n, ORDER - 1n]) {
    equal(timesBlinded(timesBase(7n), s, random).toBytes(), timesBase(times(7n, s)).toBytes());
    equal(times(s, inverse(s)), 1n);
  }
  // An `a` of zero, and one that leaves nothing for `b`, are drawn again.
  const wide = (s: bigint) => concat(scalarBytes(s), new Uint8Array(32));
  const script = new Script(wide(0n), wide(5n), wide(3n));
  equal(timesBlinded(timesBase(7n), 5n, script.random).toBytes(), timesBase(35n).toBytes());
  ok(script.isUsedUp(), "three draws");
});

/** Each case carries flags for what is unusual about it; `Verify` refuses these and no others. */
test("every edge case of Ed25519 is judged strictly", () => {
  const bad = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];
  const cases = vectors("external/cctv-ed25519.json").each();
  equal(cases.length, 914);
  for (const c of cases) {
    // Where nothing is unusual, the list of flags is null.
    const flags = c.at("flags").isNull()
      ? []
      : c
          .at("flags")
          .each()
          .map((flag) => flag.text());
    const good = flags.every((flag) => !bad.includes(flag));
    const judged = verifyRaw(c.at("key").bytes(), utf8(c.at("msg").text()), c.at("sig").bytes());
    equal(judged, good, `case ${c.at("number").count()} ${flags.join()}`);
  }
});

test("HPKE seals and opens as RFC 9180 does, from bytes and behind handles", async () => {
  const base = vectors("external/rfc9180.json")
    .each()
    .filter((c) => isOurs(c.at("mode").count(), c.at("kdf_id").count(), c.at("aead_id").count()));
  ok(base.length > 0, "a case in base mode");
  for (const c of base) {
    const first = c.at("encryptions").nth(0);
    const [info, aad, plaintext] = [c.at("info").bytes(), first.at("aad").bytes(), first.at("pt").bytes()];
    for (const keys of await bothKeys()) {
      const sealed = await hpkeSeal(
        c.at("pkRm").id(),
        info,
        aad,
        plaintext,
        () => c.at("ikmE").bytes(),
        keys.support,
      );
      ok(sealed !== undefined, keys.name);
      equal(sealed.enc, c.at("enc").bytes(), keys.name);
      equal(sealed.ct, first.at("ct").bytes(), keys.name);
      const key = await keys.exchange(c.at("skRm").bytes());
      equal(await hpkeOpen(key, sealed, info, aad), plaintext, keys.name);
      equal(await hpkeOpen(key, sealed, aad, info), undefined, keys.name);
    }
  }
});

function isOurs(mode: number, kdfId: number, aeadId: number): boolean {
  return mode === 0 && kdfId === 1 && aeadId === 3;
}

test("padding reaches the published lengths", () => {
  for (const c of vectors("conventions.json").at("padme").each()) {
    const content = new Uint8Array(c.at("content_length").count()).fill(120);
    equal(pad(content).length, c.at("padded_length").count());
    equal(unpad(pad(content)), content);
  }
});

test("padding has one form", async () => {
  await refused(() => pad(new Uint8Array((1 << 20) - 3)), "too long");
  for (const length of [0, 7, 252, 253, 700, 3000]) {
    const padded = pad(new Uint8Array(length).fill(7));
    await refused(() => unpad(concat(padded, Uint8Array.of(0))), "value");
    ok((await refusedAs(() => unpad(padded.subarray(0, -1)))) instanceof Malformed, "shorter");
    for (let at = 4 + length; at < padded.length; at += 11) {
      const other = new Uint8Array(padded);
      other[at] = 1;
      await refused(() => unpad(other), "value");
    }
  }
  const beyond = pad(utf8("pentungan"));
  beyond.set([0, 0, 0, 253]);
  await refused(() => unpad(beyond), "truncated");
  beyond.set([255, 255, 255, 255]);
  await refused(() => unpad(beyond), "value");
});

function refusedAs(run: () => unknown): unknown {
  try {
    return run();
  } catch (e) {
    return e;
  }
}

test("base64url has one form", async () => {
  const random = seeded(9);
  for (let n = 0; n < 40; n++) {
    const bytes = random(n);
    equal(fromBase64url(toBase64url(bytes)), bytes);
  }
  for (const bad of ["A", "AAAAA", "AB", "AAB", "AA==", "AA ", "A+", "A/", "é", "🥁🥁"]) {
    await refused(() => fromBase64url(bad), "value", bad);
  }
});
