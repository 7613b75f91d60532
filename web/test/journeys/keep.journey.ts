/** What a pupil keeps of homework, and what becomes of it on the way: calendar, record, receipts; refusals, late joiners, two guardians. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Browser, Download, Page } from "playwright-core";

import type { LetterView, Work } from "../../src/client/index.ts";
import { Author, signIn } from "./author.ts";
import { Hub, launch, Person, pictures } from "./harness.ts";
import { photo, schoolClass, type Pupil } from "./school.ts";

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

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Opens an account in a browser of its own. */
async function seated(author: Author, options: Parameters<typeof Person.with>[2] = {}): Promise<Person> {
  const person = await Person.with(browser, hub, options);
  await signIn(person, author.card);
  return person;
}

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

/** What a press of a button saves. */
async function saved(page: Page, button: string | RegExp): Promise<Download> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return download;
}

const textOf = async (download: Download): Promise<string> => readFile(await download.path(), "utf8");

async function handIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Serahkan/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
}

async function open(page: Page, title: string): Promise<void> {
  await page.goto("/homework");
  await page.getByRole("link", { name: new RegExp(title) }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** The teacher's works, by title. */
async function given(teacher: Author, audience: string, title: string): Promise<Work> {
  await teacher.client.fetch(audience);
  const work = (await teacher.client.homework.works()).find(({ content }) => content.title === title);
  assert.ok(work !== undefined, title);
  return work;
}

/** What is in at the teacher's desk for a work. */
async function atDesk(teacher: Author, work: Work): Promise<LetterView[]> {
  await teacher.client.fetch(work.audience);
  await teacher.client.fetchDesk(work.audience);
  const letters: LetterView[] = [];
  for (const submission of (await teacher.client.homework.submissions(work)).values()) {
    const letter = await teacher.client.homework.letter(work, submission.handedIn()?.letter ?? "");
    if (letter !== undefined) letters.push(letter);
  }
  return letters;
}

/** A calendar's events, unfolded. */
function events(file: string): Map<string, string>[] {
  const lines = file.replaceAll("\r\n ", "").split("\r\n");
  const list: Map<string, string>[] = [];
  for (const line of lines) {
    const [name, value] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)];
    if (line === "BEGIN:VEVENT") list.push(new Map());
    else list.at(-1)?.set(name, value);
  }
  return list;
}

/** Milliseconds of a time in UTC as calendars write it. */
function timeOf(text = ""): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

/** A time without a part of a second, as calendars know it. */
const whole = (ms: number): number => Math.floor(ms / 1000) * 1000;

