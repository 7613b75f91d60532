/** Homework in browsers on a real hub: given, handed in, taken back, given back, done again; to all and to chosen pupils. */

import type { AssignmentDraft, AudienceRef, Work } from "../../src/client/index.ts";
import { equal, ok, test } from "../harness.ts";
import { classOf, elsewhere, fails, person, prepared, type Person, until, world } from "./people.ts";

const HOUR_MS = 3_600_000;

/** The assignment as somebody has it now. */
export async function workOf(
  { client }: Person,
  { audience, id }: Pick<Work, "audience" | "id">,
): Promise<Work> {
  const work = await client.homework.work(audience, id);
  if (work === undefined) throw new Error("no such work");
  return work;
}

/** Gives an assignment to all, and waits until a pupil has it. */
export async function given(
  teacher: Person,
  pupil: Person,
  audience: AudienceRef,
  draft: AssignmentDraft,
): Promise<{ mine: Work; theirs: Work }> {
  const id = await teacher.client.homework.assign(audience, draft);
  await prepared(teacher, id);
  await teacher.client.fetch(audience);
  await pupil.client.fetch(audience);
  return { mine: await workOf(teacher, { audience, id }), theirs: await workOf(pupil, { audience, id }) };
}

/** A pupil's row on the board, fetched anew. */
async function row(teacher: Person, work: Work, pupil: Person) {
  await teacher.client.fetchDesk(work.audience);
  const board = await teacher.client.homework.board(await workOf(teacher, work));
  const found = board.find(({ account }) => account === pupil.client.account);
  if (found === undefined) throw new Error("not on the board");
  return found.submission;
}

const state = async (pupil: Person, work: Work): Promise<string> => {
  await pupil.client.fetchLetters();
  return (await pupil.client.homework.own(await workOf(pupil, work))).state(false);
};

const done = (body: string) => ({ body, finishedMs: world.clock() });

test("homework is given, handed in, taken back, given back, done again and given back for good", async () => {
  const [rina, budi, sari] = [await person("Bu Rina"), await person("Budi"), await person("Sari")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi, sari]);
  const dueMs = world.clock() + HOUR_MS;
  const draft = { title: "Pecahan", body: "Nomor 1–10.", points: 100, dueMs, cutoffMs: dueMs + HOUR_MS };
  const { mine, theirs } = await given(rina, budi, audience, draft);
  equal([mine.teaching, theirs.teaching, theirs.state], [true, false, "PUBLISHED"]);
  equal([theirs.terms.dueMs, theirs.terms.attempts, theirs.content.title], [dueMs, 1, "Pecahan"]);
  equal((await budi.client.homework.works()).length, 1);
  equal(await state(budi, theirs), "NEW");
  equal((await row(rina, mine, sari)).state(false), "NEW", "all are on the board");

  const photo = await budi.client.attach(audience, new Blob(["3/4"]), "foto.jpg", "desk");
  const handIn = (body: string) =>
    budi.client.homework.handIn(theirs, { ...done(body), attachments: [photo] });
  const first = await handIn("Sudah, Bu.");
  equal([first.attempt, first.late, first.receipt], [1, false, true]);
  const seen = await row(rina, mine, budi);
  equal([seen.state(false), seen.handedIn()?.receivedMs], ["TURNED_IN", first.receivedMs]);
  const letter = await rina.client.homework.letter(mine, first.letter);
  equal([letter?.content.body, letter?.name], ["Sudah, Bu.", "Budi"]);
  const [file] = letter?.content.attachments ?? [];
  equal(file && (await (await rina.client.attachment(audience, file)).text()), "3/4");

  await budi.client.homework.reclaim(theirs);
  equal((await row(rina, mine, budi)).state(false), "RECLAIMED_BY_STUDENT");
  const second = await handIn("Nomor 7 sudah benar.");
  equal(second.attempt, 1, "taking back uses none up");

  await row(rina, mine, budi);
  const drawn = new Blob(["merah"], { type: "image/webp" });
  const note = await rina.client.attach(audience, drawn, "catatan.webp", { account: budi.client.account });
  const feedback = { body: "Nomor 3 lagi.", attachments: [note], mark: "70", redo: true };
  await rina.client.homework.giveBack(mine, budi.client.account, { ...feedback, submission: second.letter });
  equal(await state(budi, theirs), "RETURNED");
  const returned = await budi.client.homework.own(theirs);
  equal([returned.mark, returned.redo, returned.returns.length], ["70", true, 1]);
  const said = await budi.client.homework.letter(theirs, returned.returns[0] ?? "");
  const [back] = said?.content.attachments ?? [];
  equal([said?.content.body, said?.name], ["Nomor 3 lagi.", "Bu Rina"]);
  equal(back && (await (await budi.client.attachment(audience, back)).text()), "merah");

  const third = await handIn("Sekarang benar.");
  equal(third.attempt, 2);
  await row(rina, mine, budi);
  await rina.client.homework.giveBack(mine, budi.client.account, {
    body: "Rapi.",
    attachments: [],
    mark: "87,5",
  });
  equal(await state(budi, theirs), "RETURNED");
  equal((await budi.client.homework.own(theirs)).mark, "87.5");
  await fails(() => handIn("Lagi."), "cannot: no-attempts-left");
});

