/** A new year: last year's homework becomes drafts of the new class, and goes out when its time has come, once. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";
import { pupil, schoolClass, works } from "./school.ts";

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

/** The date of a day from now, where the class is. */
const dayFromNow = (days: number): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Jakarta" }).format(Date.now() + days * DAY);

/** A class with this homework, each with a file, due one day after the other; and the class of the next year. */
async function twoYears(label: string, titles: readonly string[], teacherName: string, newcomer: string) {
  const { teacher, audience, pupils } = await schoolClass(hub, label, ["Ann Lee", "Dan Moss"], teacherName);
  const { audience: next, link } = await teacher.audience(`${label} 2027`, "desk");
  const nina = await pupil(hub, newcomer, next, link, `${label} 2027`);
  const { client } = teacher;
  for (const [at, title] of titles.entries()) {
    // Files of the same bytes under names of their own.
    const file = new Blob([new Uint8Array(3000)], { type: "application/pdf" });
    const attachments = [await client.attach(audience, file, `${title}.pdf`, "audience")];
    const dueMs = Date.now() + (at + 1) * DAY;
    await client.homework.assign(audience, { title, body: title, attachments, dueMs, points: 10 });
  }
  return { teacher, audience, next, pupils, nina };
}

test("Anne's homework of last year becomes drafts, is looked through, and goes out at its times", async () => {
  const titles = ["Ratios", "Fractions on the number line", "Reading a map", "Angles"];
  const { teacher, audience, next, pupils, nina } = await twoYears("Class 7A", titles, "Anne", "Nina");
  const { client } = teacher;
  const [ann] = pupils;
  assert.ok(ann);
  const extra = { title: "Extra practice", body: "Five more.", points: 5 };
  await client.homework.assign(audience, extra, { chosen: [ann.account] });
  const anne = await Person.with(browser, hub, { language: "en" });
  const { page } = anne;
  await signIn(anne, teacher.card);
  await page.goto(`/audiences/${audience}/marks`);
  await page.getByRole("link", { name: "New year" }).click();
  await page.getByLabel("To the class").selectOption("Class 7A 2027");
  await page.getByLabel("The first is due on").fill(dayFromNow(31));
  assert.ok(!(await page.getByLabel("Extra practice").isChecked()), "chosen pupils were last year's");
  await page.getByLabel("Extra practice").check();
  await page.getByLabel("Angles").uncheck();
  await page.getByText("All times move 30 days later.").waitFor();
  await anne.look("roll-over");

  // The connection breaks off after one without a file and one with.
  let fetched = 0;
  const files = `**/v1/audiences/${audience}/attachments/*`;
  await page.route(files, (route) =>
    ++fetched > 1 ? route.abort("internetdisconnected") : route.continue(),
  );
  await page.getByRole("button", { name: "Copy 4 assignments" }).click();
  await page.locator("main [role=alert] .bad").waitFor();
  await page.unroute(files);
  await page.reload();
  await page.getByText(/Copying stopped at 2 of 4/).waitFor();
  await anne.look("roll-over-stopped");
  await page.getByLabel("Archive Class 7A afterwards").check();
  await page.getByRole("button", { name: "Copy 2 assignments" }).click();
  await page.waitForURL(`**/audiences/${next}/drafts`);
  await page.getByText("2 assignments were copied as drafts. Class 7A is archived.").first().waitFor();
  const drafts = page.locator("main li.kept");
  assert.equal(await drafts.count(), 4, "nothing was made twice");
  await anne.look("drafts");
  assert.equal((await works(nina)).length, 0, "pupils hear of nothing");

  // What was made in the second go is taken back, then made again.
  await page.getByRole("button", { name: "Undo" }).click();
  await drafts.nth(2).waitFor({ state: "detached" });
  assert.equal(await drafts.count(), 2);
  await page.goto(`/audiences/${audience}/copy`);
  await page.getByLabel("To the class").selectOption("Class 7A 2027");
  await page.getByLabel("The first is due on").fill(dayFromNow(31));
  await page.getByText("a draft already").first().waitFor();
  assert.ok(await page.getByLabel("Ratios").isDisabled());
  await page.getByLabel("Angles").uncheck();
  await anne.look("roll-over-again");
  await page.getByRole("button", { name: "Copy 2 assignments" }).click();
  await page.waitForURL(`**/audiences/${next}/drafts`);
  await drafts.nth(3).waitFor();

  // One is thrown away and comes back.
  await page.getByRole("button", { name: "Delete the draft Reading a map" }).click();
  await drafts.nth(3).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await drafts.nth(3).waitFor();

  // One is changed and given by itself.
  await page.getByRole("link", { name: /^Ratios/ }).click();
  await page.getByLabel("Title").fill("Ratios and scales");
  await page.getByText("Ratios.pdf").first().waitFor();
  await page.getByRole("button", { name: "Send at once instead" }).click();
  await page.getByRole("button", { name: "Seal and send" }).click();
  await page.waitForURL(`**/homework/${next}/*/board`);
  const [given] = await works(nina);
  assert.ok(given);
  assert.equal(given.content.title, "Ratios and scales");
  const [file] = given.content.attachments;
  assert.ok(file);
  assert.equal((await nina.author.client.attachment(next, file)).size, 3000, "files came along");

  // What was for chosen pupils asks for whom it is now.
  await page.goto(`/audiences/${next}`);
  await page.getByRole("link", { name: /Homework drafts/ }).click();
  await page.getByRole("link", { name: /^Extra practice/ }).click();
  await page.getByText("Choose anew who gets it.").waitFor();
  await page.getByRole("button", { name: "Seal and send" }).click();
  await page.getByText("Choose at least one pupil.").waitFor();
  await anne.look("draft-choose-anew");
  await page.goto(`/write/${next}?task`);
  await page.getByRole("link", { name: /Homework drafts/ }).click();

  // The rest goes out at its times, though the line is down for the second.
  const posts = `**/v1/audiences/${next}/posts*`;
  let gone = 0;
  await page.route(posts, (route) =>
    route.request().method() === "POST" && ++gone > 1
      ? route.abort("internetdisconnected")
      : route.continue(),
  );
  await page.getByRole("button", { name: "Give 2 at their times" }).click();
  await page.getByText("One waits for a connection and goes out by itself.").first().waitFor();
  await page.unroute(posts);
  await anne.look("drafts-waiting");
  await page.reload();
  await drafts.nth(1).waitFor({ state: "detached" });
  const scheduled = async () => {
    await client.fetchAll();
    const all = (await client.homework.works()).filter((work) => work.audience === next);
    return all.filter(({ state }) => state === "DRAFT").map(({ content }) => content.title);
  };
  await page.goto("/homework");
  await page.getByRole("link", { name: /Reading a map/ }).waitFor();
  assert.deepEqual((await scheduled()).sort(), ["Fractions on the number line", "Reading a map"]);
  assert.equal((await works(nina)).length, 1, "and not before");
  await anne.leave();
});

