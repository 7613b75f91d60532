/** A class in browsers, on a real hub: asked, admitted, written to, answered, corrected, left. */

import { equal, ok, test } from "../harness.ts";
import { bodies, browser, classOf, elsewhere, fails, person, prepared, until, world } from "./people.ts";
import type { AccountRecord } from "../../src/client/device.ts";
import { Client } from "../../src/client/index.ts";

test("a class: asked by its link, admitted by name, told, understood", async () => {
  const [rina, ...pupils] = await Promise.all(["Bu Rina", "Budi", "Sari", "Dewi"].map(person));
  if (rina === undefined) throw new Error("nobody");
  const [budi] = pupils;
  if (budi === undefined) throw new Error("nobody");
  const { audience } = await classOf(rina, "Kelas 7B", pupils);
  const names = (await rina.client.members(audience)).map((member) => member.name);
  equal(names.sort(), ["Budi", "Dewi", "Sari"], "the names came in sealed letters");
  equal((await rina.client.asking(audience)).asking, []);

  const draft = { title: "Pecahan", body: "Kerjakan nomor 1–10.", priority: "urgent" } as const;
  const { post, pending } = await rina.client.send(audience, "assignment", draft);
  ok(!pending, "no approvals here");
  await prepared(rina, post);
  for (const { client } of pupils) {
    equal((await client.fetch(audience)).fresh, [post]);
    const [seen] = await client.posts(audience);
    equal([seen?.content.title, seen?.content.priority, seen?.name], ["Pecahan", "urgent", "Bu Rina"]);
    equal([seen?.label, seen?.byPublisher, seen?.own, seen?.read], ["Kelas 7B", true, false, false]);
    equal((await client.fetch(audience)).fresh, [], "it comes once");
  }
  equal((await budi.client.audience(audience)).unread, { posts: 1, replies: 0, letters: 0 });
  await budi.client.acknowledge(audience, post);
  equal((await budi.client.audience(audience)).unread.posts, 0);
  const { delivered, acknowledged, recipients } = await rina.client.status(post);
  equal([delivered, acknowledged, recipients.total], [3, 1, 3]);
});

test("a thread for everyone, a private reply, and its answer", async () => {
  const [rina, budi, sari] = [await person("Bu Rina"), await person("Budi"), await person("Sari")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi, sari]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await rina.client.fetch(audience);
  await prepared(rina, post);
  await budi.client.fetch(audience);
  const reply = await budi.client.send(audience, "reply", { body: "Asyik!" }, post);
  await prepared(rina, reply.post);
  await rina.client.fetch(audience);
  await sari.client.fetch(audience);
  const [root, answer] = await sari.client.posts(audience);
  equal([root?.replies.all, answer?.content.body, answer?.name], [1, "Asyik!", "Budi"]);
  equal(answer?.thread, post);

  await sari.client.sendLetter(audience, "desk", "reply", { body: "Saya sakit." }, post);
  equal((await rina.client.fetchDesk(audience)).length, 1, "the names they asked with were read before");
  const [letter] = (await rina.client.letters()).filter(({ desk }) => desk);
  equal([letter?.content.body, letter?.name, letter?.thread], ["Saya sakit.", "Sari", post]);
  const to = { account: letter?.author ?? "" };
  await rina.client.sendLetter(audience, to, "reply", { body: "Semoga lekas sembuh." }, post);
  equal((await sari.client.fetchLetters()).length, 1);
  const theirs = await sari.client.letters();
  equal(
    theirs.map(({ content, own }) => [content.body, own]),
    [
      ["Saya sakit.", true],
      ["Semoga lekas sembuh.", false],
    ],
  );
  equal(await budi.client.fetchLetters(), [], "nobody else has it");
});