test("a receipt is checked offline, by whoever has it, and a forged one is refused", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { mine, theirs } = await given(rina, budi, audience, { title: "Pecahan", body: "Nomor 1." });
  const { letter, receivedMs } = await budi.client.homework.handIn(theirs, done("Sudah."));
  const saved = await budi.client.homework.receipt(audience, letter);
  if (saved === undefined) throw new Error("no receipt");
  equal([saved.work, saved.received_ms, saved.hub], [theirs.id, receivedMs, budi.client.origin]);
  const file = await rina.client.homework.parseReceipt(JSON.stringify(saved));
  equal((await rina.client.homework.verifyReceipt(file)).about, undefined, "its letter is not here yet");
  await rina.client.fetchDesk(audience);
  const verified = await rina.client.homework.verifyReceipt(file);
  equal([verified.about?.work, verified.author?.name, verified.receivedMs], [mine.id, "Budi", receivedMs]);
  const forged = { ...file, received_ms: receivedMs - 1 };
  await fails(() => budi.client.homework.verifyReceipt(forged), "distrust: receipt");
  for (const other of ["", "{}", JSON.stringify({ ...saved, type: "kuitansi" })])
    await fails(() => budi.client.homework.parseReceipt(other), "cannot: receipt file");
  equal(await rina.client.homework.receipt(audience, letter), undefined, "it is his");
});

test("what may not be is refused on the device, before anything is sealed", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const now = world.clock();
  const give = (draft: AssignmentDraft) => given(rina, budi, audience, { body: "Soal.", ...draft });
  const hand = (work: Work) => budi.client.homework.handIn(work, done("Sudah."));
  const early = await give({ opensMs: now + HOUR_MS });
  await fails(() => hand(early.theirs), "cannot: not-open");
  const over = await give({ dueMs: now - HOUR_MS, cutoffMs: now - HOUR_MS });
  await fails(() => hand(over.theirs), "cannot: closed");
  ok((await row(rina, over.mine, budi)).missing(now), "and it is missing");
  const more = { body: "", attachments: [], extendedUntilMs: now + HOUR_MS };
  await rina.client.homework.giveBack(over.mine, budi.client.account, more);
  await budi.client.fetchLetters();
  equal((await hand(over.theirs)).late, false, "more time was given");

  const { mine, theirs } = await give({ points: 10 });
  await fails(() => budi.client.homework.reclaim(theirs), "cannot: not-in");
  await fails(() => rina.client.homework.handIn(mine, done("?")), "cannot: teaching");
  const verdict = (mark: string) => ({ body: "", attachments: [], mark });
  const giveBack = (mark: string, changed: object = {}) =>
    rina.client.homework.giveBack(mine, budi.client.account, { ...verdict(mark), ...changed });
  await fails(() => giveBack("11"), "cannot: mark");
  await fails(() => giveBack("9", { redo: true }), "cannot: not-in");
  const { letter } = await hand(theirs);
  await fails(() => hand(theirs), "cannot: already-in");
  await rina.client.fetchDesk(audience);
  await budi.client.homework.reclaim(theirs);
  await budi.client.homework.handIn(theirs, done("Lebih baik."));
  await rina.client.fetchDesk(audience);
  await fails(() => giveBack("9", { submission: letter }), "cannot: changed meanwhile");
  await fails(
    () => budi.client.homework.giveBack(theirs, rina.client.account, verdict("9")),
    "cannot: publishers only",
  );
});

