/** One's own account: name, language, mail, devices, one's data, what the hub knows, and leaving for good. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Hub, launch, Person, pictures } from "./harness.ts";
import { Postbox } from "./postbox.ts";

let hub: Hub;
let browser: Browser;
let post: Postbox;

before(async () => {
  post = await Postbox.open();
  hub = await Hub.start(`[email]\nsmtp = "${post.url}"\n`);
  browser = await launch();
});

after(async () => {
  await browser.close();
  await hub.remove();
  post.close();
});

/** Somebody who has an account by now, and their card. */
async function somebody(name: string): Promise<{ person: Person; card: string }> {
  const person = await Person.with(browser, hub);
  const { page } = person;
  await page.goto("/begin");
  await page.getByLabel("Nama Anda").fill(name);
  await page.getByRole("button", { name: "Buat akun" }).click();
  const card = await page.getByRole("group", { name: "Huruf dan angka" }).innerText();
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Mulai" }).click();
  await page.waitForURL("**/inbox");
  return { person, card: card.replace(/\s+/g, "") };
}

async function alsoAt(card: string): Promise<Person> {
  const person = await Person.with(browser, hub);
  await person.page.goto("/signin");
  await person.page.getByLabel("Kartu masuk", { exact: true }).fill(card);
  await person.page.getByRole("button", { name: "Masuk", exact: true }).click();
  await person.page.waitForURL("**/inbox");
  return person;
}

test("somebody changes their name and language, and both come along to another device", async () => {
  const { person, card } = await somebody("Dimas");
  const { page } = person;
  await page.goto("/me");
  await page.getByLabel("Nama Anda").fill("Dimas Wicaksono");
  await page.getByRole("button", { name: "Simpan" }).click();
  await page.getByRole("heading", { name: "Dimas Wicaksono" }).waitFor();
  await page.getByRole("main").getByText("Nama disimpan.").waitFor();
  await page.getByText("Perangkat ini", { exact: true }).waitFor();
  await person.look("me");
  await page.getByText("English", { exact: true }).click();
  await page.getByRole("heading", { name: "Devices signed in" }).waitFor();
  await page.getByText("This device", { exact: true }).waitFor();
  await person.look("me-en");
  await page.reload();
  await page.getByRole("heading", { name: "Devices signed in" }).waitFor();

  const other = await alsoAt(card);
  await other.page.goto("/me");
  await other.page.getByRole("heading", { name: "Dimas Wicaksono" }).waitFor();
  await other.page.getByRole("heading", { name: "Devices signed in" }).waitFor();
  await other.leave();
  await person.leave();
});

test("the hub writes a mail only after its owner has said yes, and stops when told", async () => {
  const { person } = await somebody("Sari");
  const { page } = person;
  await page.goto("/me");
  await page.getByLabel("Alamat surel").fill("sari");
  await page.getByRole("button", { name: "Kirim surel konfirmasi" }).click();
  await page.getByText("Tulis alamat surel seperti nama@contoh.id.").waitFor();
  await page.getByLabel("Alamat surel").fill("sari@sekolah.example");
  await page.getByRole("button", { name: "Kirim surel konfirmasi" }).click();
  await page.getByText("Menunggu konfirmasi.").waitFor();
  await person.look("me-mail-unconfirmed");
  const mail = await post.next();
  const link = /http:\S+\/email\/confirm\/[\w-]+/.exec(mail)?.[0];
  assert.ok(link !== undefined, "the mail has a link to confirm");
  const reader = await browser.newPage({ viewport: { width: 360, height: 640 } });
  await reader.setContent(/<!doctype html>[^]*<\/html>/i.exec(mail)?.[0] ?? "no HTML part");
  await reader.getByRole("link").first().waitFor();
  await reader.screenshot({ path: join(pictures, "mail-as-read.png"), fullPage: true });
  await reader.close();
  await page.goto(link);
  await person.look("mail-confirm");
  await page.getByRole("button").click();
  await page.getByRole("heading", { name: "Alamat Anda sudah dikonfirmasi" }).waitFor();
  await person.look("mail-confirmed");
  await page.goto("/me");
  await page.getByText("Surel menyala").waitFor();
  await page.getByRole("button", { name: "Berhenti disurati" }).click();
  await page.getByText("Belum ada alamat surel.").waitFor();
  await person.leave();
});

