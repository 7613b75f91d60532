/** Records agree with the vectors of the crate: where a segment lies, and what opens it. */

import type { AccountId, AudienceId } from "../src/protocol/ids.ts";
import { Segment } from "../src/protocol/record.ts";
import { IdentitySecret } from "../src/protocol/secrets.ts";
import { utf8 } from "../src/protocol/text.ts";
import { equal, ok, refused, test } from "./harness.ts";
import { type Vector, vectors } from "./support.ts";

const segment = (file: Vector, one: Vector): Segment =>
  Segment.of(
    one.at("root").bytes(),
    file.at("audience").bytes() as AudienceId,
    one.at("account").bytes() as AccountId,
    one.at("number").count(),
  );

test("each segment lies where both clients look for it", () => {
  const file = vectors("records.json");
  for (const one of file.at("segments").each()) {
    const found = segment(file, one);
    equal(found.id, one.at("id").bytes());
    equal(found.expose(), one.at("key").bytes());
  }
});

test("a segment opens in its own place alone", async () => {
  const file = vectors("records.json");
  const [sealed, json] = [file.at("sealed").at("file").bytes(), utf8(file.at("sealed").at("json").text())];
  const keys = vectors("accounts.json").at("accounts").each();
  const secret = (n: number) => new IdentitySecret(keys[n]?.at("ik_secret").bytes() ?? new Uint8Array());
  const ik = secret(2);
  const [own, ...others] = file.at("segments").each();
  if (own === undefined) throw new Error("no segments");
  const place = segment(file, own);
  equal(await place.open(sealed, ik.public), json);
  equal(await place.open(await place.seal(json, ik), ik.public), json);
  for (const other of others) await refused(() => segment(file, other).open(sealed, ik.public), "wrong key");
  await refused(() => place.open(sealed.slice(0, -1), ik.public), "damaged");
  // Who holds the root too could seal it, and cannot sign it.
  const forged = await place.seal(json, secret(1));
  await refused(() => place.open(forged, ik.public), "damaged");
  ok((await place.open(forged, secret(1).public)).length === json.length, "each under their own name");
});
