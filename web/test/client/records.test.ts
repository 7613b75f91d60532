/** What was sent is told to one's other devices and to co-publishers, by records that the hub keeps and cannot read. */

import type { Client, Work } from "../../src/client/index.ts";
import { equal, ok, test } from "../harness.ts";
import { given, workOf } from "./homework.test.ts";
import {
  classOf,
  cli,
  elsewhere,
  fails,
  lying,
  type Person,
  person,
  prepared,
  until,
  world,
} from "./people.ts";

const words = async (client: Client): Promise<string[]> =>
  (await client.letters()).map(({ content }) => content.body);

const workIn = async (client: Client, { audience, id }: Work): Promise<Work> => {
  const work = await client.homework.work(audience, id);
  if (work === undefined) throw new Error("no such work");
  return work;
};

/** A class with one pupil and one assignment. */
async function begun(): Promise<{
  rina: Person;
  budi: Person;
  audience: string;
  mine: Work;
  theirs: Work;
}> {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const works = await given(rina, budi, audience, { title: "Pecahan", body: "Nomor 1–10.", points: 100 });
  return { rina, budi, audience, ...works };
}

test("a pupil's second browser shows what was handed in and asked, with the hub's receipt", async () => {
  const { rina, budi, audience, theirs } = await begun();
  await budi.client.homework.handIn(theirs, { body: "3/4", finishedMs: world.clock() });
  await budi.client.sendLetter(audience, "desk", "reply", { body: "Nomor 7 juga?" }, theirs.id);
  await budi.client.recorded();
  const phone = await elsewhere(budi);
  const { failed } = await phone.fetchAll();
  equal(failed.length, 0);
  const work = await workIn(phone, theirs);
  const own = await phone.homework.own(work);
  equal(own.state(false), "TURNED_IN");
  const letter = own.handedIn()?.letter ?? "";
  equal((await phone.homework.letter(work, letter))?.content.body, "3/4");
  const receipt = await phone.homework.receipt(audience, letter);
  if (receipt === undefined) throw new Error("no receipt");
  await phone.homework.verifyReceipt(receipt);
  equal(await words(phone), ["Nomor 7 juga?"]);
  equal((await phone.letters())[0]?.own, true);
  // What the second one sends, the first one learns.
  await phone.homework.reclaim(work);
  await phone.recorded();
  await budi.client.fetchAll();
  equal((await budi.client.homework.own(theirs)).state(false), "RECLAIMED_BY_STUDENT");
  await rina.client.fetchDesk(audience);
  equal((await words(rina.client)).length, 1, "and the desk has it all once");
});

test("two teachers see each other's marks and answers, and not each other's drafts", async () => {
  const { rina, budi, audience, mine, theirs } = await begun();
  const joko = await person("Pak Joko");
  await rina.client.addStaff(audience, joko.client.account, "publisher");
  equal((await joko.client.fetchAll()).met, [audience], "it appears with the letter that brings its keys");
  const [seen] = await joko.client.audiences();
  equal([seen?.label, seen?.role, seen?.hasKeys], ["Kelas 7B", "publisher", true]);
  await budi.client.homework.handIn(theirs, { body: "3/4", finishedMs: world.clock() });
  await budi.client.sendLetter(audience, "desk", "reply", { body: "Nomor 7 juga?" }, theirs.id);
  await rina.client.fetchAll();
  const pupil = budi.client.account;
  const verdict = { body: "Bagus.", attachments: [], mark: "90" };
  await rina.client.homework.keepMark(mine, pupil, { ...verdict, body: "Cukup?" });
  await rina.client.homework.giveBack(await workOf(rina, mine), pupil, verdict);
  await rina.client.sendLetter(audience, { account: pupil }, "reply", { body: "Ya, juga." }, mine.id);
  await rina.client.recorded();
  await joko.client.fetchAll();
  const board = await joko.client.homework.board(await workIn(joko.client, mine));
  const row = board.find(({ account }) => account === pupil);
  equal([row?.submission.state(false), row?.submission.mark], ["RETURNED", "90"]);
  const answer = (await joko.client.letters()).find(({ content }) => content.body === "Ya, juga.");
  equal([answer?.own, answer?.name, answer?.to, answer?.read], [false, "Bu Rina", pupil, true]);
  equal((await joko.client.homework.marks(await workIn(joko.client, mine))).size, 0);
  const desk = await elsewhere(rina);
  await desk.fetchAll();
  const drafts = await desk.homework.marks(await workIn(desk, mine));
  equal(drafts.get(pupil)?.body, "Cukup?", "her own other device has the draft");
  await desk.homework.keepMark(await workIn(desk, mine), pupil, undefined);
  await desk.recorded();
  await rina.client.fetchAll();
  equal((await rina.client.homework.marks(mine)).size, 0, "taken away on one, gone from the other");
});

