/** Writing and sending: files, drafts, no connection, a time, approvals, corrections, withdrawal, languages, the keyboard. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { Author, signIn } from "./author.ts";
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

/** Somebody's account in a browser of their own. */
async function seated(author: Author, options: Parameters<typeof Person.with>[2] = {}): Promise<Person> {
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
  await page.getByText("1 dari 3 penerima", { exact: false }).first().waitFor();
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
