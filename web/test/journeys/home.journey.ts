/** What the browser keeps for its owner: the page on the home screen, and the login card among the passwords. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Hub, launch, Person } from "./harness.ts";

let browser: Browser;
let hub: Hub;

before(async () => {
  [browser, hub] = await Promise.all([launch(), Hub.start()]);
});

after(async () => {
  await browser.close();
  await hub.remove();
});

/** What a page sees of being asked to keep something: what it gave to the browser. */
interface Kept {
  offered: number;
  passwords: { id: string; password: string }[];
}

/** Notes what goes to the password manager, and lets it go there. */
function note(): void {
  const kept: Kept = { offered: 0, passwords: [] };
  Object.assign(globalThis, { kept });
  const { store } = CredentialsContainer.prototype;
  CredentialsContainer.prototype.store = function (credential) {
    const { id, password } = credential as Credential & { password: string };
    kept.passwords.push({ id, password });
    return store.call(this, credential);
  };
}

test("The login card goes to the password manager, by a button and as a form that any manager knows", async () => {
  const dimas = await Person.with(browser, hub);
  await dimas.context.addInitScript(note);
  const { page } = dimas;
  await page.goto("/begin");
  await page.getByLabel("Nama Anda").fill("Dimas");
  await page.getByRole("button", { name: "Buat akun" }).click();
  const letters = await page.getByRole("group", { name: "Huruf dan angka" }).innerText();
  const card = letters.trim().replace(/\s+/g, "-");
  await page.getByRole("button", { name: "Pengelola sandi" }).click();
  await page.getByText("Peramban bertanya apakah kartu", { exact: false }).first().waitFor();
  const { passwords } = await page.evaluate(() => (globalThis as unknown as { kept: Kept }).kept);
  assert.deepEqual(passwords, [{ id: "Dimas", password: card }]);
  await dimas.look("begin-card-kept");

  const forms = await page.evaluate(() =>
    [...document.forms].map((form) =>
      [...form.elements].map((one) => [
        one.getAttribute("autocomplete"),
        (one as HTMLInputElement).type,
        (one as HTMLInputElement).value,
      ]),
    ),
  );
  const [form = []] = forms.filter((fields) =>
    fields.some(([autocomplete]) => autocomplete === "new-password"),
  );
  assert.deepEqual(form.slice(0, 2), [
    ["username", "text", "Dimas"],
    ["new-password", "password", card],
  ]);
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Mulai" }).click();
  await page.waitForURL("**/inbox");

  // A manager fills both fields of the form for signing in.
  const other = await Person.with(browser, hub);
  await other.page.goto("/signin");
  const filled = other.page.locator('input[autocomplete="current-password"]');
  await filled.waitFor();
  assert.equal(
    await other.page
      .locator('form:has(input[autocomplete="current-password"]) input[autocomplete="username"]')
      .count(),
    1,
  );
  await filled.fill(card);
  await other.page.getByRole("button", { name: "Masuk", exact: true }).click();
  await other.page.waitForURL("**/inbox");
  for (const one of [dimas, other]) await one.leave();
});

test("The page can be installed, and offers it where its reader looks for it", async () => {
  const yuni = await Person.with(browser, hub);
  const { page } = yuni;
  await page.goto("/begin");
  await page.getByLabel("Nama Anda").fill("Yuni");
  await page.getByRole("button", { name: "Buat akun" }).click();
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Mulai" }).click();
  await page.waitForURL("**/inbox");
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);

  const debug = await yuni.context.newCDPSession(page);
  const manifest = await debug.send("Page.getAppManifest");
  assert.deepEqual(manifest.errors, []);
  const told = JSON.parse(manifest.data ?? "{}") as {
    icons: { src: string; sizes: string; type: string }[];
    start_url: string;
  };
  assert.ok(told.icons.length > 1);
  for (const { src, type } of told.icons) {
    const answer = await page.request.get(new URL(src, manifest.url).href);
    assert.equal(answer.headers()["content-type"], type, src);
  }
  const { installabilityErrors } = await debug.send("Page.getInstallabilityErrors");
  // A profile that forgets everything is the one thing that is in the way of it here.
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"),
    [],
  );

  await page.getByRole("link", { name: "Saya" }).click();
  await page.getByText("Tambahkan ke layar utama", { exact: false }).waitFor();
  // A browser without a window offers nothing, so that the test makes the offer in its place.
  const prevented = await page.evaluate(() => {
    const offer = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), {
      prompt: () => {
        (globalThis as unknown as { asked: boolean }).asked = true;
        return Promise.resolve({ outcome: "accepted" });
      },
    });
    dispatchEvent(offer);
    return offer.defaultPrevented;
  });
  assert.ok(prevented, "nothing of it is shown over what is being read");
  await yuni.look("me-install");
  await page.getByRole("button", { name: "Pasang", exact: true }).click();
  await page.getByText("Sudah terpasang.").first().waitFor();
  assert.ok(await page.evaluate(() => (globalThis as unknown as { asked?: boolean }).asked));
  await yuni.leave();
});