test("Dimas takes his due times and his record along: a calendar, a table, paper", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7A", ["Dimas"]);
  const [dimas] = pupils as [Pupil];
  const now = whole(Date.now());
  const secret = "Kerjakan nomor 1 sampai 8, lalu foto.";
  const give = (title: string, dueMs: number | undefined, more: object = {}) =>
    teacher.client.homework.assign(audience, { title, body: secret, dueMs, ...more });
  await give("Pecahan; bab 3, nomor 1", now + DAY, { cutoffMs: now + 2 * DAY, points: 100 });
  await give("=1+1", now + 3 * DAY);
  // The night in which clocks in Europe go back.
  await give("Membaca", Date.UTC(2027, 9, 31, 1, 30));
  await give("Menggambar", now + 4 * DAY);
  await give("Tanpa tenggat", undefined);
  const first = await given(teacher, audience, "Pecahan; bab 3, nomor 1");
  const more = await given(teacher, audience, "=1+1");
  const gone = await given(teacher, audience, "Menggambar");
  await dimas.handIn(first, { body: "Sudah, Bu.", photos: [] });
  await atDesk(teacher, first);
  await teacher.client.homework.giveBack(first, dimas.account, {
    body: "Rapi.",
    attachments: [],
    mark: "86,5",
  });
  await teacher.client.homework.giveBack(more, dimas.account, {
    body: "",
    attachments: [],
    extendedUntilMs: now + 5 * DAY,
  });
  await teacher.client.homework.withdraw(gone);

  const pupil = await seated(dimas.author);
  const { page } = pupil;
  await page.goto("/homework");
  await page.getByRole("link", { name: /=1\+1.*diperpanjang/ }).waitFor();
  await look(pupil, "keep-list");
  const calendar = await saved(page, "Simpan ke kalender");
  assert.equal(calendar.suggestedFilename(), "tugas.ics");
  const file = await textOf(calendar);
  assert.ok(file.startsWith("BEGIN:VCALENDAR\r\n") && file.trimEnd().endsWith("END:VCALENDAR"), file);
  assert.ok(!/[^\r]\n|\r[^\n]/.test(file), "every line ends with CR LF");
  assert.ok(!file.includes("nomor 1 sampai 8") && !file.includes("Sri"), "no instructions, no names");
  const found = events(file).map((event) => [
    event.get("SUMMARY"),
    timeOf(event.get("DTSTART")),
    event.get("STATUS"),
  ]);
  assert.deepEqual(
    found.sort(([, a], [, b]) => Number(a) - Number(b)),
    [
      ["Pecahan\\; bab 3\\, nomor 1 (Kelas 7A)", now + DAY, "CONFIRMED"],
      ["Menggambar (Kelas 7A)", now + 4 * DAY, "CANCELLED"],
      ["=1+1 (Kelas 7A)", now + 5 * DAY, "CONFIRMED"],
      ["Membaca (Kelas 7A)", Date.UTC(2027, 9, 31, 1, 30), "CONFIRMED"],
    ],
  );
  const uids = events(file).map((event) => event.get("UID"));
  assert.ok(uids.includes(`${first.id}@kentongan`) && new Set(uids).size === 4, String(uids));

  await page.getByRole("link", { name: "Nilai & tanda terima" }).click();
  await page.getByRole("cell", { name: "86,5 dari 100" }).waitFor();
  await look(pupil, "keep-record");
  const table = await textOf(await saved(page, "Unduh tabel (CSV)"));
  assert.ok(table.startsWith("\u{feff}") && table.endsWith("\r\n"), "as spreadsheets want it");
  const line = (title: string) => table.split("\r\n").find((one) => one.includes(title)) ?? "";
  assert.ok(line("=1+1").startsWith(`"'=1+1",Kelas 7A,`), table);
  assert.ok(line("Pecahan").startsWith('"Pecahan; bab 3, nomor 1",Kelas 7A,'), table);
  assert.ok(line("Pecahan").includes('"86,5 dari 100",sah'), table);
  await onPaper(page);

  await pupil.leave();
});

/** Only the record is printed: no navigation, no buttons, dark on white though the screen is dark. */
async function onPaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  // A4 lying down, less its margins, at 96 pixels an inch.
  await page.setViewportSize({ width: 1031, height: 702 });
  assert.equal(await page.locator("button:visible, nav:visible, .bar:visible").count(), 0, "only the record");
  assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
  assert.ok(await page.locator(".paper-only").getByText("Dimas").isVisible(), "whose it is");
  assert.ok(await page.getByRole("cell", { name: "sah" }).isVisible(), "the receipt's state");
  const { wide, ink } = await page.locator(".ledger").evaluate((one) => ({
    wide: one.scrollWidth - one.clientWidth,
    ink: [...one.querySelectorAll("th, td")].map((cell) => getComputedStyle(cell).color),
  }));
  assert.ok(wide <= 0, `the table is ${wide} px wider than the paper`);
  assert.ok(
    ink.every((color) => /^rgb\((\d{1,2}), (\d{1,2}), (\d{1,2})\)$/.test(color)),
    "dark on white",
  );
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, "keep-record-paper.png"), fullPage: true });
  const pdf = await page.pdf({ preferCSSPageSize: true, path: join(pictures, "keep-record.pdf") });
  assert.equal(pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length, 1, "one page");
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  await page.setViewportSize({ width: 360, height: 740 });
}

test("A receipt that the page saved is checked at the terminal; one with another letter in it is refused in words", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7B", ["Ketut"]);
  const [ketut] = pupils as [Pupil];
  await teacher.client.homework.assign(audience, { title: "Kalimat majemuk", body: "Tiga kalimat." });
  const pupil = await seated(ketut.author);
  const { page } = pupil;
  await open(page, "Kalimat majemuk");
  await page.getByLabel("Pesan untuk guru").fill("Ibu memasak dan ayah mencuci.");
  await handIn(page);
  await page.getByRole("heading", { name: "Tanda terima percobaan 1" }).waitFor();
  const receipt = await (await saved(page, "Simpan tanda terima")).path();

  const terminal = hub.terminal("ketut", ketut.author.card);
  await terminal.json(["account", "restore"]);
  const told = await terminal.json(["receipt", "verify", receipt]);
  assert.equal(told["genuine"], true);
  const work = await given(teacher, audience, "Kalimat majemuk");
  const [letter] = await atDesk(teacher, work);
  assert.equal(told["letter"], letter?.letter);
  assert.equal(told["received_ms"], letter?.receivedMs);

  const text = await readFile(receipt, "utf8");
  const { received_ms } = JSON.parse(text) as { received_ms: number };
  const forged = join(hub.folder, "palsu.json");
  await writeFile(forged, text.replace(String(received_ms), String(received_ms - 1)));
  const refused = await terminal.refused(["receipt", "verify", forged]);
  assert.match(refused, /receipt|signature/i);
  await page.goto("/homework/record");
  await page.locator('input[name="tanda-terima"]').setInputFiles(forged);
  await page.getByText(/^Tidak sah/).waitFor();
  await look(pupil, "keep-receipt-forged");
  await pupil.leave();
});

