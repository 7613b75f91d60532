/** Networks that lose answers, tabs that write at once, and devices that do: nothing is sent twice, nothing is lost. */

import { Client, Store } from "../../src/client/index.ts";
import { equal, ok, test } from "../harness.ts";
import { bodies, classOf, elsewhere, failing, fails, lying, person, prepared, world } from "./people.ts";

test("a post whose answer is lost once is sent again, and is there once", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const path = `/v1/audiences/${audience}/posts$`;
  const send = () => rina.client.send(audience, "announcement", { body: "Besok libur." });
  const { post } = await lying({ path, method: "POST", lost: true, times: 1 }, send);
  await prepared(rina, post);
  await budi.client.fetch(audience);
  equal(await bodies(budi.client, audience), ["Besok libur."]);
});

test("a post whose answers are all lost is kept, and goes out with the next", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const path = `/v1/audiences/${audience}/posts$`;
  const send = (body: string) => rina.client.send(audience, "announcement", { body });
  await lying({ path, method: "POST", lost: true }, () =>
    fails(() => send("Besok libur."), "cannot: on its way"),
  );
  ok((await rina.client.audience(audience)).onItsWay, "it is told");
  // The browser is closed and opened again meanwhile.
  const again = await Client.open(world, rina.store);
  if (again === undefined) throw new Error("no account");
  const { post } = await again.send(audience, "announcement", { body: "Lusa masuk." });
  ok(!(await again.audience(audience)).onItsWay, "nothing is kept any more");
  await prepared(rina, post);
  await budi.client.fetch(audience);
  equal(await bodies(budi.client, audience), ["Besok libur.", "Lusa masuk."], "each once, none missing");
  equal(
    (await budi.client.posts(audience)).map(({ gap }) => gap),
    [0, 0],
  );
});

test("a post that was promised outlives its charter, and a hub that is busy when it is sealed again", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const laptop = await elsewhere(rina);
  const tomorrow = world.clock() + 24 * 3600 * 1000;
  const unheard = { path: `/v1/audiences/${audience}/posts`, method: "POST", cut: 10 };
  await lying(unheard, async () => {
    const now = () => rina.client.send(audience, "announcement", { body: "Besok libur." });
    const later = () => rina.client.schedule(audience, "announcement", { body: "Ingat." }, tomorrow);
    await fails(now, "cannot: on its way");
    await fails(later, "cannot: on its way");
  });
  await laptop.renew(audience);
  const busy = { answer: { type: "urn:kentongan:problem:unavailable", detail: "busy" }, status: 503 };
  for (const lie of [busy, { cut: 0 }])
    await lying({ path: `/v1/audiences/${audience}/charters`, ...lie }, async () => {
      await failing(() => rina.client.flush(audience));
      ok((await rina.client.audience(audience)).onItsWay, "it still waits");
    });
  const { post } = await rina.client.send(audience, "announcement", { body: "Lusa masuk." });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  equal(await bodies(budi.client, audience), ["Besok libur.", "Lusa masuk."], "each once, none missing");
  await rina.client.fetch(audience);
  equal((await bodies(rina.client, audience)).sort(), ["Besok libur.", "Ingat.", "Lusa masuk."]);
});

test("a delivery that the hub could not write down is told again", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  const ill = { answer: { type: "urn:kentongan:problem:internal", detail: "ill" }, status: 500 };
  await lying({ path: `/v1/posts/${post}/receipts/delivered$`, method: "PUT", ...ill }, () =>
    fails(() => budi.client.fetch(audience), "hub: internal"),
  );
  equal(await bodies(budi.client, audience), ["Besok libur."], "it is there all the same");
  await budi.client.fetch(audience);
  equal((await rina.client.status(post)).delivered, 1);
});

test("a letter that the hub answers with another's name is still on its way", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  const say = () =>
    budi.client.sendLetter(audience, "desk", "reply", { body: "Saya pindah." }, post, "pindah");
  const answer = { letter: post, received_ms: world.clock() };
  await lying({ path: "^/v1/letters$", method: "POST", answer }, () => fails(say, "hub: unexpected-answer"));
  ok(await budi.client.isBegun(audience, "pindah"), "what the hub did not judge is kept");
  await say();
  await rina.client.fetchDesk(audience);
  const told = (await rina.client.letters()).filter(({ content }) => content.body === "Saya pindah.");
  equal(told.length, 1, "the desk has it once");
});

