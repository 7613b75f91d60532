/** Homework between browser and command line, both ways: one format, one state. */

import { equal, ok, test } from "../harness.ts";
import { cli, file, person, prepared, saved, until, world } from "./people.ts";

const HOUR_MS = 3_600_000;

/** A time as one types it at the command line. */
const typed = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

test("a teacher at the command line, a pupil in the browser: every step is seen alike", async () => {
  await cli("guru", ["account", "new", "--name", "Bu Rina"]);
  await cli("guru", ["audience", "new", "--class", "Kelas 8A"]);
  const url = (await cli("guru", ["audience", "link", "Kelas 8A"]))["url"] as string;
  const budi = await person("Budi");
  const { audience } = await budi.client.join(url, { name: "Budi" });
  await cli("guru", ["audience", "admit", "Kelas 8A", "budi"]);
  const dueMs = Math.ceil((world.clock() + HOUR_MS) / 60_000) * 60_000;
  const asked = [
    "--title",
    "Pecahan",
    "--due",
    typed(dueMs),
    "--cutoff",
    typed(dueMs + HOUR_MS),
    "--points",
    "10",
  ];
  await cli("guru", ["assign", "--to", "Kelas 8A", ...asked, "--attempts", "2", "Nomor 1–10."]);
  const theirs = await until(async () => {
    await budi.client.fetch(audience);
    return (await budi.client.homework.works())[0];
  });
  equal(
    [theirs.content.title, theirs.terms.dueMs, theirs.terms.cutoffMs],
    ["Pecahan", dueMs, dueMs + HOUR_MS],
  );
  equal([theirs.terms.attempts, theirs.terms.scale], [2, { kind: "points", most: 10 }]);

  const photo = await budi.client.attach(audience, new Blob(["3/4"]), "tugas-8a.txt", "desk");
  const guardian = { name: "Ibu Ratna" };
  const handedIn = await budi.client.homework.handIn(theirs, {
    ...{ body: "Sudah, Bu.", attachments: [photo], guardian },
    finishedMs: world.clock(),
  });
  const row = async () => (await cli("guru", ["submissions", "1"]))["pupils"][0];
  const pupil = await row();
  equal([pupil.name, pupil.state, pupil.late], ["Budi", "TURNED_IN", false]);
  const { folder } = await file("unused", new Uint8Array());
  await cli("guru", ["save", String(pupil.letter_number), "--letter", "--into", folder]);
  equal(new TextDecoder().decode(await saved("tugas-8a.txt")), "3/4");
  const receipt = await budi.client.homework.receipt(audience, handedIn.letter);
  const proof = await file("bukti-8a.json", new TextEncoder().encode(JSON.stringify(receipt)));
  equal((await cli("guru", ["receipt", "verify", proof.path]))["genuine"], true);

  await budi.client.homework.reclaim(theirs);
  equal((await row()).state, "RECLAIMED_BY_STUDENT");
  await budi.client.homework.handIn(theirs, { body: "Nomor 7 benar.", finishedMs: world.clock() });
  await row();
  await cli("guru", ["return", "1", "Budi", "--mark", "7,5", "--redo", "--feedback", "Nomor 3 lagi."]);
  await budi.client.fetchLetters();
  const returned = await budi.client.homework.own(theirs);
  equal([returned.state(false), returned.mark, returned.redo], ["RETURNED", "7.5", true]);
  const feedback = await budi.client.homework.letter(theirs, returned.returns[0] ?? "");
  equal(feedback?.content.body, "Nomor 3 lagi.");
  equal(
    (await budi.client.homework.handIn(theirs, { body: "Sudah.", finishedMs: world.clock() })).attempt,
    2,
  );
  equal((await row()).state, "TURNED_IN");
});

test("a teacher in the browser, a pupil at the command line: the same, and for chosen pupils", async () => {
  const rina = await person("Bu Rina");
  const { homework } = rina.client;
  const audience = await rina.client.found("Kelas 8B", { replies: "everyone", history: "same key" });
  const url = await rina.client.makeLink(audience, { kind: "approval", maxUses: 10, validMs: 86_400_000 });
  await cli("ani", ["account", "new", "--name", "Ani"]);
  await cli("ani", ["join", url]);
  const { asking } = await rina.client.asking(audience);
  const chosen = asking.map(({ account }) => account);
  await rina.client.admit(audience, chosen);
  const [ani = ""] = chosen;
  const dueMs = world.clock() + HOUR_MS;
  const id = await homework.assign(audience, {
    title: "Pecahan",
    body: "Nomor 1–10.",
    dueMs,
    words: ["Baik", "Cukup"],
  });
  await prepared(rina, id);
  await rina.client.fetch(audience);
  const mine = await homework.work(audience, id);
  if (mine === undefined) throw new Error("no work");
  const item = async (title: string) => {
    const { items } = await cli("ani", ["homework"]);
    return (items as { title: string }[]).find((one) => one.title === title) as
      Record<string, unknown> | undefined;
  };
  const given = await item("Pecahan");
  equal([given?.["state"], given?.["due_ms"]], ["NEW", dueMs]);
  const number = String(given?.["number"]);
  const handedIn = await cli("ani", ["hand-in", number, "Sudah, Bu."]);
  equal([handedIn["state"], handedIn["receipt"]], ["TURNED_IN", true]);
  await rina.client.fetchDesk(audience);
  const [row] = await homework.board(mine);
  equal([row?.account, row?.name, row?.submission.state(false)], [ani, "Ani", "TURNED_IN"]);
  await cli("ani", ["hand-in", number, "--reclaim"]);
  await cli("ani", ["hand-in", number, "Nomor 7 benar."]);
  await rina.client.fetchDesk(audience);
  const [again] = await homework.board(mine);
  equal([again?.submission.handedIn()?.attempt, again?.submission.refused], [1, []]);
  await homework.giveBack(mine, ani, {
    body: "Rapi.",
    attachments: [],
    mark: "baik",
    extendedUntilMs: dueMs + HOUR_MS,
  });
  const returned = await item("Pecahan");
  equal([returned?.["state"], returned?.["mark"]], ["RETURNED", "Baik"]);

  await homework.assign(audience, { title: "Tambahan", body: "Nomor 11." }, { chosen });
  equal((await item("Tambahan"))?.["state"], "NEW");
  ok((await cli("ani", ["homework"]))["items"].length === 2, "both");
});
