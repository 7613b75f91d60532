/** Writing and sending: files, drafts, no connection, a time, approvals, corrections, withdrawal, languages. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person, type Visitor } from "./harness.ts";

let browser: Browser;
let hub: Hub;

before(async () => {
  [browser, hub] = await Promise.all([launch(), Hub.start()]);
});

after(async () => {
  await browser.close();
  await hub.remove();
});

/** Somebody's account in a browser of their own. */
async function seated(author: Author, options: Visitor = {}): Promise<Person> {
  const person = await Person.with(browser, hub, options);
  await signIn(person, author.card);
  return person;
}

/** A publisher with a channel, and members in it. */
async function channel(
  publisher: string,
  label: string,
  members: readonly string[],
): Promise<{ author: Author; audience: string; link: string; members: Author[] }> {
  const author = await Author.named(publisher, hub);
  const { audience, link } = await author.audience(label, "desk");
  const joined: Author[] = [];
  for (const name of members) {
    const member = await Author.named(name, hub);
    await member.join(link, label);
    joined.push(member);
  }
  return { author, audience, link, members: joined };
}

/** A photo as a phone takes it: large, lying on its side, with a note beside the picture of where that was. */
async function photo(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(3200, 2400);
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no canvas");
    pen.fillStyle = "#7f4019";
    pen.fillRect(0, 0, 3200, 2400);
    pen.fillStyle = "#f4e9df";
    for (let i = 0; i < 40; i++) pen.fillRect(80 * i, 60 * i, 60, 60);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  });
  const jpeg = Buffer.from(base64, "base64");
  // Exif, big-endian, one entry: orientation 6, a quarter turn; then what nobody is to learn.
  const tiff = Buffer.from("4d4d002a000000080001011200030000000100060000" + "00000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff, Buffer.from("RUMAH BU RATNA")]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

/** A draft is kept a moment after it was typed; the bar says so. */
const kept = (page: Page) => page.locator("header.bar").getByText(/Konsep tersimpan di perangkat ini/);

test("dr. Ratna announces with a photo, a voice note and a PDF; the draft survives a reload, the photo forgets where it was taken", async () => {
  const { author, audience, members } = await channel("dr. Ratna Wulandari", "Kanal Imunisasi", [
    "Yuni",
    "Pak Made",
    "Ketut",
  ]);
  const ratna = await seated(author);
  const { page } = ratna;
  await page.getByRole("link", { name: "Tulis" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Tulis pengumuman" }).waitFor({ state: "attached" });
  await page.getByRole("option", { name: "Kanal Imunisasi · 3 penerima" }).waitFor({ state: "attached" });
  await ratna.look("write-empty");
  await page.getByLabel("Judul", { exact: true }).fill("Imunisasi campak-rubela");
  await page
    .getByLabel("Isi", { exact: true })
    .fill(
      "Bapak dan Ibu, imunisasi **Selasa pagi** di Balai Desa.\n\nMohon dibawa:\n\n- Buku KIA\n- Surat persetujuan",
    );
  await page
    .locator('input[name="foto"]')
    .setInputFiles({ name: "IMG_2041.jpg", mimeType: "image/jpeg", buffer: await photo(page) });
  await page.getByText("IMG_2041.webp").first().waitFor();
  await page.locator('input[name="berkas"]').setInputFiles({
    name: "Surat persetujuan.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.concat([Buffer.from("%PDF-1.4 "), Buffer.alloc(40_000, 7)]),
  });
  await page.getByRole("button", { name: "Suara" }).click();
  await page.getByRole("group", { name: "Sedang merekam" }).waitFor();
  await page.locator(".beats .is-on, .beats .is-half, .beats .is-q1, .beats .is-q3").first().waitFor();
  await page.getByText("0:02").waitFor();
  await ratna.look("write-recording");
  await page.getByRole("button", { name: "Selesai merekam" }).click();
  await page.locator("audio").waitFor();
  await page.waitForFunction(
    () =>
      document.querySelectorAll("div.file").length === 3 &&
      [...document.querySelectorAll("div.file")].every((file) => file.textContent.includes("terunggah")),
  );
  await page.getByRole("button", { name: "Naikkan Surat persetujuan.pdf" }).click();
  await kept(page).waitFor();
  await ratna.look("write-files");

  await page.reload();
  await page.waitForFunction(
    () =>
      document.querySelector<HTMLInputElement>('input[name="judul"]')?.value === "Imunisasi campak-rubela",
  );
  assert.deepEqual(
    await page.locator("div.file > span").evaluateAll((all) => all.map((one) => one.firstChild?.textContent)),
    ["Surat persetujuan.pdf", "IMG_2041.webp", "Pesan suara.webm"],
  );
  await page.getByRole("button", { name: "Lepas Pesan suara.webm" }).click();
  await page.getByText("Pesan suara.webm dilepas.").first().waitFor();
  await page.getByRole("button", { name: "Urungkan" }).click();
  await page.locator("audio").waitFor();
  await page.getByRole("button", { name: "Pratinjau" }).click();
  await page.getByRole("heading", { name: "Seperti dilihat penerima" }).waitFor();
  await ratna.look("write-preview");
  await page.getByRole("button", { name: "Tulis lagi" }).click();

  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/sent/*");
  await page.getByRole("heading", { level: 1, name: "Siap dibuka 3 penerima" }).waitFor();
  const post = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  for (const member of members) await member.client.fetch(audience);
  await members[0]?.client.acknowledge(audience, post);
  await page.locator("dd.good").getByText("1", { exact: true }).waitFor();
  await ratna.look("sent");
  await page.goto("/write");
  await page.getByRole("heading", { name: "Yang Anda kirim" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "Konsep lain" }).count(), 0);
  await ratna.look("write-sent");

  const yuni = members[0]?.client;
  const got = await yuni?.post(post);
  assert.deepEqual(
    got?.content.attachments.map(({ type }) => type),
    ["application/pdf", "image/webp", "audio/webm"],
  );
  const picture = got?.content.attachments[1];
  assert.ok(picture !== undefined && yuni !== undefined);
  const bytes = Buffer.from(await (await yuni.attachment(audience, picture)).arrayBuffer());
  assert.ok(!bytes.includes("Exif") && !bytes.includes("RUMAH"), "the photo still says where it was taken");
  assert.ok(bytes.length < 300_000, `${bytes.length} bytes`);
  const sides = await page.evaluate(async (base64) => {
    const raw = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const { width, height } = await createImageBitmap(new Blob([raw], { type: "image/webp" }));
    return [width, height];
  }, bytes.toString("base64"));
  assert.deepEqual(sides, [1200, 1600]);
  for (const one of [author, ...members]) one.leave();
  await ratna.leave();
});

test("Without a connection it waits on the device and goes out by itself", async () => {
  const { author, audience, members } = await channel("Pak Budi", "Info Kesehatan", ["Yuni"]);
  const budi = await seated(author);
  const { page } = budi;
  await page.goto("/write");
  await page.getByRole("option", { name: "Info Kesehatan · 1 penerima" }).waitFor({ state: "attached" });
  await budi.context.setOffline(true);
  await page.getByText("Tidak ada sambungan.", { exact: false }).first().waitFor();
  await page.getByLabel("Judul", { exact: true }).fill("Kerja bakti");
  await page.getByLabel("Isi", { exact: true }).fill("Minggu pukul 07.00.");
  await page.locator('input[name="berkas"]').setInputFiles({
    name: "denah.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("di depan balai"),
  });
  await page.getByText("diunggah begitu tersambung").waitFor();
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  // For a few seconds the upload hopes for the connection; then a new sheet is laid out under what waits.
  await page.waitForURL(({ pathname, search }) => pathname === "/write" && search === "");
  await page.getByRole("heading", { name: "Belum terkirim" }).waitFor();
  await budi.look("write-waiting");
  await budi.context.setOffline(false);
  await page.getByRole("heading", { name: "Belum terkirim" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: /Kerja bakti/ }).waitFor();
  const [yuni] = members;
  await yuni?.client.fetch(audience);
  const [got] = (await yuni?.client.posts(audience)) ?? [];
  assert.equal(got?.content.title, "Kerja bakti");
  assert.equal(got.content.attachments[0]?.name, "denah.txt");
  for (const one of [author, ...members]) one.leave();
  await budi.leave();
});

test("One announcement goes out at its time, another is taken back before", async () => {
  const { author, audience, members } = await channel("Bu Sri", "Posyandu Melati", ["Yuni"]);
  const sri = await seated(author);
  const { page } = sri;
  const writeAt = async (title: string, at: string) => {
    await page.goto("/write");
    await page.getByLabel("Judul", { exact: true }).fill(title);
    await page.getByRole("button", { name: "Jadwalkan", exact: true }).click();
    return page.getByLabel("Terbit pada").fill(at);
  };
  await writeAt("Timbang balita", `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T19:30`);
  await sri.look("write-schedule");
  await page.getByRole("button", { name: "Kunci dan jadwalkan" }).click();
  await page.waitForURL("**/sent/*");
  await page.getByRole("button", { name: "Batalkan jadwal" }).waitFor();
  await sri.look("sent-scheduled");
  await page.getByRole("button", { name: "Batalkan jadwal" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Batalkan jadwal" }).click();
  await page.getByRole("heading", { level: 1, name: "Tidak jadi terbit" }).waitFor();
  await sri.look("sent-lapsed");

  await writeAt("Imunisasi besok", `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T06:15`);
  // To the second, which no hand can: the field shows none.
  const soon = new Date(Date.now() + 7 * 3_600_000 + 15_000).toISOString().slice(0, 19);
  await page.getByLabel("Terbit pada").evaluate((input: HTMLInputElement, at) => {
    input.value = at;
    input.dispatchEvent(new Event("input"));
  }, soon);
  await page.getByRole("button", { name: "Kunci dan jadwalkan" }).click();
  await page.waitForURL("**/sent/*");
  await page.getByRole("heading", { level: 1, name: /^Terbit/ }).waitFor();
  await members[0]?.client.fetch(audience);
  assert.deepEqual(await members[0]?.client.posts(audience), [], "nobody sees it before");
  await page.getByRole("heading", { level: 1, name: "Siap dibuka 1 penerima" }).waitFor({ timeout: 40_000 });
  await members[0]?.client.fetch(audience);
  const seen = (await members[0]?.client.posts(audience)) ?? [];
  assert.deepEqual(
    seen.map(({ content }) => content.title),
    ["Imunisasi besok"],
  );
  for (const one of [author, ...members]) one.leave();
  await sri.leave();
});

test("Where another publisher must approve, it goes out once she has read it all and signed", async () => {
  const { author, audience, link, members } = await channel("dr. Ratna", "Info Kabupaten", ["Yuni"]);
  const colleague = await Author.named("Sri Hartini", hub);
  await author.client.addStaff(audience, colleague.client.account, "publisher");
  await colleague.join(link, "Info Kabupaten");
  await author.client.setRules(audience, { approvals: 1 });
  const [ratna, sri] = [await seated(author), await seated(colleague, { width: 1280 })];
  await ratna.page.goto("/write");
  await ratna.page.getByText("Terbit setelah disetujui 1 penerbit lain.", { exact: false }).waitFor();
  await ratna.page.getByLabel("Judul", { exact: true }).fill("Sarang nyamuk");
  await ratna.page.getByLabel("Isi", { exact: true }).fill("Kuras bak, tutup tampungan air.");
  await ratna.page.getByRole("button", { name: "Kunci dan minta persetujuan" }).click();
  await ratna.page.waitForURL("**/sent/*");
  await ratna.page.getByRole("heading", { level: 1, name: "0 dari 1 persetujuan" }).waitFor();
  await ratna.look("sent-pending");

  await sri.page.goto("/write");
  await sri.page.getByRole("heading", { name: "Menunggu persetujuan Anda" }).waitFor();
  await sri.look("write-asked");
  await sri.page.getByRole("link", { name: /Sarang nyamuk/ }).click();
  await sri.page.getByText("Kuras bak, tutup tampungan air.").waitFor();
  await sri.look("sent-approve");
  await sri.page.getByRole("button", { name: "Setujui dan terbitkan" }).click();
  await sri.page.getByRole("heading", { level: 1, name: "Siap dibuka 1 penerima" }).waitFor();
  await ratna.page.getByRole("heading", { level: 1, name: "Siap dibuka 1 penerima" }).waitFor();
  await members[0]?.client.fetch(audience);
  const [got] = (await members[0]?.client.posts(audience)) ?? [];
  assert.equal(got?.approvedBy.length, 1);
  for (const one of [author, colleague, ...members]) one.leave();
  for (const one of [ratna, sri]) await one.leave();
});

test("An urgent announcement in two languages is corrected, then withdrawn", async () => {
  const { author, audience, members } = await channel("Pak Hadi", "Siaga Banjir", ["Yuni"]);
  const hadi = await seated(author, { width: 1280, hands: "touch" });
  const { page } = hadi;
  await page.goto(`/write/${audience}`);
  await page.getByLabel("Judul", { exact: true }).fill("Air sungai naik");
  await page.getByLabel("Isi", { exact: true }).fill("Mengungsi ke SD 2 sekarang.");
  await page.getByLabel("Tempat").fill("SD Negeri 2");
  await page.getByText("Mendesak", { exact: true }).first().click();
  await page.getByRole("button", { name: "Tambah bahasa lain" }).click();
  const other = page.getByRole("group", { name: /Dalam bahasa/ });
  await other.getByLabel("Judul").fill("Banyu kali mundhak");
  await other.getByLabel("Isi", { exact: true }).fill("Ngungsi menyang SD 2 saiki.");
  await page.locator(".preview").getByRole("button", { name: "Jawa" }).click();
  await page.locator(".preview").getByText("Ngungsi menyang SD 2 saiki.").waitFor();
  await hadi.look("write-languages");
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/sent/*");
  await page.getByRole("heading", { level: 1, name: "Siap dibuka 1 penerima" }).waitFor();
  const [yuni] = members;
  const seen = async () => {
    await yuni?.client.fetch(audience);
    const [post] = (await yuni?.client.posts(audience)) ?? [];
    assert.ok(post !== undefined);
    return post;
  };
  const first = await seen();
  assert.equal(first.content.priority, "urgent");
  assert.equal(first.content.place?.name, "SD Negeri 2");
  assert.deepEqual(first.content.versions, [
    { language: "jv", title: "Banyu kali mundhak", body: "Ngungsi menyang SD 2 saiki." },
  ]);

  await page.getByRole("link", { name: "Perbaiki" }).click();
  await page.getByText("Penerima melihat isi yang baru", { exact: false }).waitFor();
  await page.getByLabel("Isi", { exact: true }).first().fill("Mengungsi ke Balai Desa sekarang.");
  await hadi.look("write-correction");
  await page.getByRole("button", { name: "Kunci dan kirim perbaikan" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/sent/") && !url.pathname.endsWith(first.post));
  await page.getByRole("heading", { level: 1, name: "Siap dibuka 1 penerima" }).waitFor();
  const corrected = await seen();
  assert.deepEqual(
    [corrected.shown, corrected.content.body],
    ["corrected", "Mengungsi ke Balai Desa sekarang."],
  );
  assert.equal(corrected.content.versions.length, 1, "what was not changed is still there");

  await page.goto(`/sent/${first.post}`);
  await page.getByRole("button", { name: "Tarik kembali" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Tarik kembali" }).click();
  await page.getByRole("heading", { level: 1, name: "Ditarik kembali" }).waitFor();
  await hadi.look("sent-withdrawn");
  assert.equal((await seen()).shown, "withdrawn");
  for (const one of [author, ...members]) one.leave();
  await hadi.leave();
});

test("Anne writes in English, on a slow phone, to a class of three groups", async () => {
  const { author, audience, members } = await channel("Anne", "School News", ["Wayan", "Ketut"]);
  await author.client.addCohorts(audience, 2);
  const anne = await seated(author, { language: "en", pace: 4 });
  const { page } = anne;
  await page.getByRole("link", { name: "Write" }).click();
  await page.getByText("for 3 groups of recipients", { exact: false }).waitFor();
  await page.getByLabel("Title", { exact: true }).fill("Sports day");
  await page.getByLabel("Text", { exact: true }).fill("Bring ");
  await page.keyboard.press("Control+b");
  await page.keyboard.type("water");
  await anne.look("write-english");
  await page.getByRole("button", { name: "Seal and send" }).click();
  await page.waitForURL("**/sent/*");
  await page.getByRole("heading", { level: 1, name: "Ready for 2 recipients" }).waitFor();
  await page.getByRole("heading", { name: "3 of 3 groups ready" }).waitFor();
  await anne.look("sent-english");
  const spent = await page.evaluate(() =>
    performance.getEntriesByName("post sent").map(({ duration }) => duration),
  );
  console.log(`sealed and taken, 3 cohorts, 4x slower: ${spent.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  await members[0]?.client.fetch(audience);
  const [got] = (await members[0]?.client.posts(audience)) ?? [];
  assert.equal(got?.content.body, "Bring **water**");
  for (const one of [author, ...members]) one.leave();
  await anne.leave();
});

test("Figures of a hundred thousand recipients are twenty-five drums, in every state", async () => {
  const { author, audience } = await channel("Dinas Kesehatan", "Info Kesehatan Kabupaten", []);
  const post = await author.post(audience, { title: "Pemberantasan sarang nyamuk", body: "Minggu, 07.00." });
  const dinas = await seated(author, { width: 1280 });
  const { page } = dinas;
  const figures = {
    ...{ state: "accepted", approvals: 0, needed: 0, delivered: 64_512, read: 0, acknowledged: 1_284 },
    cohorts: { total: 25, ready: 19, failed: 1 },
    recipients: { total: 100_000, ready: 77_824 },
    ...{ reasons: ["worker lost"], working: true, arithmetic: "portable" },
  };
  await page.route("**/v1/posts/*/status", (route) => route.fulfill({ json: figures }));
  await page.goto(`/sent/${post}`);
  await page.getByRole("heading", { level: 1, name: "Menabuh untuk 100.000 penerima" }).waitFor();
  await page.getByRole("heading", { name: "19 dari 25 kelompok siap" }).waitFor();
  assert.equal(await page.locator(".beats.is-big > i").count(), 25);
  await page.getByText("Satu kelompok belum berhasil").first().waitFor();
  await dinas.look("sent-hundred-thousand");
  author.leave();
  await dinas.leave();
});
