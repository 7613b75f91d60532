// Says what the client library weighs in a page, with the protocol under it: minified, and with gzip.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

import { options } from "../esbuild.mjs";

const everything = 'import * as client from "./src/client/index.ts"; globalThis.client = client;';
const stdin = {
  contents: everything,
  resolveDir: fileURLToPath(new URL("..", import.meta.url)),
  sourcefile: "client.ts",
};
const { outputFiles, metafile } = await esbuild.build({
  ...options,
  stdin,
  minify: true,
  outdir: "dist/size",
  write: false,
  metafile: true,
});

/** What it may weigh at first, in bytes with gzip, a little above what it does: the page has 90 KiB for script and style. */
const BUDGET = 58 << 10;

/** The files that come with `name`, before anything asks for more. */
function* withIt(name, seen = new Set()) {
  if (seen.has(name)) return;
  seen.add(name);
  yield name;
  for (const { path, kind } of metafile.outputs[name].imports)
    if (kind === "import-statement") yield* withIt(path, seen);
}

const first = new Set(Array.from(withIt("dist/size/stdin.js"), (path) => basename(path)));
const sums = { first: 0, later: 0 };
for (const { path, contents } of outputFiles) {
  const compressed = gzipSync(contents, { level: 9 }).length;
  const when = first.has(basename(path)) ? "first" : "later";
  sums[when] += compressed;
  console.log(`${basename(path)}: ${contents.length} bytes, ${compressed} with gzip, ${when}`);
}
console.log(`at first: ${sums.first} bytes with gzip; when a vault or a file is opened: ${sums.later}`);
if (sums.first > BUDGET) {
  console.log(`that is more than ${BUDGET} at first`);
  process.exitCode = 1;
}
