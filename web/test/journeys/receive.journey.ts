/** Receiving: live and urgent, files, *understood*, languages, archive, mute, search, another language, the keyboard. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";

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
  officer.leave();
  await browser.close();
  await hub.remove();
});

/** A member with a browser of their own. */
async function member(name: string, options: Parameters<typeof Person.with>[2] = {}): Promise<Person> {
  const account = await Author.named(name, hub);
  await account.join(channel.link, "Kanal Imunisasi");
  account.leave();
  const person = await Person.with(browser, hub, options);
  await signIn(person, account.card);
  return person;
}

test("Yuni hears an urgent announcement while the inbox is open, opens its file, and says that she understands", async () => {
  const yuni = await member("Yuni, ibu Dimas");
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
