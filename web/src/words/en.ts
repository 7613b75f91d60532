/** Every string of the page in English. */

import { common } from "./en/common.ts";
import { problems } from "./en/problems.ts";
import type { Words } from "./id.ts";

const en: Words = { common, problems };

export default en;
