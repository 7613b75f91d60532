/** A teacher's homework: giving it, watching it come in, checking it pupil by pupil, giving it back. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";
import { photo, schoolClass, works } from "./school.ts";

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

/** Somebody's account in a browser of their own. */
async function seated(author: Author, options: Parameters<typeof Person.with>[2] = {}): Promise<Person> {
  const person = await Person.with(browser, hub, options);
  await signIn(person, author.card);
  return person;
}

test("Bu Sri gives homework to her class, watches it come in, draws on a photo, returns it and asks for one again", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7A", [
    "Adinda Puspita",
    "Bayu Saputra",
    "Cahya Kusuma",
  ]);
  const sri = await seated(teacher);
  const { page } = sri;
  await page.getByRole("link", { name: "Tulis" }).first().click();
  await page.locator("label", { hasText: "Tugas" }).click();
  await page.getByRole("heading", { level: 1, name: "Beri tugas" }).waitFor({ state: "attached" });
  await page.getByRole("option", { name: /Kelas 7A/ }).waitFor({ state: "attached" });
  await page.getByLabel("Judul", { exact: true }).fill("Perbandingan senilai");
  await page
    .getByLabel("Isi", { exact: true })
    .fill("Kerjakan soal **1 sampai 8** di buku halaman 112. Tulis caranya, lalu foto setiap halaman.");
  await page.locator('input[name="berkas"]').setInputFiles({
    name: "Soal halaman 112.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.concat([Buffer.from("%PDF-1.4 "), Buffer.alloc(20_000, 7)]),
  });
  await page.getByRole("button", { name: "Seminggu lagi" }).click();
  await page.getByText("Buka, tutup, dan percobaan").click();
  await page.getByLabel("Percobaan").selectOption("2");
  await page.getByText("terenkripsi dan terunggah").waitFor();
  await look(sri, "assign");
  await page.getByRole("button", { name: "Pratinjau" }).click();
  await page.locator(".preview").getByText("Perbandingan senilai").waitFor();
  await look(sri, "assign-preview");
  await page.getByRole("button", { name: "Tulis lagi" }).click();

  // The draft is there after a reload, as it was.
  await page.reload();
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[name="judul"]')?.value === "Perbandingan senilai",
  );
  await page.getByLabel("Tenggat", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/board");
  await page.getByText("0 dari 3", { exact: false }).waitFor();
  await look(sri, "board-new");

  const [adinda, bayu, cahya] = pupils;
  assert.ok(adinda && bayu && cahya);
  const [work] = await works(adinda, audience);
  assert.ok(work);
  assert.equal(work.terms.attempts, 2);
  assert.deepEqual(work.terms.scale, { kind: "points", most: 100 });
  await adinda.handIn(work, {
    body: "Nomor 6 saya jelaskan di halaman dua, Bu.",
    photos: [await photo(page, 1), await photo(page, 2)],
  });
  await page.getByText("1 dari 3", { exact: false }).waitFor();
  await bayu.handIn(work, { body: "", photos: [await photo(page, 3)] });
  await page.getByText("2 dari 3", { exact: false }).waitFor();
  await look(sri, "board-filling");

  await page.getByRole("link", { name: "Periksa berikutnya" }).click();
  await page.getByRole("heading", { level: 1, name: "Adinda Puspita" }).waitFor();
  await page.locator(".pages img").nth(1).waitFor();
  await look(sri, "check");
  await page.getByLabel("Nilai, 0 sampai 100").fill("920");
  await page.getByRole("button", { name: "Kembalikan" }).click();
  await page.getByText("Tulis angka dari 0 sampai 100").waitFor();
  await page.getByLabel("Nilai, 0 sampai 100").fill("92,5");
  await page.getByLabel("Umpan balik").fill("Caranya sudah runtut. Bagus, Adinda!");
  await page.getByRole("button", { name: "Coret" }).first().click();
  await scribble(page);
  // Left by Escape, it is there again.
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Coret" }).first().click();
  await page.getByRole("button", { name: "Urungkan coretan" }).and(page.locator(":enabled")).waitFor();
  await look(sri, "check-drawing");
  await page.getByRole("button", { name: "Lampirkan coretan" }).click();
  await page.locator(".verdict").getByText("Coretan foto 1.webp").waitFor();
  await page.locator(".verdict").getByText("dikunci dan diunggah").waitFor({ state: "detached" });
  await page.getByText(/Konsep disimpan/).waitFor();
  await look(sri, "check-marked");

  // What was entered is there again after a reload; then on to the next with the arrow key, and back.
  await page.reload();
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>(".mark-field input")?.value === "92,5",
  );
  await page.locator("h1").focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("heading", { level: 1, name: "Bayu Saputra" }).waitFor();
  await page.locator("h1").focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("heading", { level: 1, name: "Adinda Puspita" }).waitFor();
  await page.getByRole("button", { name: "Kembalikan" }).click();

  // The next one whose work waits comes by itself.
  await page.getByRole("heading", { level: 1, name: "Bayu Saputra" }).waitFor();
  await page.locator(".undo").getByText("Pekerjaan Adinda Puspita dikembalikan.").waitFor();
  await page.getByLabel("Nilai, 0 sampai 100").fill("60");
  await page.getByLabel("Umpan balik").fill("Cara nomor 3 dan 6 belum ada.");
  await page.getByLabel("Minta mengulang").check();
  await page.getByRole("button", { name: "Kembalikan" }).click();
  await page.waitForURL("**/board");
  await page.getByText("Diminta mengulang").waitFor();
  await look(sri, "board-returned");

  const mark = async (of: typeof adinda) => (await of.own(work)).mark;
  assert.deepEqual([await mark(adinda), await mark(bayu)], ["92.5", "60"]);
  const returned = await adinda.newest(work);
  assert.equal(returned?.content.body, "Caranya sudah runtut. Bagus, Adinda!");
  assert.deepEqual(
    returned.content.attachments.map(({ type }) => type),
    ["image/webp"],
  );
  assert.equal((await bayu.own(work)).redo, true);

  // Cahya is ill: first more time, then excused, which can be taken back.
  await page.getByRole("link", { name: /Cahya Kusuma/ }).click();
  await page.getByText("Tambah waktu atau bebaskan").click();
  await look(sri, "check-nothing");
  await page.getByRole("button", { name: "Tambah waktu", exact: true }).click();
  await page
    .locator(".undo")
    .getByText(/Cahya Kusuma mendapat waktu sampai/)
    .waitFor();
  await page.getByRole("button", { name: "Bebaskan dari tugas ini" }).click();
  await page.locator(".undo").getByText("Cahya Kusuma dibebaskan dari tugas ini.").waitFor();
  assert.equal((await cahya.own(work)).excused, true);
  await page.getByRole("button", { name: "Urungkan" }).click();
  await page.locator(".turned").getByText("Dibebaskan", { exact: true }).waitFor({ state: "detached" });
  assert.equal((await cahya.own(work)).excused, false);
  await page.goBack();
  await page
    .getByText(/Waktu ditambah sampai/)
    .first()
    .waitFor();
  await sri.leave();
});

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

/** Two strokes of the red pen, one thin, one thick. */
async function scribble(page: Page): Promise<void> {
  const canvas = page.locator("dialog canvas");
  await canvas.waitFor();
  const box = await canvas.boundingBox();
  assert.ok(box);
  const stroke = async (from: number, to: number) => {
    await page.mouse.move(box.x + box.width * from, box.y + box.height * 0.3);
    await page.mouse.down();
    for (let at = 0; at <= 8; at++)
      await page.mouse.move(
        box.x + box.width * (from + ((to - from) * at) / 8),
        box.y + box.height * (0.3 + 0.05 * Math.sin(at)),
      );
    await page.mouse.up();
  };
  await stroke(0.2, 0.6);
  await page.locator("dialog label", { hasText: "Tebal" }).click();
  await stroke(0.3, 0.8);
  await stroke(0.1, 0.2);
  await page.getByRole("button", { name: "Urungkan coretan" }).click();
}
