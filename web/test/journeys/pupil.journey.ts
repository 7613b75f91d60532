/** Homework as a pupil does it: the list, photos, handing in, what comes back, without a connection, by keyboard. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import type { LetterView } from "../../src/client/index.ts";
import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";

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

/** A teacher with a class, and a pupil in it with a browser. */
async function classroom(
  label: string,
  name: string,
  options: Parameters<typeof Person.with>[2] = {},
): Promise<{ teacher: Author; audience: string; link: string; pupil: Person; account: Author }> {
  const teacher = await Author.named("Bu Sri Handayani", hub);
  const { audience, link } = await teacher.audience(label, "everyone");
  const account = await Author.named(name, hub);
  await account.join(link, label);
  account.leave();
  const pupil = await Person.with(browser, hub, options);
  await signIn(pupil, account.card);
  return { teacher, audience, link, pupil, account };
}

/** A page of a notebook, as a phone takes it. */
async function sheet(page: Page, n: number): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const base64 = await page.evaluate(async (at) => {
    const canvas = new OffscreenCanvas(900, 1200);
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no canvas");
    pen.fillStyle = "#cdb79c";
    pen.fillRect(0, 0, 900, 1200);
    pen.translate(450, 600);
    pen.rotate(((at % 3) - 1) * 0.03);
    pen.translate(-450, -600);
    pen.fillStyle = "#fbf9f2";
    pen.fillRect(80, 70, 740, 1060);
    pen.strokeStyle = "#b9cbd8";
    for (let y = 200; y < 1130; y += 90) pen.strokeRect(80, y, 740, 0.5);
    pen.strokeStyle = "#2c3552";
    pen.lineWidth = 9;
    for (let line = 0; line < 4 + (at % 4); line++) {
      pen.beginPath();
      for (let x = 220; x < 640 + ((line * 97 + at * 53) % 120); x += 12)
        pen.lineTo(x, 180 + line * 90 + Math.sin(x / 17 + at) * 16);
      pen.stroke();
    }
    pen.font = "bold 90px sans-serif";
    pen.fillStyle = "#7f4019";
    pen.fillText(String(at), 120, 170);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  }, n);
  return { name: `IMG_${n}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(base64, "base64") };
}

/** What is in at the teacher's desk, the newest of each pupil. */
async function works(teacher: Author, audience: string): Promise<LetterView[]> {
  await teacher.client.fetch(audience);
  await teacher.client.fetchDesk(audience);
  const letters: LetterView[] = [];
  for (const work of await teacher.client.homework.works())
    for (const submission of (await teacher.client.homework.submissions(work)).values()) {
      const hand = submission.handedIn();
      const letter = hand && (await teacher.client.homework.letter(work, hand.letter));
      if (letter !== undefined) letters.push(letter);
    }
  return letters;
}

/** Hands in, and says yes. */
async function handIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Serahkan/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
}

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

test("Dimas hands in three photos and a message, takes them back, hands in again, is asked to do it again, and gets his mark", async () => {
  const { teacher, audience, pupil } = await classroom("7A · Matematika", "Dimas", { hands: "touch" });
  const { page } = pupil;
  const sheetOfTask = new File([new Uint8Array(142_000)], "Soal halaman 112.pdf", {
    type: "application/pdf",
  });
  const attachment = await teacher.client.attach(audience, sheetOfTask, sheetOfTask.name, "audience");
  const now = Date.now();
  await teacher.client.homework.assign(audience, {
    title: "Perbandingan senilai",
    body: "Kerjakan soal 1 sampai 8 di buku halaman 112. Tulis caranya, jangan hanya hasilnya, lalu foto setiap halaman.",
    attachments: [attachment],
    dueMs: now + DAY,
    cutoffMs: now + 3 * DAY,
    points: 100,
    attempts: 2,
  });
  await page.getByRole("link", { name: "Tugas", exact: true }).click();
  await page.getByRole("heading", { level: 2, name: /^Besok, / }).waitFor();
  await look(pupil, "homework-list");
  await page.getByRole("link", { name: /Perbandingan senilai/ }).click();
  await page.getByRole("heading", { level: 1, name: "Perbandingan senilai" }).waitFor();
  await look(pupil, "homework-new");
  await page
    .locator('input[name="foto"]')
    .setInputFiles([await sheet(page, 1), await sheet(page, 2), await sheet(page, 3)]);
  await page.getByRole("button", { name: "Lihat foto halaman 3" }).waitFor();
  await page.getByLabel("Pesan untuk guru").fill("Nomor 6 saya jelaskan lewat suara, Bu.");
  await page.getByText(/Konsep tersimpan/).waitFor();
  await look(pupil, "homework-draft");
  await page.getByRole("button", { name: "Putar dan urutkan" }).click();
  await page.getByRole("button", { name: "Majukan foto halaman 3" }).click();
  await page.getByRole("button", { name: "Putar foto halaman 1" }).click();
  await look(pupil, "homework-arrange");
  await page.getByRole("button", { name: "Selesai mengatur" }).click();
  await page.getByRole("button", { name: /^Serahkan · / }).click();
  await page.getByRole("heading", { name: "Serahkan ke Bu Sri Handayani?" }).waitFor();
  await pupil.look("homework-ask");
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();
  await page.getByText("Sah dan tepat waktu").waitFor();
  await look(pupil, "homework-handed-in");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Simpan tanda terima" }).click(),
  ]);
  const receipt = await download.path();
  const [handed] = await works(teacher, audience);
  assert.deepEqual(
    handed?.content.attachments.map(({ type }) => type),
    ["image/webp", "image/webp", "image/webp"],
  );

  await page.getByRole("button", { name: "Lihat 3 foto" }).click();
  await page.getByRole("img", { name: "Foto halaman 3" }).waitFor();
  await look(pupil, "homework-handed-in-open");
  await page.getByRole("button", { name: "Tarik kembali" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Tarik kembali" }).click();
  await page.getByText("Isinya menjadi konsep", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Lihat foto halaman 3" }).waitFor();
  await look(pupil, "homework-reclaimed");
  await page.getByLabel("Pesan untuk guru").fill("Halaman 2 sudah saya ganti, Bu.");
  await handIn(page);
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();

  const [again] = await works(teacher, audience);
  assert.equal(again?.content.body, "Halaman 2 sudah saya ganti, Bu.");
  const work = (await teacher.client.homework.works())[0];
  assert.ok(work !== undefined);
  const [dimas] = [...(await teacher.client.homework.submissions(work)).keys()];
  assert.ok(dimas !== undefined);
  const drawn = new File([new Uint8Array(await page.screenshot())], "coretan.png", { type: "image/png" });
  const drawing = await teacher.client.attach(audience, drawn, drawn.name, { account: dimas });
  await teacher.client.homework.giveBack(work, dimas, {
    body: "Cara nomor 3 dan 6 belum ada, Dimas. Sisanya sudah benar.",
    attachments: [drawing],
    redo: true,
  });
  await page.getByRole("heading", { name: "Dikembalikan untuk diulang" }).waitFor();
  await page.getByText("percobaan 2 dari 2").waitFor();
  await look(pupil, "homework-redo");
  await page.getByRole("button", { name: "Mulai dari yang lalu" }).click();
  await page.getByRole("button", { name: "Lihat foto halaman 3" }).waitFor();
  await handIn(page);
  await page.getByRole("heading", { name: "Tanda terima percobaan 2" }).waitFor();
  await works(teacher, audience);
  await teacher.client.homework.giveBack(work, dimas, {
    body: "Sekarang lengkap. Gambarmu rapi.",
    attachments: [],
    mark: "86,5",
  });
  await page.getByRole("heading", { name: "Dikembalikan", exact: true }).waitFor();
  await page.locator(".mark-line").getByText("86,5").waitFor();
  await page.getByText("Percobaan 1", { exact: false }).click();
  await look(pupil, "homework-returned");

  await page.goto("/homework");
  await page.getByRole("heading", { name: "Baru dikembalikan" }).waitFor();
  await page.getByText("dari 100").waitFor();
  await look(pupil, "homework-list-returned");
  await page.getByRole("link", { name: "Nilai & tanda terima" }).click();
  await page.getByRole("cell", { name: "86,5 dari 100" }).waitFor();
  await page.locator('input[name="tanda-terima"]').setInputFiles(receipt);
  await page.getByText(/^Sah\. Hub ini menerima/).waitFor();
  await look(pupil, "homework-record");
  const forged = (await readFile(receipt, "utf8")).replace(/"received_ms": \d/, '"received_ms": 2');
  await page.locator('input[name="tanda-terima"]').setInputFiles({
    name: "palsu.json",
    mimeType: "application/json",
    buffer: Buffer.from(forged),
  });
  await page.getByText(/^Tidak sah/).waitFor();
  await pupil.leave();
});

test("Without a signal Sekar's work waits with the time it was finished, can be changed, and goes by itself", async () => {
  const { teacher, audience, pupil } = await classroom("7A · Bahasa Indonesia", "Sekar");
  const { page } = pupil;
  const now = Date.now();
  await teacher.client.homework.assign(audience, {
    title: "Puisi tentang sungai",
    body: "Tulis empat baris.",
    dueMs: now + 2 * DAY,
  });
  await page.goto("/homework");
  await page.getByRole("link", { name: /Puisi tentang sungai/ }).click();
  await page.getByRole("heading", { level: 1, name: "Puisi tentang sungai" }).waitFor();
  await pupil.context.setOffline(true);
  await page.getByText("Tidak ada sambungan.", { exact: false }).first().waitFor();
  await page.locator('input[name="foto"]').setInputFiles([await sheet(page, 4)]);
  await page.getByRole("button", { name: "Lihat foto halaman 1" }).waitFor();
  await page.getByRole("button", { name: /^Serahkan/ }).click();
  await page.getByText("Tidak ada sambungan: disimpan dulu", { exact: false }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
  await page.getByRole("heading", { name: "Menunggu sinyal" }).waitFor();
  await page.getByText("Belum. Menunggu sinyal.").waitFor();
  await look(pupil, "homework-waiting");
  await page.getByRole("button", { name: "Ubah lagi" }).click();
  await page.getByLabel("Pesan untuk guru").fill("Sungai di belakang rumah, Bu.");
  await page.getByRole("button", { name: /^Serahkan/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
  await page.getByRole("heading", { name: "Menunggu sinyal" }).waitFor();
  await page.getByRole("link", { name: "Kembali" }).click();
  await page.getByRole("link", { name: /Puisi.*Menunggu sinyal/ }).waitFor();
  await look(pupil, "homework-list-waiting");
  assert.equal((await works(teacher, audience)).length, 0);
  await pupil.context.setOffline(false);
  await page.getByRole("link", { name: /Puisi.*Diserahkan/ }).waitFor();
  const [letter] = await works(teacher, audience);
  assert.equal(letter?.content.body, "Sungai di belakang rumah, Bu.");
  const finished = letter.content.homework?.finishedMs ?? 0;
  assert.ok(finished >= now && finished <= letter.receivedMs, "finished before it was received");
  await page.getByRole("link", { name: /Puisi/ }).click();
  await page.getByText("Selesai di perangkat").waitFor();
  await pupil.leave();
});

test("With the keyboard alone Made reads in English, writes, hands in, takes back; on a slow phone", async () => {
  const { teacher, audience, pupil } = await classroom("8B · Science", "Made", {
    language: "en",
    width: 1280,
  });
  const { page } = pupil;
  const line = await pupil.context.newCDPSession(page);
  await line.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await teacher.client.homework.assign(audience, {
    title: "Leaves in the yard",
    body: "Describe three leaves.",
    dueMs: Date.now() - HOUR,
    words: ["Baik", "Cukup"],
  });
  await page.getByRole("link", { name: "Homework", exact: true }).waitFor();
  const to = async (name: RegExp | string, role: "link" | "button" | "textbox") => {
    const open = page.getByRole("dialog");
    const wanted = ((await open.count()) > 0 ? open : page).getByRole(role, { name }).first();
    await wanted.waitFor();
    for (let presses = 0; presses < 60; presses++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${String(name)} is out of the keyboard's reach`);
  };
  await to("Homework", "link");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Past due" }).waitFor();
  await look(pupil, "homework-list-missing");
  await to(/Leaves in the yard/, "link");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Leaves in the yard" }).waitFor();
  await to("Message to the teacher", "textbox");
  await page.keyboard.type("Mango, banana, teak.");
  await page.getByText(/Draft kept/).waitFor();
  await to(/^Hand in/, "button");
  await page.keyboard.press("Enter");
  await page.getByText("it counts as late", { exact: false }).waitFor();
  await to("Hand in", "button");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await to(/^Hand in/, "button");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What was handed in" }).waitFor();
  await page.getByText("Handed in late").first().waitFor();
  await look(pupil, "homework-late-english");
  await to("Take back", "button");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Taken back. It is a draft again.").first().waitFor();
  assert.equal(await page.getByLabel("Message to the teacher").inputValue(), "Mango, banana, teak.");
  await pupil.leave();
});