test("Bu Sri sets her drafts to their times, takes that back, and gives all of them now, each of them once", async () => {
  const titles = ["Perbandingan", "Pecahan", "Skala"];
  const { teacher, audience, next, nina } = await twoYears("Kelas 8B", titles, "Bu Sri", "Nia");
  const { client } = teacher;
  const sri = await Person.with(browser, hub, { width: 1280, pace: 4 });
  const { page } = sri;
  await signIn(sri, teacher.card);
  await page.goto(`/audiences/${audience}/copy`);
  await page.getByLabel("Tugas pertama jatuh pada").fill(dayFromNow(15));
  await page.getByLabel("Skala").uncheck();
  await page.getByRole("button", { name: "Salin 2 tugas" }).click();
  await page.waitForURL(`**/audiences/${next}/drafts`);
  await sri.look("drafts-homework");
  await page.getByRole("button", { name: "Berikan 2 pada waktunya" }).click();
  await page.getByText("2 tugas akan diberikan pada waktunya.").first().waitFor();
  await sri.look("drafts-scheduled");
  await page.getByRole("button", { name: "Urungkan" }).click();
  await page.locator("main li.kept").nth(1).waitFor();

  // Given at once, by somebody whose page is closed in the middle.
  await page.goto(`/audiences/${audience}/copy`);
  await page.getByText("sudah jadi draf").first().waitFor();
  await page.getByLabel("Tugas pertama jatuh pada").fill(dayFromNow(15));
  await page.getByRole("radio", { name: "Diberikan sekarang" }).click();
  await sri.look("roll-over-now");
  let gone = 0;
  const posts = `**/v1/audiences/${next}/posts*`;
  const held = new Promise<void>((hangs) => {
    void page.route(posts, (route) => {
      if (route.request().method() === "POST" && ++gone === 2) return hangs();
      return route.continue();
    });
  });
  await page.getByRole("button", { name: "Salin dan berikan 3 tugas" }).click();
  await held;
  await page.unroute(posts);
  await page.reload();
  await page.getByText(/Penyalinan terhenti: 2 dari 3 sudah/).waitFor();
  await page.getByRole("button", { name: "Salin dan berikan satu tugas" }).click();
  await page.waitForURL(`**/audiences/${next}`);
  await page.getByText("1 tugas disalin dan diberikan ke kelas ini.").first().waitFor();
  const all = await works(nina);
  assert.deepEqual(all.map(({ content }) => content.title).sort(), ["Pecahan", "Perbandingan", "Skala"]);
  await client.fetchAll();
  const live = (await client.homework.works()).filter(
    ({ audience, state }) => audience === next && state === "PUBLISHED",
  );
  assert.equal(live.length, 3, "each once");
  await page.goto(`/audiences/${audience}/copy`);
  await page.getByText("sudah diberikan di sana").nth(2).waitFor();
  assert.ok(await page.getByRole("button", { name: /^Salin/ }).isDisabled());
  await sri.leave();
});
