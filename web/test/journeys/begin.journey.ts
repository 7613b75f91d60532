/** Beginning, keeping the login card, coming back with it, losing it, and replacing it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { pointCameraAt } from "./camera.ts";
import { Hub, launch, Person, pictures } from "./harness.ts";

let hub: Hub;
let browser: Browser;

before(async () => {
  [hub, browser] = [await Hub.start(), await launch()];
});

after(async () => {
  await browser.close();
  await hub.remove();
});

/** The symbols of the card on the screen, as one would write them down. */
async function cardOn(page: Page): Promise<string> {
  const groups = await page.getByRole("group", { name: /Huruf dan angka|Letters and digits/ }).innerText();
  return groups.trim().replace(/\s+/g, " ");
}

/** Makes an account and goes on once the card is written down; the card. */
async function begin({ page }: Person, name: string): Promise<string> {
  await page.goto("/begin");
  await page.getByLabel("Nama Anda").fill(name);
  await page.getByRole("button", { name: "Buat akun" }).click();
  const card = await cardOn(page);
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Mulai" }).click();
  await page.waitForURL("**/inbox");
  return card;
}

async function signIn({ page }: Person, card: string): Promise<void> {
  await page.goto("/signin");
  await page.getByLabel("Kartu masuk", { exact: true }).fill(card);
  await page.getByRole("button", { name: "Masuk", exact: true }).click();
}

test("somebody begins, keeps the card, is still in after a reload, and comes back in another browser", async () => {
  const dimas = await Person.with(browser, hub);
  const { page } = dimas;
  await page.goto("/");
  await page.getByRole("link", { name: "Buat akun" }).waitFor();
  await dimas.look("begin-welcome");
  await page.getByRole("link", { name: "Buat akun" }).click();
  await page.getByLabel("Nama Anda").fill("Dimas Wicaksono");
  await dimas.look("begin-name");
  await page.getByRole("button", { name: "Buat akun" }).click();
  await page.getByRole("heading", { name: "Simpan kartu masuk" }).waitFor();
  await dimas.look("begin-card");
  await page.getByRole("button", { name: "Mulai" }).click();
  await page.getByText("Simpan dulu kartunya").waitFor();
  const paper = (await page.pdf({ format: "A4" })).toString("latin1");
  assert.equal(paper.match(/\/Type ?\/Page\b/g)?.length, 1, "one card on one page");
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: `${pictures}/begin-card-print.png`, fullPage: true });
  await page.emulateMedia({ media: null });

  const [picture] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Simpan gambar" }).click(),
  ]);
  assert.equal(picture.suggestedFilename(), "kartu-masuk-kentongan.png");
  const file = `${hub.folder}/card.png`;
  await picture.saveAs(file);
  const card = await cardOn(page);
  assert.equal(card.replaceAll(" ", "").length, 27);
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Mulai" }).click();
  await page.waitForURL("**/inbox");
  await page.goto("/me");
  await page.getByRole("heading", { name: "Dimas Wicaksono" }).waitFor();

  // Elsewhere, from the picture of the card, as from paper in front of a phone.
  const other = await Person.with(browser, hub);
  await other.page.goto("/signin");
  await other.page.getByRole("heading", { name: "Masuk dengan kartu" }).waitFor();
  await other.look("signin");
  await other.page.locator("input[type=file]").setInputFiles(file);
  await other.page.waitForURL("**/inbox");
  await other.page.goto("/me");
  await other.page.getByRole("heading", { name: "Dimas Wicaksono" }).waitFor();
  await other.leave();
  await dimas.leave();
});

test("a card is read with the camera, and the camera is off afterwards", async () => {
  const wayan = await Person.with(browser, hub);
  await begin(wayan, "Wayan");
  const { page } = wayan;
  await page.goto("/me/card");
  await page.getByRole("button", { name: "Buat kartu baru" }).click();
  await page.getByRole("heading", { name: "Simpan kartu yang baru" }).waitFor();
  const [picture] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Simpan gambar" }).click(),
  ]);
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Pakai kartu baru" }).click();
  await page.getByRole("main").getByText("Kartu baru berlaku.").waitFor();
  const seen = (await readFile(await picture.path())).toString("base64");
  const other = await Person.with(browser, hub);
  await other.page.goto("/signin");
  await other.page.getByRole("button", { name: "Pindai dengan kamera" }).click();
  await other.page.getByLabel("Yang dilihat kamera").waitFor();
  await other.look("signin-scan");
  await other.page.keyboard.press("Escape");
  await other.page.evaluate(pointCameraAt, seen);
  await other.page.getByRole("button", { name: "Pindai dengan kamera" }).click();
  await other.page.waitForURL("**/inbox");
  const live = await other.page.evaluate(() => {
    const { tracks } = globalThis as unknown as { tracks: MediaStreamTrack[] };
    return tracks.filter(({ readyState }) => readyState === "live").length;
  });
  assert.equal(live, 0);
  await other.leave();
  await wayan.leave();
});

