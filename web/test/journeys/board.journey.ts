/** A full board: who is late, who is missing, reminding, returning what is done, two teachers, changing and taking back. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";
import { type Pupil, photo, schoolClass, works } from "./school.ts";

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

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

const NAMES = [
  "Adinda Puspita",
  "Agus Prasetyo",
  "Bayu Saputra",
  "Cahya Kusuma",
  "Dewi Anggraini",
  "Dimas Wicaksono",
  "Eka Lestari",
  "Fajar Nugroho",
  "Intan Permata",
  "Maria Tefa",
  "Nurul Hidayah",
  "Putu Wirawan",
];

const HOUR = 3_600_000;

test("Bu Sri's board of twelve pupils: late, missing and excused; two are reminded, two returned together, all seen by Pak Joko", async () => {
  const { teacher, audience, link, pupils } = await schoolClass(hub, "Kelas 7A", NAMES);
  const joko = await Author.named("Pak Joko", hub);
  await joko.client.join(link, { label: "Kelas 7A", name: "Pak Joko" });
  await teacher.client.addStaff(audience, joko.client.account, "publisher");
  const asked = { title: "Perbandingan senilai", body: "Soal 1 sampai 8.", points: 100, attempts: 2 };
  const given = await teacher.client.homework.assign(audience, { ...asked, dueMs: Date.now() + HOUR });
  await teacher.client.fetch(audience);
  const [first] = pupils;
  assert.ok(first);
  const [work] = await works(first);
  assert.ok(work);
  const sri = await Person.with(browser, hub, { width: 1280 });
  const { page } = sri;
  await signIn(sri, teacher.card);
  const pages = await Promise.all([1, 2, 3].map((seed) => photo(page, seed)));
  const at = (name: string): Pupil => {
    const found = pupils[NAMES.indexOf(name)];
    assert.ok(found);
    return found;
  };
  for (const name of NAMES.slice(0, 5)) await at(name).handIn(work, { body: "Sudah, Bu.", photos: pages });
  // The due time is corrected to now: what comes from here on is late.
  const due = Date.now();
  const known = await teacher.client.homework.work(audience, given);
  assert.ok(known);
  await teacher.client.homework.change(known, { ...asked, dueMs: due });
  await at("Dimas Wicaksono").handIn(work, {
    body: "",
    photos: pages.slice(0, 1),
    voice: true,
    guardian: "Yuni",
  });
  await at("Maria Tefa").handIn(work, { body: "", photos: pages, finishedMs: due - 90 * 60_000 });
  await page.goto(`/homework/${audience}/${given}/board`);
  await page.getByText("7 dari 12").waitFor();
  await page.getByText(/sinyal/).waitFor();

  // Putu is ill, Eka has no signal at home.
  await page.getByRole("link", { name: /Putu Wirawan/ }).click();
  await page.getByText("Tambah waktu atau bebaskan").click();
  await page.getByRole("button", { name: "Bebaskan dari tugas ini" }).click();
  await page.locator(".undo").getByText("Putu Wirawan dibebaskan dari tugas ini.").waitFor();
  await page.getByRole("link", { name: "Kembali", exact: true }).click();
  await page.getByRole("link", { name: /Eka Lestari/ }).click();
  await page.getByText("Tambah waktu atau bebaskan").click();
  await page.getByRole("button", { name: "Tambah waktu", exact: true }).click();
  await page
    .locator(".undo")
    .getByText(/Eka Lestari mendapat waktu sampai/)
    .waitFor();
  await page.getByRole("link", { name: "Kembali", exact: true }).click();
  await page.getByText(/Waktu ditambah sampai/).waitFor();
  await look(sri, "board");

  // Exactly those who miss it are reminded: not the excused, not the one with more time.
  const missing = ["Fajar Nugroho", "Intan Permata", "Nurul Hidayah"];
  await page.getByRole("button", { name: "Ingatkan 3 murid" }).click();
  await page.getByRole("dialog").getByText(missing.join(", ")).waitFor();
  await sri.look("board-remind");
  await page.getByRole("dialog").getByRole("button", { name: "Ingatkan 3 murid" }).click();
  await page.locator(".undo").getByText("3 murid diingatkan.").waitFor();
  await page
    .getByText(/^Diingatkan/)
    .first()
    .waitFor();
  for (const name of NAMES) {
    const pupil = at(name);
    await pupil.own(work);
    const reminders = await pupil.author.client.homework.reminders(work);
    assert.equal(reminders.length, missing.includes(name) ? 1 : 0, name);
  }

  // Marks are entered one after another and returned together.
  await page.getByRole("link", { name: "Periksa berikutnya" }).click();
  for (const [name, mark] of [
    ["Adinda Puspita", "92"],
    ["Agus Prasetyo", "81,5"],
  ] as const) {
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByLabel("Nilai, 0 sampai 100").fill(mark);
    await page.getByText(/Konsep disimpan/).waitFor();
    await page.getByRole("link", { name: /^Berikutnya/ }).click();
  }
  await page.getByRole("heading", { level: 1, name: "Bayu Saputra" }).waitFor();
  await page.getByRole("link", { name: "Kembali", exact: true }).click();
  await page.getByText("konsep").first().waitFor();
  await look(sri, "board-drafts");
  await page.getByRole("button", { name: "Kembalikan yang selesai (2)" }).click();
  await page.getByRole("dialog").getByText("81,5").waitFor();
  await sri.look("board-return-all");
  await page.getByRole("dialog").getByRole("button", { name: "Kembalikan 2" }).click();
  await page.locator(".undo").getByText("2 pekerjaan dikembalikan.").waitFor();
  assert.equal((await at("Agus Prasetyo").own(work)).mark, "81.5");

  // Dimas' work was handed in by his mother, and says so.
  await page.getByRole("link", { name: /Dimas Wicaksono/ }).click();
  await page.getByText("Diserahkan wali: Yuni").first().waitFor();
  await look(sri, "check-guardian");
  await page.getByRole("link", { name: "Kembali", exact: true }).click();

  // The other teacher sees the same board, and it fills under his eyes.
  const other = await Person.with(browser, hub, { width: 360 });
  await signIn(other, joko.card);
  await other.page.goto(`/homework/${audience}/${given}/board`);
  await other.page.getByText("7 dari 12").waitFor();
  await at("Fajar Nugroho").handIn(work, { body: "Maaf terlambat, Pak." });
  await other.page.getByText("8 dari 12").waitFor();
  await page.getByText("8 dari 12").waitFor();
  await look(other, "board-second-teacher");
  await other.leave();
  await sri.leave();
});

test("Bu Sri gives a task to two pupils, adds a third, takes one out, copies it to another class and takes it back", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7B", [
    "Sekar Ayu",
    "Jihan Aulia",
    "Lukas Sitorus",
  ]);
  const { audience: second } = await teacher.audience("Kelas 7C", "desk");
  const sri = await Person.with(browser, hub);
  const { page } = sri;
  await signIn(sri, teacher.card);
  await page.goto(`/write/${audience}?task`);
  await page.getByLabel("Judul", { exact: true }).fill("Pengayaan: pecahan");
  await page.getByLabel("Isi", { exact: true }).fill("Untuk yang ingin lebih.");
  await page.getByText("Kata", { exact: true }).click();
  await page.getByText("Murid tertentu").click();
  await page.getByText("0 dari 3 dipilih").waitFor();
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.getByText("Pilih paling sedikit satu murid.").waitFor();
  await page.getByLabel("Sekar Ayu").check();
  await page.getByLabel("Jihan Aulia").check();
  await page.getByText("2 dari 3 dipilih").waitFor();
  await look(sri, "assign-chosen");
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/board");
  await page.getByText("0 dari 2").waitFor();
  const [sekar, jihan, lukas] = pupils;
  assert.ok(sekar && jihan && lukas);
  const [work] = await works(sekar);
  assert.equal(work?.content.title, "Pengayaan: pecahan");
  assert.deepEqual(await works(lukas), []);

  await page.getByRole("button", { name: "Pilihan lain" }).click();
  await sri.look("board-menu");
  await page.getByRole("button", { name: "Ubah tugas" }).click();
  await page.getByText("2 dari 3 dipilih").waitFor();
  await page.getByLabel("Lukas Sitorus").check();
  await page.getByLabel("Jihan Aulia").uncheck();
  await look(sri, "assign-change");
  await page.getByRole("button", { name: "Kunci dan kirim perbaikan" }).click();
  await page.waitForURL("**/board");
  await page.getByRole("link", { name: /Lukas Sitorus/ }).waitFor();
  const states = async (of: Pupil) => (await works(of)).map(({ state }) => state);
  assert.deepEqual(
    [await states(sekar), await states(jihan), await states(lukas)],
    [["PUBLISHED"], ["DELETED"], ["PUBLISHED"]],
  );

  await page.getByRole("button", { name: "Pilihan lain" }).click();
  await page.getByRole("button", { name: "Salin ke kelas lain" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Kelas 7C" }).click();
  await page.waitForURL("**/write?draft=*");
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[name="judul"]')?.value === "Pengayaan: pecahan",
  );
  assert.equal(await page.locator('select[name="kepada"]').inputValue(), second);
  await page.goBack();

  await page.getByRole("button", { name: "Pilihan lain" }).click();
  await page.getByRole("button", { name: "Tarik tugas" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Tarik tugas" }).click();
  await page.getByText("Tugas ini ditarik kembali").waitFor();
  await look(sri, "board-withdrawn");
  assert.deepEqual(await states(sekar), ["DELETED"]);
  await sri.leave();
});