test("What Sekar finished without signal is closed, or she is out of the class, when it returns: she is told, keeps it, and the rest goes out", async () => {
  const seven = await schoolClass(hub, "Kelas 7C", ["Sekar"]);
  const [sekar] = seven.pupils as [Pupil];
  const other = await schoolClass(hub, "Paduan Suara", [], "Pak Made");
  await sekar.author.client.join(other.link, { label: "Paduan Suara", name: "Sekar" });
  const third = await schoolClass(hub, "Kelas 7C · PJOK", [], "Bu Wayan");
  await sekar.author.client.join(third.link, { label: "Kelas 7C · PJOK", name: "Sekar" });
  await seven.teacher.client.homework.assign(seven.audience, { title: "Puisi sungai", body: "Empat baris." });
  await other.teacher.client.homework.assign(other.audience, { title: "Rekam lagu", body: "Satu bait." });
  await third.teacher.client.homework.assign(third.audience, {
    title: "Catatan lari",
    body: "Tulis waktunya.",
  });
  const pupil = await seated(sekar.author);
  const { page } = pupil;
  for (const title of ["Puisi sungai", "Rekam lagu", "Catatan lari"]) {
    await open(page, title);
    await page.getByLabel("Pesan untuk guru").fill(`${title}: selesai, Bu.`);
    await page.getByText(/Konsep tersimpan/).waitFor();
  }
  const picture = await photo(page, 3);
  await open(page, "Puisi sungai");
  await page
    .locator('input[name="foto"]')
    .setInputFiles([{ name: "puisi.jpg", mimeType: "image/jpeg", buffer: picture }]);
  await page.getByRole("button", { name: "Lihat foto halaman 1" }).waitFor();
  // The teacher has to close it early, while Sekar is about to hand in.
  const closes = Date.now() + 8_000;
  const poem = await given(seven.teacher, seven.audience, "Puisi sungai");
  await seven.teacher.client.homework.change(poem, {
    title: "Puisi sungai",
    body: "Empat baris.",
    cutoffMs: closes,
  });
  await page.getByText(/Ditutup hari ini/).waitFor();
  await pupil.context.setOffline(true);
  await page.getByText("Tidak ada sambungan.", { exact: false }).first().waitFor();
  await handIn(page);
  await page.getByRole("heading", { name: "Menunggu sinyal" }).waitFor();
  for (const title of ["Rekam lagu", "Catatan lari"]) {
    await open(page, title);
    await handIn(page);
    await page.getByRole("heading", { name: "Menunggu sinyal" }).waitFor();
  }
  await other.teacher.client.remove(other.audience, sekar.account);
  await page.waitForFunction((ms) => Date.now() > ms, closes);
  await pupil.context.setOffline(false);

  const run = await given(third.teacher, third.audience, "Catatan lari");
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();
  const [arrived] = await atDesk(third.teacher, run);
  assert.equal(
    arrived?.content.body,
    "Catatan lari: selesai, Bu.",
    "what was behind the refused ones went out",
  );
  assert.equal((await atDesk(seven.teacher, poem)).length, 0);

  await page.goto("/homework");
  await page.getByRole("link", { name: /Puisi sungai.*Tidak terkirim/ }).waitFor();
  await page.getByRole("link", { name: /Rekam lagu.*Tidak terkirim/ }).waitFor();
  await look(pupil, "keep-refused-list");
  await page.getByRole("link", { name: /Puisi sungai/ }).click();
  await page.getByText("Batas akhir sudah lewat.", { exact: false }).waitFor();
  await page.getByText("Pekerjaanmu tidak hilang", { exact: false }).waitFor();
  await look(pupil, "keep-refused-closed");
  await page.getByRole("button", { name: "Salin pesan" }).click();
  await page.getByText("Pesan disalin.").first().waitFor();
  const kept = await saved(page, "Simpan berkasnya");
  assert.equal(kept.suggestedFilename(), "puisi.webp");
  const bytes = await readFile(await kept.path());
  assert.equal(bytes.subarray(8, 12).toString(), "WEBP", "the photo, whole");

  // The page may not read the clipboard; its reader may.
  await page.goto("/search");
  await page.getByRole("searchbox").click();
  await page.keyboard.press("Control+v");
  assert.equal(await page.getByRole("searchbox").inputValue(), "Puisi sungai: selesai, Bu.");

  await open(page, "Rekam lagu");
  await page.getByText("Kamu tidak lagi di kelas ini", { exact: false }).first().waitFor();
  await look(pupil, "keep-refused-removed");
  assert.equal(await page.getByRole("button", { name: "Ubah lagi" }).count(), 0);
  await page.getByRole("button", { name: "Buang" }).click();
  await page.getByRole("heading", { name: "Buang pekerjaan ini?" }).waitFor();
  await look(pupil, "keep-throw-away");
  await page.getByRole("dialog").getByRole("button", { name: "Buang", exact: true }).click();
  await page.getByText("Pekerjaan yang tidak terkirim dibuang.").first().waitFor();
  await look(pupil, "keep-removed");
  await page.goto("/homework");
  await page.getByRole("link", { name: /Puisi sungai.*Tidak terkirim/ }).waitFor();
  assert.equal(await page.getByRole("link", { name: /Rekam lagu/ }).count(), 0, "nothing to do any more");

  // More time makes the same work good.
  await seven.teacher.client.homework.giveBack(poem, sekar.account, {
    body: "",
    attachments: [],
    extendedUntilMs: Date.now() + DAY,
  });
  await open(page, "Puisi sungai");
  await page.getByText("Waktumu diperpanjang", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Ubah lagi" }).click();
  await page.getByRole("button", { name: "Lihat foto halaman 1" }).waitFor();
  await handIn(page);
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();
  const [at] = await atDesk(seven.teacher, poem);
  assert.equal(at?.content.body, "Puisi sungai: selesai, Bu.");
  assert.equal(at.content.attachments.length, 1);
  await pupil.leave();
});

test("Work that comes in after the teacher closed it is not counted, and its words and photo stay to be read", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7D", ["Made"]);
  const [made] = pupils as [Pupil];
  await teacher.client.homework.assign(audience, { title: "Peta kampung", body: "Gambar." });
  const pupil = await seated(made.author);
  const { page } = pupil;
  await open(page, "Peta kampung");
  await page.getByLabel("Pesan untuk guru").fill("Petanya di buku, Bu.");
  await page.getByText(/Konsep tersimpan/).waitFor();
  await pupil.context.setOffline(true);
  await page.getByText("Tidak ada sambungan.", { exact: false }).first().waitFor();
  await handIn(page);
  await page.getByRole("heading", { name: "Menunggu sinyal" }).waitFor();
  const work = await given(teacher, audience, "Peta kampung");
  const change = { title: "Peta kampung", body: "Gambar.", cutoffMs: Date.now() - HOUR };
  await teacher.client.homework.change(work, change);
  await pupil.context.setOffline(false);
  // This browser did not know of it when it sent the work.
  await page.getByText("Tidak dihitung").click();
  await page.getByText("diserahkan sesudah ditutup").waitFor();
  await page.getByText("Sudah ditutup").first().waitFor();
  await page.getByText("Petanya di buku, Bu.").waitFor();
  await look(pupil, "keep-not-counted");
  await pupil.leave();
});

