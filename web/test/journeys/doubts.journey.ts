/** What a reader must be told or may take back: gaps, earlier rules, slow threads, blocked accounts, one's data, every row. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person, type Visitor } from "./harness.ts";

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

/** An account that is in an audience, made at the command of the test. */
async function member(name: string, link: string, label: string): Promise<Author> {
  const account = await Author.named(name, hub);
  await account.join(link, label);
  return account;
}

/** That account in a browser of its own. */
async function seated(account: Author, options: Visitor = {}): Promise<Person> {
  const person = await Person.with(browser, hub, options);
  await signIn(person, account.card);
  return person;
}

test("A post that the hub holds back leaves a gap that the next one shows; one under earlier rules says so", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 7A", "none");
  const account = await member("Yuni", link, "Kelas 7A");
  account.leave();
  await teacher.post(audience, { title: "Ulangan Senin", body: "Bab 3." });
  const held = await teacher.post(audience, { title: "Ulangan batal", body: "Tidak jadi." });
  const third = await teacher.post(audience, { title: "Bawa buku gambar", body: "Hari Rabu." });

  const yuni = await Person.with(browser, hub);
  await yuni.context.route(/\/v1\/audiences\/[\w-]+\/posts\?/, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { items: { post: string }[] };
    const items = list.items.filter(({ post }) => post !== held);
    await route.fulfill({ response, json: { ...list, items } });
  });
  await signIn(yuni, account.card);
  await yuni.page.getByRole("link", { name: /Bawa buku gambar/ }).click();
  await yuni.page.getByRole("heading", { name: "Satu kabar sebelum ini tidak sampai" }).waitFor();
  await yuni.look("post-gap");

  // In another browser everything comes, but only after the rules have changed.
  await teacher.client.setRules(audience, { replies: "desk" });
  const other = await seated(account, { language: "en", width: 1280 });
  await other.page.goto(`/post/${third}`);
  await other.page.getByRole("heading", { name: "Sent under earlier rules" }).waitFor();
  assert.equal(await other.page.getByText("did not arrive", { exact: false }).count(), 0);
  await other.look("post-earlier-rules");
  for (const one of [yuni, other]) await one.leave();
});

test("A publisher slows a thread: the second reply waits on the device, and goes out by itself when its time has come", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 8B", "everyone");
  const post = await teacher.post(audience, { title: "Karyawisata", body: "Siapa ikut?" });
  const yuni = await seated(await member("Yuni", link, "Kelas 8B"));
  const rini = await seated(teacher, { width: 1280 });
  await rini.page.goto(`/post/${post}`);
  await rini.page.getByRole("button", { name: "Pilihan lain" }).click();
  await rini.page.getByRole("button", { name: "Atur tanya jawab" }).click();
  await rini.page.getByText("Diperlambat", { exact: true }).click();
  await rini.page.getByRole("button", { name: "Simpan" }).click();
  await rini.page.getByText("satu balasan tiap 5 menit", { exact: false }).waitFor();

  const { page } = yuni;
  await page.getByRole("link", { name: /Karyawisata/ }).click();
  await page.getByText("satu balasan tiap 5 menit", { exact: false }).waitFor();
  const reply = async (text: string): Promise<void> => {
    await page.getByRole("button", { name: "Balas", exact: true }).click();
    await page.getByLabel("Balasan untuk semua").fill(text);
    await page.getByRole("button", { name: "Kirim" }).click();
  };
  await reply("Kami ikut.");
  await page.locator(".thread").getByText("Kami ikut.").waitFor();
  await reply("Dua orang.");
  await page.locator(".thread").getByText("Menunggu giliran").waitFor();
  await yuni.look("thread-slow");
  assert.equal(await rini.page.locator(".thread").getByText("Dua orang.").count(), 0);
  // Nobody waits five minutes for a test: the publisher makes it seconds.
  await teacher.client.setThread(post, "slow", 20);
  await rini.page.locator(".thread").getByText("Dua orang.").waitFor();
  await page.locator(".thread").getByText("Menunggu giliran").waitFor({ state: "detached" });
  await page.locator(".thread").getByText("Dua orang.").waitFor();
  for (const one of [yuni, rini]) await one.leave();
});

