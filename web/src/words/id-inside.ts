/** The words behind the door: of the screens that an account, or who follows a link, comes to. */

import { desk } from "./id/desk.ts";
import { homework } from "./id/homework.ts";
import { join } from "./id/join.ts";
import { people } from "./id/people.ts";
import { read } from "./id/read.ts";
import { sent } from "./id/sent.ts";
import { write } from "./id/write.ts";

const inside = { desk, homework, join, people, read, sent, write };

export default inside;

/** The shape of them. */
export type Inside = typeof inside;
