/** Every string of the page in Indonesian, the reference: another language has the same shape. */

import { common } from "./id/common.ts";
import { desk } from "./id/desk.ts";
import { problems } from "./id/problems.ts";
import { read } from "./id/read.ts";

const id = { common, desk, problems, read };

export default id;

/** The shape of a language. */
export type Words = typeof id;
