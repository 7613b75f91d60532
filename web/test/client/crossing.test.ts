/** Browser and command line are one: posts, letters, files and accounts go from either to the other. */

import { Client } from "../../src/client/index.ts";
import { Vault } from "../../src/client/vault.ts";
import type { AccountRecord } from "../../src/client/device.ts";
import { bytesOf } from "../../src/client/names.ts";
import { parseWriterProof } from "../../src/protocol/membership.ts";
import { openVault } from "../../src/protocol/vault.ts";
import { equal, ok, test } from "../harness.ts";
import { browser, cli, file, ORIGIN, type Person, person, prepared, saved, until, world } from "./people.ts";

const link = async (who: string, label: string): Promise<string> =>
  (await cli(who, ["audience", "link", label]))["url"] as string;

test("a teacher at the command line, a pupil in the browser", async () => {
  await cli("rina", ["account", "new", "--name", "Bu Rina"]);
  await cli("rina", ["audience", "new", "--class", "Kelas 7B"]);
  const budi = await person("Budi");
  const { audience } = await budi.client.join(await link("rina", "Kelas 7B"), { name: "Budi" });
  equal((await cli("rina", ["audience", "requests"]))["items"][0].name, "Budi");
  await cli("rina", ["audience", "admit", "Kelas 7B", "budi"]);
  const photo = await file("foto.jpg", new Uint8Array(200_000).fill(9));
  const post = ["post", "--to", "Kelas 7B", "--title", "Pecahan", "Nomor 1–10.", "--attach", photo.path];
  await cli("rina", post);
  await until(async () => ((await budi.client.fetch(audience)).fresh.length > 0 ? true : undefined));
  const [seen] = await budi.client.posts(audience);
  if (seen === undefined) throw new Error("no post");
  equal(
    [seen.content.title, seen.content.body, seen.name, seen.label],
    ["Pecahan", "Nomor 1–10.", "Bu Rina", "Kelas 7B"],
  );
  const [attached] = seen.content.attachments;
  if (attached === undefined) throw new Error("no file");
  const opened = new Uint8Array(await (await budi.client.attachment(audience, attached)).arrayBuffer());
  ok(opened.length === 200_000 && opened.every((byte) => byte === 9), "the same bytes");

  await budi.client.acknowledge(audience, seen.post);
  equal((await cli("rina", ["status"]))["acknowledged"], 1);
  await budi.client.send(audience, "reply", { body: "Nomor 7 juga?" }, seen.post);
  const scan = await budi.client.attach(audience, new Blob(["3/4"]), "tugas.txt", "desk");
  const letter = { body: "Saya sakit.", attachments: [scan] };
  await budi.client.sendLetter(audience, "desk", "reply", letter, seen.post);
  const thread = await cli("rina", ["read", "1"]);
  equal([thread["replies"][0].body, thread["replies"][0].author_name], ["Nomor 7 juga?", "Budi"]);
  equal((await cli("rina", ["letters", "--desk"]))["items"][0].body, "Saya sakit.");
  await cli("rina", ["save", "1", "--letter", "--into", photo.folder]);
  equal(new TextDecoder().decode(await saved("tugas.txt")), "3/4");
  await cli("rina", ["letters", "answer", "1", "Semoga lekas sembuh."]);
  await budi.client.fetchLetters();
  equal((await budi.client.letters()).at(-1)?.content.body, "Semoga lekas sembuh.");
});

test("a teacher in the browser, a pupil at the command line", async () => {
  const rina = await person("Bu Rina");
  const audience = await rina.client.found("Kelas 7C", { replies: "everyone", history: "same key" });
  const url = await rina.client.makeLink(audience, { kind: "approval", maxUses: 10, validMs: 86_400_000 });
  await cli("sari", ["account", "new", "--name", "Sari"]);
  equal((await cli("sari", ["join", url]))["state"], "asked");
  const { asking } = await rina.client.asking(audience);
  equal(
    asking.map(({ name }) => name),
    ["Sari"],
  );
  await rina.client.admit(
    audience,
    asking.map(({ account }) => account),
  );
  const attachments = [await rina.client.attach(audience, new Blob(["1/2"]), "soal.txt", "audience")];
  const draft = {
    title: "Pecahan",
    body: "Nomor 1–10.",
    attachments,
    priority: "urgent",
    place: { name: "Ruang 7C", geo: "-7.79,110.36" },
    language: "id",
    versions: [{ language: "en", title: "Fractions", body: "Numbers 1–10." }],
  } as const;
  const { post } = await rina.client.send(audience, "assignment", draft);
  await prepared(rina, post);
  equal((await cli("sari", ["inbox"]))["items"][0].title, "Pecahan");
  const read = await cli("sari", ["read", "1"]);
  equal([read["body"], read["audience_label"], read["author_name"]], ["Nomor 1–10.", "Kelas 7C", "Bu Rina"]);
  const { folder } = await file("unused", new Uint8Array());
  await cli("sari", ["save", "1", "--into", folder]);
  equal(new TextDecoder().decode(await saved("soal.txt")), "1/2");
  await cli("sari", ["reply", "1", "Nomor 7 juga?"]);
  await cli("sari", ["reply", "1", "Saya sakit.", "--private"]);
  await rina.client.fetchAll();
  const [, reply] = await rina.client.posts(audience);
  equal([reply?.content.body, reply?.name, reply?.thread], ["Nomor 7 juga?", "Sari", post]);
  const [letter] = await rina.client.letters();
  equal([letter?.content.body, letter?.desk], ["Saya sakit.", true]);
  const to = { account: letter?.author ?? "" };
  await rina.client.sendLetter(audience, to, "reply", { body: "Semoga lekas sembuh." }, post);
  equal((await cli("sari", ["letters"]))["items"][0].body, "Semoga lekas sembuh.");
});

