/** A channel with an open link, two publishers, files, and what anybody may be shown of it. */

import type { Attachment } from "../../src/client/index.ts";
import { look, openPermalink } from "../../src/client/index.ts";
import { equal, ok, test } from "../harness.ts";
import { bodies, classOf, fails, lying, ORIGIN, person, prepared, until, world } from "./people.ts";

const DAY_MS = 86_400_000;

test("a channel: whoever has the open link is in at once, also late", async () => {
  const [dinas, sari, budi] = [await person("Dinas"), await person("Sari"), await person("Budi")];
  const audience = await dinas.client.found("Imunisasi", { replies: "none", history: "same key" });
  const link = await dinas.client.makeLink(audience, { kind: "open", maxUses: 2, validMs: DAY_MS });
  ok(link.startsWith(`${ORIGIN}/join#`), "it leads here");
  const invitation = await look(ORIGIN, link);
  equal([invitation.audience, invitation.kind, invitation.charter.replies], [audience, "open", "none"]);
  equal([invitation.charter.host, invitation.charter.staff[0]?.account], [undefined, dinas.client.account]);

  equal((await sari.client.join(link, { label: "Puskesmas" })).joined, "member");
  const { post } = await dinas.client.send(audience, "announcement", { body: "Senin pukul 8." });
  await prepared(dinas, post);
  await sari.client.fetch(audience);
  equal((await sari.client.audience(audience)).label, "Puskesmas");
  await sari.client.rename(audience, "ꦏ".repeat(300));
  equal((await sari.client.audience(audience)).label, "ꦏ".repeat(200), "no longer than can be read");
  await sari.client.rename(audience, "Puskesmas");
  equal((await budi.client.join(link, {})).joined, "member");
  await prepared(dinas, post);
  await budi.client.fetch(audience);
  equal(await bodies(budi.client, audience), ["Senin pukul 8."], "history under the same key");
  equal((await budi.client.audience(audience)).label, "Imunisasi", "as its publisher calls it");
  await fails(() => budi.client.send(audience, "reply", { body: "Jam berapa?" }, post), "hub: refused");

  const [used] = await dinas.client.links(audience);
  equal([used?.uses, used?.maxUses, used?.closed, used?.url], [2, 2, false, link]);
  const late = await person("Telat");
  await fails(() => late.client.join(link, {}), "cannot: link used up");
  equal((await late.client.audiences()).length, 0, "it leaves no audience behind");
  await dinas.client.closeLink(audience, used?.link ?? "");
  equal((await dinas.client.links(audience))[0]?.url, undefined);
  await fails(() => late.client.join(link.slice(0, -3), {}), "cannot: link text");
});

test("two publishers: keys come by letter, posts wait for the other's approval", async () => {
  const [rina, joko, budi] = [await person("Bu Rina"), await person("Pak Joko"), await person("Budi")];
  const { audience, link } = await classOf(rina, "Kelas 7B", [budi]);
  await rina.client.addStaff(audience, joko.client.account, "publisher");
  equal((await joko.client.join(link, { label: "Kelas 7B" })).joined, "publisher");
  ok((await joko.client.audience(audience)).hasKeys, "the keys came");
  equal((await joko.client.links(audience))[0]?.url, link, "and the link");
  await fails(() => joko.client.setRules(audience, { approvals: 1 }), "cannot: admins only");

  await rina.client.setRules(audience, { approvals: 1 });
  const { post, pending } = await rina.client.send(audience, "announcement", { body: "Rapat Senin." });
  ok(pending, "it waits");
  equal((await budi.client.fetch(audience)).fresh, []);
  await joko.client.fetch(audience);
  const seen = await joko.client.post(post);
  equal([seen?.pending, seen?.content.body], [true, "Rapat Senin."]);
  await rina.client.fetch(audience);
  await fails(() => rina.client.approve(audience, post), "cannot: own post");
  equal((await joko.client.approve(audience, post)).state, "accepted");
  await prepared(rina, post);
  equal((await budi.client.fetch(audience)).fresh, [post]);
  await joko.client.fetch(audience);
  equal((await joko.client.post(post))?.pending, false);

  // She leaves, and he goes on: every key changes, and the pupil stays.
  await rina.client.addStaff(audience, joko.client.account, "admin");
  const gone = { publisher: rina.client.account };
  const rotated = await joko.client.rotate(audience, gone);
  equal([rotated.cohorts, rotated.stayed, rotated.rejoin], [1, 1, []]);
  const after = await joko.client.send(audience, "announcement", { body: "Saya wali kelas baru." });
  await prepared(joko, after.post);
  await budi.client.fetch(audience);
  equal(await bodies(budi.client, audience), ["Rapat Senin.", "Saya wali kelas baru."]);
  await fails(() => rina.client.send(audience, "announcement", { body: "?" }), "cannot: publishers only");
});

