/** The words of the first screens in English. */

import { begin } from "./en/begin.ts";
import { common } from "./en/common.ts";
import { me } from "./en/me.ts";
import { problems } from "./en/problems.ts";
import { scan } from "./en/scan.ts";
import type { Outside } from "./id.ts";

const en: Outside = { begin, common, me, problems, scan };

export default en;
