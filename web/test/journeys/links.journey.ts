/** Links that people pass on: used up, full, shared and copied, closed by new keys; permanent ones of every standing. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import type { Rules } from "../../src/client/index.ts";
import { Author, signIn } from "./author.ts";
import { Hub, launch, Person, type Visitor } from "./harness.ts";

let browser: Browser;
let hub: Hub;

before(async () => {
  [browser, hub] = await Promise.all([launch(), Hub.start()]);
});

after(async () => {
  Author.leaveAll();
  await browser.close();
  await hub.remove();
});

const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("heading", { name }).first().waitFor();

/** Somebody's account in a browser of their own. */
async function seated(author: Author, options: Visitor = {}): Promise<Person> {
  const person = await Person.with(browser, hub, options);
  await signIn(person, author.card);
  return person;
}

test("The last place of an invitation goes to who presses first; the other is told, and so is who comes later", async () => {
  const officer = await Author.named("Pak Joko", hub);
  const { audience } = await officer.audience("Ronda RT 5", "none");
  const link = await officer.client.makeLink(audience, { kind: "open", maxUses: 1, validMs: 86_400_000 });
  const [wayan, ketut] = [
    await seated(await Author.named("Wayan", hub)),
    await seated(await Author.named("Ketut", hub)),
  ];
  for (const { page } of [wayan, ketut]) {
    await page.goto(link.replace("#", "#Ronda%20RT%205#"));
    await heading(page, "Ikuti Ronda RT 5?");
  }
  await wayan.page.getByRole("button", { name: "Gabung", exact: true }).click();
  await heading(wayan.page, "Anda sudah ikut Ronda RT 5");
  await ketut.page.getByRole("button", { name: "Gabung", exact: true }).click();
  await ketut.page.getByText("habis dipakai", { exact: false }).first().waitFor();
  await ketut.look("join-last-place-gone");

  await ketut.page.goto("/inbox");
  await ketut.page.goto(link);
  await heading(ketut.page, "Undangan ini sudah ditutup");
  await ketut.look("join-used-up");
  for (const one of [wayan, ketut]) await one.leave();
});

test("Where the channel has no place left for now, its invitation says so", async () => {
  const officer = await Author.named("Dinas Sosial", hub);
  const { link } = await officer.audience("Bantuan pangan", "none");
  const sari = await Person.with(browser, hub, { width: 1280 });
  // As the hub says it when every cohort that the link reaches is full.
  await sari.context.route(/\/links\/[\w-]+$/, async (route) => {
    const response = await route.fetch();
    const { s: _, ...row } = (await response.json()) as Record<string, unknown>;
    await route.fulfill({ response, json: row });
  });
  await sari.page.goto(link);
  await heading(sari.page, "Sedang penuh");
  await sari.look("join-full");
  await sari.leave();
});

/** Has the page's own sheet for sharing note what it is given, for there is none without a window. */
function noteShared(): void {
  Object.assign(globalThis, { shared: [] });
  const share = (what: ShareData): Promise<void> => {
    (globalThis as unknown as { shared: ShareData[] }).shared.push(what);
    return Promise.resolve();
  };
  Object.defineProperty(Navigator.prototype, "share", { value: share, configurable: true });
}

test("An invitation is shared from the phone's own sheet, and copied", async () => {
  const rini = await Author.named("Bu Rini", hub);
  const { audience } = await rini.audience("Kelas 7A", "everyone", "approval");
  const person = await Person.with(browser, hub);
  await person.context.addInitScript(noteShared);
  await signIn(person, rini.card);
  const { page } = person;
  await page.goto(`/audiences/${audience}/invite`);
  const link = await page.getByLabel("Tautan undangan").inputValue();
  await page.getByRole("button", { name: "Bagikan" }).click();
  const shared = await page.evaluate(() => (globalThis as unknown as { shared: ShareData[] }).shared);
  assert.deepEqual(shared, [{ title: "Kelas 7A", text: "Undangan ke Kelas 7A di Kentongan:", url: link }]);
  await page.getByRole("button", { name: "Salin tautan" }).click();
  await page.getByText("Tautan tersalin.").waitFor();
  await person.look("people-invite-shared");
  // The page may not read the clipboard; its reader may.
  await page.goto("/search");
  await page.getByRole("searchbox").click();
  await page.keyboard.press("Control+v");
  assert.equal(await page.getByRole("searchbox").inputValue(), link);
  await person.leave();
});