test("a correction stands in the post's place, a withdrawal over all", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Senin pukul 8." });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  const correction = await rina.client.send(audience, "correction", { body: "Selasa pukul 8." }, post);
  await prepared(rina, correction.post);
  await budi.client.fetch(audience);
  const corrected = await budi.client.post(post);
  equal([corrected?.shown, corrected?.content.body], ["corrected", "Selasa pukul 8."]);
  equal([corrected?.replaced?.body, corrected?.shownBy], ["Senin pukul 8.", correction.post]);
  const withdrawal = await rina.client.send(audience, "withdrawal", {}, post);
  await prepared(rina, withdrawal.post);
  await budi.client.fetch(audience);
  const withdrawn = await budi.client.post(post);
  equal([withdrawn?.shown, withdrawn?.content.body], ["withdrawn", ""]);
});

test("who is removed gets nothing more; for cause, the keys change and the others stay", async () => {
  const [rina, budi, sari] = [await person("Bu Rina"), await person("Budi"), await person("Sari")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi, sari]);
  const before = (await rina.client.audience(audience)).charter;
  await rina.client.remove(audience, budi.client.account);
  const first = await rina.client.send(audience, "announcement", { body: "Tanpa Budi." });
  await prepared(rina, first.post);
  equal((await budi.client.fetch(audience)).state, "removed");
  equal(await bodies(budi.client, audience), []);

  const rotated = await rina.client.rotate(audience, { member: budi.client.account });
  equal([rotated.cohorts, rotated.stayed, rotated.rejoin], [1, 1, []]);
  const after = (await rina.client.audience(audience)).charter;
  ok(before?.cohorts[0] !== after?.cohorts[0], "another key");
  equal((await rina.client.history(audience)).length, 2);
  const second = await rina.client.send(audience, "announcement", { body: "Dengan kunci baru." });
  await prepared(rina, second.post);
  await sari.client.fetch(audience);
  equal(await bodies(sari.client, audience), ["Tanpa Budi.", "Dengan kunci baru."]);
  await sari.client.leave(audience);
  equal((await sari.client.audiences()).length, 0);
});

test("an account comes back with its card, with all it may read", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  await budi.client.changeSettings((settings) => ({
    ...settings,
    audiences: { [audience]: { muted: true } },
  }));

  const phone = await elsewhere(budi);
  equal(phone.account, budi.client.account);
  const { posts, failed } = await phone.fetchAll();
  equal([posts.length, failed.length], [1, 0]);
  equal(await bodies(phone, audience), ["Besok libur."]);
  ok((await phone.audience(audience)).muted, "preferences came along");
  // Both change something at once: each takes in the other's.
  await phone.changeSettings((settings) => ({ ...settings, language: "en" }));
  await budi.client.changeSettings((settings) => ({ ...settings, archived: { [post]: 1 } }));
  await phone.refresh();
  equal(phone.settings, {
    audiences: { [audience]: { muted: true } },
    archived: { [post]: 1 },
    language: "en",
  });
  await fails(async () => Client.signIn(world, await browser(), phone.origin, "7ZZZ"), "cannot: card");
});

test("neither the card nor an open vault is kept, and the long-term keys cannot be taken out", async () => {
  const { store, card } = await person("Budi");
  const record = await store.get<AccountRecord>("account", "account");
  if (record === undefined) throw new Error("nothing is kept");
  for (const key of [record.vaultKey, record.ik.key, record.xk.key, record.ek.key])
    ok(key instanceof CryptoKey && !key.extractable, "a handle");
  const kept = new TextDecoder("latin1").decode(record.vault);
  ok(kept.startsWith("age-encryption.org/v1"), "sealed, as on the hub");
  ok(!kept.includes("hedge_seed"), "nothing of it can be read");
  const texts = Object.values(record).filter((value) => typeof value === "string");
  ok(!texts.some((text) => text.includes(card.slice(0, 8))), "no card");
});

test("what one browser keeps is there again, and another account is not", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  await until(async () => ((await budi.client.fetch(audience)).fresh.length > 0 ? true : undefined));
  const again = await Client.open(world, budi.store);
  equal(again?.account, budi.client.account);
  equal(again && (await bodies(again, audience)), ["Besok libur."]);
  await fails(() => Client.begin(world, budi.store, rina.client.origin), "cannot: account here");
  await budi.client.signOut();
  equal(await Client.open(world, budi.store), undefined);
  await fails(() => budi.client.fetch(audience), "cannot: no account");
});