test("Who joins late sees what was before as such where history is on, and nothing of it where it is not", async () => {
  const teacher = await Author.named("Bu Sri Handayani", hub);
  const now = Date.now();
  const late = await Author.named("Wayan", hub);
  const labels = { "same key": "Kelas 8A · IPA", "from joining": "Kelas 8A · IPS" } as const;
  for (const history of ["same key", "from joining"] as const) {
    const audience = await teacher.client.found(labels[history], { replies: "everyone", history });
    const link = await teacher.client.makeLink(audience, { kind: "open", maxUses: 9, validMs: DAY });
    const give = (title: string, terms: object) =>
      teacher.client.homework.assign(audience, { title, body: "Lihat buku.", ...terms });
    await give("Sudah ditutup", { dueMs: now - 2 * DAY, cutoffMs: now - DAY });
    await give("Masih boleh", { dueMs: now - DAY });
    await give("Masih lama", { dueMs: now + 2 * DAY });
    await late.client.join(link, { label: labels[history], name: "Wayan" });
    await give("Sesudah bergabung", { dueMs: now + 3 * DAY });
  }
  const pupil = await seated(late);
  const { page } = pupil;
  await page.goto("/homework");
  await page.getByRole("link", { name: /IPS.*Sesudah bergabung/ }).waitFor();
  await page.getByRole("link", { name: /IPA.*Sesudah bergabung/ }).waitFor();
  await page.getByRole("heading", { name: "Sebelum kamu bergabung" }).waitFor();
  await page.getByRole("link", { name: /IPA.*Sudah ditutup.*Ditutup sebelum kamu bergabung/ }).waitFor();
  await page.getByRole("link", { name: /IPA.*Masih boleh.*masih boleh diserahkan/ }).waitFor();
  await page.getByRole("link", { name: /IPA.*Masih lama.*Baru/ }).waitFor();
  assert.equal(await page.getByRole("link", { name: /IPS/ }).count(), 1, "only what came after");
  assert.equal(await page.getByText("Belum ada", { exact: true }).count(), 0, "nobody is blamed");
  await look(pupil, "keep-late-list");
  await page.getByRole("link", { name: /Sudah ditutup/ }).click();
  await page.getByText("Ditutup sebelum kamu bergabung").first().waitFor();
  assert.equal(await page.getByRole("button", { name: /^Serahkan/ }).count(), 0);
  await look(pupil, "keep-late-closed");
  await open(page, "Masih boleh");
  await page.getByText("Diberikan sebelum kamu bergabung").waitFor();
  await look(pupil, "keep-late-open");
  await page.getByLabel("Pesan untuk guru").fill("Saya menyusul, Bu.");
  await handIn(page);
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();
  await pupil.leave();
});

