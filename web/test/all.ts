/** Every test there is. */

import "./conventions.test.ts";
import "./accounts.test.ts";
import "./charters.test.ts";
import "./enrolment.test.ts";
import "./posts.test.ts";
import "./refusals.test.ts";
import "./approvals.test.ts";
import "./letters.test.ts";
import "./attachments.test.ts";
import "./rules.test.ts";
import "./tampering.test.ts";
import "./homework.test.ts";
import "./records.test.ts";