test("a post for later waits at the hub, goes out at its time, or is taken back", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const at = world.clock() + 2_000;
  const later = (body: string, releaseMs: number) =>
    rina.client.schedule(audience, "announcement", { body }, releaseMs);
  const path = `/v1/audiences/${audience}/posts\\?release_ms`;
  const first = await lying({ path, method: "POST", lost: true, times: 1 }, () => later("Upacara.", at));
  const second = await later("Batal.", at + DAY_MS);
  await rina.client.fetch(audience);
  const waiting = await rina.client.post(second);
  equal([waiting?.pending, waiting?.releaseMs, waiting?.content.body], [true, at + DAY_MS, "Batal."]);
  await rina.client.takeBack(second);
  await until(async () => ((await budi.client.fetch(audience)).fresh.length > 0 ? true : undefined));
  equal(await bodies(budi.client, audience), ["Upacara."]);
  await rina.client.fetch(audience);
  const released = await rina.client.post(first);
  equal([released?.pending, released?.releaseMs, released?.lapsed], [false, undefined, undefined]);
  equal((await rina.client.post(second))?.lapsed, "taken-back");
});

test("a file: sealed, uploaded with progress, brought back whole, and kept", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const photo = new Blob([new Uint8Array(300_000).fill(7)], { type: "image/jpeg" });
  const steps: number[] = [];
  const sent = await rina.client.attach(audience, photo, "foto 1.jpg", "audience", (done) =>
    steps.push(done),
  );
  equal([sent.name, sent.type, sent.size], ["foto 1.jpg", "image/jpeg", 300_000]);
  ok((steps.at(-1) ?? 0) > 300_000, "all of the sealed file went");
  const { post } = await rina.client.send(audience, "announcement", { body: "Foto.", attachments: [sent] });
  await prepared(rina, post);
  await budi.client.fetch(audience);
  const [attached] = (await budi.client.post(post))?.content.attachments ?? [];
  if (attached === undefined) throw new Error("no file");
  const opened = await budi.client.attachment(audience, attached);
  equal([opened.size, opened.type], [300_000, "image/jpeg"]);
  ok(
    new Uint8Array(await opened.arrayBuffer()).every((byte) => byte === 7),
    "the same bytes",
  );
  equal((await budi.client.attachment(audience, attached)).size, 300_000, "again, from here");
  const other: Attachment = { ...attached, size: 10 };
  await fails(() => rina.client.attachment(audience, other), "distrust: attachment size");
});

test("a permalink opens a publisher's post to anybody; a report proves what was said", async () => {
  const [rina, budi, sari] = [await person("Bu Rina"), await person("Budi"), await person("Sari")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi, sari]);
  const { post } = await rina.client.send(audience, "announcement", { title: "Libur", body: "Besok." });
  await rina.client.fetch(audience);
  const link = await rina.client.permalink(audience, post);
  const shown = await openPermalink(ORIGIN, link, false);
  equal([shown.content.title, shown.author, shown.audience], ["Libur", rina.client.account, audience]);
  equal([shown.corrected, shown.withdrawn], [false, false]);
  await fails(() => openPermalink(ORIGIN, link.slice(0, -4), false), "cannot: link text");

  await prepared(rina, post);
  await budi.client.fetch(audience);
  const rude = await budi.client.send(audience, "reply", { body: "Bodoh." }, post);
  await prepared(rina, rude.post);
  await sari.client.fetch(audience);
  const report = await sari.client.report(audience, rude.post);
  await sari.client.sendLetter(audience, "desk", "reply", { body: "Tolong.", report }, post);
  await rina.client.fetchDesk(audience);
  const told = (await rina.client.letters()).find(({ content }) => content.report !== undefined);
  const proved = await rina.client.proveReport(audience, told?.content.report ?? { post: "", m: "" });
  equal([proved.content.body, proved.author, proved.name], ["Bodoh.", budi.client.account, "Budi"]);
  const forged = { post: rude.post, m: report.m.replace(/^./, (c) => (c === "A" ? "B" : "A")) };
  await fails(() => rina.client.proveReport(audience, forged), "distrust: post: capsule mismatch");
});

test("live events tell what came, and reach every tab", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const events: string[] = [];
  let arrived: () => void = () => undefined;
  const came = new Promise<void>((resolve) => (arrived = resolve));
  let sent: Promise<unknown> | undefined;
  budi.client.onEvent(({ kind, audience: about }) => {
    events.push(`${kind} ${about ?? ""}`);
    if (kind === "connected") sent = rina.client.send(audience, "announcement", { body: "Hai." });
    if (kind === "post") arrived();
  });
  await came;
  await sent;
  equal(events.slice(0, 2), ["connected ", `post ${audience}`]);
  budi.client.close();
});