test("two browsers that record at once, and more than a segment holds: nothing is lost, each has all", async () => {
  const { rina, budi, audience, mine } = await begun();
  const phone = await elsewhere(rina);
  await phone.fetchAll();
  const long = "x".repeat(20_000);
  const draft = (body: string) => ({ body: `${body}${long}`, attachments: [] });
  const pupils = Array.from({ length: 6 }, (_, n) => `${budi.client.account.slice(0, -2)}${n}A`);
  const keep = async (client: Client, from: number): Promise<void> => {
    const work = await workIn(client, mine);
    for (const pupil of pupils.slice(from, from + 3))
      await client.homework.keepMark(work, pupil, draft(pupil));
    await client.recorded();
  };
  await Promise.all([keep(rina.client, 0), keep(phone, 3)]);
  for (const client of [rina.client, phone, rina.client]) {
    await client.fetchDesk(audience);
    await client.recorded();
  }
  const fresh = await elsewhere(rina);
  await fresh.fetchAll();
  for (const client of [rina.client, phone, fresh])
    equal([...(await client.homework.marks(await workIn(client, mine))).keys()].sort(), [...pupils].sort());
  equal(await rina.client.refusedRecords(audience), []);
});

test("a record that the hub hides or turns back is said to be, and takes nothing away", async () => {
  const { budi, audience, theirs } = await begun();
  await budi.client.sendLetter(audience, "desk", "reply", { body: "Nomor 7 juga?" }, theirs.id);
  await budi.client.recorded();
  await budi.client.fetchAll();
  const gone = { path: "^/v1/vaults/", instead: "/v1/vaults/AAAAAAAAAAAAAAAAAAAAAA" };
  await lying(gone, () => budi.client.fetch(audience));
  equal(
    (await budi.client.refusedRecords(audience)).map(({ reason }) => reason),
    ["hidden record"],
  );
  equal(await words(budi.client), ["Nomor 7 juga?"]);
  await budi.client.fetch(audience);
  equal(await budi.client.refusedRecords(audience), [], "with the truth, all is well");
  await fails(() => budi.client.homework.reclaim(theirs), "cannot: not-in");
});

test("homework handed in at the command line is in the browser, and what the browser answered is at the command line", async () => {
  const rina = await person("Bu Rina");
  const { audience, link } = await classOf(rina, "Kelas 7F", []);
  const made = await cli("tono", ["account", "new", "--name", "Tono"]);
  await cli("tono", ["join", link]);
  const { asking } = await rina.client.asking(audience);
  await rina.client.admit(
    audience,
    asking.map(({ account }) => account),
  );
  const id = await rina.client.homework.assign(audience, {
    title: "Pecahan",
    body: "Nomor 1–10.",
    points: 10,
  });
  await prepared(rina, id);
  await cli("tono", ["inbox"]);
  const tono = { card: made["card"] as string } as Person;
  const browser = await elsewhere(tono);
  await browser.fetchAll();
  const work = await browser.homework.work(audience, id);
  if (work === undefined) throw new Error("no work");
  await browser.homework.handIn(work, { body: "3/4", finishedMs: world.clock() });
  await browser.sendLetter(audience, "desk", "reply", { body: "Dari peramban." }, id);
  await browser.recorded();
  const listed = await until(async () => {
    await cli("tono", ["inbox"]);
    const { items } = await cli("tono", ["homework"]);
    return (items as { state: string }[])[0]?.state === "TURNED_IN" ? items : undefined;
  });
  ok(Array.isArray(listed), "the command line has it from the record");
  await cli("rina-f", ["account", "restore"], rina.card);
  await cli("rina-f", ["inbox"]);
  await rina.client.fetchAll();
  const mine = await workOf(rina, { audience, id });
  await rina.client.homework.giveBack(mine, browser.account, { body: "Bagus.", attachments: [], mark: "9" });
  await rina.client.recorded();
  const marks = await cli("rina-f", ["marks"]);
  equal(JSON.stringify(marks).includes('"9"'), true, "the table of marks knows the browser's");
});

test("who is made a publisher by somebody they have never met has the audience without a link", async () => {
  const [rina, joko] = [await person("Bu Rina"), await person("Pak Joko")];
  const { audience } = await classOf(rina, "Kelas 7B", []);
  await rina.client.addStaff(audience, joko.client.account, "publisher");
  equal((await joko.client.fetchAll()).met, [audience]);
  equal((await joko.client.names(audience)).get(rina.client.account), "Bu Rina");
  await joko.client.send(audience, "announcement", { body: "Halo dari Joko." });
  await rina.client.fetch(audience);
  equal((await rina.client.posts(audience))[0]?.name, "Pak Joko");
  equal((await joko.client.fetchAll()).met, [], "once");
});
