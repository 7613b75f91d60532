/** A login card in place of another: whatever breaks off in between, nothing is lost and the old card ends. */

import { Client } from "../../src/client/index.ts";
import { LoginCard } from "../../src/protocol/card.ts";
import { equal, ok, test } from "../harness.ts";
import { browser, classOf, cli, elsewhere, fails, lying, person, type Person, world } from "./people.ts";

/** Coming back with a card, in a browser that knows nobody. */
const comeBack = async ({ client }: Person, card: string): Promise<Client> =>
  Client.signIn(world, await browser(), client.origin, card);

test("a new card brings everything back, in a browser and at the command line, and the old one nothing", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  ok(rina.client.isCard(LoginCard.parse(rina.card)), "the first");
  const card = rina.client.newCard();
  ok(!rina.client.isCard(card), "nothing knows it yet");
  await rina.client.replaceCard(card);
  ok(rina.client.isCard(card) && !rina.client.isCard(LoginCard.parse(rina.card)), "the second");
  await fails(() => comeBack(rina, rina.card), "hub: not-found");
  const phone = await comeBack(rina, card.toText());
  equal([phone.account, phone.name], [rina.client.account, "Bu Rina"]);
  equal((await phone.sync(audience)).role, "admin");
  await cli("rina-kartu-baru", ["account", "restore"], card.toText());
  await rina.client.setName("Bu Rina Dewi");
  await phone.refresh();
  equal(phone.name, "Bu Rina Dewi");
});

test("what another device wrote under the old card meanwhile is taken in before the old card ends", async () => {
  const sari = await person("Sari");
  const phone = await elsewhere(sari);
  const card = sari.client.newCard();
  // The hub takes the new vault, and never hears that the old one is to go.
  await lying({ path: "^/v1/vaults/", method: "DELETE", instead: "/v1/hub" }, async () => {
    await fails(() => sari.client.replaceCard(card), "hub: not-found");
  });
  ok(sari.client.isCard(card), "it counts here");
  await phone.changeSettings((settings) => ({ ...settings, language: "en" }));
  await sari.client.upkeep();
  equal(sari.client.settings, { language: "en" });
  await fails(() => comeBack(sari, sari.card), "hub: not-found");
  await fails(() => phone.setName("S"), "cannot: card replaced");
  equal((await comeBack(sari, card.toText())).account, sari.client.account);
});

test("a replacement that broke off while the new vault was written is finished later", async () => {
  const dewi = await person("Dewi");
  const card = dewi.client.newCard();
  await lying({ path: "^/v1/vaults/", method: "PUT", lost: true }, () =>
    fails(() => dewi.client.replaceCard(card), "offline: offline"),
  );
  const again = await Client.open(world, dewi.store);
  if (again === undefined) throw new Error("no account");
  ok(again.isCard(card), "it counts here");
  equal((await comeBack(dewi, dewi.card)).account, again.account, "the old one still works");
  await again.upkeep();
  await fails(() => comeBack(dewi, dewi.card), "hub: not-found");
  equal((await comeBack(dewi, card.toText())).account, again.account);
});
