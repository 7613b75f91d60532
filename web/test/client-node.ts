/** Runs the stories of the client library in Node, with a store in memory. */

import "fake-indexeddb/auto";

import { test } from "node:test";

const { tests } = await import("./harness.ts");
await import("./client/all.ts");

for (const { name, run } of tests) test(name, { timeout: 120_000 }, run);