test("a letter whose answer is lost goes out as the same letter when it is said again", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  const say = () => budi.client.sendLetter(audience, "desk", "reply", { body: "Saya sakit." }, post);
  await lying({ path: "^/v1/letters$", method: "POST", lost: true }, () => fails(say, "offline: offline"));
  await say();
  await rina.client.fetchDesk(audience);
  const told = (await rina.client.letters()).filter(({ content }) => content.body === "Saya sakit.");
  equal(told.length, 1, "the desk has it once");
});

test("a letter with a file, said again, is the same letter with the same file", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Tugas." });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  const attach = () => budi.client.attach(audience, new Blob(["3/4"]), "tugas.txt", "desk");
  const say = async () => {
    const letter = { body: "Ini tugas saya.", attachments: [await attach()] };
    return budi.client.sendLetter(audience, "desk", "reply", letter, post);
  };
  await lying({ path: "^/v1/letters$", method: "POST", lost: true }, () => fails(say, "offline: offline"));
  await say();
  await rina.client.fetchDesk(audience);
  const handedIn = (await rina.client.letters()).filter(({ content }) => content.body === "Ini tugas saya.");
  equal(handedIn.length, 1, "the desk has it once");
  const [file] = handedIn[0]?.content.attachments ?? [];
  if (file === undefined) throw new Error("no file");
  equal(await (await rina.client.attachment(audience, file)).text(), "3/4");
  const later = await attach();
  ok(later.sha256 !== file.sha256, "what went out is not used again");
});

test("a link that could not be made leaves the vault able to go on", async () => {
  const rina = await person("Bu Rina");
  const path = "^/v1/audiences$";
  const make = () => rina.client.found("Kelas 7B", { replies: "desk", history: "same key" });
  const refusal = { path, method: "POST", instead: "/v1/bundles" };
  equal((await lying(refusal, () => failing(make))).slice(0, 4), "hub:");
  equal((await rina.client.audiences()).length, 0, "what came to nothing is gone");
  const audience = await make();
  equal(
    (await rina.client.audiences()).map((view) => view.audience),
    [audience],
  );
});

test("two tabs send at once: each post has its own place in the chain", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const other = await Client.open(world, await Store.open(rina.store.name));
  if (other === undefined) throw new Error("no account");
  const wanted = ["satu", "dua", "tiga", "empat", "lima", "enam"];
  const sends = wanted.map((body, i) =>
    (i % 2 === 0 ? rina.client : other).send(audience, "announcement", { body }),
  );
  const sent = await Promise.all(sends);
  equal(new Set(sent.map(({ post }) => post)).size, wanted.length);
  for (const { post } of sent) await prepared(rina, post);
  const { fresh, refused } = await budi.client.fetch(audience);
  equal([fresh.length, refused.length], [wanted.length, 0]);
  equal(
    (await budi.client.posts(audience)).map(({ gap }) => gap),
    wanted.map(() => 0),
    "one chain, whole",
  );
  equal((await bodies(budi.client, audience)).sort(), wanted.sort());
});

test("what one tab did, the other knows", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const other = await Client.open(world, await Store.open(budi.store.name));
  if (other === undefined) throw new Error("no account");
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  const told = new Promise<void>((changed) => other.onChange(changed));
  await budi.client.fetch(audience);
  await told;
  equal(await bodies(other, audience), ["Besok libur."]);
  await other.acknowledge(audience, post);
  await budi.client.fetch(audience);
  equal((await budi.client.post(post))?.acknowledged, true);
});

test("a store that somebody else wrote to meanwhile takes nothing that is based on what was before", async () => {
  const store = await Store.open("alone");
  equal(await store.write(0, [{ store: "drafts", key: "a", value: 1 }]), 1);
  await fails(() => store.write(0, [{ store: "drafts", key: "a", value: 2 }]), "cannot: changed elsewhere");
  equal(await store.get("drafts", "a"), 1);
  equal(await store.write(1, [{ store: "drafts", key: "a", value: undefined }]), 2);
  equal(await store.get("drafts", "a"), undefined);
});
