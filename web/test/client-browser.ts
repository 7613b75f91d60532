/** Runs the stories of the client library in a page that the hub's go-between serves. */

import "./client/all.ts";
import { run } from "./page.ts";
import { tests } from "./harness.ts";

await run(tests);
