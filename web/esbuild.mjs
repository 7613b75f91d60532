// How everything in this folder is bundled: for the client, and the same way for its tests.

import { fileURLToPath } from "node:url";

const absent = fileURLToPath(new URL("src/absent.ts", import.meta.url));

/** Options of every bundle. */
export const options = {
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  alias: { "@noble/post-quantum/hybrid.js": absent, "@noble/curves/nist.js": absent },
  logLevel: "warning",
};
