/** Files too big to go in one go: what broke off goes on where it was, and arrives once and whole. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page, Request, Route } from "playwright-core";

import type { Attachment } from "../../src/client/index.ts";
import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";
import { schoolClass, type Pupil } from "./school.ts";

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

const PARTS = "**/v1/audiences/*/attachments/**";

/** A photo of 6 to 12 MB, as new phones take them: noise, which no format makes small. */
async function bigPhoto(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const [width, height] = [3600, 2700];
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no canvas");
    const tile = new ImageData(width, 300);
    for (let y = 0; y < height; y += 300) {
      for (let at = 0; at < tile.data.length; at += 65_536)
        crypto.getRandomValues(tile.data.subarray(at, at + 65_536));
      for (let at = 3; at < tile.data.length; at += 4) tile.data[at] = 255;
      pen.putImageData(tile, 0, y);
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 32_768)
      text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  });
  const photo = Buffer.from(base64, "base64");
  assert.ok(photo.length > 6e6 && photo.length < 12e6, `${photo.length} bytes`);
  return photo;
}

/** The parts of files that somebody's pages send, and a hand on the line they go through. */
class Line {
  /** What went out, as `file first-last`, in its order. */
  readonly sent: string[] = [];
  /** What the hub has said it has. */
  readonly taken = new Set<string>();
  /** What went out though the hub had it. */
  readonly again: string[] = [];
  #holds: ((held: Route) => void) | undefined;
  #left = 0;

