/** Every string of the page in English. */

import { begin } from "./en/begin.ts";
import { common } from "./en/common.ts";
import { desk } from "./en/desk.ts";
import { join } from "./en/join.ts";
import { me } from "./en/me.ts";
import { people } from "./en/people.ts";
import { problems } from "./en/problems.ts";
import { read } from "./en/read.ts";
import { scan } from "./en/scan.ts";
import { sent } from "./en/sent.ts";
import { write } from "./en/write.ts";
import type { Words } from "./id.ts";

const en: Words = { begin, common, desk, join, me, people, problems, read, scan, sent, write };

export default en;
