/** Receiving: live and urgent, files, *understood*, languages, archive, mute, search, another language, the focus. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person, type Visitor } from "./harness.ts";

let browser: Browser;
let hub: Hub;
let officer: Author;
let channel: { audience: string; link: string };

before(async () => {
  [browser, hub] = await Promise.all([launch(), Hub.start()]);
  officer = await Author.named("dr. Ratna Wulandari", hub);
  channel = await officer.audience("Kanal Imunisasi", "everyone");
});

after(async () => {
  Author.leaveAll();
  await browser.close();
  await hub.remove();
});

/** A member with a browser of their own. */
async function member(name: string, options: Visitor = {}): Promise<Person> {
  const account = await Author.named(name, hub);
  await account.join(channel.link, "Kanal Imunisasi");
  account.leave();
  const person = await Person.with(browser, hub, options);
  await signIn(person, account.card);
  return person;
}

test("Yuni hears an urgent announcement while the inbox is open, opens its file, and says that she understands", async () => {
  const yuni = await member("Yuni, ibu Dimas", { hands: "touch" });
  const { page } = yuni;
  await page.getByRole("heading", { name: "Belum ada kabar" }).waitFor();
  await yuni.look("inbox-empty");
  const letter = new File(["%PDF-1.4 Surat persetujuan"], "Surat persetujuan.pdf", {
    type: "application/pdf",
  });
  const attachment = await officer.client.attach(channel.audience, letter, letter.name, "audience");
  const post = await officer.post(channel.audience, {
    title: "Pos Balai Desa pindah ke SD karena banjir",
    body: "Bapak dan Ibu, **hari ini** imunisasi tetap ada.\n\nMohon dibawa:\n\n- Buku KIA\n- Surat persetujuan",
    priority: "urgent",
    place: { name: "SD Negeri 2, ruang kelas 1", geo: "-6.9,110.4" },
    language: "id",
    versions: [
      { language: "jv", title: "Pos Balai Desa pindhah", body: "Bapak lan Ibu, imunisasi tetep ana." },
    ],
    attachments: [attachment],
  });
  const urgent = page.getByRole("region", { name: "Mendesak" });
  const line = urgent.getByRole("link", { name: /Pos Balai Desa pindah/ });
  await line.waitFor();
  await yuni.look("inbox-urgent");
  await line.click();
  await page.getByRole("heading", { level: 1, name: "Pos Balai Desa pindah ke SD karena banjir" }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/post/${post}`);
  await page.getByText("Tanda tangan penerbit cocok").waitFor();
  await yuni.look("post");

  await page.getByRole("button", { name: "Jawa" }).click();
  await page.getByText("imunisasi tetep ana").waitFor();

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /Surat persetujuan\.pdf/ }).click();
  assert.equal((await saved).suggestedFilename(), "Surat persetujuan.pdf");
  await page.getByText("sudah ada di perangkat ini").waitFor();

  await page.getByRole("button", { name: "Saya mengerti" }).click();
  await page.locator("main").getByText("Sudah Anda tandai mengerti").waitFor();
  assert.equal((await officer.client.status(post)).acknowledged, 1);
  await yuni.look("post-understood");
  await yuni.leave();
});

test("Pak Made archives what is done and takes it back, mutes the channel, and finds an old word again", async () => {
  const made = await member("Pak Made");
  const { page } = made;
  const first = await officer.post(channel.audience, {
    title: "Timbang balita",
    body: "Di Posyandu Melati, hari Rabu.",
  });
  await officer.post(channel.audience, {
    title: "Seragam pramuka hari Jumat",
    body: "Kegiatan mulai pukul 13.30.",
  });
  await page.getByRole("link", { name: /Timbang balita/ }).click();
  await page.getByRole("heading", { level: 1, name: "Timbang balita" }).waitFor();
  await page.getByRole("button", { name: "Pilihan lain" }).click();
  await page.getByRole("dialog").waitFor();
  await made.look("post-more");
  await page.getByRole("button", { name: "Arsipkan" }).click();
  await page.waitForURL("**/inbox");
  const main = page.locator("main");
  await main.getByText("Diarsipkan.", { exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: /Timbang balita/ }).count(), 0);
  await made.look("inbox-undo");
  await page.getByRole("button", { name: "Urungkan" }).click();
  await page.getByRole("link", { name: /Timbang balita/ }).waitFor();

  await page.goto(`/post/${first}`);
  await page.getByRole("button", { name: "Pilihan lain" }).click();
  await page.getByRole("button", { name: "Arsipkan" }).click();
  await page.waitForURL("**/inbox");
  await page.getByText("Diarsipkan", { exact: true }).click();
  await page.getByRole("link", { name: /Timbang balita/ }).waitFor();
  await made.look("inbox-archived");
  await page.getByText("Semua", { exact: true }).click();

  await page.getByRole("button", { name: "Bunyi Kanal Imunisasi" }).click();
  await page.getByRole("dialog").getByText("Keras").click();
  await page.getByRole("checkbox").check();
  await made.look("sounds");
  await page.getByRole("button", { name: "Simpan" }).click();
  await main.getByText("dibisukan").waitFor();

  await page.getByRole("link", { name: "Cari di perangkat ini" }).click();
  await made.look("search-empty");
  await page.getByRole("searchbox").fill("melati RABU");
  await page.getByText("Satu yang cocok.").waitFor();
  assert.deepEqual(await page.locator("mark").allTextContents(), ["Melati", "Rabu"]);
  await made.look("search");
  await page.getByRole("searchbox").fill("xyzzy");
  await page.getByText(/Tidak ada yang cocok/).waitFor();
  await page.getByRole("searchbox").fill("timbang");
  await page.getByRole("link", { name: /Timbang balita/ }).click();
  await page.getByRole("heading", { level: 1, name: "Timbang balita" }).waitFor();
  await made.leave();
});

test("Anne reads in English, on a slow phone; the focus goes where she goes", async () => {
  const anne = await member("Anne", { language: "en", pace: 4 });
  const { page } = anne;
  await page.getByRole("heading", { level: 1, name: "News" }).waitFor({ state: "attached" });
  await anne.look("inbox-english");
  const line = page.getByRole("link", { name: /Pos Balai Desa pindah/ });
  await line.click();
  await page.getByRole("heading", { level: 1, name: /Pos Balai Desa/ }).waitFor();
  assert.match(await focused(page), /Pos Balai Desa/);
  await page.getByRole("button", { name: "I understand" }).click();
  await page.locator("main").getByText("You marked it as understood").waitFor();
  assert.match(await focused(page), /You marked it as understood/);
  await page.getByRole("button", { name: "Reply", exact: true }).click();
  await page.keyboard.type("Is there parking at the school?");
  await page.keyboard.press("Control+Enter");
  await page.locator(".thread").getByText("Is there parking at the school?").waitFor();
  await anne.look("post-english");
  await page.getByRole("button", { name: "Options for the reply" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.match(await focused(page), /Options for the reply/);
  await anne.leave();
});

test("The page measures by itself how long it takes to show a post", async () => {
  const person = await member("Ketut");
  const { page } = person;
  const link = () => page.getByRole("link", { name: /Seragam pramuka/ });
  for (let round = 0; round < 5; round++) {
    await link().click();
    await page.getByRole("heading", { level: 1, name: /Seragam pramuka/ }).waitFor();
    await page.getByRole("link", { name: "Kembali" }).click();
    await page.waitForURL("**/inbox");
    await link().waitFor();
  }
  const took = await page.evaluate(() =>
    performance.getEntriesByName("post opened").map(({ duration }) => duration),
  );
  console.log(`post opened: ${took.map((ms) => ms.toFixed(1)).join(", ")} ms`);
  assert.equal(took.length, 5);
  await person.leave();
});

/** What has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute("aria-label") ?? at?.textContent ?? "";
  });
