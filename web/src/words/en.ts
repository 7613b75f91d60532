/** Every string of the page in English. */

import { common } from "./en/common.ts";
import { desk } from "./en/desk.ts";
import { problems } from "./en/problems.ts";
import { read } from "./en/read.ts";
import type { Words } from "./id.ts";

const en: Words = { common, desk, problems, read };

export default en;