test("What is not open yet, closed, extended, excused and reminded is said in words; chosen pupils ask the teacher alone", async () => {
  const { teacher, audience, pupil } = await classroom("7B · IPS", "Ketut");
  const { page } = pupil;
  const now = Date.now();
  const [ketut] = (await teacher.client.members(audience)).map(({ account }) => account);
  assert.ok(ketut !== undefined);
  const give = (title: string, terms: object) =>
    teacher.client.homework.assign(audience, { title, body: "Lihat buku.", ...terms });
  await give("Belum waktunya", { opensMs: now + HOUR, dueMs: now + DAY });
  await give("Sudah lewat", { dueMs: now - DAY, cutoffMs: now - HOUR });
  await give("Ditambah waktu", { dueMs: now - DAY, cutoffMs: now - HOUR });
  await give("Tidak perlu", { dueMs: now + DAY });
  await teacher.client.homework.assign(
    audience,
    { title: "Untuk Ketut saja", body: "Gambar peta kampung.", dueMs: now + 6 * DAY },
    { chosen: [ketut] },
  );
  await teacher.client.fetch(audience);
  const works = new Map((await teacher.client.homework.works()).map((work) => [work.content.title, work]));
  const of = (title: string) => {
    const work = works.get(title);
    assert.ok(work !== undefined, title);
    return work;
  };
  const verdict = { body: "", attachments: [] };
  await teacher.client.homework.giveBack(of("Ditambah waktu"), ketut, {
    ...verdict,
    extendedUntilMs: now + 2 * DAY,
  });
  await teacher.client.homework.giveBack(of("Tidak perlu"), ketut, {
    ...verdict,
    body: "Kamu sakit, Ketut. Lekas sembuh.",
    excused: true,
  });
  await teacher.client.homework.remind(of("Untuk Ketut saja"), [ketut]);
  await page.goto("/homework");
  await page.getByRole("link", { name: /Tidak perlu.*Tidak perlu diserahkan/ }).waitFor();
  await page.getByRole("link", { name: /Ditambah waktu.*diperpanjang sampai/ }).waitFor();
  await look(pupil, "homework-list-special");
  const open = async (title: string, told: string, picture: string) => {
    await page.goto("/homework");
    await page
      .getByRole("link", { name: new RegExp(title) })
      .first()
      .click();
    await page.getByText(told, { exact: false }).first().waitFor();
    await look(pupil, picture);
  };
  await open("Belum waktunya", "Menyerahkan baru dapat setelah dibuka", "homework-soon");
  assert.ok(await page.getByRole("button", { name: /Dapat diserahkan/ }).isDisabled());
  await open("Sudah lewat", "mintalah waktu tambahan", "homework-closed");
  await open("Ditambah waktu", "Waktumu diperpanjang", "homework-extended");
  await open("Tidak perlu", "Guru membebaskanmu", "homework-excused");
  await open("Untuk Ketut saja", "mengingatkan", "homework-chosen");
  await page.getByText("Tanya guru saja").click();
  await page.getByLabel("Pertanyaan untuk guru").fill("Petanya boleh berwarna?");
  await page.getByRole("button", { name: "Kirim" }).click();
  await page.locator(".thread").getByText("Petanya boleh berwarna?").waitFor();
  await look(pupil, "homework-question");
  await page.goto("/inbox");
  await page.getByRole("link", { name: /Belum waktunya/ }).waitFor();
  await look(pupil, "homework-inbox");
  await page.getByRole("link", { name: /Belum waktunya/ }).click();
  await page.getByRole("link", { name: /Tanya jawab di bawah tugas ini/ }).click();
  await page.getByRole("link", { name: "Buka tugas" }).waitFor();
  await look(pupil, "homework-post");
  await page.getByRole("link", { name: "Buka tugas" }).click();
  await page.getByRole("button", { name: /Dapat diserahkan/ }).waitFor();
  await teacher.client.homework.withdraw(of("Untuk Ketut saja"));
  await page.goto("/homework");
  await page.getByRole("link", { name: /Untuk Ketut saja/ }).waitFor({ state: "detached" });
  await pupil.leave();
});

