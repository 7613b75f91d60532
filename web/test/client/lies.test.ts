/** A hub that lies: what it serves is refused with the reason, and nothing of it is used. */

import { look } from "../../src/client/index.ts";
import { toBase64url } from "../../src/protocol/text.ts";
import { equal, test } from "../harness.ts";
import {
  bodies,
  classOf,
  elsewhere,
  fails,
  heardJson,
  lying,
  ORIGIN,
  type Person,
  person,
  prepared,
} from "./people.ts";

/** A class with one pupil, and a post that nobody has fetched. */
async function begun(): Promise<{
  rina: Person;
  budi: Person;
  audience: string;
  link: string;
  post: string;
}> {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience, link } = await classOf(rina, "Kelas 7B", [budi]);
  const { post } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, post);
  return { rina, budi, audience, link, post };
}

test("another's slot opens nothing", async () => {
  const { rina, budi, audience, post } = await begun();
  const other = await person("Sari");
  const elsewhereClass = await classOf(rina, "Kelas 7C", [other]);
  const theirs = await rina.client.send(elsewhereClass.audience, "announcement", { body: "Lain." });
  await prepared(rina, theirs.post);
  await other.client.fetch(elsewhereClass.audience);
  const listed = `/v1/audiences/${audience}/posts?after=0&limit=200`;
  const others = await heardJson(`/v1/audiences/${elsewhereClass.audience}/posts?after=0&limit=200`);
  const row = {
    post,
    position: 1,
    state: "accepted",
    proof: null,
    approvals: [],
    slot: others["items"][0].slot,
  };
  const answer = { items: [row], next: null };
  const path = listed.replaceAll("?", "\\?");
  const { refused } = await lying({ path, answer }, () => budi.client.fetch(audience));
  equal(refused, [{ post, reason: "post: capsule mismatch" }]);
  equal(await bodies(budi.client, audience), []);
  equal(
    await budi.client.refused(audience),
    [{ name: post, reason: "post: capsule mismatch" }],
    "kept as evidence",
  );
});

test("another post than the one listed is refused", async () => {
  const { rina, budi, audience, post } = await begun();
  const second = await rina.client.send(audience, "announcement", { body: "Lusa masuk." });
  await prepared(rina, second.post);
  const lie = { path: `/v1/posts/${post}$`, instead: `/v1/posts/${second.post}` };
  const { refused, fresh } = await lying(lie, () => budi.client.fetch(audience));
  equal([refused, fresh], [[{ post, reason: "other post" }], [second.post]]);
});

test("a chain cut off, swapped or of another audience is refused", async () => {
  const { rina, budi, audience, link } = await begun();
  await rina.client.setRules(audience, { replies: "desk" });
  await budi.client.sync(audience);
  const path = `/v1/audiences/${audience}/charters`;
  const cut = { path, answer: { items: [], next: null } };
  await lying(cut, () => fails(() => budi.client.fetch(audience), "distrust: hidden charters"));
  // A new browser has only what the link pins and the vault has seen.
  const phone = await elsewhere(budi);
  const first = await fetch(`${ORIGIN}/v1/audiences/${audience}/charters?after=0&limit=1`);
  const { items } = (await first.json()) as { items: unknown[] };
  const old = { path, answer: { items, next: null } };
  await lying(old, () => fails(() => phone.fetch(audience), "distrust: history"));

  const other = await classOf(rina, "Kelas 7C", []);
  const foreign = { path, instead: `/v1/audiences/${other.audience}/charters?after=0&limit=200` };
  await lying(foreign, () => fails(() => look(ORIGIN, link), "distrust: charter chain: audience"));
  const genesis = { path: `/v1/audiences/${audience}$`, instead: `/v1/audiences/${other.audience}` };
  await lying(genesis, () => fails(() => look(ORIGIN, link), "distrust: other audience"));
  const broken = items[0] as { charter: string; signatures: string };
  const signatures = toBase64url(new Uint8Array(66).fill(1));
  const unsigned = { path, answer: { items: [{ ...broken, signatures }], next: null } };
  await lying(unsigned, () => fails(() => look(ORIGIN, link), "distrust: charter chain: signers"));
  await budi.client.fetch(audience);
  equal((await budi.client.audience(audience)).charter?.revision, 1, "with the truth, all is well");
});

