// Bundles the journeys for Node; playwright and axe stay in node_modules.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const journeys = (await readdir(here)).filter((name) => name.endsWith(".journey.ts"));

await esbuild.build({
  entryPoints: journeys.map((name) => join(here, name)),
  outdir: join(here, "../../dist/journeys"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
