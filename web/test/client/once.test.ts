/** What is given once is done once: with a tab that tries again meanwhile, another tab, or a page that ends anywhere. */

import { Client, Store } from "../../src/client/index.ts";
import { Errands, type Errand } from "../../src/page/errands.ts";
import { blank } from "../../src/page/writing.ts";
import { equal, ok, test } from "../harness.ts";
import { bodies, classOf, lying, type Person, person, prepared, until, world } from "./people.ts";

const nobody = (): void => undefined;

/** An announcement, as the sheet gives it. */
function announcement(audience: string, body: string, at = ""): Extract<Errand, { act: "publish" }> {
  const sheet = { ...blank(audience, "id", world.clock()), body, at };
  return { act: "publish", audience, thread: "", writing: sheet };
}

/** Another tab of somebody's browser, or the page after it was opened again. */
async function tab({ store }: Person): Promise<Client> {
  const client = await Client.open(world, await Store.open(store.name));
  if (client === undefined) throw new Error("no account");
  return client;
}

/** Tries again until nothing waits any more. */
async function settled(errands: Errands): Promise<void> {
  await until(async () => {
    await errands.retry();
    return errands.list.length === 0 ? true : undefined;
  });
}

/** Holds the first answer that matches until it is let go. */
function held(path: RegExp): { asked: Promise<void>; go: () => void; end: () => void } {
  const real = globalThis.fetch;
  let [said, go] = [nobody, nobody];
  const asked = new Promise<void>((resolve) => (said = resolve));
  const open = new Promise<void>((resolve) => (go = resolve));
  globalThis.fetch = async (input, init) => {
    const answer = await real(input, init);
    if (init?.method !== "POST" || !path.test(String(input))) return answer;
    said();
    await open;
    return answer;
  };
  return { asked, go, end: () => (globalThis.fetch = real) };
}

test("a connection that comes back while an announcement goes out does not send it again", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const errands = new Errands(rina.client, nobody);
  const answer = held(/\/posts$/);
  const sending = errands.publish(announcement(audience, "Sarang nyamuk."));
  await answer.asked;
  const retrying = [errands.retry(), errands.retry()];
  answer.go();
  const post = await sending.finally(answer.end);
  await Promise.all(retrying);
  await rina.client.fetch(audience);
  equal(await bodies(rina.client, audience), ["Sarang nyamuk."]);
  equal((await rina.client.posts(audience))[0]?.post, post, "the screen that waited knows its name");
  equal(errands.list.length, 0);
});

test("one that was begun while another was tried again is sent once", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const errands = new Errands(rina.client, nobody);
  const lost = { path: `/v1/audiences/${audience}/posts$`, method: "POST", lost: true } as const;
  equal(await lying(lost, () => errands.publish(announcement(audience, "Satu."))), undefined, "it waits");
  const [, post] = await Promise.all([
    errands.retry(),
    errands.publish(announcement(audience, "Dua.")),
    errands.retry(),
  ]);
  await settled(errands);
  await rina.client.fetch(audience);
  equal(await bodies(rina.client, audience), ["Satu.", "Dua."]);
  equal((await rina.client.posts(audience))[1]?.post, post);
});

test("another tab leaves alone what this one is doing, and hears when it is done", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const other = await tab(rina);
  const here = new Errands(rina.client, nobody);
  const answer = held(/\/posts$/);
  const sending = here.publish(announcement(audience, "Sarang nyamuk."));
  await answer.asked;
  let heard = nobody;
  const empty = new Promise<void>((resolve) => (heard = resolve));
  const there: Errands = new Errands(other, () => there.list.length === 0 && heard());
  await there.ready;
  equal(there.list.length, 1, "it sees that something is on its way");
  await there.retry();
  const [mine] = there.list;
  equal(await there.drop(mine?.id ?? ""), false, "and cannot take it away");
  answer.go();
  ok((await sending.finally(answer.end)) !== undefined, "the name came");
  await empty;
  await Promise.all([here.retry(), there.retry()]);
  await other.fetch(audience);
  equal(await bodies(other, audience), ["Sarang nyamuk."]);
  other.close();
});

test("two tabs are given something at the same moment: both are done, once each", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const other = await tab(rina);
  const [here, there] = [new Errands(rina.client, nobody), new Errands(other, nobody)];
  await Promise.all([
    here.publish(announcement(audience, "Satu.")),
    there.publish(announcement(audience, "Dua.")),
    here.retry(),
    there.retry(),
  ]);
  await Promise.all([settled(here), settled(there)]);
  await rina.client.fetch(audience);
  equal((await bodies(rina.client, audience)).sort(), ["Dua.", "Satu."]);
  other.close();
});

/** Ends the page at its n-th step, a request or a write: before it, or after it and before anybody hears of it. */
async function endingAt(
  client: Client,
  step: number,
  after: boolean,
  run: () => Promise<unknown>,
): Promise<boolean> {
  const [fetched, write, put] = [globalThis.fetch, Store.prototype.write, Store.prototype.put];
  let [count, ended] = [0, false];
  const cut = async <T>(real: () => Promise<T>, gone: () => Error): Promise<T> => {
    const last = ++count === step;
    if (ended || (last && !after)) return end(gone);
    const done = await real();
    return last ? end(gone) : done;
  };
  const end = (gone: () => Error): never => {
    if (!ended) client.close();
    ended = true;
    throw gone();
  };
  // What still runs beside it hears what a browser says of a closed database.
  const closed = () => new DOMException("the page has gone", "InvalidStateError");
  globalThis.fetch = (input, init) =>
    cut(
      () => fetched(input, init),
      () => new TypeError("the page has gone"),
    );
  Store.prototype.write = function (...change) {
    return cut(() => write.apply(this, change), closed);
  };
  Store.prototype.put = function (...change) {
    return cut(() => put.apply(this, change), closed);
  };
  try {
    await run();
  } catch (e) {
    if (!ended) throw e;
  } finally {
    globalThis.fetch = fetched;
    [Store.prototype.write, Store.prototype.put] = [write, put];
  }
  return ended;
}

