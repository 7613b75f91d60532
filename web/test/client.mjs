// Runs the stories of the client library in Node, on a hub of their own.

import { spawn } from "node:child_process";
import { join } from "node:path";

import { bundle, dist } from "./build.mjs";
import { village } from "./client/village.mjs";

await bundle("client-node", "node");
const { origin, stop } = await village();
try {
  const env = { ...process.env, VILLAGE: origin };
  const args = ["--test", "--test-force-exit", join(dist, "client-node.js")];
  const tests = spawn(process.execPath, args, { env, stdio: "inherit" });
  process.exitCode = await new Promise((ended) => tests.on("exit", ended));
} finally {
  await stop();
}
