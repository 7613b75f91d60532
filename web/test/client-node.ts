/** Runs the stories of the client library in Node, with a store in memory. */

import "fake-indexeddb/auto";

import { test } from "node:test";

const { tests } = await import("./harness.ts");
await import("./client/all.ts");

const only = new RegExp(process.env["ONLY"] ?? "");

for (const { name, run } of tests.filter(({ name }) => only.test(name)))
  test(name, { timeout: 120_000 }, run);