/** Gives an errand to pages that end at each of its steps; after each, a new page does what is left. How many there were. */
async function everywhere(who: Person, give: (n: number) => Errand): Promise<number> {
  let n = 0;
  for (const after of [false, true]) {
    // Before its first step an errand is not written down: then it is not given yet.
    for (let step = after ? 1 : 2, ended = true; ended; step++) {
      const page = await tab(who);
      const errands = new Errands(page, nobody);
      await errands.ready;
      ended = await endingAt(page, step, after, () => errands.run(give(n++)));
      if (!ended) page.close();
      const again = await tab(who);
      await settled(new Errands(again, nobody));
      again.close();
    }
  }
  return n;
}

/** `Kabar 0` to the last one given, in some order. */
const wanted = (given: number): string[] => Array.from({ length: given }, (_, n) => `Kabar ${n}`).sort();

test("a page that ends at any step of sending an announcement has sent it once when it is opened again", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const given = await everywhere(rina, (n) => announcement(audience, `Kabar ${n}`));
  ok(given > 10, `${given} pages`);
  await until(async () => {
    const { waiting } = await budi.client.fetch(audience);
    return waiting === 0 ? true : undefined;
  });
  equal((await bodies(budi.client, audience)).sort(), wanted(given));
  ok(
    (await budi.client.posts(audience)).every(({ gap }) => gap === 0),
    "one chain, whole",
  );
});

test("a page that ends at any step of sending one for later has it waiting once", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const at = new Date(world.clock() + 86_400_000).toISOString().slice(0, 16);
  const given = await everywhere(rina, (n) => announcement(audience, `Kabar ${n}`, at));
  ok(given > 10, `${given} pages`);
  await rina.client.fetch(audience);
  equal((await bodies(rina.client, audience)).sort(), wanted(given));
});

test("a page that ends at any step of asking with a file has asked once, and kept what it asked", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const { post: thread } = await rina.client.send(audience, "announcement", { body: "Tugas." });
  await prepared(rina, thread);
  await budi.client.fetch(audience);
  const file = new File(["3/4"], "tugas.txt", { type: "text/plain" });
  // In Node a stored file is not a file any more.
  const files = structuredClone(file) instanceof File ? [file] : [];
  const question = { act: "ask", audience, thread, files } as const;
  const given = await everywhere(budi, (n) => ({ ...question, body: `Kabar ${n}` }));
  ok(given > 10, `${given} pages`);
  await rina.client.fetchDesk(audience);
  const told = (client: Client) =>
    client.letters().then((all) => all.map(({ content }) => content.body).sort());
  const asked = (await told(rina.client)).filter((body) => body.startsWith("Kabar"));
  equal(asked, wanted(given), "the desk has each once");
  equal(
    (await told(await tab(budi))).filter((body) => body.startsWith("Kabar")),
    wanted(given),
  );
});

test("an announcement whose answer was lost waits under its name, and a fetch that sends it is not followed by another", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const errands = new Errands(rina.client, nobody);
  const lost = { path: `/v1/audiences/${audience}/posts$`, method: "POST", lost: true } as const;
  await lying(lost, () => errands.publish(announcement(audience, "Besok libur.")));
  equal(errands.list.length, 1);
  equal(
    await errands.drop(errands.list[0]?.id ?? ""),
    false,
    "the hub may have it: it cannot be taken back here",
  );
  await rina.client.fetch(audience);
  await settled(errands);
  await rina.client.fetch(audience);
  equal(await bodies(rina.client, audience), ["Besok libur."]);
});

test("two of the same words are two, and one that the hub refuses stays with the reason", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", [budi]);
  const errands = new Errands(budi.client, nobody);
  const { post: thread } = await rina.client.send(audience, "announcement", { body: "Besok libur." });
  await prepared(rina, thread);
  await budi.client.fetch(audience);
  const ask = { act: "ask", audience, thread, body: "Jam berapa?", files: [] } as const;
  const lost = { path: "^/v1/letters$", method: "POST", lost: true } as const;
  await lying(lost, async () => {
    equal(await errands.run(ask), true, "it waits");
    equal(await errands.run(ask), true, "and so does the other");
  });
  await settled(errands);
  await rina.client.fetchDesk(audience);
  const asked = (await rina.client.letters()).filter(({ content }) => content.body === ask.body);
  equal(asked.length, 2);

  const offline = { path: "^/v1/(letters|audiences)", lost: true } as const;
  equal(await lying(offline, () => errands.run({ ...ask, body: "Di mana?" })), true);
  await rina.client.remove(audience, budi.client.account);
  await errands.retry();
  equal(
    errands.list.map(({ refused }) => refused?.kind),
    ["hub"],
  );
  equal(await errands.drop(errands.list[0]?.id ?? ""), true);
  equal(errands.list.length, 0);
});