test("a card is typed as people type, and what is wrong with it is said", async () => {
  const sari = await Person.with(browser, hub);
  const card = await begin(sari, "Sari");
  const other = await Person.with(browser, hub);
  const { page } = other;
  await signIn(other, card.slice(0, -5));
  await page.getByText("Kartu terdiri dari 27 huruf dan angka; ini 23.").waitFor();
  await signIn(other, `${card.slice(0, -1)}!`);
  await page.getByText("“!” tidak ada di kartu mana pun.").waitFor();
  const [first, ...rest] = card;
  await signIn(other, [first === "7" ? "8" : "7", ...rest].join(""));
  await page.getByText("tanda terakhir tidak cocok").waitFor();
  await other.look("signin-mistyped");
  // Sixteen zero bytes are a card that is well written and nobody's.
  await signIn(other, "0".repeat(27));
  await page.getByText("tidak mengenalnya").waitFor();
  await other.look("signin-unknown");
  await signIn(other, card.toLowerCase().replaceAll(" ", "-").replaceAll("0", "o").replaceAll("1", "l"));
  await page.waitForURL("**/inbox");
  await other.leave();
  await sari.leave();
});

test("a vault that was damaged on the hub is told apart from a wrong card", async () => {
  const wati = await Person.with(browser, hub);
  const card = await begin(wati, "Wati");
  const other = await Person.with(browser, hub);
  await other.context.route("**/v1/vaults/*", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length - 1]! ^= 1;
    await route.fulfill({ response, body });
  });
  await signIn(other, card);
  await other.page.getByText("simpanan akunnya di hub rusak").waitFor();
  await other.leave();
  await wati.leave();
});

test("a page that closes before the card is kept asks for it again, and the card can be made anew", async () => {
  const budi = await Person.with(browser, hub);
  const { page } = budi;
  await page.goto("/begin");
  await page.getByRole("button", { name: "Buat akun" }).click();
  const lost = await cardOn(page);
  await page.reload();
  await page.getByRole("heading", { name: "Kartu Anda belum dipastikan" }).waitFor();
  await budi.look("begin-pending");
  await page.getByRole("link", { name: "Belum: buat kartu baru" }).click();
  await page.getByRole("heading", { name: "Kartu masuk Anda" }).waitFor();
  await budi.look("me-card");
  await page.getByRole("button", { name: "Buat kartu baru" }).click();
  await page.getByRole("heading", { name: "Simpan kartu yang baru" }).waitFor();
  const card = await cardOn(page);
  assert.notEqual(card, lost);
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Pakai kartu baru" }).click();
  await page.getByRole("main").getByText("Kartu baru berlaku.").waitFor();
  await budi.look("me-card-replaced");

  await page.goto("/me/card");
  await page.getByLabel("Kartu masuk", { exact: true }).fill(lost);
  await page.getByRole("button", { name: "Periksa" }).click();
  await page.getByText("bukan kartu akun ini").waitFor();
  await page.getByLabel("Kartu masuk", { exact: true }).fill(card);
  await page.getByRole("button", { name: "Periksa" }).click();
  await page.getByText("Ini kartu akun Anda.").waitFor();

  const other = await Person.with(browser, hub);
  await signIn(other, lost);
  await other.page.getByText("tidak mengenalnya").waitFor();
  await signIn(other, card);
  await other.page.waitForURL("**/inbox");
  await other.leave();
  await budi.leave();
});

test("a device that was signed in with the old card hears that it was replaced", async () => {
  const [one, two] = [await Person.with(browser, hub), await Person.with(browser, hub)];
  const card = await begin(one, "Ratna");
  await signIn(two, card);
  await two.page.waitForURL("**/inbox");
  await one.page.goto("/me/card");
  await one.page.getByRole("button", { name: "Buat kartu baru" }).click();
  await one.page.getByLabel("Kartu sudah saya cetak").check();
  await one.page.getByRole("button", { name: "Pakai kartu baru" }).click();
  await one.page.getByRole("main").getByText("Kartu baru berlaku.").waitFor();
  await two.page.goto("/me");
  await two.page.getByLabel("Nama Anda").fill("Ratna Dewi");
  await two.page.getByRole("button", { name: "Simpan" }).click();
  await two.page.getByText("Kartu akun ini diganti dari perangkat lain.").waitFor();
  await two.leave();
  await one.leave();
});

test("in English, on a slow phone", async () => {
  const ann = await Person.with(browser, hub, { language: "en", pace: 4 });
  const { page } = ann;
  await page.goto("/");
  await page.getByRole("link", { name: "Create account" }).waitFor();
  await ann.look("begin-welcome-en");
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("Your name").fill("Ann");
  await page.keyboard.press("Enter");
  const kept = page.getByLabel("I have printed, written down or saved the card.");
  await kept.waitFor();
  await ann.look("begin-card-en");
  await kept.check();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/inbox");
  await ann.leave();
});