test("New keys close the open links: who came through one is named to the publisher, is told, and comes in again", async () => {
  const officer = await Author.named("dr. Ratna", hub);
  const { audience, link } = await officer.audience("Kanal Imunisasi", "desk");
  const [yuni, gaduh] = [await Author.named("Yuni", hub), await Author.named("Si Gaduh", hub)];
  for (const one of [yuni, gaduh])
    await one.client.join(link, { name: one.client.name ?? "", label: "Kanal Imunisasi" });
  const [reader, ratna] = [await seated(yuni), await seated(officer, { width: 1280 })];
  await heading(reader.page, "Belum ada kabar");

  const { page } = ratna;
  await page.goto(`/audiences/${audience}/members`);
  await page.getByRole("button", { name: "Pilihan untuk Si Gaduh" }).click();
  await page.getByRole("button", { name: "Keluarkan dan ganti kunci" }).click();
  await page.getByText("perlu bergabung lagi lewat tautan baru", { exact: false }).first().waitFor();
  await page.getByText("Dulu masuk lewat tautan terbuka.").first().waitFor();
  await page.getByText("Tautan terbuka yang lama sudah ditutup.", { exact: false }).first().waitFor();
  await ratna.look("people-rotated-open");
  await page.getByRole("main").getByRole("link", { name: "Ke undangan" }).click();
  await heading(page, "Undang");
  await ratna.look("people-invite-after-rotation");

  await reader.page.getByText("mintalah undangan yang baru", { exact: false }).waitFor();
  await reader.look("inbox-rotated-out");
  await reader.page.goto(link);
  await heading(reader.page, "Undangan ini sudah ditutup");
  const again = await officer.client.makeLink(audience, { kind: "open", maxUses: 9, validMs: 86_400_000 });
  await reader.page.goto("/inbox");
  await reader.page.goto(again);
  await reader.page.getByRole("button", { name: "Gabung", exact: true }).click();
  await heading(reader.page, "Anda sudah ikut");
  await officer.post(audience, { title: "Jadwal baru", body: "Kamis." });
  await reader.page.goto("/inbox");
  await reader.page.getByRole("link", { name: /Jadwal baru/ }).waitFor();
  for (const one of [reader, ratna]) await one.leave();
});

test("A permanent link of a hosted channel opens only for who agrees that its operator can read", async () => {
  const gateway = await Author.named("Dinas Kesehatan", hub);
  const rules: Rules & { host: string } = {
    ...{ replies: "none", history: "same key" },
    host: "Dinas Kominfo Kabupaten",
  };
  const audience = await gateway.client.found("Jadwal Posyandu", rules);
  const post = await gateway.post(audience, { title: "Posyandu Senin", body: "Di balai RW." });
  await gateway.client.consentToHosting(audience);
  await gateway.client.fetch(audience);
  const link = await gateway.client.permalink(audience, post);
  const stranger = await Person.with(browser, hub);
  const { page } = stranger;
  await page.goto(link);
  await heading(page, "Dinas Kominfo Kabupaten dapat membaca kanal ini");
  assert.equal(await page.getByText("Di balai RW.").count(), 0, "nothing is opened before");
  assert.equal(new URL(page.url()).hash, "");
  await stranger.look("permalink-consent");
  await page.getByRole("button", { name: "Saya setuju, buka" }).click();
  await heading(page, "Posyandu Senin");
  await page.getByText("Di balai RW.").waitFor();
  await stranger.look("permalink-hosted");
  await stranger.leave();
});

test("A permanent link of a post that was corrected says so, in English too, and keeps to what it opens", async () => {
  const officer = await Author.named("Pak Hadi", hub);
  const { audience } = await officer.audience("Siaga Banjir", "none");
  const post = await officer.post(audience, { title: "Air naik", body: "Mengungsi ke SD 2." });
  await officer.client.fetch(audience);
  const link = await officer.client.permalink(audience, post);
  await officer.client.send(
    audience,
    "correction",
    { title: "Air naik", body: "Mengungsi ke balai desa." },
    post,
  );
  for (const [language, told, width] of [
    ["id", "Hub menyatakan kabar ini sudah diperbaiki.", 360],
    ["en", "The hub says", 1280],
  ] as const) {
    const stranger = await Person.with(browser, hub, { language, width });
    await stranger.page.goto(link);
    await heading(stranger.page, "Air naik");
    await stranger.page.getByText(told, { exact: false }).first().waitFor();
    await stranger.page.getByText("Mengungsi ke SD 2.").waitFor();
    await stranger.look(`permalink-corrected-${language}`);
    await stranger.leave();
  }
});
