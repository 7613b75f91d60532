/** The words behind the door in English. */

import { desk } from "./en/desk.ts";
import { homework } from "./en/homework.ts";
import { join } from "./en/join.ts";
import { people } from "./en/people.ts";
import { read } from "./en/read.ts";
import { sent } from "./en/sent.ts";
import { write } from "./en/write.ts";
import type { Inside } from "./id-inside.ts";

const inside: Inside = { desk, homework, join, people, read, sent, write };

export default inside;
