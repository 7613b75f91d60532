/** Every string of the page in Indonesian, the reference: another language has the same shape. */

import { begin } from "./id/begin.ts";
import { common } from "./id/common.ts";
import { desk } from "./id/desk.ts";
import { join } from "./id/join.ts";
import { me } from "./id/me.ts";
import { people } from "./id/people.ts";
import { problems } from "./id/problems.ts";
import { read } from "./id/read.ts";
import { scan } from "./id/scan.ts";
import { sent } from "./id/sent.ts";
import { write } from "./id/write.ts";

const id = { begin, common, desk, join, me, people, problems, read, scan, sent, write };

export default id;

/** The shape of a language. */
export type Words = typeof id;