test("an assignment is corrected with its times, and taken back", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const dueMs = world.clock() + HOUR_MS;
  const first = { title: "Pecahan", body: "Nomor 1–10.", dueMs, points: 10, attempts: 2 };
  const { mine, theirs } = await given(rina, budi, audience, first);
  const fetched = async () => {
    await rina.client.fetch(audience);
    await until(async () => ((await budi.client.fetch(audience)).waiting === 0 ? true : undefined));
    return workOf(budi, theirs);
  };
  equal(await rina.client.homework.change(mine, { ...first, dueMs: dueMs + HOUR_MS, attempts: 3 }), mine.id);
  await until(async () => ((await fetched()).terms.attempts === 3 ? true : undefined));
  equal([(await fetched()).terms.dueMs, (await fetched()).terms.scale.kind], [dueMs + HOUR_MS, "points"]);
  // Without any time and scale is something else than leaving them as they were.
  await rina.client.homework.change(mine, { title: "Pecahan", body: "Kapan saja." });
  await until(async () => ((await fetched()).terms.attempts === 1 ? true : undefined));
  const free = await fetched();
  equal([free.terms.dueMs, free.terms.scale.kind, free.content.body], [undefined, "free", "Kapan saja."]);
  await rina.client.send(audience, "correction", { title: "Pecahan", body: "Salah ketik." }, mine.id);
  await until(async () => ((await fetched()).content.body === "Salah ketik." ? true : undefined));
  equal((await fetched()).terms.attempts, 1, "a correction of the text leaves what is asked for");
  await rina.client.homework.withdraw(await workOf(rina, mine));
  await until(async () => ((await fetched()).state === "DELETED" ? true : undefined));
  await fails(() => budi.client.homework.handIn(theirs, done("?")), "cannot: work taken back");
});

test("an assignment for later is a draft until its time, may be changed, and is taken back", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const releaseMs = world.clock() + HOUR_MS;
  const id = await rina.client.homework.assign(audience, { body: "Nanti." }, { releaseMs });
  await rina.client.fetch(audience);
  const work = await workOf(rina, { audience, id });
  equal([work.state, work.releaseMs], ["DRAFT", releaseMs]);
  const changed = await rina.client.homework.change(work, { body: "Nanti saja.", attempts: 2 });
  await rina.client.fetch(audience);
  equal((await workOf(rina, work)).state, "DELETED");
  const next = await workOf(rina, { audience, id: changed });
  equal([next.state, next.terms.attempts, next.releaseMs], ["DRAFT", 2, releaseMs]);
  await rina.client.homework.withdraw(next);
  await rina.client.fetch(audience);
  equal((await workOf(rina, next)).state, "DELETED");
  equal((await budi.client.fetch(audience)).fresh, []);
});

test("chosen pupils have it and nobody else; it is changed, and some are taken out and others in", async () => {
  const people = await Promise.all(["Bu Rina", "Budi", "Sari", "Dewi"].map(person));
  const [rina, budi, sari, dewi] = people as [Person, Person, Person, Person];
  const { audience } = await classOf(rina, "Kelas 7B", [budi, sari, dewi]);
  const to = (...pupils: Person[]) => pupils.map(({ client }) => client.account);
  const draft = { title: "Tambahan", body: "Nomor 1.", words: ["Baik", "Cukup"] };
  const id = await rina.client.homework.assign(audience, draft, { chosen: to(budi, sari) });
  const has = async (pupil: Person) => {
    await pupil.client.fetchLetters();
    return (await pupil.client.homework.work(audience, id))?.state;
  };
  equal([await has(budi), await has(sari), await has(dewi)], ["PUBLISHED", "PUBLISHED", undefined]);
  const mine = await workOf(rina, { audience, id });
  equal([...(mine.chosen ?? [])].sort(), to(budi, sari).sort());
  equal((await rina.client.homework.board(mine)).length, 2, "the others owe nothing");
  const theirs = await workOf(budi, { audience, id });
  equal([theirs.chosen, theirs.teaching], [undefined, false]);
  await budi.client.homework.handIn(theirs, done("Sudah."));
  equal((await row(rina, mine, budi)).state(false), "TURNED_IN");

  const later = { ...draft, title: "Tambahan lagi", dueMs: world.clock() + HOUR_MS };
  await rina.client.homework.change(mine, later, to(budi, dewi));
  equal([await has(budi), await has(sari), await has(dewi)], ["PUBLISHED", "DELETED", "PUBLISHED"]);
  equal((await workOf(budi, theirs)).content.title, "Tambahan lagi");
  equal((await workOf(sari, theirs)).content.title, "Tambahan", "what she was told last");
  equal(await state(budi, theirs), "TURNED_IN", "what is in stays in");
  await fails(
    () => workOf(sari, theirs).then((work) => sari.client.homework.handIn(work, done("?"))),
    "cannot: work taken back",
  );
  const now = await workOf(rina, mine);
  equal([...(now.chosen ?? [])].sort(), to(budi, dewi).sort());
  await rina.client.homework.giveBack(now, budi.client.account, { body: "", attachments: [], mark: "baik" });
  equal(await state(budi, theirs), "RETURNED");
  equal((await budi.client.homework.own(theirs)).mark, "Baik");

  await rina.client.homework.withdraw(now);
  equal([await has(budi), await has(sari), await has(dewi)], ["DELETED", "DELETED", "DELETED"]);
  equal((await workOf(rina, mine)).state, "DELETED");
});

