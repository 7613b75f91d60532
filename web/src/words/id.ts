/** Every string of the page in Indonesian, the reference: another language has the same shape. */

import { common } from "./id/common.ts";
import { problems } from "./id/problems.ts";

const id = { common, problems };

export default id;

/** The shape of a language. */
export type Words = typeof id;