  static async of({ page }: Person): Promise<Line> {
    const line = new Line();
    page.on("request", (request) => {
      if (request.method() !== "PUT" || !request.url().includes("/attachments/")) return;
      const one = part(request);
      line.sent.push(one);
      if (line.taken.has(one)) line.again.push(one);
    });
    page.on("response", (response) => {
      const request = response.request();
      if (request.method() === "PUT" && request.url().includes("/attachments/") && response.ok())
        line.taken.add(part(request));
    });
    await page.route(PARTS, async (route) => {
      if (route.request().method() !== "PUT" || line.#holds === undefined || --line.#left >= 0)
        return route.continue();
      const holds = line.#holds;
      line.#holds = undefined;
      return holds(route);
    });
    return line;
  }

  /** The part that is on its way when `n` more have gone: it stays on its way until something is done with it. */
  after(n: number): Promise<Route> {
    this.#left = n;
    return new Promise((held) => (this.#holds = held));
  }

  /** No part went that the hub had, and those it took are the whole of one file. */
  assertOnce(bytes: number): void {
    assert.deepEqual(this.again, [], "parts that the hub had went again");
    const files = new Set(this.sent.map((one) => one.split(" ")[0]));
    assert.equal(files.size, 1, "sealed once");
    const from = [...this.taken].map((one) => Number(one.split(" ")[1]?.split("-")[0])).sort((a, b) => a - b);
    const to = [...this.taken].map((one) => Number(one.split("-").at(-1)) + 1).sort((a, b) => a - b);
    assert.deepEqual(from.slice(1), to.slice(0, -1), "one part begins where the other ends");
    assert.ok(from[0] === 0 && (to.at(-1) ?? 0) > bytes, "from the beginning to the end");
  }
}

function part(request: Request): string {
  const [, range = ""] = /^bytes (\d+-\d+)/.exec(request.headers()["content-range"] ?? "") ?? [];
  const file = new URL(request.url()).pathname.split("/").at(-1) ?? "";
  return `${file.replaceAll("-", "_")} ${range}`;
}

/** The line is dead from here on, also for what is on its way. */
async function cut(person: Person, held: Route): Promise<void> {
  await person.context.setOffline(true);
  await held.abort("internetdisconnected");
}

async function bytesAt(
  reader: Author,
  audience: string,
  attachment: Attachment | undefined,
): Promise<Buffer> {
  assert.ok(attachment !== undefined, "an attachment");
  const blob = await reader.client.attachment(audience, attachment);
  return Buffer.from(await blob.arrayBuffer());
}

test("dr. Ratna's big photo is reloaded over and loses its line in the middle: it goes on, and is announced once", async () => {
  const author = await Author.named("dr. Ratna Wulandari", hub);
  const { audience, link } = await author.audience("Kanal Imunisasi", "desk");
  const yuni = await Author.named("Yuni", hub);
  await yuni.join(link, "Kanal Imunisasi");
  const ratna = await Person.with(browser, hub);
  await signIn(ratna, author.card);
  const { page } = ratna;
  const line = await Line.of(ratna);
  await page.goto(`/write/${audience}`);
  await page.getByLabel("Judul", { exact: true }).fill("Jadwal imunisasi");
  await page.getByLabel("Isi", { exact: true }).fill("Lihat fotonya.");
  const photo = await bigPhoto(page);
  let held = line.after(3);
  await page
    .locator('input[name="berkas"]')
    .setInputFiles({ name: "Jadwal.jpg", mimeType: "image/jpeg", buffer: photo });
  await held;
  await page.locator("div.file .beats .is-on").first().waitFor();
  await page
    .locator("header.bar")
    .getByText(/Konsep tersimpan di perangkat ini/)
    .waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await ratna.look("big-announcement-going");

  held = line.after(2);
  await page.reload();
  await cut(ratna, await held);
  await page.getByText("Tidak ada sambungan.", { exact: false }).first().waitFor();
  await ratna.context.setOffline(false);
  await page.getByText(/terunggah/).waitFor();
  line.assertOnce(photo.length);

  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/sent/*");
  await page.getByRole("heading", { level: 1, name: /Siap dibuka/ }).waitFor();
  line.assertOnce(photo.length);
  await yuni.client.fetch(audience);
  const posts = await yuni.client.posts(audience);
  assert.deepEqual(
    posts.map(({ content }) => content.title),
    ["Jadwal imunisasi"],
  );
  assert.ok(
    (await bytesAt(yuni, audience, posts[0]?.content.attachments[0])).equals(photo),
    "the same bytes",
  );
  await ratna.leave();
});

test("Made's video is handed in over a reload and a lost line, one part after the other; his photo is made small", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "7C · PJOK", ["Made"]);
  const [made] = pupils as [Pupil];
  await teacher.client.homework.assign(audience, { title: "Senam pagi", body: "Rekam gerakanmu." });
  const pupil = await Person.with(browser, hub);
  await signIn(pupil, made.author.card);
  const { page } = pupil;
  await page.goto("/homework");
  await page.getByRole("link", { name: /Senam pagi/ }).click();
  await page.getByRole("heading", { level: 1, name: "Senam pagi" }).waitFor();
  const photo = await bigPhoto(page);
  await page
    .locator('input[name="foto"]')
    .setInputFiles({ name: "IMG_7.jpg", mimeType: "image/jpeg", buffer: photo });
  await page.getByRole("button", { name: "Lihat foto halaman 1" }).waitFor();
  const video = Buffer.alloc(7_500_000, "Kentongan, tong tong tong. ");
  await page
    .locator('input[name="berkas"]')
    .setInputFiles({ name: "Senam.mp4", mimeType: "video/mp4", buffer: video });
  await page.getByText("Senam.mp4").first().waitFor();
  await page.getByText(/Konsep tersimpan/).waitFor();

  const line = await Line.of(pupil);
  // The photo, which is small by now, and three parts of the video.
  const small = await sizeOfPhoto(page);
  const parts = Math.ceil(small / (1 << 20));
  let held = line.after(parts + 3);
  await page.getByRole("button", { name: /^Serahkan/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
  await held;
  await page.locator("main .act .beats .is-on").first().waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await pupil.look("big-hand-in-going");

  held = line.after(2);
  await page.reload();
  const again = await held;
  await page.getByRole("heading", { name: "Sedang dikirim" }).waitFor();
  await page.getByText(/^Dikirim .* dari /).waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await pupil.look("big-hand-in-again");
  await cut(pupil, again);
  await page.getByRole("heading", { name: "Menunggu sinyal" }).waitFor();
  await pupil.context.setOffline(false);
  await page.getByRole("heading", { name: "Yang diserahkan" }).waitFor();

  const ofVideo = line.sent.filter((one) => one.split(" ")[0] === line.sent.at(-1)?.split(" ")[0]);
  assert.deepEqual(line.again, [], "parts that the hub had went again");
  assert.ok(ofVideo.length >= 8, `${ofVideo.length} parts of the video`);

  await teacher.client.fetch(audience);
  await teacher.client.fetchDesk(audience);
  const [work] = await teacher.client.homework.works();
  assert.ok(work !== undefined);
  const submission = (await teacher.client.homework.submissions(work)).get(made.account);
  assert.deepEqual(submission?.refused, [], "handed in once");
  const letter = await teacher.client.homework.letter(work, submission.handedIn()?.letter ?? "");
  const [first, second] = letter?.content.attachments ?? [];
  assert.equal(first?.type, "image/webp");
  assert.ok((first?.size ?? photo.length) < photo.length / 2, `${first?.size} bytes of the photo`);
  assert.ok((await bytesAt(teacher, audience, second)).equals(video), "the same bytes");
  await pupil.leave();
});

/** Bytes of the photo in the draft. */
async function sizeOfPhoto(page: Page): Promise<number> {
  const text = (await page.locator(".photos small").first().textContent()) ?? "";
  const [, number = "", unit = ""] = /· ([\d.,]+)\s(\w+)/.exec(text) ?? [];
  return Number(number.replace(".", "").replace(",", ".")) * (unit === "MB" ? 1e6 : 1e3);
}