test("devices are listed, others signed out, and this one left with nothing on it", async () => {
  const { person, card } = await somebody("Budi");
  const other = await alsoAt(card);
  const { page } = person;
  await page.goto("/me");
  await page.getByText("Perangkat lain", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Keluarkan perangkat lain" }).click();
  await page.getByRole("dialog").waitFor();
  await person.look("me-end-others");
  await page.getByRole("dialog").getByRole("button", { name: "Keluarkan perangkat lain" }).click();
  await page.getByText("Perangkat lain", { exact: true }).waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Keluar dari perangkat ini" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Keluar dari perangkat ini" }).click();
  await page.getByRole("link", { name: "Buat akun" }).waitFor();
  await page.goto("/me");
  await page.getByRole("link", { name: "Buat akun" }).waitFor();
  const kept = await page.evaluate(
    () =>
      new Promise((told) => {
        const opening = indexedDB.open("kentongan");
        opening.onsuccess = () => {
          const got = opening.result.transaction("account").objectStore("account").getAllKeys();
          got.onsuccess = () => told(got.result);
        };
      }),
  );
  assert.deepEqual(kept, ["steps"]);
  await other.leave();
  await person.leave();
});

test("somebody takes their data with them: what they can read, and no key", async () => {
  const { person, card } = await somebody("Wati");
  const { page } = person;
  const label = "Kelas 7A";
  const rina = hub.terminal("rina");
  await rina.begin("Rina");
  await page.goto("/me");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Unduh data saya" }).click(),
  ]);
  await page.getByRole("main").getByText("Tersimpan: 0 kabar dan 0 surat.").waitFor();
  const file = await readFile(await download.path(), "utf8");
  const all = JSON.parse(file) as Record<string, unknown>;
  assert.deepEqual([all["name"], all["hub"], all["audiences"]], ["Wati", hub.origin, []]);
  assert.ok(!file.includes(card) && !file.includes(label));
  await person.leave();
});

test("what the hub knows is told row by row, and deleting the account leaves nothing", async () => {
  const { person, card } = await somebody("Ratna");
  const { page } = person;
  await page.goto("/me/known");
  await page.getByRole("heading", { name: "Siapa Anda bagi hub" }).waitFor();
  await page.getByText("Lihat 1 baris").first().click();
  await page.getByText("Persis seperti disimpan").first().click();
  await page.getByText("bundle_signature").waitFor();
  await person.look("me-known");
  await page.getByRole("button", { name: "Hapus akun…" }).click();
  await page.getByLabel("Ketik HAPUS untuk memastikan").fill("hapus");
  await page.keyboard.press("Enter");
  await page.getByText("Ketik HAPUS, huruf besar semua.").waitFor();
  await person.look("me-gone");
  await page.getByLabel("Ketik HAPUS untuk memastikan").fill("HAPUS");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Akun sudah dihapus." }).waitFor();
  await person.look("me-gone-done");
  await page.getByRole("button", { name: "Selesai" }).click();
  await page.getByRole("link", { name: "Buat akun" }).waitFor();
  await page.goto("/signin");
  await page.getByLabel("Kartu masuk", { exact: true }).fill(card);
  await page.getByRole("button", { name: "Masuk", exact: true }).click();
  await page.getByText("tidak mengenalnya").waitFor();
  await person.leave();
});

test("the last admin of a class is told what to do before going", async () => {
  const rina = hub.terminal("rina-guru");
  await rina.begin("Rina");
  await rina.json(["audience", "new", "--class", "Kelas 7A"]);
  const invited = await rina.json(["audience", "link", "Kelas 7A"]);
  const pupil = hub.terminal("murid");
  await pupil.begin("Murid");
  await pupil.json(["join", String(invited["url"])]);
  await rina.json(["audience", "admit", "Kelas 7A", "--all"]);

  const person = await alsoAt(rina.card.replace(/[\s-]/g, ""));
  const { page } = person;
  await page.goto("/me/known");
  await page.getByRole("heading", { name: "Di mana Anda ikut" }).waitFor();
  await page.getByText("Lihat 1 baris: Tempat Anda menulis").click();
  await page.getByText("Kelas 7A", { exact: true }).first().waitFor();
  await person.look("me-known-teacher");
  await page.getByRole("button", { name: "Hapus akun…" }).click();
  await page.getByLabel("Ketik HAPUS untuk memastikan").fill("HAPUS");
  await page.getByRole("button", { name: "Hapus akun ini" }).click();
  await page.getByText("Anda pengelola terakhir").waitFor();
  await person.look("me-gone-last");
  await page.getByLabel("Biarkan tanpa pengelola").check();
  await page.getByRole("button", { name: "Hapus akun ini" }).click();
  await page.getByRole("heading", { name: "Akun sudah dihapus." }).waitFor();
  await person.leave();
});
