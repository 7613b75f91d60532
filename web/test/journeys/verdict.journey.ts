/** What a teacher says of the work, and what must not go wrong with it: voice, swipes, breaking off, due times at the hub, two teachers, second thoughts. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Browser, Page } from "playwright-core";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";
import { type Pupil, photo, schoolClass, works } from "./school.ts";

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

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Somebody's account in a browser of their own. */
async function seated(author: Author, options: Parameters<typeof Person.with>[2] = {}): Promise<Person> {
  const person = await Person.with(browser, hub, options);
  await signIn(person, author.card);
  return person;
}

/** Looks at a screen from its top. */
async function look(person: Person, name: string): Promise<void> {
  await person.page.evaluate(() => scrollTo(0, 0));
  await person.look(name);
}

/** One of the pupils. */
function named(pupils: readonly Pupil[], at: number): Pupil {
  const found = pupils[at];
  assert.ok(found);
  return found;
}

type Point = readonly [x: number, y: number];

/** A finger that goes across somebody's screen, as the touch screen reports it. */
async function fingerOf({ context, page }: Person): Promise<(from: Point, to: Point) => Promise<void>> {
  const screen = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...touchPoints: { x: number; y: number }[]) =>
    screen.send("Input.dispatchTouchEvent", { type, touchPoints });
  return async (from, to) => {
    const at = (part: number) => ({
      x: from[0] + (to[0] - from[0]) * part,
      y: from[1] + (to[1] - from[1]) * part,
    });
    await touch("touchStart", at(0));
    for (let step = 1; step <= 8; step++) await touch("touchMove", at(step / 8));
    // It rests before it leaves: the tap after a fling is taken for its end.
    await page.evaluate(async () => {
      for (let frame = 0; frame < 6; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
    });
    await touch("touchEnd");
  };
}

