/** Section 2 agrees with the published vectors: bundles, login, login card and vault. */

import {
  BUNDLE_MAX_MS,
  KeyBundle,
  loginMessage,
  Origin,
  signLogin,
  verifyLogin,
} from "../src/protocol/account.ts";
import { concat, hex } from "../src/protocol/bytes.ts";
import { LoginCard } from "../src/protocol/card.ts";
import { accountOf } from "../src/protocol/ids.ts";
import { IdentitySecret } from "../src/protocol/secrets.ts";
import { fromUtf8, utf8 } from "../src/protocol/text.ts";
import { openVault, sealVault } from "../src/protocol/vault.ts";
import { equal, ok, refusal, refused, test } from "./harness.ts";
import { bothKeys, NOW_MS, seeded, vectors } from "./support.ts";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

test("five accounts publish their keys", async () => {
  for (const keys of await bothKeys()) {
    for (const c of vectors("accounts.json").at("accounts").each()) {
      const ik = await keys.identity(c.at("ik_secret").bytes());
      const [xk, ek] = [
        await keys.exchange(c.at("xk_secret").bytes()),
        await keys.exchange(c.at("ek_secret").bytes()),
      ];
      equal(accountOf(ik.public), c.at("account").bytes());
      const bundle = KeyBundle.parse(c.at("bundle").bytes());
      equal(bundle.encode(), c.at("bundle").bytes());
      equal([bundle.terms.ik, bundle.terms.xk, bundle.terms.ek], [ik.public, xk.public, ek.public]);
      equal([bundle.terms.seq, bundle.account()], [1n, c.at("account").bytes()]);
      ok(bundle.validAt(NOW_MS), "valid");
      equal(await bundle.sign(ik), c.at("bundle_signature").bytes(), keys.name);
      ok(bundle.isSigned(c.at("bundle_signature").bytes()), "signed");
    }
  }
});

test("a bundle is numbered from one and valid for at most 90 days", async () => {
  const { terms } = KeyBundle.parse(vectors("accounts.json").at("accounts").nth(0).at("bundle").bytes());
  const bundle = (seq: bigint, notBeforeMs: bigint, notAfterMs: bigint) =>
    new KeyBundle({ ...terms, seq, notBeforeMs, notAfterMs });
  await refused(() => bundle(0n, 5n, 6n), "value");
  await refused(() => bundle(1n, 5n, 5n), "value");
  await refused(() => bundle(1n, 6n, 5n), "value");
  await refused(() => bundle(1n, 5n, 6n + BUNDLE_MAX_MS), "value");
  const longest = bundle(1n, 5n, 5n + BUNDLE_MAX_MS);
  const times = [4n, 5n, 4n + BUNDLE_MAX_MS, 5n + BUNDLE_MAX_MS];
  equal(
    times.map((ms) => longest.validAt(ms)),
    [false, true, true, false],
  );
});

test("a login answers one challenge of one hub", async () => {
  const file = vectors("accounts.json");
  const login = file.at("login");
  const origin = new Origin(login.at("origin").text());
  const [challenge, signature] = [login.at("challenge").bytes(), login.at("signature").bytes()];
  equal(loginMessage(origin, challenge), login.at("bytes").bytes());
  ok(verifyLogin(login.at("ik").id(), origin, challenge, signature), "the answer");
  for (const keys of await bothKeys()) {
    const ik = await keys.identity(file.at("accounts").nth(2).at("ik_secret").bytes());
    equal(await signLogin(ik, origin, challenge), signature, keys.name);
  }
  ok(
    !verifyLogin(login.at("ik").id(), new Origin("https://hub.example.org"), challenge, signature),
    "elsewhere",
  );
  ok(!verifyLogin(login.at("ik").id(), origin, new Uint8Array(32), signature), "another challenge");
});

test("origins have scheme and host only", async () => {
  for (const good of ["https://hub.example", "http://127.0.0.1:8080", "http://[::1]:8080"]) {
    equal(new Origin(good).text, good);
  }
  const long = `https://${"a".repeat(248)}`;
  for (const bad of [
    "",
    "https://",
    "hub.example",
    "ftp://hub.example",
    "https://hub.example/",
    "https://hub.example\n",
    "https://Hub.example",
    "https://me@hub.example",
    "https://desa.é",
    long,
  ]) {
    await refused(() => new Origin(bad), "value", bad);
  }
});

