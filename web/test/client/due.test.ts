/** Due times in browsers: told to the hub only where the class allows it, and forgotten when it does no more. */

import { equal, ok, test } from "../harness.ts";
import { classOf, fails, person } from "./people.ts";

const HOUR = 3_600_000;

test("the hub is told when work is due once an admin allows it, and everybody can look whether that is so", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const due = { dueMs: Date.now() + 48 * HOUR, remindMs: Date.now() + 24 * HOUR };
  const post = await rina.client.homework.assign(audience, { body: "Nomor 1–10.", dueMs: due.dueMs });
  equal(
    [await rina.client.homework.dueTimes(audience), await budi.client.homework.dueTimes(audience)],
    [false, false],
  );
  await fails(() => rina.client.homework.tellDue(post, due), "hub: conflict");
  await fails(() => budi.client.homework.allowDueTimes(audience, true), "hub: not-allowed");

  await rina.client.homework.allowDueTimes(audience, true);
  ok(await budi.client.homework.dueTimes(audience), "members are told");
  await rina.client.homework.tellDue(post, due);
  equal(await rina.client.homework.toldDue(post), due);
  // A correction moves it, with its reminder a day before; and takes it away.
  await rina.client.fetch(audience);
  const work = async () => {
    const found = await rina.client.homework.work(audience, post);
    if (found === undefined) throw new Error("no such work");
    return found;
  };
  const asked = { body: "Nomor 1–10.", dueMs: due.dueMs + HOUR };
  await rina.client.homework.change(await work(), asked);
  equal(await rina.client.homework.toldDue(post), { dueMs: due.dueMs + HOUR, remindMs: due.remindMs + HOUR });
  await rina.client.homework.change(await work(), { body: "Nomor 1–10." });
  equal(await rina.client.homework.toldDue(post), undefined);
  await rina.client.homework.tellDue(post, due);
  await rina.client.homework.tellDue(post, undefined);
  equal(await rina.client.homework.toldDue(post), undefined);

  await rina.client.homework.tellDue(post, due);
  await rina.client.homework.allowDueTimes(audience, false);
  equal(await rina.client.homework.toldDue(post), undefined, "what was allowed once is forgotten");
});