test("Bu Sri speaks her feedback in the page, hears it, returns it, and Adinda hears it", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7A", ["Adinda Puspita"]);
  const adinda = named(pupils, 0);
  const given = await teacher.client.homework.assign(audience, {
    title: "Membaca puisi",
    body: "Bacalah, lalu tulis dua baris tentang isinya.",
    dueMs: Date.now() + DAY,
    words: ["Sangat baik", "Baik", "Cukup"],
  });
  const [work] = await works(adinda);
  assert.ok(work);
  await adinda.handIn(work, { body: "Tentang sungai yang pulang, Bu." });

  const sri = await seated(teacher);
  const { page } = sri;
  await page.goto(`/homework/${audience}/${given}/board`);
  await page.getByRole("link", { name: "Periksa berikutnya" }).click();
  await page.getByRole("heading", { level: 1, name: "Adinda Puspita" }).waitFor();
  await page.getByLabel("Nilai", { exact: true }).selectOption("Sangat baik");
  await page.getByRole("button", { name: "Suara" }).click();
  await page.getByRole("group", { name: "Sedang merekam" }).waitFor();
  await page.getByText("0:01").waitFor();
  await sri.look("verdict-recording");
  // Thrown away, and spoken once more.
  await page
    .getByRole("group", { name: "Sedang merekam" })
    .getByRole("button", { name: "Tidak jadi" })
    .click();
  await page.getByRole("group", { name: "Sedang merekam" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Suara" }).click();
  await page.getByText("0:02").waitFor();
  await page.getByRole("button", { name: "Selesai merekam" }).click();
  await page.locator(".verdict").getByText("Pesan suara.webm").waitFor();
  await page.getByText("dikunci dan diunggah").waitFor({ state: "detached" });
  await page.getByText(/Konsep disimpan/).waitFor();
  // She hears it before she gives it away, after a reload too.
  await page.reload();
  await page.getByRole("button", { name: /^Pesan suara\.webm/ }).click();
  await heard(page);
  await sri.look("verdict-voice");
  await page.getByRole("button", { name: "Kembalikan", exact: true }).click();
  await page.waitForURL("**/board");
  await page.locator(".undo").getByText("Pekerjaan Adinda Puspita dikembalikan.").waitFor();

  const pupil = await seated(adinda.author);
  await pupil.page.goto(`/homework/${audience}/${given}`);
  await pupil.page.getByRole("heading", { name: "Dikembalikan", exact: true }).waitFor();
  await pupil.page.getByText("Sangat baik").first().waitFor();
  await look(pupil, "verdict-voice-returned");
  await pupil.page.getByRole("button", { name: /^Pesan suara\.webm/ }).click();
  await heard(pupil.page);
  await look(pupil, "verdict-voice-heard");
  await pupil.leave();
  await sri.leave();
});

/** Waits until a sound is being played. */
const heard = (page: Page) =>
  page.waitForFunction(() => (document.querySelector("audio")?.currentTime ?? 0) > 0);

test("On a phone Bu Sri swipes to the next work and back; a stroke of the red pen turns no page", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7B", ["Adinda", "Bayu", "Cahya"]);
  const given = await teacher.client.homework.assign(audience, { title: "Sudut", body: "Nomor 1." });
  const sri = await seated(teacher, { hands: "touch" });
  const { page } = sri;
  const stroke = await fingerOf(sri);
  const [work] = await works(named(pupils, 0));
  assert.ok(work);
  const pages = [await photo(page, 1), await photo(page, 2)];
  for (const pupil of pupils) await pupil.handIn(work, { body: "Sudah, Bu.", photos: pages });
  await page.goto(`/homework/${audience}/${given}/board`);
  await page.getByRole("link", { name: "Periksa berikutnya" }).click();
  const at = (name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
  await at("Adinda");
  await page.locator(".pages img").first().waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  const box = await page.locator(".pages img").first().boundingBox();
  assert.ok(box);
  const y = Math.min(box.y + 120, 600);
  const [left, right] = [
    [70, y],
    [300, y + 10],
  ] as const;
  await stroke(right, left);
  await at("Bayu");
  await page.locator(".pages img").first().waitFor();
  await sri.look("verdict-swiped");
  await stroke(left, right);
  await at("Adinda");
  await page.locator(".pages img").first().waitFor();
  // Too little is nothing, and before the first there is none.
  await stroke([200, y], [170, y]);
  await stroke(left, right);
  await at("Adinda");

  await page.getByRole("button", { name: "Coret" }).first().click();
  const paper = page.locator("dialog canvas");
  await paper.waitFor();
  const sheet = await paper.boundingBox();
  assert.ok(sheet);
  const middle = sheet.y + sheet.height / 2;
  await stroke([sheet.x + sheet.width - 20, middle], [sheet.x + 20, middle]);
  const red = await paper.evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const [r = 0, g = 0] = canvas.getContext("2d")?.getImageData(width / 2, height / 2, 1, 1).data ?? [];
    return r > 150 && g < 80;
  });
  assert.ok(red, "the finger drew a line");
  await sri.look("verdict-drawn");
  await page.getByRole("button", { name: "Lampirkan coretan" }).click();
  await page.locator(".verdict").getByText("Coretan foto 1.webp").waitFor();
  await at("Adinda");
  // Up and down the page scrolls; enlarged, a photo is moved about under the finger.
  await page.evaluate(() => scrollTo(0, 0));
  await stroke([200, 600], [180, 200]);
  await page.waitForFunction(() => scrollY > 100);
  await page.getByRole("button", { name: "Perbesar" }).first().click();
  const large = page.locator(".leaf.is-large");
  await large.evaluate((leaf) => leaf.scrollIntoView({ block: "center" }));
  const frame = await large.boundingBox();
  assert.ok(frame);
  const middleOf = frame.y + frame.height / 2;
  await stroke([300, middleOf], [100, middleOf]);
  await page.waitForFunction(() => (document.querySelector(".leaf.is-large")?.scrollLeft ?? 0) > 50);
  await at("Adinda");
  await sri.leave();
});