test("a login card finds and opens its vault", async () => {
  const c = vectors("accounts.json").at("login_card");
  const card = new LoginCard(c.at("card").bytes());
  equal(card.toText(), c.at("text").text());
  equal(card.toGroups(), "EKMM-AZ01-Y386-1P4W-K3HW-0FSK-98F");
  equal(card.vaultId(), c.at("vault_id").bytes());
  equal(card.vaultKey(), c.at("vault_key").bytes());

  const same = LoginCard.parse(" ekmm azOl-y386-Ip4w k3hw-ofsk-98f");
  const secrets = utf8('{"version":1}');
  const file = await sealVault(secrets, card);
  ok(fromUtf8(file.subarray(0, 33)).startsWith("age-encryption.org/v1\n-> X25519 "), "an age file");
  equal(await openVault(file, same), secrets);
});

test("a vault stays shut for another card and when changed", async () => {
  const random = seeded(2);
  const [card, other] = [LoginCard.random(random), LoginCard.random(random)];
  const secrets = new Uint8Array(100_000).fill(7);
  const file = await sealVault(secrets, card);
  equal(await openVault(file, card), secrets);
  await refused(() => openVault(file, other), "wrong key");
  await refused(() => openVault(file.slice(0, -1), card), "damaged");
  await refused(() => openVault(utf8("not a vault"), card), "damaged");
  for (const place of [0, 30, 100, 180, 250, file.length - 1]) {
    const changed = new Uint8Array(file);
    changed[place] = (changed[place] ?? 0) ^ 1;
    ok((await refusal(() => openVault(changed, card))) !== undefined, `byte ${place}`);
  }
});

test("what a card shows is read back", () => {
  const random = seeded(3);
  for (let n = 0; n < 50; n++) {
    const card = LoginCard.random(random);
    for (const shown of [card.toText(), card.toGroups(), card.toGroups().toLowerCase()]) {
      equal(LoginCard.parse(shown).expose(), card.expose());
    }
  }
  for (let value = 0; value < 37; value++) {
    const card = new LoginCard(concat(new Uint8Array(15), Uint8Array.of(value)));
    ok(card.toText().endsWith(SYMBOLS.charAt(value)), "every check symbol");
    equal(LoginCard.parse(card.toText()).expose(), card.expose());
  }
});

test("every single wrong symbol of a card is noticed", async () => {
  const text = LoginCard.random(seeded(4)).toText();
  for (let place = 0; place < text.length; place++) {
    for (const wrong of SYMBOLS.replace(text.charAt(place), "")) {
      const typed = text.slice(0, place) + wrong + text.slice(place + 1);
      ok((await refusal(() => LoginCard.parse(typed))) !== undefined, typed);
    }
  }
});

test("what is no card is said to be none", async () => {
  await refused(() => LoginCard.parse(""), "length");
  await refused(() => LoginCard.parse("EKMM-AZ01"), "length");
  await refused(() => LoginCard.parse("EKMMAZ01Y3861P4WK3HW0FSK98FF"), "length");
  await refused(() => LoginCard.parse("EKMMAZ01Y3861P4WK3HW0FSK9!F"), "symbol");
  await refused(() => LoginCard.parse("UKMMAZ01Y3861P4WK3HW0FSK98F"), "symbol");
  await refused(() => LoginCard.parse("EKMMAZ01Y3861P4WK3HW0FSK99F"), "check");
  await refused(() => LoginCard.parse("é".repeat(24)), "symbol");
  // A dotless i is a capital I to `toUpperCase`, but no symbol of a card.
  await refused(() => LoginCard.parse("EKMMAZ01Y386ıP4WK3HW0FSK98F"), "symbol");
});

test("secrets do not print", () => {
  const secret = new IdentitySecret(new Uint8Array(32).fill(0xab));
  const card = new LoginCard(new Uint8Array(16).fill(0xab));
  for (const shown of [
    String(secret),
    JSON.stringify({ secret, card }),
    `${card}`,
    JSON.stringify(Object.entries(card)),
  ]) {
    ok(!shown.includes("171") && !shown.toLowerCase().includes("abab"), shown);
  }
  secret.erase();
  equal(hex(secret.expose()), "00".repeat(32));
});
