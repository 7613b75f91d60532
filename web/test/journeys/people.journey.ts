/** A class is founded, its pupils are invited, ask and are admitted; channels; members and publishers come and go. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import type { Rules } from "../../src/client/index.ts";
import { Author, signIn } from "./author.ts";
import { pointCameraAt } from "./camera.ts";
import { Hub, launch, Person, type Visitor } from "./harness.ts";

let hub: Hub;
let browser: Browser;

before(async () => {
  [hub, browser] = [await Hub.start(), await launch()];
});

after(async () => {
  await browser.close();
  await hub.remove();
});

/** Makes an account on the page that is open, and goes on. */
async function begin(page: Page, name: string): Promise<void> {
  await page.getByLabel("Nama Anda").fill(name);
  await page.getByRole("button", { name: "Buat akun" }).click();
  await page.getByLabel("Kartu sudah saya cetak").check();
  await page.getByRole("button", { name: "Mulai" }).click();
}

const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole("heading", { name }).first().waitFor();

/** An account in a browser, made at the command of the test; and the same account for it to drive. */
async function author(name: string, options: Visitor = {}) {
  const own = await Author.named(name, hub);
  const person = await Person.with(browser, hub, options);
  await signIn(person, own.card);
  return { own, person, page: person.page };
}

test("a teacher founds a class and prints its poster; a pupil without an account asks, and is admitted", async () => {
  const teacher = await Person.with(browser, hub, { width: 1280 });
  const { page } = teacher;
  await page.goto("/begin");
  await begin(page, "Bu Rini");
  await page.waitForURL("**/inbox");
  await page.getByRole("navigation").getByRole("link", { name: "Kelas" }).click();
  await heading(page, "Belum ada kelas atau kanal");
  await teacher.look("people-none");

  await page.getByRole("link", { name: "Buat baru" }).click();
  await heading(page, "Buat kelas atau kanal");
  await page.getByRole("button", { name: "Buat", exact: true }).click();
  await page.getByText("Beri nama dulu.").first().waitFor();
  // What is missing has the focus; what was typed is there on coming back, and Enter makes it.
  await page.keyboard.type("Kelas 7A");
  await page.getByRole("link", { name: "Kembali" }).click();
  await page.getByRole("link", { name: "Buat baru" }).click();
  await heading(page, "Buat kelas atau kanal");
  await page.reload();
  await heading(page, "Buat kelas atau kanal");
  assert.equal(await page.getByLabel("Nama", { exact: true }).inputValue(), "Kelas 7A");
  await teacher.look("people-new");
  await page.getByLabel("Nama", { exact: true }).click();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/invite");
  await page.getByRole("img", { name: "Kode QR undangan ke Kelas 7A" }).waitFor();
  await teacher.look("people-invite");
  const link = await page.getByLabel("Tautan undangan").inputValue();
  assert.match(link, /\/join#Kelas%207A#[\w-]{147}$/);

  await page.getByRole("button", { name: "Poster" }).click();
  await heading(page, "Ikuti Kelas 7A");
  await teacher.look("people-poster");
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: "dist/screens/people-poster-print.png", fullPage: true });
  const sheet = await page.pdf({ format: "A4", preferCSSPageSize: true });
  assert.equal((sheet.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length, 1, "one sheet of paper");
  await page.emulateMedia({ media: null });
  await page.getByRole("button", { name: "Kembali ke undangan" }).click();
  await page.getByRole("button", { name: "Lembar kelas" }).click();
  await page.getByLabel("Jumlah kartu").selectOption("20");
  assert.equal(await page.locator(".slip").count(), 20);
  await teacher.look("people-cards");
  await page.emulateMedia({ media: "print" });
  const cards = await page.pdf({ format: "A4", preferCSSPageSize: true });
  assert.equal((cards.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length, 2, "two sheets of paper");
  await page.emulateMedia({ media: null });
  await page.goto("/audiences");

  // On a cheap phone.
  const pupil = await Person.with(browser, hub, { pace: 4 });
  await pupil.page.goto(link);
  await heading(pupil.page, "Gabung ke Kelas 7A?");
  assert.equal(new URL(pupil.page.url()).hash, "");
  await pupil.page.getByRole("link", { name: "Buat akun, lalu bergabung" }).waitFor();
  await pupil.look("join-visitor");
  await pupil.page.getByRole("link", { name: "Buat akun, lalu bergabung" }).click();
  await begin(pupil.page, "Dimas Wicaksono");
  await heading(pupil.page, "Gabung ke Kelas 7A?");
  assert.equal(await pupil.page.getByLabel("Nama Anda").inputValue(), "Dimas Wicaksono");
  await pupil.look("join-class");
  await pupil.page.getByRole("button", { name: "Minta bergabung" }).click();
  await heading(pupil.page, "Permintaan terkirim");
  await pupil.look("join-asked");

  await page.getByText("1 minta diterima").first().waitFor();
  await teacher.look("people-list-asking");
  await page.getByRole("link", { name: /Kelas 7A/ }).click();
  await heading(page, "Kelas 7A");
  await page.getByRole("link", { name: /Permintaan bergabung/ }).click();
  await page.getByText("Dimas Wicaksono").first().waitFor();

  // More of them come while the teacher looks.
  const others = ["Ayu Lestari", "Budi Santoso", "Ayu Lestari"];
  for (const name of others) {
    const one = await Author.named(name, hub);
    await one.client.join(link, { name });
    one.leave();
  }
  await page.getByText("Terima semua (4)").first().waitFor();
  await page.getByText("Namanya sama").first().waitFor();
  await teacher.look("people-requests");
  await page.getByLabel(/Budi Santoso/).check();
  await page.getByRole("button", { name: "Tolak (1)" }).click();
  await page.getByRole("button", { name: "Tolak", exact: true }).click();
  await page.getByText("1 permintaan ditolak.").first().waitFor();
  await page.getByRole("button", { name: "Terima semua (3)" }).click();
  await page.getByText("3 orang diterima.").first().waitFor();
  await heading(page, "Tidak ada yang menunggu");
  await teacher.look("people-admitted");
  await heading(pupil.page, "Anda sudah diterima.");
  await pupil.look("join-in");
  await pupil.page.getByRole("link", { name: "Lihat aturannya" }).click();
  await heading(pupil.page, "Kelas 7A");
  await pupil.page.getByText("Hub tidak dapat membaca").first().waitFor();
  await pupil.look("people-audience-member");

  await page.goto("/audiences");
  await page.getByRole("link", { name: /Kelas 7A/ }).click();
  await heading(page, "3 anggota");
  await teacher.look("people-audience-teacher");

  // The pupil leaves again.
  await pupil.page.getByRole("button", { name: "Keluar dari sini" }).click();
  await pupil.page.getByRole("button", { name: "Keluar", exact: true }).click();
  await pupil.page.getByText("Anda sudah keluar dari Kelas 7A.").first().waitFor();
  await heading(page, "2 anggota");
  await pupil.leave();
  await teacher.leave();
});

test("a channel is joined by an open link, in English; dead and broken invitations say what to do", async () => {
  const officer = await Author.named("Pak Joko", hub);
  const { audience, link } = await officer.audience("Clinic days", "desk");
  const reader = await author("Sari", { language: "en" });
  const { page } = reader;
  await page.goto(link);
  await heading(page, "Follow this channel?");
  await page.getByLabel("What do you call this class or channel?").fill("Clinic");
  await reader.person.look("join-channel-en");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await heading(page, "You are in");
  await page.goto(link);
  await heading(page, "You are in Clinic already");

  await page.goto("/join");
  await page.getByLabel("Invitation link").fill(link.slice(0, -4));
  await page.keyboard.press("Enter");
  await heading(page, "This invitation is not complete");
  await reader.person.look("join-mistyped-en");
  await page.getByLabel("Invitation link").fill(link.replace(hub.origin, "https://other.example"));
  await page.keyboard.press("Enter");
  await heading(page, "An invitation to another hub");
  await reader.person.look("join-elsewhere-en");

  const second = await officer.client.makeLink(audience, { kind: "approval", maxUses: 3, validMs: 60_000 });
  const [line] = (await officer.client.links(audience)).filter(({ url }) => url === second);
  await officer.client.closeLink(audience, line?.link ?? "");
  const stranger = await Person.with(browser, hub, { language: "en" });
  await stranger.page.goto(second);
  await heading(stranger.page, "This invitation is closed");
  await stranger.look("join-closed-en");
  const short = await officer.client.makeLink(audience, { kind: "approval", maxUses: 3, validMs: 60_000 });
  await stranger.page.clock.install({ time: Date.now() + 120_000 });
  await stranger.page.goto("/");
  await stranger.page.goto(short);
  await heading(stranger.page, "This invitation has expired");
  await stranger.leave();
  await reader.person.leave();
  officer.leave();
});

test("a hosted channel says so before anything, and asks for a tick", async () => {
  const gateway = await Author.named("Dinas Kesehatan", hub);
  // As an operator's gateway founds one.
  const rules: Rules & { host: string } = {
    replies: "desk",
    history: "same key",
    host: "Dinas Kominfo Kabupaten",
  };
  const audience = await gateway.client.found("Jadwal Posyandu", rules);
  const link = await gateway.client.makeLink(audience, { kind: "open", maxUses: 9, validMs: 86_400_000 });
  const reader = await author("Wati", { hands: "touch" });
  const { page } = reader;
  await page.goto(link.replace("#", "#Jadwal%20Posyandu#"));
  await heading(page, "Ikuti Jadwal Posyandu?");
  await heading(page, "Operator dapat membaca di sini");
  await reader.person.look("join-hosted");
  await page.getByRole("button", { name: "Gabung", exact: true }).click();
  await page.getByText("Baca dulu kotak di atas").first().waitFor();
  await page.getByLabel("Saya tahu Dinas Kominfo Kabupaten dapat membaca di sini.").check();
  await page.getByRole("button", { name: "Gabung", exact: true }).click();
  await heading(page, "Anda sudah ikut Jadwal Posyandu");
  await page.getByRole("link", { name: "Lihat aturannya" }).click();
  await heading(page, "Operator dapat membaca di sini");
  await reader.person.look("people-audience-hosted");
  await reader.person.leave();
  gateway.leave();
});

test("members are removed plainly and for cause; a second publisher takes over; all of it is in the history", async () => {
  const rini = await author("Bu Rini", { width: 1280 });
  const { page } = rini;
  const { audience, link } = await rini.own.audience("Kelas 8B", "everyone", "approval");
  const people = new Map<string, Author>();
  for (const name of ["Ayu", "Budi", "Citra", "Pak Joko"]) {
    const one = await Author.named(name, hub);
    await one.client.join(link, { name, label: "Kelas 8B" });
    people.set(name, one);
  }
  const asking = (await rini.own.client.asking(audience)).asking.map(({ account }) => account);
  await rini.own.client.admit(audience, asking);
  await page.goto(`/audiences/${audience}/members`);
  await page.getByText("4 anggota").first().waitFor();
  await page.getByLabel("Cari nama").fill("ci");
  await page.getByText("1 dari 4").first().waitFor();
  await page.getByLabel("Cari nama").fill("");
  await rini.person.look("people-members");

  await page.getByRole("button", { name: "Pilihan untuk Ayu" }).click();
  await rini.person.look("people-member-sheet");
  await page.getByRole("button", { name: "Keluarkan", exact: true }).click();
  await page.getByText("Ayu dikeluarkan. Kalau keliru").first().waitFor();
  await page.getByText("Sudah keluar (1)").first().waitFor();

  await page.getByRole("button", { name: "Pilihan untuk Budi" }).click();
  await page.getByRole("button", { name: "Keluarkan dan ganti kunci" }).click();
  await page.getByText("Kunci sudah diganti. 2 anggota tetap").first().waitFor();
  await page.getByText("2 anggota").first().waitFor();
  await rini.person.look("people-rotated");

  await page.getByRole("button", { name: "Pilihan untuk Pak Joko" }).click();
  await page.getByRole("button", { name: "Jadikan penerbit" }).click();
  await page.getByRole("button", { name: "Jadikan penerbit" }).click();
  await page.getByText("Pak Joko sekarang penerbit.").first().waitFor();
  await page.getByRole("complementary").getByRole("button", { name: "Pilihan untuk Pak Joko" }).waitFor();
  await page.getByRole("button", { name: "Pilihan untuk Pak Joko" }).click();
  await page.getByRole("button", { name: "Jadikan pengelola" }).click();
  await page.getByText("Pak Joko sekarang pengelola.").first().waitFor();
  await rini.person.look("people-staff");

  // The rules, and taking them back.
  await page.goto(`/audiences/${audience}`);
  await page.getByText("Ubah aturan").click();
  await page.getByRole("group", { name: "Balasan" }).getByText("Ke meja").click();
  await page.getByLabel("Persetujuan sebelum terbit").selectOption("1");
  await rini.person.look("people-rules");
  await page.getByRole("button", { name: "Simpan aturan" }).click();
  await page.getByText("Aturan baru sudah berlaku.").first().waitFor();
  await page.getByText("Satu penerbit lain").first().waitFor();
  await rini.person.look("people-rules-saved");
  await page.getByRole("button", { name: "Urungkan" }).click();
  await page.getByText("Ke semua anggota, atau ke meja petugas").first().waitFor();

  // Pak Joko takes over.
  const joko = people.get("Pak Joko");
  assert.ok(joko);
  await joko.client.fetchAll();
  const other = await Person.with(browser, hub);
  await signIn(other, joko.card);
  await other.page.goto(`/audiences/${audience}/members`);
  await other.page
    .getByRole("button", { name: "Pilihan untuk Bu Rini" })
    .or(other.page.getByRole("button", { name: /Pilihan untuk Penerbit/ }))
    .first()
    .click();
  await other.page.getByRole("button", { name: "Keluarkan dari penerbit" }).click();
  await other.page.getByRole("button", { name: "Keluarkan dan ganti kunci" }).click();
  await other.page.getByText("bukan penerbit lagi").first().waitFor();
  await other.page.goto(`/audiences/${audience}/history`);
  await heading(other.page, "Riwayat aturan");
  await other.page
    .getByText(/mengeluarkan .* dari penerbit/)
    .first()
    .waitFor();
  await other.page
    .getByText(/mengganti kunci 1 kelompok anggota/)
    .first()
    .waitFor();
  await other.page
    .getByText(/menambah Pak Joko sebagai penerbit|menambah .* sebagai penerbit/)
    .first()
    .waitFor();
  await other.look("people-history");
  await other.leave();
  await rini.person.leave();
  for (const one of people.values()) one.leave();
  rini.own.leave();
});

test("a colleague becomes a publisher by the code on her phone, and each knows the other by name", async () => {
  const rini = await author("Bu Rini");
  const sri = await author("Sri Hartini");
  const { audience } = await rini.own.audience("Kelas 7A", "everyone", "approval");
  await sri.page.goto("/me");
  await sri.page.getByText("Kode akun sebagai kode QR").click();
  const code = sri.page.getByRole("img", { name: "Kode akun sebagai kode QR" });
  await code.waitFor();
  await sri.person.look("me-code");
  const seen = (await code.screenshot()).toString("base64");

  const { page } = rini;
  await page.goto(`/audiences/${audience}/members`);
  await page.getByText("Tambah penerbit").first().click();
  await page.evaluate(pointCameraAt, seen);
  await page.getByRole("button", { name: "Pindai dengan kamera" }).click();
  await page.getByRole("button", { name: "Jadikan penerbit" }).click();
  await page.getByText("sekarang penerbit. Kuncinya sudah dikirim.", { exact: false }).first().waitFor();
  await rini.person.look("people-staff-scanned");

  // The class is there by itself, with whose it is, before anybody has written in it.
  await sri.page.goto(`/audiences/${audience}`);
  await sri.page.getByText("Bu Rini, Sri Hartini").waitFor();
  await page.goto(`/audiences/${audience}/members`);
  await page.getByText("Sri Hartini", { exact: true }).first().waitFor();
  for (const one of [rini, sri]) await one.person.leave();
});