test("Blocked accounts are listed by name, and let in again; one's data is all that can be read, and no key", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 9C", "everyone");
  const [account, gaduh] = [
    await member("Yuni", link, "Kelas 9C"),
    await member("Si Gaduh", link, "Kelas 9C"),
  ];
  const letter = new File(["%PDF-1.4 Denah"], "Denah.pdf", { type: "application/pdf" });
  const attachment = await teacher.client.attach(audience, letter, letter.name, "audience");
  const post = await teacher.post(audience, {
    title: "Rapat Sabtu",
    body: "Pukul sembilan.",
    attachments: [attachment],
  });
  await gaduh.client.fetch(audience);
  await gaduh.client.send(audience, "reply", { body: "Jual pulsa murah!" }, post);
  const yuni = await seated(account);
  const { page } = yuni;
  await page.getByRole("link", { name: /Rapat Sabtu/ }).click();
  await page.getByRole("button", { name: "Pilihan untuk balasan Si Gaduh" }).click();
  await page.getByRole("button", { name: "Blokir" }).click();
  await page.getByRole("button", { name: "Blokir" }).click();
  await page.getByText("Balasan dari Si Gaduh disembunyikan.").waitFor();

  await page.getByRole("link", { name: "Kembali" }).click();
  await page.getByRole("link", { name: "Saya" }).click();
  await page.getByRole("heading", { name: "Akun yang diblokir" }).waitFor();
  await page.getByText("Si Gaduh", { exact: true }).waitFor();
  await yuni.look("me-blocked");
  await page.getByRole("button", { name: "Buka blokir" }).click();
  await page.getByText("Tidak ada. Balasan dan surat", { exact: false }).waitFor();

  await account.client.fetchAll();
  await account.client.sendLetter(audience, "desk", "reply", { body: "Saya terlambat." }, post);
  await teacher.client.fetchDesk(audience);
  await teacher.client.sendLetter(
    audience,
    { account: account.client.account },
    "reply",
    { body: "Baik, Bu." },
    post,
  );
  await page.goto("/inbox");
  await page.getByText("Baik, Bu.", { exact: false }).first().waitFor();
  await page.getByRole("link", { name: "Saya" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Unduh data saya" }).click(),
  ]);
  // Her question was asked on another device; its record brought it here.
  await page.getByRole("main").getByText("Tersimpan: 2 kabar dan 2 surat.", { exact: false }).waitFor();
  await yuni.look("me-data");
  const file = await readFile(await download.path(), "utf8");
  for (const written of [
    "Pukul sembilan.",
    "Jual pulsa murah!",
    "Saya terlambat.",
    "Baik, Bu.",
    "Denah.pdf",
    "Si Gaduh",
  ])
    assert.ok(file.includes(written), `${written} is in the file`);
  for (const secret of [account.card, account.card.replace(/[\s-]/g, ""), attachment.identity])
    assert.ok(!file.includes(secret), "nothing that opens anything is in the file");
  await page.goto(`/post/${post}`);
  await page.locator(".thread").getByText("Jual pulsa murah!").waitFor();
  await yuni.leave();
});

test("Of more than a hundred rows the newest are told at once, and all of them when they are wanted", async () => {
  const officer = await Author.named("Dinas Kesehatan", hub);
  const { audience } = await officer.audience("Info Kesehatan", "none");
  for (let n = 1; n <= 105; n++) await officer.post(audience, { title: `Kabar ${n}`, body: "Isi." });
  const dinas = await seated(officer);
  const { page } = dinas;
  await page.goto("/me/known");
  await page.getByText("100 terbaru dari 105").waitFor();
  await dinas.look("me-known-many");
  await page.getByRole("button", { name: "Ambil semua baris" }).click();
  await page.getByText("Lihat 105 baris", { exact: false }).click();
  await page.getByText("100 terbaru dari 105").waitFor({ state: "detached" });
  await page.getByRole("listitem").filter({ hasText: "Persis seperti disimpan" }).nth(104).waitFor();
  await dinas.leave();
});
