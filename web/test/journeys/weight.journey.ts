/** What a first visit costs on slow data: everything the page asks for until it can be used, as it comes over the line. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Author, signIn } from "./author.ts";
import { Hub, launch, Person } from "./harness.ts";

/** In bytes, headers included. */
const [SCRIPT_AND_STYLE, ALL] = [90 * 1024, 100 * 1024];

/** What the page at `path` brings until `shown` is there, by kind. */
async function weigh(person: Person, path: string, shown: string): Promise<Map<string, number>> {
  const line = await person.context.newCDPSession(person.page);
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  const kinds = new Map<string, string>();
  const weights = new Map<string, number>();
  line.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  line.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "Other";
    weights.set(kind, (weights.get(kind) ?? 0) + encodedDataLength);
  });
  await person.page.goto(path);
  await person.page.getByRole("heading", { name: shown, level: 1 }).waitFor();
  await line.detach();
  return weights;
}

test("A first visit brings less than 100 KiB, of which script and style are less than 90", async (t) => {
  const hub = await Hub.start();
  const browser = await launch();
  try {
    for (const [path, shown] of [
      ["/", "Sekali ditabuh, semua mendengar."],
      ["/begin", "Buat akun di perangkat ini"],
      ["/signin", "Masuk dengan kartu"],
    ] as const) {
      const person = await Person.with(browser, hub);
      const weights = await weigh(person, path, shown);
      const all = [...weights.values()].reduce((sum, bytes) => sum + bytes, 0);
      const code = (weights.get("Script") ?? 0) + (weights.get("Stylesheet") ?? 0);
      t.diagnostic(
        `${path}: ${(all / 1024).toFixed(1)} KiB, of it script and style ${(code / 1024).toFixed(1)}`,
      );
      assert.ok(code > 0 && code < SCRIPT_AND_STYLE, `${path}: ${code} bytes of script and style`);
      assert.ok(all < ALL, `${path}: ${all} bytes in all`);
      await person.leave();
    }
  } finally {
    await browser.close();
    await hub.remove();
  }
});

/** Said only in the code that gives homework and hands it in: a label of a hash, which no build shortens. */
const OF_HOMEWORK = "client assigning";

test("Who only reads a channel never fetches the code of homework; it comes with the first assignment", async () => {
  const hub = await Hub.start();
  const browser = await launch();
  try {
    const officer = await Author.named("dr. Ratna Wulandari", hub);
    const { audience, link } = await officer.audience("Kanal Imunisasi", "everyone");
    await officer.post(audience, { title: "Jadwal posyandu", body: "Besok pagi." });
    const reader = await Author.named("Yuni", hub);
    await reader.join(link, "Kanal Imunisasi");
    reader.leave();
    const person = await Person.with(browser, hub);
    const { page } = person;
    const scripts: Promise<string>[] = [];
    page.on("response", (response) => {
      if (response.request().resourceType() === "script") scripts.push(response.text().catch(() => ""));
    });
    const hasIt = async () => (await Promise.all(scripts)).some((script) => script.includes(OF_HOMEWORK));
    await signIn(person, reader.card);
    await page.getByRole("link", { name: /Jadwal posyandu/ }).click();
    await page.getByRole("heading", { name: "Jadwal posyandu", level: 1 }).waitFor();
    assert.ok(scripts.length > 0 && !(await hasIt()), "nothing of homework came");
    await officer.client.homework.assign(audience, { title: "Latihan", body: "Nomor 1." });
    await page.goto("/inbox");
    await page.getByRole("link", { name: "Tugas", exact: true }).waitFor();
    assert.ok(await hasIt(), "it came with the first assignment");
    await person.leave();
  } finally {
    Author.leaveAll();
    await browser.close();
    await hub.remove();
  }
});
