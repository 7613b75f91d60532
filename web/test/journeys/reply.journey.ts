/** Replying: a thread for everyone, the desk, reports, blocking, a thread that publishers close. */

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

/** Somebody in an audience, in a browser of their own. */
async function person(name: string, link: string, label: string, width = 360): Promise<Person> {
  const account = await Author.named(name, hub);
  await account.join(link, label);
  account.leave();
  const someone = await Person.with(browser, hub, { width });
  await signIn(someone, account.card);
  return someone;
}

test("Two members and a publisher talk under an announcement; one reply is reported, its author blocked, the thread closed", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 7A", "everyone");
  const yuni = await person("Yuni, ibu Dimas", link, "Kelas 7A");
  const gaduh = await person("Si Gaduh", link, "Kelas 7A");
  const post = await teacher.post(audience, {
    title: "Rapat orang tua Sabtu",
    body: "Mohon datang tepat waktu.",
  });
  await teacher.client.send(audience, "reply", { body: "Silakan bertanya di sini." }, post);

  for (const { page } of [yuni, gaduh]) {
    await page.getByRole("link", { name: /Rapat orang tua Sabtu/ }).click();
    await page.locator(".thread").getByText("Silakan bertanya di sini.").waitFor();
  }
  await yuni.page.getByRole("button", { name: "Balas", exact: true }).click();
  await yuni.page.getByLabel("Balasan untuk semua").fill("Apa boleh diwakili neneknya?");
  await yuni.look("reply-typing");
  await yuni.page.reload();
  await yuni.page.getByRole("button", { name: "Balas", exact: true }).click();
  await yuni.page.waitForFunction(
    () => document.querySelector("textarea")?.value === "Apa boleh diwakili neneknya?",
  );
  await yuni.page.getByRole("button", { name: "Kirim" }).click();
  await yuni.page.locator(".thread").getByText("Apa boleh diwakili neneknya?").waitFor();

  // It arrives where the thread is open, without a reload.
  await gaduh.page.locator(".thread").getByText("Apa boleh diwakili neneknya?").waitFor();
  await gaduh.page.getByRole("button", { name: "Balas", exact: true }).click();
  await gaduh.page.getByLabel("Balasan untuk semua").fill("Jual pulsa murah, hubungi saya!");
  await gaduh.page
    .locator('input[type="file"]')
    .setInputFiles({ name: "catatan.txt", mimeType: "text/plain", buffer: Buffer.from("promo") });
  await gaduh.page.getByRole("button", { name: "Kirim" }).click();
  await yuni.page.locator(".thread").getByText("Jual pulsa murah").waitFor();
  await yuni.look("thread");

  await yuni.page.getByRole("button", { name: "Pilihan untuk balasan Si Gaduh" }).click();
  await yuni.page.getByRole("button", { name: "Laporkan" }).click();
  await yuni.page.getByLabel(/Apa yang tidak beres/).fill("Ini jualan.");
  await yuni.look("report");
  await yuni.page.getByRole("button", { name: "Laporkan" }).click();
  await yuni.page.locator("main").getByText("Laporan terkirim ke petugas.").waitFor();

  await yuni.page.getByRole("button", { name: "Pilihan untuk balasan Si Gaduh" }).click();
  await yuni.page.getByRole("button", { name: "Blokir" }).click();
  await yuni.page.getByRole("button", { name: "Blokir" }).click();
  await yuni.page.getByText("Balasan dari Si Gaduh disembunyikan.").waitFor();
  assert.equal(await yuni.page.getByText("Jual pulsa murah").count(), 0);
  await yuni.look("thread-blocked");
  await yuni.page.getByRole("button", { name: "Urungkan" }).click();
  await yuni.page.locator(".thread").getByText("Jual pulsa murah").waitFor();

  // The publisher, in a browser: the report is proved at the desk, the thread closed.
  const rini = await Person.with(browser, hub, { width: 1280 });
  await signIn(rini, teacher.card);
  await rini.page.getByRole("link", { name: "Meja" }).first().click();
  await rini.page.getByRole("link", { name: /Yuni, ibu Dimas/ }).click();
  await rini.page.getByText("Terbukti ditulis Si Gaduh", { exact: false }).waitFor();
  await rini.page.locator(".preview").getByText("Jual pulsa murah").waitFor();
  await rini.look("desk-report");
  await rini.page.goto(`/post/${post}`);
  await rini.page.getByRole("button", { name: "Pilihan lain" }).click();
  await rini.page.getByRole("button", { name: "Atur tanya jawab" }).click();
  await rini.page.getByText("Ditutup", { exact: true }).click();
  await rini.look("thread-manage");
  await rini.page.getByRole("button", { name: "Simpan" }).click();
  await rini.page.getByText("Tanya jawab ditutup petugas.", { exact: false }).first().waitFor();
  await rini.look("post-publisher");

  await gaduh.page.getByText("Tanya jawab ditutup petugas.", { exact: false }).waitFor();
  await gaduh.page.getByRole("button", { name: "Pilihan untuk balasan Si Gaduh" }).click();
  await gaduh.page.getByRole("button", { name: "Tarik kembali" }).click();
  await gaduh.page.getByRole("button", { name: "Tarik kembali" }).click();
  await gaduh.page.getByText("Balasan ini ditarik kembali oleh Si Gaduh.").waitFor();
  await gaduh.look("thread-closed");
  for (const one of [yuni, gaduh, rini]) await one.leave();
});

