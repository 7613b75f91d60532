// Bundles the tests with the vectors in them, for Node and for a page.

import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { options } from "../esbuild.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Where bundles go. */
export const dist = join(here, "../dist/test");

/** The vectors of the crate, or those in the folder that KENTONGAN_VECTORS names. */
const folder = resolve(process.env["KENTONGAN_VECTORS"] ?? join(here, "../../protocol/vectors"));

const vectors = {
  name: "vectors",
  setup(build) {
    build.onResolve({ filter: /^vectors$/ }, () => ({ path: "vectors", namespace: "vectors" }));
    build.onLoad({ filter: /.*/, namespace: "vectors" }, async () => {
      const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".json"));
      const files = names.map(async (name) => [name, JSON.parse(await readFile(join(folder, name), "utf8"))]);
      return { contents: JSON.stringify(Object.fromEntries(await Promise.all(files))), loader: "json" };
    });
  },
};

/** Bundles the entry of that name into `dist`. */
export async function bundle(name, platform) {
  await esbuild.build({
    ...options,
    entryPoints: [join(here, `${name}.ts`)],
    outdir: dist,
    platform,
    plugins: [vectors],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle("node", "node");
