/** Every story of the client library. */

import "./class.test.ts";
import "./card.test.ts";
import "./channel.test.ts";
import "./crossing.test.ts";
import "./due.test.ts";
import "./failing.test.ts";
import "./homework.test.ts";
import "./homework-crossing.test.ts";
import "./homework-lost.test.ts";
import "./lies.test.ts";
import "./once.test.ts";
import "./wards.test.ts";
import "./uploads.test.ts";
import "./records.test.ts";
