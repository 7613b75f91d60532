/** What is heard, seen and felt for: the drum of each audience, sounds and films beside a post, the place of the device. */

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

/** What the page has the browser play: tones started, and the loudest of them. */
interface Heard {
  tones: number;
  loudest: number;
}

/** Listens to what the page has the browser play, and lets it play. */
function listen(): void {
  const heard: Heard = { tones: 0, loudest: 0 };
  Object.assign(globalThis, { heard });
  const { start } = AudioScheduledSourceNode.prototype;
  AudioScheduledSourceNode.prototype.start = function (...at) {
    if (this.context.state === "running") heard.tones++;
    return start.apply(this, at);
  };
  const { setValueAtTime } = AudioParam.prototype;
  AudioParam.prototype.setValueAtTime = function (value, at) {
    if (value <= 1) heard.loudest = Math.max(heard.loudest, value);
    return setValueAtTime.call(this, value, at);
  };
}

/** What was played since this was last asked, once there are as many tones. */
async function heard(page: Page, tones: number): Promise<Heard> {
  await page.waitForFunction(
    (wanted) => (globalThis as unknown as { heard: Heard }).heard.tones >= wanted,
    tones,
  );
  return page.evaluate(() => {
    const { heard } = globalThis as unknown as { heard: Heard };
    const said = { ...heard };
    [heard.tones, heard.loudest] = [0, 0];
    return said;
  });
}

test("Each channel sounds as its reader chose: loud, as usual, urgently, or not at all", async () => {
  const officer = await Author.named("dr. Ratna", hub);
  const [clinic, watch] = [
    await officer.audience("Kanal Imunisasi", "none"),
    await officer.audience("Ronda malam", "none"),
  ];
  const account = await Author.named("Yuni", hub);
  await account.join(clinic.link, "Kanal Imunisasi");
  await account.join(watch.link, "Ronda malam");
  account.leave();
  const yuni = await Person.with(browser, hub, { width: 1280 });
  await yuni.context.addInitScript(listen);
  await signIn(yuni, account.card);
  const { page } = yuni;
  await page.getByRole("button", { name: "Bunyi Kanal Imunisasi" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Keras").click();
  // Two beats of two tones each.
  await sheet.getByRole("button", { name: "Coba bunyinya" }).click();
  assert.deepEqual(await heard(page, 4), { tones: 4, loudest: 0.8 });
  await sheet.getByRole("button", { name: "Simpan" }).click();
  await page.getByRole("button", { name: "Bunyi Ronda malam" }).click();
  await sheet.getByText("Mati", { exact: true }).click();
  await sheet.getByRole("button", { name: "Simpan" }).click();
  await sheet.waitFor({ state: "detached" });

  await officer.post(clinic.audience, { title: "Timbang balita", body: "Rabu." });
  await page.getByRole("link", { name: /Timbang balita/ }).waitFor();
  assert.deepEqual(await heard(page, 4), { tones: 4, loudest: 0.8 });
  await officer.post(watch.audience, { title: "Giliran Sabtu", body: "Pak Made." });
  await page.getByRole("link", { name: /Giliran Sabtu/ }).waitFor();
  await officer.post(clinic.audience, { title: "Pindah ke SD", body: "Banjir.", priority: "urgent" });
  await page.getByRole("region", { name: "Mendesak" }).waitFor();
  // The alarm's eight beats, and nothing of the channel that is off.
  assert.deepEqual(await heard(page, 16), { tones: 16, loudest: 0.8 });

  // The same choice among one's own settings, in the same words for both.
  await page.getByRole("link", { name: "Saya" }).click();
  const usual = page.getByRole("combobox", { name: "Ronda malam" });
  assert.equal(await usual.inputValue(), "off");
  await usual.selectOption("usual");
  await page.getByText("Bunyi Ronda malam disimpan.").waitFor({ state: "attached" });
  await yuni.look("me-sounds");
  await officer.post(watch.audience, { title: "Giliran Minggu", body: "Pak Wayan." });
  assert.deepEqual(await heard(page, 4), { tones: 4, loudest: 0.2 });
  await yuni.leave();
});

/** A second of a tone, as WAV. */
function tone(): File {
  const [rate, seconds] = [8000, 1];
  const wav = Buffer.alloc(44 + rate * seconds, 128);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + rate * seconds, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(rate * seconds, 40);
  for (let i = 0; i < rate * seconds; i++) wav[44 + i] = 128 + Math.round(60 * Math.sin(i / 3));
  return new File([wav], "Suara kentongan.wav", { type: "audio/wav" });
}

/** A moment of a film, as the browser records one. */
async function film(page: Page): Promise<File> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [160, 120];
    const pen = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((end) => (recorder.onstop = end));
    recorder.start();
    for (let i = 0; i < 20; i++) {
      if (pen !== null) pen.fillStyle = i % 2 === 0 ? "#7f4019" : "#f4e9df";
      pen?.fillRect(0, 0, 160, 120);
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
    recorder.stop();
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  });
  return new File([Buffer.from(base64, "base64")], "Cuci tangan.webm", { type: "video/webm" });
}