test("homework stands at its assignment, not among private letters; a return resolves the desk's", async () => {
  const [rina, budi, sari] = [await person("Bu Rina"), await person("Budi"), await person("Sari")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi, sari]);
  const { mine, theirs } = await given(rina, budi, audience, { body: "Nomor 1." });
  const tambahan = { chosen: [budi.client.account] };
  await rina.client.homework.assign(audience, { body: "Tambahan." }, tambahan);
  await budi.client.sendLetter(audience, "desk", "reply", { body: "Boleh pakai pensil?" }, theirs.id);
  const { letter } = await budi.client.homework.handIn(theirs, done("Sudah."));
  await rina.client.homework.remind(mine, [budi.client.account, sari.client.account]);
  await rina.client.fetchDesk(audience);
  equal((await rina.client.deskStates(audience)).get(letter)?.state, "open");
  await rina.client.homework.giveBack(mine, budi.client.account, { body: "Bagus.", attachments: [] });
  const desk = (await rina.client.deskStates(audience)).get(letter);
  equal(desk?.state, "resolved");
  await budi.client.fetchLetters();
  const bodies = async ({ client }: Person) => (await client.letters()).map(({ content }) => content.body);
  equal([await bodies(rina), await bodies(budi)], [["Boleh pakai pensil?"], ["Boleh pakai pensil?"]]);
  equal((await budi.client.audience(audience)).unread.letters, 0);

  await rina.client.homework.remind(mine, [sari.client.account]);
  await sari.client.fetch(audience);
  equal((await sari.client.fetchLetters()).length, 1, "asked again at once, nobody is reminded twice");
  const [reminder] = await sari.client.homework.reminders(await workOf(sari, theirs));
  equal([reminder?.author, reminder?.content.body], [rina.client.account, ""]);
  equal(
    (await rina.client.homework.reminders(mine)).map(({ own }) => own),
    [true, true],
  );
  await fails(() => budi.client.homework.remind(theirs, [sari.client.account]), "cannot: publishers only");
});

test("who handed in for a child is told, and drafts of marks stay with the teacher", async () => {
  const [rina, dimas] = [await person("Bu Rina"), await person("Dimas")];
  const { audience } = await classOf(rina, "Kelas 7B", [dimas]);
  const { mine } = await given(rina, dimas, audience, { body: "Nomor 1.", points: 10 });
  const phone = await elsewhere(dimas);
  await phone.fetch(audience);
  const theirs = await phone.homework.work(audience, mine.id);
  if (theirs === undefined) throw new Error("no work");
  const guardian = { name: "Ibu Ratna" };
  const { letter } = await phone.homework.handIn(theirs, { ...done("Sudah."), guardian });
  await rina.client.fetchDesk(audience);
  const handedIn = await rina.client.homework.letter(mine, letter);
  equal([handedIn?.content.homework?.guardian, handedIn?.author], [guardian, dimas.client.account]);

  const draft = { body: "Rapi.", attachments: [], mark: "9", redo: false };
  await rina.client.homework.keepMark(mine, dimas.client.account, draft);
  equal([...(await rina.client.homework.marks(mine))], [[dimas.client.account, draft]]);
  await rina.client.homework.keepMark(mine, dimas.client.account, undefined);
  equal((await rina.client.homework.marks(mine)).size, 0);
  await dimas.client.fetchLetters();
  equal((await dimas.client.homework.own(theirs)).mark, undefined, "nothing went out");
});
