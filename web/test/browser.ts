/** Runs the tests in a page, and with them what only a page can show. */

import "./all.ts";
import "./indexeddb.test.ts";
import "./fanout.test.ts";
import "./page.test.ts";
import "./reading.test.ts";
import "./sheets.test.ts";
import { run } from "./page.ts";
import { tests } from "./harness.ts";

await run(tests);
