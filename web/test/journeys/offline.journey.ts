/** Without a connection: the page starts, what was opened is there, what is written waits and goes out by itself. */

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

test("Yuni reads, understands and asks without a connection; it all goes out when there is one again", async () => {
  const teacher = await Author.named("Bu Rini", hub);
  const { audience, link } = await teacher.audience("Kelas 7A", "everyone");
  const account = await Author.named("Yuni", hub);
  await account.join(link, "Kelas 7A");
  account.leave();
  const yuni = await Person.with(browser, hub);
  const { page } = yuni;
  // Any picture will do: the welcome page's.
  await page.goto("/");
  const picture = new File([new Uint8Array(await page.screenshot())], "peta.png", { type: "image/png" });
  const attachment = await teacher.client.attach(audience, picture, picture.name, "audience");
  const post = await teacher.post(audience, {
    title: "Karyawisata ke museum",
    body: "Berangkat pukul 07.00.",
    attachments: [attachment],
  });
  await signIn(yuni, account.card);
  await page.getByRole("link", { name: /Karyawisata/ }).click();
  await page.getByRole("button", { name: /peta\.png/ }).click();
  await page.getByRole("img", { name: "peta.png" }).waitFor();
  await yuni.look("post-photo");
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.waitForFunction(async () => {
    const [name] = (await caches.keys()).filter((key) => key.startsWith("program "));
    if (name === undefined) return false;
    const kept = await (await caches.open(name)).keys();
    const wanted = document.querySelectorAll('link[rel="modulepreload"], script[type="module"]').length;
    return kept.length > wanted + 20;
  });

  await yuni.context.setOffline(true);
  await page.goto("/inbox");
  await page.getByText("Tidak ada sambungan.", { exact: false }).first().waitFor();
  await yuni.look("inbox-offline");
  await page.getByRole("link", { name: /Karyawisata/ }).click();
  await page.getByRole("heading", { level: 1, name: "Karyawisata ke museum" }).waitFor();
  await page.getByRole("button", { name: /peta\.png/ }).click();
  await page.getByRole("img", { name: "peta.png" }).waitFor();
  await page.getByRole("button", { name: "Saya mengerti" }).click();
  await page.locator("main").getByText("Dikirim begitu tersambung", { exact: false }).waitFor();
  await page.getByRole("button", { name: "Balas", exact: true }).click();
  await page.getByLabel("Balasan untuk semua").fill("Apakah makan siang disediakan?");
  await page.getByRole("button", { name: "Kirim" }).click();
  await page.locator(".thread").getByText("Menunggu sambungan").waitFor();
  await yuni.look("post-offline");
  await page.reload();
  await page.locator(".thread").getByText("Apakah makan siang disediakan?").waitFor();
  await page.locator(".thread").getByText("Menunggu sambungan").waitFor();
  assert.equal((await teacher.client.status(post)).acknowledged, 0);

  await yuni.context.setOffline(false);
  await page.locator(".thread").getByText("Menunggu sambungan").waitFor({ state: "detached" });
  await page.locator("main").getByText("Sudah Anda tandai mengerti").waitFor();
  assert.equal((await teacher.client.status(post)).acknowledged, 1);
  await teacher.client.fetch(audience);
  const replies = (await teacher.client.posts(audience)).filter(({ kind }) => kind === "reply");
  assert.deepEqual(
    replies.map(({ content, name }) => [content.body, name]),
    [["Apakah makan siang disediakan?", "Yuni"]],
  );
  await yuni.leave();
});

test("A hub that restarts is found again, and what happened meanwhile arrives", async () => {
  const teacher = await Author.named("Pak Joko", hub);
  const { audience, link } = await teacher.audience("Kelas 8B", "desk");
  const account = await Author.named("Sari", hub);
  await account.join(link, "Kelas 8B");
  account.leave();
  const sari = await Person.with(browser, hub, { language: "en" });
  await signIn(sari, account.card);
  await sari.page.getByRole("heading", { name: "No news yet" }).waitFor();
  await hub.stop("SIGKILL");
  await hub.restart();
  await teacher.post(audience, { title: "Ulangan Jumat", body: "Bab 3." });
  await sari.page.getByRole("link", { name: /Ulangan Jumat/ }).waitFor({ timeout: 40_000 });
  await sari.leave();
});
