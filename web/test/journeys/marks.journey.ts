/** Keeping: the table of marks, saving and printing it, and a teacher's office hours. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";
import { schoolClass, works } from "./school.ts";

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

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

const DAY = 86_400_000;

test("Anne's marks stand in a table and go into a spreadsheet", async () => {
  const { teacher, audience, pupils } = await schoolClass(
    hub,
    "Class 7A",
    ["Ann Lee", "=Bob", "Cleo Hart", "Dan Moss"],
    "Anne",
  );
  const { client } = teacher;
  const titles = ["Ratios", "Fractions on the number line", "Reading a map", "Angles", "Percentages"];
  for (const [at, title] of titles.entries()) {
    const scale = at === 2 ? { words: ["Good", "Fair"] } : { points: 10 * (at + 1) };
    await client.homework.assign(audience, {
      title,
      body: title,
      dueMs: Date.now() + (at + 1) * DAY,
      ...scale,
    });
  }
  for (const [n, pupil] of pupils.entries()) {
    const all = await works(pupil);
    for (const [at, work] of all.slice(0, 4 - n).entries()) {
      await pupil.handIn(work, { body: "Done." });
      await client.fetchAll();
      const mine = await client.homework.work(audience, work.id);
      assert.ok(mine);
      const mark = at === 2 ? "Good" : String(5 + at + n / 2);
      if (at < 3) await client.homework.giveBack(mine, pupil.account, { body: "", attachments: [], mark });
    }
  }
  const anne = await Person.with(browser, hub, { language: "en" });
  const slow = await anne.context.newCDPSession(anne.page);
  await slow.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const { page } = anne;
  await signIn(anne, teacher.card);
  await page.goto(`/audiences/${audience}/marks`);
  await page.getByRole("rowheader", { name: "Ann Lee" }).waitFor();
  await look(anne, "marks");
  const region = page.getByRole("region", { name: "Marks of Class 7A" });
  await region.focus();
  await page.keyboard.press("End");
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save CSV" }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), "Marks Class 7A.csv");
  const text = await readFile(await saved.path(), "utf8");
  assert.ok(text.startsWith("\uFEFF"), "a spreadsheet takes it for UTF-8");
  assert.ok(!/(^|[,;\n"])=Bob/.test(text), "no name is a formula");
  assert.match(text, /Ann Lee/);
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: "dist/screens/marks-print.png", fullPage: true });
  await page.emulateMedia({ media: "screen" });

  await anne.leave();
});

test("Outside her office hours Bu Sri hears nothing of what comes to the desk", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 8", ["Yuni"]);
  const [yuni] = pupils;
  assert.ok(yuni);
  const sri = await Person.with(browser, hub);
  const { page } = sri;
  await signIn(sri, teacher.card);
  await page.goto("/me");
  await page.getByLabel("Hanya bersuara pada jam kerja").check();
  await page.getByLabel("Mulai").waitFor();
  await look(sri, "office-hours");
  // All days but today.
  const today = new Intl.DateTimeFormat("id-ID", { weekday: "long", timeZone: "Asia/Jakarta" }).format(
    new Date(),
  );
  for (const day of ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]) {
    const box = page.getByRole("checkbox", { name: day });
    if ((await box.isChecked()) !== (day !== today)) await (day === today ? box.uncheck() : box.check());
  }
  await page.locator("[aria-live]").getByText("Jam kerja disimpan.").waitFor({ state: "attached" });
  await page.goto("/desk");
  await page.getByText(/Di luar jam kerja Anda/).waitFor();
  await page.evaluate(() => {
    const voice = document.querySelector("[aria-live]");
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    if (voice !== null)
      new MutationObserver(() => heard.push(voice.textContent ?? "")).observe(voice, { childList: true });
  });
  const post = await teacher.post(audience, { title: "Rapat orang tua", body: "Sabtu pagi." });
  await yuni.author.client.fetchAll();
  await yuni.author.client.sendLetter(audience, "desk", "reply", { body: "Bu, boleh bertanya?" }, post);
  await page.getByRole("link", { name: /Yuni/ }).waitFor();
  await look(sri, "desk-outside-hours");
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  assert.ok(!heard.some((text) => text.includes("Jawaban baru")), "nothing was said aloud");
  await sri.leave();
});