test("an account goes from the browser to the command line and back, and none of its vault is lost", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const audience = await rina.client.found("Kelas 7D", { replies: "desk", history: "same key" });
  await rina.client.changeSettings(() => ({ audiences: { [audience]: { muted: true } } }));
  await cli("rina-lagi", ["account", "restore"], rina.card);
  const url = await link("rina-lagi", "Kelas 7D");
  equal((await budi.client.join(url, { name: "Budi" })).joined, "asked");
  await cli("rina-lagi", ["audience", "admit", "Kelas 7D", "Budi"]);
  const posted = ["post", "--to", "Kelas 7D", "Dari terminal."];
  await cli("rina-lagi", posted);
  await rina.client.fetchAll();
  equal(
    (await rina.client.posts(audience)).map(({ content }) => content.body),
    ["Dari terminal."],
  );
  equal((await rina.client.links(audience))[0]?.url, url, "the link's seed came by the vault");
  ok((await rina.client.audience(audience)).muted, "and her preferences are still there");
  const { post } = await rina.client.send(audience, "announcement", { body: "Dari peramban." });
  await prepared(rina, post);
  await until(async () => ((await budi.client.fetch(audience)).waiting === 0 ? true : undefined));
  equal(
    (await budi.client.posts(audience)).map(({ gap }) => gap),
    [0, 0],
    "two installations, two chains",
  );

  const made = await cli("joko", ["account", "new", "--name", "Pak Joko"]);
  await cli("joko", ["audience", "new", "--channel", "Dinas"]);
  const joko = await Client.signIn(world, await browser(), ORIGIN, (made["card"] as string).toLowerCase());
  equal([joko.account, joko.name], [made["account"], "Pak Joko"]);
  const [channel] = await joko.audiences();
  equal([channel?.label, channel?.hasKeys], ["Dinas", true]);
  await joko.sync(channel?.audience ?? "");
  equal((await joko.audiences())[0]?.role, "admin");
  await joko.send(channel?.audience ?? "", "announcement", { body: "Halo." });
  equal((await cli("joko", ["inbox"]))["items"][0].body, "Halo.");
});

test("a pupil whom the command line makes a guardian writes as one, with the keys they have", async () => {
  const budi = await person("Budi");
  await cli("wati", ["account", "new", "--name", "Bu Wati"]);
  await cli("wati", ["audience", "new", "--class", "Kelas 7E"]);
  const { audience } = await budi.client.join(await link("wati", "Kelas 7E"), { name: "Budi" });
  await cli("wati", ["audience", "admit", "Kelas 7E", "Budi"]);
  await cli("wati", ["post", "--to", "Kelas 7E", "Halo."]);
  await until(async () => ((await budi.client.fetch(audience)).fresh.length > 0 ? true : undefined));
  const [before] = await readers(budi, audience);
  await cli("wati", ["audience", "role", "Kelas 7E", "Budi", "guardian"]);
  await budi.client.fetch(audience);
  const [after, ...others] = await readers(budi, audience);
  equal([before?.role, after?.role, others.length], ["member", "guardian", 0]);
  ok(after?.d === before?.d, "the key is the same");
  const [post] = await budi.client.posts(audience);
  await budi.client.send(audience, "reply", { body: "Saya walinya." }, post?.post);
  equal((await cli("wati", ["read", "1"]))["replies"][0].body, "Saya walinya.");
});

/** The reader's keys of somebody's vault, and as what they write with them. */
async function readers({ store }: Person, audience: string): Promise<{ d: string; role: string }[]> {
  const record = await store.get<AccountRecord>("account", "account");
  if (record === undefined) throw new Error("no account");
  const vault = Vault.parse(await openVault(record.vault, record.vaultKey));
  const all = Object.values(vault?.audience(audience)?.readers ?? {});
  return all.map(({ d, proof }) => ({ d, role: parseWriterProof(bytesOf(proof)).membership.role }));
}
