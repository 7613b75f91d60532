/** Every string of the page in English. */

import { begin } from "./en/begin.ts";
import { common } from "./en/common.ts";
import { known } from "./en/known.ts";
import { me } from "./en/me.ts";
import { problems } from "./en/problems.ts";
import { scan } from "./en/scan.ts";
import type { Words } from "./id.ts";

const en: Words = { begin, common, known, me, problems, scan };

export default en;
