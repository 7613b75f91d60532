/** Homework as a pupil does it: the list, photos, handing in, what comes back, without a connection, by keyboard. */

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

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

test("Dimas hands in three photos and a message, takes them back, hands in again, is asked to do it again, and gets his mark", async () => {
  const { teacher, audience, pupil } = await classroom("7A · Matematika", "Dimas");
  const { page } = pupil;
  const sheetOfTask = new File([new Uint8Array(142_000)], "Soal halaman 112.pdf", { type: "application/pdf" });
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
  await page.locator('input[name="foto"]').setInputFiles([await sheet(page, 1), await sheet(page, 2), await sheet(page, 3)]);
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
  assert.ok(audience !== "");
  await pupil.leave();
});
