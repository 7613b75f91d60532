/** Homework over networks that lose answers: nothing is handed in twice, and what broke off goes on. */

import { Client } from "../../src/client/index.ts";
import { equal, ok, test } from "../harness.ts";
import { given, workOf } from "./homework.test.ts";
import { classOf, fails, lying, person, type Person, world } from "./people.ts";

const lost = { path: "^/v1/letters$", method: "POST", lost: true } as const;

const again = async ({ store }: Person): Promise<Client> => {
  const client = await Client.open(world, store);
  if (client === undefined) throw new Error("no account");
  return client;
};

test("work whose answer is lost is handed in once, with its receipt, also after the browser was closed", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { mine, theirs } = await given(rina, budi, audience, { body: "Nomor 1.", attempts: 3 });
  const finished = { body: "Sudah.", finishedMs: world.clock() };
  await lying(lost, () => fails(() => budi.client.homework.handIn(theirs, finished), "offline: offline"));
  equal((await budi.client.homework.own(theirs)).state(true), "CREATED", "nobody knows yet");

  const client = await again(budi);
  const taken = await client.homework.handIn(theirs, finished);
  ok(taken.receipt, "the hub's word came with the answer");
  equal(await client.homework.handIn(theirs, finished), taken, "said again, it is the same");
  await rina.client.fetchDesk(audience);
  const submission = (await rina.client.homework.submissions(mine)).get(budi.client.account);
  equal([submission?.handedIn()?.letter, submission?.refused], [taken.letter, []]);

  // What else is said about it waits for that answer too.
  await lying(lost, () => fails(() => client.homework.reclaim(theirs), "offline: offline"));
  await fails(() => client.homework.reclaim(theirs), "cannot: not-in");
  equal((await client.homework.own(theirs)).state(false), "RECLAIMED_BY_STUDENT");
  await fails(() => client.homework.handIn(theirs, finished), "cannot: not counted");
  const better = { body: "Sudah, lebih baik.", finishedMs: world.clock() };
  equal((await client.homework.handIn(theirs, better)).attempt, 1);
  await rina.client.fetchDesk(audience);
  const verdict = { body: "Bagus.", attachments: [], mark: "9" };
  const giveBack = () => rina.client.homework.giveBack(mine, budi.client.account, verdict);
  await lying(lost, () => fails(giveBack, "offline: offline"));
  const teacher = await again(rina);
  await teacher.homework.keepMark(mine, budi.client.account, { ...verdict, body: "Bagus sekali." });
  await teacher.homework.giveBack(mine, budi.client.account, verdict);
  await client.fetchLetters();
  const own = await client.homework.own(theirs);
  equal([own.state(false), own.returns.length], ["RETURNED", 1], "once, though it was said twice");
  equal((await teacher.homework.marks(mine)).size, 1, "what she has written since is a draft");
  await teacher.homework.keepMark(mine, budi.client.account, { ...verdict, body: "Bagus sekali." });
  await teacher.homework.giveBack(mine, budi.client.account, { ...verdict, body: "Bagus sekali." });
  equal((await teacher.homework.marks(mine)).size, 0, "what was given back is none");
});

test("an assignment to chosen pupils that broke off goes on under its id, and each has it once", async () => {
  const people = await Promise.all(["Bu Rina", "Budi", "Sari", "Dewi"].map(person));
  const [rina, ...pupils] = people as [Person, Person, Person, Person];
  const { audience } = await classOf(rina, "Kelas 7B", pupils);
  const chosen = pupils.map(({ client }) => client.account);
  const draft = { title: "Tambahan", body: "Nomor 1." };
  const progress: string[] = [];
  const assign = (client: Client) =>
    client.homework.assign(audience, draft, { chosen }, (done, total) => progress.push(`${done}/${total}`));
  await assignHalf(() => fails(() => assign(rina.client), "offline: offline"));
  const client = await again(rina);
  const id = await assign(client);
  equal(progress.slice(-4), ["0/3", "1/3", "2/3", "3/3"]);
  for (const pupil of pupils) {
    equal((await pupil.client.fetchLetters()).length, 1, "once");
    equal((await workOf(pupil, { audience, id })).content.title, "Tambahan");
  }
  ok((await assign(client)) !== id, "given once more, it is another one");

  /** The third pupil's keys do not come. */
  async function assignHalf(run: () => Promise<void>): Promise<void> {
    await lying({ path: `^/v1/accounts/${chosen[2]}/bundle`, lost: true }, run);
  }
});
