// Says what the protocol weighs in a page: every file of its bundle, minified, and with gzip.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

import { options } from "../esbuild.mjs";

const everything = 'import * as protocol from "./src/protocol/index.ts"; globalThis.protocol = protocol;';
const stdin = {
  contents: everything,
  resolveDir: fileURLToPath(new URL("..", import.meta.url)),
  sourcefile: "protocol.ts",
};
const { outputFiles } = await esbuild.build({
  ...options,
  stdin,
  minify: true,
  outdir: "dist/size",
  write: false,
});

let total = 0;
for (const { path, contents } of outputFiles) {
  const compressed = gzipSync(contents, { level: 9 }).length;
  total += compressed;
  console.log(`${basename(path)}: ${contents.length} bytes, ${compressed} with gzip`);
}
console.log(`together: ${total} bytes with gzip`);