test("old keys of an account, and another's, are refused", async () => {
  const { rina, audience, link } = await begun();
  const [sari, dewi] = [await person("Sari"), await person("Dewi")];
  for (const { client } of [sari, dewi]) await client.join(link, { name: client.name ?? "" });
  await rina.client.asking(audience);
  const admit = () => rina.client.admit(audience, [sari.client.account]);
  const path = `/v1/accounts/${sari.client.account}/bundle`;
  const swapped = await lying({ path, instead: `/v1/accounts/${dewi.client.account}/bundle` }, admit);
  equal(swapped.refused, [{ account: sari.client.account, reason: "bundle" }]);
  equal((await admit()).admitted, [sari.client.account]);
  const bundle = await heardJson(path);
  const bytes = toBase64url(new Uint8Array(122).fill(1));
  const forged = { path, answer: { ...bundle, bundle: bytes } };
  const answer = () =>
    rina.client.sendLetter(audience, { account: sari.client.account }, "assignment", { body: "?" });
  await lying(forged, () => fails(answer, "distrust: bundle"));
});

test("an older vault, another's vault and a broken one are refused", async () => {
  const { budi, audience } = await begun();
  const phone = await elsewhere(budi);
  await phone.changeSettings(() => ({ language: "en" }));
  const id = (await fetchedVault(budi)).path;
  const sari = await person("Sari");
  const other = (await fetchedVault(sari)).path;
  await lying({ path: id, instead: other }, () => fails(() => phone.refresh(), "distrust: older vault"));
  await phone.changeSettings(() => ({ language: "id" }));
  await lying({ path: id, swap: ["age-encryption", "age-encryptiom"] }, () =>
    fails(() => phone.refresh(), "distrust: vault"),
  );
  await phone.refresh();
  equal((await phone.audience(audience)).audience, audience);
});

/** Where the hub keeps somebody's vault. */
async function fetchedVault({ card }: Person): Promise<{ path: string }> {
  const { LoginCard } = await import("../../src/protocol/card.ts");
  return { path: `/v1/vaults/${toBase64url(LoginCard.parse(card).vaultId())}` };
}

test("a request for another account, and a link that no publisher signed, are refused", async () => {
  const { rina, audience, link } = await begun();
  const sari = await person("Sari");
  await sari.client.join(link, { name: "Sari" });
  const path = `/v1/audiences/${audience}/requests\\?`;
  const swap = { path, swap: [sari.client.account, rina.client.account] as const };
  const { asking, refused } = await lying(swap, () => rina.client.asking(audience));
  equal([asking.length, refused], [0, [{ account: rina.client.account, reason: "request" }]]);

  const dewi = await person("Dewi");
  const links = `/v1/audiences/${audience}/links/`;
  const mine = await dewi.client.found("Milik Dewi", { replies: "none", history: "same key" });
  await dewi.client.makeLink(mine, { kind: "approval", maxUses: 1, validMs: 1_000_000 });
  const [row] = await dewi.client.links(mine);
  const lie = { path: links, instead: `/v1/audiences/${mine}/links/${row?.link ?? ""}` };
  await lying(lie, () => fails(() => dewi.client.join(link, {}), "distrust: link"));
  equal((await dewi.client.audiences()).length, 1, "nothing of it is kept");
});

test("a letter that is another than listed is kept as evidence", async () => {
  const { rina, budi, audience, post } = await begun();
  await budi.client.fetch(audience);
  const say = (body: string) => budi.client.sendLetter(audience, "desk", "reply", { body }, post);
  const [first, second] = [await say("Satu."), await say("Dua.")];
  const lie = { path: `/v1/letters/${first.letter}$`, instead: `/v1/letters/${second.letter}` };
  equal(await lying(lie, () => rina.client.fetchDesk(audience)), [second.letter]);
  equal(await rina.client.refused(audience), [{ name: first.letter, reason: "other letter" }]);
});
