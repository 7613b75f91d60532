// Signs web-manifest.json, so that `kentongan verify-web` can tell who built what a hub serves.
//
// Every build is signed: by its builder's key, made at the first build and kept outside the sources. A release is signed
// again with the key that config/web-key names: `node sign.mjs KEY`, an Ed25519 private key as PEM (openssl genpkey
// -algorithm ed25519).

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** `Framed(L, x)` of docs/protocol.md, section 1. */
function framed(name, x) {
  const label = Buffer.from(`kentongan/v1 ${name}`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(x.length);
  return Buffer.concat([Buffer.from([label.length]), label, length, x]);
}

/** The key of whoever builds here, readable by nobody else; made when there is none. */
async function buildersKey() {
  const file = join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "kentongan/web-key.pem");
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, pem, { flag: "wx", mode: 0o600 });
    console.log(`A key to sign builds with was made: ${file}`);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  return file;
}

/** Writes `web-manifest.sig` and `web-manifest.key` beside the manifest in `folder`; the public key. */
export async function signManifest(folder, file) {
  const own = file ?? (await buildersKey());
  const key = createPrivateKey(await readFile(own));
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${own} is no Ed25519 key`);
  const { x } = createPublicKey(key).export({ format: "jwk" });
  const manifest = await readFile(join(folder, "web-manifest.json"));
  const signature = sign(null, framed("web-manifest", manifest), key).toString("base64url");
  await writeFile(join(folder, "web-manifest.sig"), signature);
  await writeFile(join(folder, "web-manifest.key"), x);
  return x;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error("which key? node sign.mjs KEY");
  const own = await signManifest(join(here, "dist/app"), file);
  const lines = (await readFile(join(here, "../config/web-key"), "utf8")).split("\n");
  if (!lines.includes(own)) {
    console.error(`config/web-key does not name this key. Put this line there, and build again:\n${own}`);
    process.exit(1);
  }
  console.log(`Signed by ${own}. Now build the hub.`);
}
