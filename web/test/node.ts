/** Runs the tests in Node. */

import { test } from "node:test";

import "./all.ts";
import { tests } from "./harness.ts";

for (const { name, run } of tests) test(name, run);
