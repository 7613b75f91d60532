/** What must not be believed: a hub that lies, posts under earlier rules, a member who was removed; and permanent links. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

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

test("A post that the hub swapped for another is shown as refused, with the reason, and never opened", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 7A", "none");
  const yuni = await Person.with(browser, hub);
  const account = await Author.named("Yuni", hub);
  await account.join(link, "Kelas 7A");
  account.leave();
  await signIn(yuni, account.card);
  await yuni.page.getByRole("heading", { name: "Belum ada kabar" }).waitFor();
  const [first, second] = [
    await teacher.post(audience, { title: "Rapat Sabtu", body: "Pukul 9." }),
    await teacher.post(audience, { title: "Rapat dibatalkan", body: "Tidak jadi." }),
  ];
  await yuni.page.getByRole("link", { name: /Rapat dibatalkan/ }).waitFor();

  // In a second browser the hub serves the second post in place of the first.
  const other = await Person.with(browser, hub, { width: 1280 });
  await other.context.route(`**/v1/posts/${first}`, async (route) => {
    await route.fulfill({ response: await route.fetch({ url: `${hub.origin}/v1/posts/${second}` }) });
  });
  await signIn(other, account.card);
  await other.page.getByRole("heading", { name: "Ditolak perangkat ini" }).waitFor();
  await other.page.getByText("Sebabnya").click();
  await other.page.getByText("kabarnya ditukar", { exact: false }).waitFor();
  assert.equal(await other.page.getByText("Pukul 9.").count(), 0);
  await other.look("inbox-refused");
  await other.page.goto(`/post/${first}`);
  await other.page.getByRole("heading", { level: 1, name: "Kabar ini ditolak perangkat ini" }).waitFor();
  await other.look("post-refused");
  for (const one of [yuni, other]) await one.leave();
});

test("Who is removed keeps what was opened, is told so, and gets nothing new", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 9C", "desk");
  const account = await Author.named("Bima", hub);
  await account.join(link, "Kelas 9C");
  const bima = await Person.with(browser, hub);
  await teacher.post(audience, { title: "Jadwal baru", body: "Mulai Senin." });
  await signIn(bima, account.card);
  await bima.page.getByRole("link", { name: /Jadwal baru/ }).waitFor();
  await teacher.client.remove(audience, account.client.account);
  account.leave();
  await teacher.post(audience, { title: "Hanya untuk anggota", body: "Rahasia kelas." });
  await bima.page.reload();
  await bima.page.getByText("Anda tidak lagi menerima kabar baru dari Kelas 9C", { exact: false }).waitFor();
  await bima.look("inbox-removed");
  assert.equal(await bima.page.getByText("Hanya untuk anggota").count(), 0);
  await bima.page.getByRole("link", { name: /Jadwal baru/ }).click();
  await bima.page.getByText("Mulai Senin.").waitFor();
  await bima.leave();
});

test("A permanent link opens one post for somebody without an account, and says who stands behind it", async () => {
  const officer = await Author.named("dr. Ratna", hub);
  const { audience } = await officer.audience("Kanal Imunisasi", "none");
  const post = await officer.post(audience, { title: "Imunisasi gratis", body: "Selasa di Balai Desa." });
  const ratna = await Person.with(browser, hub);
  await signIn(ratna, officer.card);
  await ratna.page.getByRole("link", { name: /Imunisasi gratis/ }).click();
  await ratna.page.getByRole("button", { name: "Pilihan lain" }).click();
  await ratna.page.getByRole("button", { name: "Salin tautan tetap" }).click();
  await ratna.look("permalink-copy");
  const link = (await ratna.page.getByRole("dialog").locator(".code").textContent()) ?? "";
  await ratna.page.getByRole("button", { name: "Salin tautan" }).click();
  await ratna.page.locator("main").getByText("Tautan tersalin.").waitFor();
  await ratna.leave();

  const stranger = await Person.with(browser, hub);
  await stranger.page.goto(link);
  await stranger.page.getByRole("heading", { level: 1, name: "Imunisasi gratis" }).waitFor();
  await stranger.page.getByText(audience).waitFor();
  assert.equal(new URL(stranger.page.url()).hash, "");
  await stranger.look("permalink");

  await officer.client.send(audience, "withdrawal", {}, post);
  await stranger.page.goto("/");
  await stranger.page.goto(link);
  await stranger.page.getByText("Hub menyatakan kabar ini sudah ditarik kembali.").waitFor();
  await stranger.look("permalink-withdrawn");
  await stranger.page.goto("/");
  await stranger.page.goto(`${link.slice(0, -1)}`);
  await stranger.page.getByRole("heading", { name: "Tautan ini tidak lengkap" }).waitFor();
  await stranger.look("permalink-bad");
  await stranger.leave();
});

test("A correction stands in place of what it corrects, a withdrawal in place of everything; approvals are named", async () => {
  const [head, deputy] = [await Author.named("Bu Kepala", hub), await Author.named("Sri Hartini", hub)];
  const { audience, link } = await head.audience("Pengumuman sekolah", "none");
  await deputy.join(link, "Pengumuman sekolah");
  await head.client.addStaff(audience, deputy.client.account, "publisher");
  const account = await Author.named("Yuni", hub);
  await account.join(link, "Pengumuman sekolah");
  account.leave();
  const first = await head.post(audience, { title: "Libur Rabu", body: "Sekolah libur hari Rabu." });
  await head.client.send(
    audience,
    "correction",
    { title: "Libur Kamis", body: "Sekolah libur hari **Kamis**." },
    first,
  );
  const second = await head.post(audience, { title: "Salah kirim", body: "Abaikan." });
  await head.client.send(audience, "withdrawal", {}, second);
  const yuni = await Person.with(browser, hub);
  await signIn(yuni, account.card);
  await yuni.page.getByRole("link", { name: /Libur Kamis/ }).click();
  await yuni.page.getByRole("heading", { name: "Sudah diperbaiki" }).waitFor();
  await yuni.page.getByText("Isi sebelumnya").click();
  await yuni.page.getByText("Sekolah libur hari Rabu.").waitFor();
  await yuni.look("post-corrected");
  await yuni.page.goto(`/post/${second}`);
  await yuni.page.getByRole("heading", { level: 1, name: "Ditarik kembali" }).waitFor();
  assert.equal(await yuni.page.getByText("Abaikan.").count(), 0);
  await yuni.look("post-withdrawn");

  await head.client.setRules(audience, { approvals: 1 });
  const third = await head.post(audience, { title: "Seragam baru", body: "Mulai Januari." });
  await deputy.client.fetchAll();
  await deputy.client.approve(audience, third);
  await yuni.page.goto("/inbox");
  await yuni.page.getByRole("link", { name: /Seragam baru/ }).click();
  await yuni.page
    .getByText(/Disetujui/)
    .first()
    .waitFor();
  await yuni.page.getByRole("button", { name: "Pilihan lain" }).click();
  await yuni.page.getByRole("button", { name: "Apa saja yang diperiksa" }).click();
  await yuni.look("post-approved");
  await yuni.leave();
});