test("Photos are put in order by dragging, the draft survives a reload, and a voice note goes along", async () => {
  const { teacher, audience, pupil } = await classroom("7C · PJOK", "Wayan", { width: 1280 });
  const { page } = pupil;
  await teacher.client.homework.assign(audience, { title: "Catatan lari pagi", body: "Foto catatanmu." });
  await page.goto("/homework");
  await page.getByRole("heading", { name: "Tanpa tenggat" }).waitFor();
  await page.getByRole("link", { name: /Catatan lari pagi/ }).click();
  for (const n of [1, 2, 3]) await page.locator('input[name="foto"]').setInputFiles([await sheet(page, n)]);
  await page.getByRole("button", { name: "Lihat foto halaman 3" }).waitFor();
  const sizes = () =>
    page.locator(".photos small").evaluateAll((all) => all.map((one) => one.textContent?.split(" · ")[1]));
  const before = await sizes();
  await page.getByRole("button", { name: "Putar dan urutkan" }).click();
  const [first, third] = [page.locator(".photos .photo").first(), page.locator(".photos .photo").nth(2)];
  const [from, to] = [await first.boundingBox(), await third.boundingBox()];
  assert.ok(from !== null && to !== null);
  await page.mouse.move(from.x + 40, from.y + 60);
  await page.mouse.down();
  await page.mouse.move(to.x + 40, to.y + 60, { steps: 8 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Selesai mengatur" }).click();
  assert.deepEqual(await sizes(), [before[1], before[2], before[0]]);
  await page.getByRole("button", { name: "Suara" }).click();
  await page.getByText("0:01").waitFor();
  await page.getByRole("button", { name: "Selesai merekam" }).click();
  await page.locator("audio").waitFor();
  await page.reload();
  await page.locator("audio").waitFor();
  assert.deepEqual(await sizes(), [before[1], before[2], before[0]]);
  await look(pupil, "homework-voice");
  await handIn(page);
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();
  const [letter] = await works(teacher, audience);
  assert.deepEqual(
    letter?.content.attachments.map(({ type }) => type.split("/")[0]),
    ["image", "image", "image", "audio"],
  );
  await pupil.leave();
});