test("A question to the desk is taken, answered, resolved, and its answer read by the one who asked", async () => {
  const [officer, colleague] = [await Author.named("dr. Ratna", hub), await Author.named("Sri Hartini", hub)];
  const { audience, link } = await officer.audience("Kanal Imunisasi", "desk");
  await colleague.join(link, "Kanal Imunisasi");
  await officer.client.addStaff(audience, colleague.client.account, "publisher");
  const yuni = await person("Yuni, ibu Dimas", link, "Kanal Imunisasi");
  await officer.post(audience, { title: "Imunisasi campak-rubela", body: "Selasa pagi di Balai Desa." });
  await yuni.page.getByRole("link", { name: /Imunisasi campak-rubela/ }).click();
  await yuni.page
    .getByLabel("Pertanyaan untuk petugas")
    .fill("Anak saya sudah imunisasi bulan lalu. Apa perlu lagi?");
  await yuni.page.getByRole("button", { name: "Kirim" }).click();
  await yuni.page.locator(".thread").getByText("Apa perlu lagi?").waitFor();
  await yuni.look("private-asked");

  const ratna = await Person.with(browser, hub, { width: 1280 });
  await signIn(ratna, officer.card);
  await ratna.page.getByRole("link", { name: /^Meja/ }).first().click();
  await ratna.page.getByRole("link", { name: /Yuni, ibu Dimas/ }).waitFor();
  await ratna.look("desk");
  await ratna.page.getByRole("link", { name: /Yuni, ibu Dimas/ }).click();
  await ratna.page.getByRole("button", { name: "Saya pegang" }).click();
  await ratna.page.locator("aside").getByText("Anda pegang").waitFor();
  await ratna.page.getByLabel("Jawaban").fill("Tunjukkan catatannya di meja depan, Bu.");
  await ratna.look("desk-letter");
  await ratna.page.getByRole("button", { name: "Kirim dan selesaikan" }).click();
  await ratna.page.locator("aside").getByText("Selesai", { exact: true }).waitFor();
  await ratna.page.locator(".thread").getByText("Tunjukkan catatannya").waitFor();

  await yuni.page.locator(".thread").getByText("Tunjukkan catatannya di meja depan, Bu.").waitFor();
  await yuni.look("private-answered");
  await ratna.page.getByRole("button", { name: "Buka lagi" }).click();
  await ratna.page.locator("aside").getByText("Terbuka", { exact: true }).waitFor();
  await ratna.page.getByRole("button", { name: "Serahkan ke penerbit lain" }).click();
  await ratna.page.getByRole("dialog").getByRole("button").first().click();
  await ratna.page
    .locator("aside")
    .getByText(/^Dipegang/)
    .waitFor();
  await ratna.page.getByRole("button", { name: "Selesaikan", exact: true }).click();
  await ratna.page.getByRole("link", { name: "Kembali" }).click();
  await ratna.page.getByText("Meja bersih").waitFor();
  await ratna.look("desk-clear");
  await ratna.page.getByText(/^ ?Selesai/).click();
  await ratna.page.getByRole("link", { name: /Yuni, ibu Dimas/ }).waitFor();
  await ratna.look("desk-resolved");
  for (const one of [yuni, ratna]) await one.leave();
});
