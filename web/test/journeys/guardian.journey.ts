/** Guardians: children's login cards on one phone, whose page it is, and handing in for a child. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import type { LetterView } from "../../src/client/index.ts";
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

const DAY = 86_400_000;

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

/** Takes a child's card in, through the screen for that. */
async function add(guardian: Person, card: string, name: string): Promise<void> {
  const { page } = guardian;
  await page.goto("/me");
  await page.getByRole("link", { name: "Tambah anak" }).click();
  await page.getByRole("heading", { level: 1, name: "Tambah anak dengan kartu masuknya" }).waitFor();
  await page.locator("input[name=card]").fill(card);
  await page.getByLabel("Anak ini Anda panggil siapa?").fill(name);
  await page.getByRole("button", { name: "Tambah", exact: true }).click();
  await page.getByText(`${name} ditambahkan.`).first().waitFor();
}

test("Yuni opens the pages of Dimas and Sekar on her phone, hands in for Dimas, and it is recorded as such", async () => {
  const teacher = await Author.named("Bu Sri Handayani", hub);
  const classes = [
    await teacher.audience("Kelas 7A", "everyone"),
    await teacher.audience("Kelas 4B", "everyone"),
  ];
  const children: Author[] = [];
  for (const [at, name] of ["Dimas", "Sekar"].entries()) {
    const child = await Author.named(name, hub);
    const of = classes[at];
    assert.ok(of !== undefined);
    await child.join(of.link, at === 0 ? "Kelas 7A" : "Kelas 4B");
    children.push(child);
  }
  const [dimas, sekar] = children;
  const [ofDimas, ofSekar] = classes;
  assert.ok(dimas !== undefined && sekar !== undefined && ofDimas !== undefined && ofSekar !== undefined);
  await teacher.client.homework.assign(ofDimas.audience, {
    title: "Peta kampung",
    body: "Gambar peta kampungmu.",
    dueMs: Date.now() + 2 * DAY,
    points: 100,
  });
  const yuni = await Author.named("Yuni", hub);
  const guardian = await Person.with(browser, hub);
  await signIn(guardian, yuni.card);
  const { page } = guardian;
  await page.goto("/me");
  await page.getByRole("heading", { name: "Anak", exact: true }).waitFor();
  await page.getByRole("link", { name: "Tambah anak" }).click();
  await page.locator("input[name=card]").waitFor();
  await look(guardian, "guardian-add");
  await page.locator("input[name=card]").fill(yuni.card);
  await page.getByLabel("Anak ini Anda panggil siapa?").fill("Aku");
  await page.keyboard.press("Enter");
  await page.getByText("Ini kartu Anda sendiri", { exact: false }).waitFor();
  await add(guardian, dimas.card, "Dimas");
  await add(guardian, sekar.card, "Sekar");
  await look(guardian, "guardian-me");

  const family = page.getByRole("navigation", { name: "Halaman siapa" });
  await family.getByRole("button", { name: /Dimas/ }).click();
  await family.locator("[aria-current]").getByText("Dimas").waitFor();
  await page.getByRole("link", { name: "Tugas", exact: true }).click();
  await page.getByRole("link", { name: /Peta kampung/ }).waitFor();
  await look(guardian, "guardian-list");
  await page.getByRole("link", { name: /Peta kampung/ }).click();
  await page.getByRole("heading", { name: "Pekerjaan Dimas" }).waitFor();
  await page.reload();
  await family.locator("[aria-current]").getByText("Dimas").waitFor();
  await page.getByLabel("Pesan untuk guru").fill("Petanya di buku, Bu.");
  await page.getByRole("button", { name: /^Serahkan/ }).click();
  await page.getByText("Tercatat bahwa Yuni menyerahkannya untuk Dimas.").waitFor();
  await guardian.look("guardian-ask");
  await page.getByRole("dialog").getByRole("button", { name: "Serahkan", exact: true }).click();
  await page.getByText("Diserahkan oleh Yuni, wali").waitFor();
  await look(guardian, "guardian-handed-in");

  await teacher.client.fetch(ofDimas.audience);
  await teacher.client.fetchDesk(ofDimas.audience);
  const [work] = await teacher.client.homework.works();
  assert.ok(work !== undefined);
  const letters: (LetterView | undefined)[] = [];
  for (const [account, submission] of await teacher.client.homework.submissions(work)) {
    assert.equal(account, dimas.client.account);
    letters.push(await teacher.client.homework.letter(work, submission.handedIn()?.letter ?? ""));
  }
  assert.deepEqual(
    letters.map((letter) => letter?.content.homework?.guardian?.name),
    ["Yuni"],
  );

  await teacher.post(ofSekar.audience, { title: "Besok libur", body: "Sampai jumpa lusa." });
  await family.getByRole("button", { name: /Sekar, 1 belum dibaca/ }).waitFor();
  await look(guardian, "guardian-sign");
  await family.getByRole("button", { name: /Sekar/ }).click();
  await family.locator("[aria-current]").getByText("Sekar").waitFor();
  await page.goto("/inbox");
  await page.getByRole("link", { name: /Besok libur/ }).waitFor();
  await look(guardian, "guardian-inbox");

  await page.goto("/me");
  await page.getByRole("heading", { level: 1, name: "Yuni" }).waitFor();
  await page.getByRole("button", { name: "Lepas Sekar dari perangkat ini" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Lepas", exact: true }).click();
  await family.getByRole("button", { name: /Sekar/ }).waitFor({ state: "detached" });
  assert.equal(await family.getByRole("button", { name: /Dimas/ }).count(), 1);
  await guardian.leave();
});
