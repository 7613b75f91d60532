/** Files on their way over a connection that breaks: what has arrived is not sent again, also after a reload. */

import { type Attachment, Client, Store } from "../../src/client/index.ts";
import { equal, ok, test } from "../harness.ts";
import { carried, classOf, failing, fails, lying, type Person, person, world } from "./people.ts";

const MIB = 1 << 20;

/** A part, in a browser: it sends it again of its own accord where a connection used before ends without an answer. */
const AGAIN = typeof XMLHttpRequest === "undefined" ? 0 : MIB;

/** Bytes that are nowhere the same. */
function photo(size: number, first = 0): Blob {
  return new Blob([Uint8Array.from({ length: size }, (_, i) => (i >> 8) + i + first)], {
    type: "image/jpeg",
  });
}

/** The same browser, opened again; where nothing arrives any more it gives up at once. */
async function opened({ store }: Person): Promise<Client> {
  const impatient = { ...world, wait: () => Promise.resolve() };
  const client = await Client.open(impatient, await Store.open(store.name));
  if (client === undefined) throw new Error("no account");
  return client;
}

/** How many bytes were carried while `run` ran. */
async function weighing<T>(run: () => Promise<T>): Promise<{ bytes: number; said: T }> {
  const before = await carried("PUT");
  const said = await run();
  return { bytes: (await carried("PUT")) - before, said };
}

async function isWhole(client: Client, audience: string, attachment: Attachment, file: Blob): Promise<void> {
  const got = new Uint8Array(await (await client.attachment(audience, attachment)).arrayBuffer());
  const sent = new Uint8Array(await file.arrayBuffer());
  ok(got.length === sent.length && got.every((byte, i) => byte === sent[i]), "the same bytes");
}

test("an upload that breaks off goes on where it was, wherever that is", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const { client } = rina;
  for (const [n, cut] of [0, 1, 100_000, MIB - 1, MIB].entries()) {
    const file = photo(4 * MIB + 300_000, n);
    const told: number[] = [];
    const sending = () => client.attach(audience, file, "foto.jpg", "audience", (done) => told.push(done));
    const lie = { path: `/v1/audiences/${audience}/attachments/`, method: "PUT", times: 1, after: 3, cut };
    const { bytes, said } = await lying(lie, () => weighing(sending));
    await isWhole(client, audience, said, file);
    // What was on the wire when it broke may be lost, and a part that came before the hub knew that it broke.
    ok(bytes < file.size + AGAIN + 1.25 * MIB, `${bytes} bytes for ${file.size}, cut at ${cut}`);
    // A browser counts what it gave to the network: there the whole of a part that broke off may not have arrived.
    ok(
      told.every((done, i) => i === 0 || done >= (told[i - 1] ?? 0) - Math.max(cut, AGAIN)),
      `told in order, but for what broke off: ${told.join(" ")}`,
    );
    ok((told.at(-1) ?? 0) > file.size, "and to the end");
  }
});

test("a page that is opened again goes on with the upload that the one before could not finish", async () => {
  const rina = await person("Bu Rina");
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const file = photo(4 * MIB);
  const path = `/v1/audiences/${audience}/attachments/`;
  const before = await opened(rina);
  const attach = (client: Client) => client.attach(audience, file, "foto.jpg", "audience");
  const broken = { path, method: "PUT", after: 2, cut: 0 };
  const first = await lying(broken, () => weighing(() => failing(() => attach(before))));
  equal(first.said, "offline: offline");
  before.close();
  const after = await opened(rina);
  const { bytes, said } = await weighing(() => attach(after));
  await isWhole(after, audience, said, file);
  ok(first.bytes + bytes < file.size + 8192, `${first.bytes} and ${bytes} bytes for ${file.size}`);
  ok(bytes > MIB && bytes < 2 * MIB + 8192, `${bytes} bytes after the reload`);
  equal(
    (await after.attach(audience, file, "foto.jpg", "audience")).sha256,
    said.sha256,
    "and it is that one",
  );
  equal(
    (await rina.store.keys("blobs")).filter((name) => name.startsWith("sealed ")),
    [],
  );
});

test("what the hub refuses for good is not sent again and again", async () => {
  const [rina, budi] = [await person("Bu Rina"), await person("Budi")];
  const { audience } = await classOf(rina, "Kelas 7B", []);
  const client = await opened(budi);
  const attach = () => client.attach(audience, photo(1000), "foto.jpg", "audience");
  const { bytes } = await weighing(() => fails(attach, "hub: not-allowed"));
  ok(bytes < 4096, `${bytes} bytes`);
});
