/** Guardians who act for a child with the child's own account: each of them has all that the child has. */

import { equal, test } from "../harness.ts";
import { bodies, classOf, elsewhere, fails, person, prepared, world } from "./people.ts";
import { LoginCard } from "../../src/protocol/card.ts";

test("two guardians act for one child, and another device of one brings the child along", async () => {
  const [rina, ani, budi, sari] = await Promise.all(["Bu Rina", "Ani", "Pak Budi", "Bu Sari"].map(person));
  if (rina === undefined || ani === undefined || budi === undefined || sari === undefined)
    throw new Error("nobody");
  const { audience } = await classOf(rina, "Kelas 7B", [ani]);
  const made = await budi.client.wards.add(ani.card.toLowerCase(), "Ani kecil");
  equal(made, { account: ani.client.account, name: "Ani kecil" });
  await sari.client.wards.add(ani.card, "Ani");
  equal(await budi.client.wards.list(), [made]);

  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  const child = await budi.client.wards.open(ani.client.account);
  await child.fetchAll();
  equal(await bodies(child, audience), ["Besok libur."]);
  await child.sendLetter(audience, "desk", "reply", { body: "Ani sakit." }, post);
  await rina.client.fetchDesk(audience);
  equal((await rina.client.letters()).at(-1)?.author, ani.client.account, "the child's own account writes");
  equal((await budi.client.audiences()).length, 0, "and nothing of it is the guardian's");

  const phone = await elsewhere(budi);
  equal(await phone.wards.list(), [made]);
  await phone.fetchAll();
  const there = await phone.wards.open(ani.client.account);
  equal((await there.audiences()).length, 1);
  await phone.wards.remove(ani.client.account);
  equal(await phone.wards.list(), []);
  await budi.client.fetchAll();
  equal(await budi.client.wards.list(), [], "taken out on one device, gone from the other");
  await fails(() => child.refresh(), "cannot: no account");
  equal((await sari.client.wards.list()).length, 1, "the other guardian keeps the child");
});

test("what is no child's card is refused, and leaves nothing behind", async () => {
  const [budi, ani] = [await person("Pak Budi"), await person("Ani")];
  await fails(() => budi.client.wards.add("KARTU", "Ani"), "cannot: card");
  await fails(() => budi.client.wards.add(budi.card, "Saya"), "cannot: own card");
  const unknown = LoginCard.random(world.random).toText();
  await fails(() => budi.client.wards.add(unknown, "Ani"), "cannot: wrong card");
  await fails(() => budi.client.wards.open(ani.client.account), "cannot: no such ward");
  await fails(() => budi.client.wards.remove(ani.client.account), "cannot: no such ward");
  equal(await budi.client.wards.list(), []);
});

test("a child's card that was replaced is of no use to a guardian until they are given the new one", async () => {
  const [budi, ani] = [await person("Pak Budi"), await person("Ani")];
  await budi.client.wards.add(ani.card, "Ani");
  (await budi.client.wards.open(ani.client.account)).close();
  const card = ani.client.newCard();
  await ani.client.replaceCard(card);
  const child = await budi.client.wards.open(ani.client.account);
  await child.refresh().catch(() => undefined);
  await fails(
    () => child.fetchAll().then(({ failed }) => Promise.reject(failed[0]?.error)),
    "cannot: no account",
  );
  await fails(() => budi.client.wards.open(ani.client.account), "cannot: wrong card");
  await budi.client.wards.add(card.toText(), "Ani");
  const again = await budi.client.wards.open(ani.client.account);
  await again.refresh();
  equal((await budi.client.wards.list()).length, 1);
  // Whoever leaves this browser takes the children along.
  await budi.client.signOut();
  await fails(() => again.refresh(), "cannot: no account");
});

test("two devices of a guardian take in a child each: both have both", async () => {
  const [budi, ani, tono] = await Promise.all(["Pak Budi", "Ani", "Tono"].map(person));
  if (budi === undefined || ani === undefined || tono === undefined) throw new Error("nobody");
  const phone = await elsewhere(budi);
  await budi.client.wards.add(ani.card, "Ani");
  await phone.wards.add(tono.card, "Tono");
  await budi.client.refresh();
  for (const client of [budi.client, phone])
    equal(
      (await client.wards.list()).map(({ name }) => name),
      ["Ani", "Tono"],
    );
});