test("Returning all breaks off twice and goes on: each has one return, and the drafts not meant stay", async () => {
  const names = ["Adinda", "Bayu", "Cahya", "Dimas", "Eka", "Fajar"];
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 7C", names);
  const { client } = teacher;
  const asked = { title: "Pecahan", body: "Nomor 1 sampai 5.", points: 10, dueMs: Date.now() + HOUR };
  const given = await client.homework.assign(audience, asked);
  const [theirs] = await works(named(pupils, 0));
  assert.ok(theirs);
  // Fajar has handed nothing in; what she began to write to him is no return.
  for (const pupil of pupils.slice(0, 5)) await pupil.handIn(theirs, { body: "Sudah, Bu." });
  await client.fetchAll();
  const work = await client.homework.work(audience, given);
  assert.ok(work);
  for (const [n, pupil] of pupils.entries())
    await client.homework.keepMark(work, pupil.account, {
      body: n === 5 ? "Ada kesulitan?" : `Bagus, nomor ${n + 1}.`,
      attachments: [],
      ...(n === 5 ? {} : { mark: String(5 + n) }),
    });
  const sri = await seated(teacher);
  const { page } = sri;
  const returned = async (pupil: Pupil) => (await pupil.own(theirs)).returns.length;
  const drafts = async () => {
    await client.fetchAll();
    return (await client.homework.marks(work)).size;
  };

  await page.goto(`/homework/${audience}/${given}/board`);
  await page.getByRole("button", { name: "Kembalikan yang selesai (5)" }).click();
  // The third letter reaches the hub, and the line is cut before its answer comes.
  let letters = 0;
  await page.route("**/v1/letters", async (route) => {
    if (route.request().method() !== "POST" || ++letters < 3) return route.continue();
    if (letters === 3) await route.fetch();
    return route.abort("internetdisconnected");
  });
  await page.getByRole("dialog").getByRole("button", { name: "Kembalikan 5" }).click();
  await page.getByText("2 dari 5 sudah dikembalikan; yang lain tetap konsep.").waitFor();
  await page.getByRole("button", { name: "Kembalikan yang selesai (3)" }).waitFor();
  await look(sri, "verdict-broken-off");
  assert.deepEqual(await Promise.all(pupils.map(returned)), [1, 1, 1, 0, 0, 0]);
  assert.equal(await drafts(), 4, "what did not go out is still written down");

  // The page is left in the middle of the next try.
  await page.unroute("**/v1/letters");
  await page.reload();
  await page.getByRole("button", { name: "Kembalikan yang selesai (3)" }).click();
  letters = 0;
  const held = new Promise<void>((reached) => {
    void page.route("**/v1/letters", async (route) => {
      if (route.request().method() !== "POST" || ++letters < 2) return route.continue();
      reached();
    });
  });
  await page.getByRole("dialog").getByRole("button", { name: "Kembalikan 3" }).click();
  await held;
  await page.getByText("1 dari 3 dikembalikan").first().waitFor();
  await sri.look("verdict-returning");
  // The request ends with its page, before it is let through.
  await page.reload();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Kembalikan yang selesai (2)" }).waitFor();
  assert.deepEqual(await Promise.all(pupils.map(returned)), [1, 1, 1, 0, 0, 0]);

  // Without a signal nothing is lost either, and with it the rest goes out.
  await sri.context.setOffline(true);
  await page.getByRole("button", { name: "Kembalikan yang selesai (2)" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Kembalikan 2" }).click();
  await page.locator("main [role=alert] .bad").waitFor();
  await sri.context.setOffline(false);
  await page.getByRole("button", { name: "Kembalikan yang selesai (2)" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Kembalikan 2" }).click();
  await page.locator(".undo").getByText("2 pekerjaan dikembalikan.").waitFor();
  await look(sri, "verdict-all-returned");
  assert.deepEqual(await Promise.all(pupils.map(returned)), [1, 1, 1, 1, 1, 0]);
  for (const [n, pupil] of pupils.slice(0, 5).entries()) {
    assert.equal((await pupil.own(theirs)).mark, String(5 + n));
    assert.equal((await pupil.newest(theirs))?.content.body, `Bagus, nomor ${n + 1}.`);
  }
  assert.equal(await drafts(), 1, "what she began to write to Fajar");
  await page.getByRole("link", { name: /Fajar/ }).click();
  await page.getByText("Konsep dari sebelumnya").waitFor();
  assert.equal(await page.getByLabel("Umpan balik").inputValue(), "Ada kesulitan?");
  await sri.leave();
});

/** Remembers what is said aloud on a page from now on. */
async function listen(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    for (const voice of document.querySelectorAll("body > [role=status]"))
      new MutationObserver(() => said.push(voice.textContent ?? "")).observe(voice, { childList: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said.join("\n"));
}

test("The hub learns a due time only where the class allows it, reminds only who owes the work, and forgets it again", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 8A", ["Adinda", "Bayu"]);
  const [adinda, bayu] = [named(pupils, 0), named(pupils, 1)];
  const phone = await seated(bayu.author);
  await phone.page.goto(`/audiences/${audience}`);
  await phone.page.getByText("Hub tidak mengetahui kapan tugas jatuh tempo.").waitFor();
  const sri = await seated(teacher);
  const { page } = sri;
  await page.goto(`/write/${audience}?task`);
  await page.getByRole("button", { name: "Tiga hari lagi" }).click();
  await page.getByLabel("Judul", { exact: true }).fill("Peta kampung");
  await page
    .locator("header.bar")
    .getByText(/Konsep tersimpan/)
    .waitFor();
  assert.equal(await page.getByLabel("Ingatkan sehari sebelumnya").count(), 0, "not offered");
  await page.goto(`/audiences/${audience}`);
  const allow = page.getByLabel("Izinkan hub mengetahui tenggat tugas");
  await allow.waitFor();
  await page.getByText("Hub tidak mengetahui kapan tugas jatuh tempo.").waitFor();
  assert.equal(await allow.isChecked(), false, "off by default");
  await allow.check();
  await page.getByText("Penerbit boleh memberi tahu hub").waitFor();
  await look(sri, "verdict-due-allowed");
  await phone.page.reload();
  await phone.page.getByText("Penerbit boleh memberi tahu hub").waitFor();

  // She goes on with her draft: now there is the choice, and for a day too short it says so.
  await page.goto("/write");
  await page.getByRole("link", { name: /Peta kampung/ }).click();
  await page.getByLabel("Ingatkan sehari sebelumnya").waitFor();
  const due = page.getByLabel("Tenggat", { exact: true });
  const soon = new Date(Date.now() + 3 * HOUR + 7 * HOUR).toISOString().slice(0, 16);
  await due.fill(soon);
  await page.getByText("Tenggatnya kurang dari sehari lagi").waitFor();
  await page.getByRole("button", { name: "Tiga hari lagi" }).click();
  await page.getByLabel("Ingatkan sehari sebelumnya").check();
  await look(sri, "verdict-due-asked");
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/board");
  await page.getByText(/^Hub tahu tenggatnya; .* hub mengingatkan yang belum menyerahkan/).waitFor();
  await look(sri, "verdict-due-board");
  const [work] = await works(adinda);
  assert.ok(work);
  const { homework } = teacher.client;
  const told = await homework.toldDue(work.id);
  assert.ok(told !== undefined && told.dueMs === work.terms.dueMs);
  assert.equal(told.dueMs - told.remindMs, DAY);

  // Adinda hands in. Nobody waits two days here: the hub is told to remind in a moment.
  await adinda.handIn(work, { body: "Petanya terlampir, Bu." });
  const tidy = await seated(adinda.author);
  await phone.page.goto("/inbox");
  await phone.page.getByRole("link", { name: /Peta kampung/ }).waitFor();
  await tidy.page.getByRole("link", { name: /Peta kampung/ }).waitFor();
  const [owing, done] = [await listen(phone.page), await listen(tidy.page)];
  await homework.tellDue(work.id, { dueMs: told.dueMs, remindMs: Date.now() + 1500 });
  const hint = phone.page.getByRole("link", { name: "Sebentar lagi tenggat: Peta kampung" });
  await hint.waitFor();
  await look(phone, "verdict-due-reminded");
  assert.match(await owing(), /Sebentar lagi tenggat: Peta kampung/);
  // What comes after it has come to Adinda too; the reminder has not.
  await teacher.post(audience, { title: "Besok libur", body: "Sekolah dipakai pemilihan." });
  await tidy.page.getByRole("link", { name: /Besok libur/ }).waitFor();
  assert.doesNotMatch(await done(), /Sebentar lagi tenggat/);
  assert.equal(await tidy.page.getByText("Sebentar lagi tenggat").count(), 0);
  await hint.click();
  await phone.page.getByRole("heading", { level: 1, name: "Peta kampung" }).waitFor();
  await hint.waitFor({ state: "detached" });
  await page.reload();
  await page.getByText(/^Hub tahu tenggatnya; .* hub sudah mengingatkan/).waitFor();

  // She forbids it again, and the hub has forgotten.
  await page.goto(`/audiences/${audience}`);
  await allow.uncheck();
  await page.getByText("Hub tidak mengetahui kapan tugas jatuh tempo.").waitFor();
  assert.equal(await homework.toldDue(work.id), undefined);
  await page.goto(`/homework/${audience}/${work.id}/board`);
  await page.getByText("1 dari 2").waitFor();
  assert.equal(await page.getByText("Hub tahu tenggatnya").count(), 0);
  for (const one of [phone, tidy, sri]) await one.leave();
});

test("What Bu Sri excused, extended, returned and reminded is on Pak Joko's board, and her draft is not", async () => {
  const names = ["Adinda", "Bayu", "Cahya", "Dimas", "Eka"];
  const { teacher, audience, link, pupils } = await schoolClass(hub, "Kelas 8B", names);
  const joko = await Author.named("Pak Joko", hub);
  await joko.client.join(link, { label: "Kelas 8B", name: "Pak Joko" });
  await teacher.client.addStaff(audience, joko.client.account, "publisher");
  const asked = { title: "Gaya dan gerak", body: "Nomor 1 sampai 4.", points: 100 };
  const given = await teacher.client.homework.assign(audience, { ...asked, dueMs: Date.now() + HOUR });
  const [theirs] = await works(named(pupils, 0));
  assert.ok(theirs);
  for (const pupil of pupils.slice(0, 2)) await pupil.handIn(theirs, { body: "Sudah." });
  await teacher.client.fetchAll();
  const mine = await teacher.client.homework.work(audience, given);
  assert.ok(mine);
  await teacher.client.homework.change(mine, { ...asked, dueMs: Date.now() });

  const sri = await seated(teacher);
  const { page } = sri;
  const open = async (name: string) => {
    await page.goto(`/homework/${audience}/${given}/board`);
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  };
  await open("Adinda");
  await page.getByLabel("Nilai, 0 sampai 100").fill("88");
  await page.getByLabel("Umpan balik").fill("Gambarnya jelas.");
  await page.getByRole("button", { name: "Kembalikan", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Bayu" }).waitFor();
  await page.getByLabel("Nilai, 0 sampai 100").fill("41");
  await page.getByText(/Konsep disimpan/).waitFor();
  await open("Cahya");
  await page.getByText("Tambah waktu atau bebaskan").click();
  await page.getByRole("button", { name: "Bebaskan dari tugas ini" }).click();
  await page.locator(".undo").getByText("Cahya dibebaskan dari tugas ini.").waitFor();
  await open("Dimas");
  await page.getByText("Tambah waktu atau bebaskan").click();
  await page.getByRole("button", { name: "Tambah waktu", exact: true }).click();
  await page
    .locator(".undo")
    .getByText(/Dimas mendapat waktu sampai/)
    .waitFor();
  await page.goto(`/homework/${audience}/${given}/board`);
  await page.getByRole("button", { name: "Ingatkan 1 murid" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Ingatkan 1 murid" }).click();
  await page.locator(".undo").getByText("1 murid diingatkan.").waitFor();
  await page.getByText("konsep", { exact: true }).waitFor();

  const other = await seated(joko);
  await other.page.goto(`/homework/${audience}/${given}/board`);
  await other.page.getByRole("link", { name: /^Adinda.*88/ }).waitFor();
  for (const line of [/Cahya.*Dibebaskan/, /Dimas.*Waktu ditambah sampai/, /Eka.*Diingatkan/])
    await other.page.getByRole("link", { name: line }).waitFor();
  await look(other, "verdict-second-board");
  assert.equal(await other.page.getByText("konsep", { exact: true }).count(), 0);
  await other.page.getByRole("link", { name: /Bayu/ }).click();
  await other.page.getByRole("heading", { level: 1, name: "Bayu" }).waitFor();
  assert.equal(await other.page.getByLabel("Nilai, 0 sampai 100").inputValue(), "", "her draft is hers");
  // He reads what she said to Adinda, and whose words they are.
  await other.page.goBack();
  await other.page.getByRole("link", { name: /Adinda/ }).click();
  await other.page.getByText("Dikembalikan Bu Sri Handayani").waitFor();
  await other.page.getByText("Gambarnya jelas.").waitFor();
  await look(other, "verdict-second-check");
  // What she does now comes to his open board by itself; what he does comes to hers.
  await other.page.goto(`/homework/${audience}/${given}/board`);
  await other.page.getByText("2 dari 5").waitFor();
  await open("Bayu");
  assert.equal(await page.getByLabel("Nilai, 0 sampai 100").inputValue(), "41");
  await page.getByRole("button", { name: "Kembalikan", exact: true }).click();
  await page.waitForURL("**/board");
  await other.page.getByRole("link", { name: /^Bayu.*41/ }).waitFor();
  await other.page.getByRole("button", { name: "Ingatkan 1 murid" }).click();
  await other.page.getByRole("dialog").getByRole("button", { name: "Ingatkan 1 murid" }).click();
  await other.page.locator(".undo").getByText("1 murid diingatkan.").waitFor();
  const eka = named(pupils, 4);
  await eka.own(theirs);
  assert.equal((await eka.author.client.homework.reminders(theirs)).length, 1, "she was reminded just now");
  await other.leave();
  await sri.leave();
});

test("A task is drafted, kept, given, corrected under Adinda's eyes, and taken back after a question", async () => {
  const { teacher, audience, pupils } = await schoolClass(hub, "Kelas 9A", ["Adinda Puspita"]);
  const adinda = named(pupils, 0);
  const sri = await seated(teacher);
  const { page } = sri;
  const title = page.getByLabel("Judul", { exact: true });
  const kept = page.locator("header.bar").getByText(/Konsep tersimpan/);
  await page.goto(`/write/${audience}?task`);
  await title.fill("Surat untuk nenek");
  await page.getByLabel("Isi", { exact: true }).fill("Satu halaman, dengan tanganmu sendiri.");
  await page.getByRole("button", { name: "Seminggu lagi" }).click();
  await page.getByText("Kata", { exact: true }).click();
  await kept.waitFor();
  await page.reload();
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[name="judul"]')?.value === "Surat untuk nenek",
  );
  assert.equal(
    await page.getByLabel("Kata-katanya").inputValue(),
    "Sangat baik, Baik, Cukup, Perlu bimbingan",
  );
  // She leaves it, and finds it beside the next sheet.
  await page.goto("/write");
  await page.getByRole("link", { name: /Surat untuk nenek/ }).waitFor();
  await look(sri, "verdict-draft-shelf");
  assert.deepEqual(await works(adinda), [], "a draft is nobody's but hers");
  await page.getByRole("link", { name: /Surat untuk nenek/ }).click();
  await page.getByLabel("Tenggat", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Kunci dan kirim" }).click();
  await page.waitForURL("**/board");

  const pupil = await seated(adinda.author, { width: 1280 });
  await pupil.page.goto("/homework");
  await pupil.page.getByRole("link", { name: /Surat untuk nenek/ }).click();
  await pupil.page.getByText("Satu halaman, dengan tanganmu sendiri.").waitFor();

  await page.getByRole("button", { name: "Pilihan lain" }).click();
  await page.getByRole("button", { name: "Ubah tugas" }).click();
  await page.getByRole("button", { name: "Kunci dan kirim perbaikan" }).waitFor();
  await title.fill("Surat untuk kakek dan nenek");
  await page.getByLabel("Isi", { exact: true }).fill("Dua halaman, dengan tanganmu sendiri.");
  await kept.waitFor();
  // The correction is a draft as well until it goes out.
  await page.reload();
  await page.getByRole("button", { name: "Kunci dan kirim perbaikan" }).waitFor();
  assert.equal(await title.inputValue(), "Surat untuk kakek dan nenek");
  await look(sri, "verdict-correction");
  await pupil.page.getByText("Satu halaman, dengan tanganmu sendiri.").waitFor();
  await page.getByRole("button", { name: "Kunci dan kirim perbaikan" }).click();
  await page.waitForURL("**/board");
  await pupil.page.getByRole("heading", { level: 1, name: "Surat untuk kakek dan nenek" }).waitFor();
  await pupil.page.getByText("Dua halaman, dengan tanganmu sendiri.").waitFor();
  await pupil.page.getByText(/^Guru mengubah tugas ini/).waitFor();
  await pupil.page.locator("header.bar").getByText("Surat untuk kakek dan nenek").waitFor();
  await look(pupil, "verdict-corrected");

  await page
    .getByRole("heading", { level: 1, name: /Surat untuk kakek dan nenek/ })
    .waitFor({ state: "attached" });
  const takeBack = async () => {
    await page.getByRole("button", { name: "Pilihan lain" }).click();
    await page.getByRole("button", { name: "Tarik tugas" }).click();
    await page.getByRole("dialog").getByText("Tarik tugas ini?").waitFor();
  };
  await takeBack();
  await sri.look("verdict-withdraw");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal((await works(adinda))[0]?.state, "PUBLISHED", "a question is no answer");
  await takeBack();
  await page.getByRole("dialog").getByRole("button", { name: "Tarik tugas" }).click();
  await page.getByText("Tugas ini ditarik kembali").waitFor();
  await page.getByText("Surat untuk kakek dan nenek").first().waitFor();
  await look(sri, "verdict-withdrawn-board");
  await pupil.page.getByText("Tugas ini ditarik kembali").waitFor();
  await look(pupil, "verdict-withdrawn-work");
  await pupil.page.goto("/homework");
  await pupil.page.getByRole("heading", { name: "Ditarik kembali" }).waitFor();
  await pupil.page.getByText("Surat untuk kakek dan nenek").waitFor();
  assert.equal(await pupil.page.getByRole("link", { name: /Surat untuk/ }).count(), 0);
  await look(pupil, "verdict-withdrawn-list");
  await pupil.leave();
  await sri.leave();
});