test("Dimas's mother and father see the same on two phones after one of them handed in", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 4B", ["Dimas"]);
  const [dimas] = pupils as [Pupil];
  await teacher.client.homework.assign(audience, {
    title: "Kebun sekolah",
    body: "Ceritakan kebunmu.",
    dueMs: Date.now() + DAY,
  });
  const phones: Person[] = [];
  for (const name of ["Yuni", "Agus"]) {
    const guardian = await seated(await Author.named(name, hub));
    const { page } = guardian;
    await page.goto("/me/child");
    await page.locator("input[name=card]").fill(dimas.author.card);
    await page.getByLabel("Anak ini Anda panggil siapa?").fill("Dimas");
    await page.getByRole("button", { name: "Tambah", exact: true }).click();
    await page.getByText("Dimas ditambahkan.").first().waitFor();
    const family = page.getByRole("navigation", { name: "Halaman siapa" });
    await family.getByRole("button", { name: /Dimas/ }).click();
    await family.locator("[aria-current]").getByText("Dimas").waitFor();
    await open(page, "Kebun sekolah");
    phones.push(guardian);
  }
  const [yuni, agus] = phones as [Person, Person];
  await agus.page.getByLabel("Pesan untuk guru").fill("Sedang saya tulis");
  await agus.page.getByText(/Konsep tersimpan/).waitFor();
  await yuni.page.getByLabel("Pesan untuk guru").fill("Ada cabai dan terung, Bu.");
  await handIn(yuni.page);
  await yuni.page.getByText("Diserahkan oleh Yuni, wali").waitFor();
  await agus.page.reload();
  await agus.page.getByText("Diserahkan oleh Yuni, wali").waitFor();
  for (const { page } of phones) {
    await page.getByText("Ada cabai dan terung, Bu.").waitFor();
    await page.getByText("Sah dan tepat waktu").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Serahkan/ }).count(), 0, "it is in");
  }
  await look(agus, "keep-two-guardians");
  const work = await given(teacher, audience, "Kebun sekolah");
  assert.equal((await atDesk(teacher, work)).length, 1);
  await teacher.client.homework.giveBack(work, dimas.account, {
    body: "Bagus!",
    attachments: [],
    mark: "Baik",
  });
  for (const { page } of phones)
    await page.getByRole("heading", { name: "Dikembalikan", exact: true }).waitFor();
  for (const { page } of phones) await page.getByText("Bagus!").first().waitFor();
  for (const phone of phones) await phone.leave();
});
