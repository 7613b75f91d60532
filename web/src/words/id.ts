/** The words of the first screens in Indonesian, the reference: another language has the same shape. */

import { begin } from "./id/begin.ts";
import { common } from "./id/common.ts";
import { me } from "./id/me.ts";
import { problems } from "./id/problems.ts";
import { scan } from "./id/scan.ts";
import type { Inside } from "./id-inside.ts";

const id = { begin, common, me, problems, scan };

export default id;

/** The words of the first screens. */
export type Outside = typeof id;

/** The shape of a language: every string of the page. */
export type Words = Outside & Inside;