test("A voice and a film beside a post play where they are, after they were asked for", async () => {
  const officer = await Author.named("dr. Ratna", hub);
  const { audience, link } = await officer.audience("Kanal Kesehatan", "none");
  const account = await Author.named("Yuni", hub);
  await account.join(link, "Kanal Kesehatan");
  account.leave();
  const yuni = await Person.with(browser, hub, { hands: "touch" });
  const { page } = yuni;
  await page.goto("/");
  const attachments = [];
  for (const file of [tone(), await film(page)])
    attachments.push(await officer.client.attach(audience, file, file.name, "audience"));
  await officer.post(audience, { title: "Cuci tangan", body: "Enam langkah.", attachments });
  await signIn(yuni, account.card);
  await page.getByRole("link", { name: /Cuci tangan/ }).click();
  await page.getByRole("button", { name: /Suara kentongan\.wav/ }).waitFor();
  assert.equal(await page.locator("audio, video").count(), 0, "nothing is fetched before it is asked for");
  await yuni.look("post-media");
  await page.getByRole("button", { name: /Suara kentongan\.wav/ }).click();
  await page.getByRole("button", { name: /Cuci tangan\.webm/ }).click();
  for (const media of ["audio", "video"])
    await page.waitForFunction(
      (media) => ((document.querySelector(media) as HTMLMediaElement | null)?.currentTime ?? 0) > 0,
      media,
    );
  await yuni.look("post-media-open");
  await yuni.leave();
});

test("The place of the device goes along only when it is asked for and allowed", async () => {
  const officer = await Author.named("Pak Hadi", hub);
  const { audience, link } = await officer.audience("Siaga Banjir", "none");
  const account = await Author.named("Yuni", hub);
  await account.join(link, "Siaga Banjir");
  account.leave();
  const hadi = await Person.with(browser, hub);
  await signIn(hadi, officer.card);
  const { page } = hadi;
  await page.goto(`/write/${audience}`);
  await page.getByLabel("Judul", { exact: true }).fill("Tempat mengungsi");
  await page.getByLabel("Isi", { exact: true }).fill("Di sini.");
  await page.getByRole("button", { name: "Tambah posisi perangkat ini" }).click();
  await page.getByText("Posisi tidak didapat.", { exact: false }).waitFor();
  await hadi.look("write-place-denied");
  await hadi.context.grantPermissions(["geolocation"]);
  await hadi.context.setGeolocation({ latitude: -6.966667, longitude: 110.416664 });
  await page.getByRole("button", { name: "Tambah posisi perangkat ini" }).click();
  await page.getByText("Posisi: -6.96667,110.41666").waitFor();
  await page.getByLabel("Tempat").fill("Balai desa");
  await hadi.look("write-place");
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/sent/*");

  const yuni = await Person.with(browser, hub, { width: 1280 });
  await signIn(yuni, account.card);
  await yuni.page.getByRole("link", { name: /Tempat mengungsi/ }).click();
  await yuni.page.getByRole("button", { name: "Buka peta" }).click();
  await yuni.page.getByRole("dialog").waitFor();
  await yuni.look("post-map");
  await yuni.page.keyboard.press("Escape");
  await yuni.page.getByRole("dialog").waitFor({ state: "detached" });
  for (const one of [hadi, yuni]) await one.leave();
});
