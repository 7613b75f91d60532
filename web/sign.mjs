// Signs dist/app/web-manifest.json: `node sign.mjs KEY`, KEY an Ed25519 private key as PEM (openssl genpkey -algorithm
// ed25519). The public half has to stand in config/web-key, which every build has in it.

import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = `${here}dist/app`;

/** `Framed(L, x)` of docs/protocol.md, section 1. */
function framed(name, x) {
  const label = Buffer.from(`kentongan/v1 ${name}`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(x.length);
  return Buffer.concat([Buffer.from([label.length]), label, length, x]);
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("which key? node sign.mjs KEY");
const key = createPrivateKey(await readFile(file));
if (key.asymmetricKeyType !== "ed25519") throw new Error(`${file} is no Ed25519 key`);
const own = createPublicKey(key).export({ format: "jwk" }).x;
const lines = (await readFile(`${here}../config/web-key`, "utf8")).split("\n");
const pinned = lines.filter((line) => line !== "" && !line.startsWith("#"));
if (pinned.length !== 1 || pinned[0] !== own) {
  console.error(`config/web-key does not name this key. Put this line there, and build again:\n${own}`);
  process.exit(1);
}
const manifest = await readFile(`${dist}/web-manifest.json`);
await writeFile(
  `${dist}/web-manifest.sig`,
  sign(null, framed("web-manifest", manifest), key).toString("base64url"),
);
console.log(`Signed by ${own}. Now build the hub.`);
