/** Every string of the page in English. */

import { begin } from "./en/begin.ts";
import { common } from "./en/common.ts";
import { desk } from "./en/desk.ts";
import { known } from "./en/known.ts";
import { me } from "./en/me.ts";
import { problems } from "./en/problems.ts";
import { read } from "./en/read.ts";
import { scan } from "./en/scan.ts";
import { sent } from "./en/sent.ts";
import { write } from "./en/write.ts";
import type { Words } from "./id.ts";

const en: Words = { begin, common, desk, known, me, problems, read, scan, sent, write };

export default en;
