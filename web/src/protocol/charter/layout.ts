/** How terms are laid out in bytes (section 3); what they may say together is checked elsewhere. */

import { type Bytes, expect, type Reader, Writer } from "../bytes.ts";
import type { History, Replies, Role, Terms } from "../charter.ts";
import { CohortKey } from "../keys.ts";
import { fromUtf8, utf8 } from "../text.ts";
import { SUITE, VERSION } from "../version.ts";

const HOSTING = ["blind", "hosted"] as const;
const REPLIES: readonly Replies[] = ["none", "desk", "everyone"];
const HISTORY: readonly History[] = ["from joining", "same key"];
const ROLES: readonly Role[] = ["publisher", "admin"];

/** Reads terms; the fields stand in the order of the spec. */
export function readTerms(r: Reader): Terms {
  r.version();
  expect(r.u16() === SUITE);
  return {
    audience: r.id(),
    revision: r.u64(),
    prev: r.id(),
    host: readHost(r),
    replies: r.choice(REPLIES, 0),
    history: r.choice(HISTORY, 0),
    approvals: r.u8(),
    desk: r.id(),
    threshold: r.u8(),
    staff: r.many(r.u8(), () => ({ role: r.choice(ROLES, 1), ik: r.id() })),
    cohorts: r.many(r.u16(), () => CohortKey.fromBytes(r.take(32))),
    notBeforeMs: r.u64(),
    notAfterMs: r.u64(),
  };
}

/** A name exactly where the audience is hosted. */
function readHost(r: Reader): string | undefined {
  const hosting = r.choice(HOSTING, 1);
  const host = fromUtf8(r.op8());
  if (hosting === "hosted") return host;
  expect(host === "");
  return undefined;
}

/** The bytes of checked terms. */
export function encodeTerms(terms: Terms): Bytes {
  const { host, staff, cohorts } = terms;
  const w = new Writer()
    .u16(VERSION)
    .u16(SUITE)
    .put(terms.audience)
    .u64(terms.revision)
    .put(terms.prev)
    .choice(host === undefined ? "blind" : "hosted", HOSTING, 1)
    .op8(utf8(host ?? ""))
    .choice(terms.replies, REPLIES, 0)
    .choice(terms.history, HISTORY, 0)
    .u8(terms.approvals)
    .put(terms.desk)
    .u8(terms.threshold)
    .u8(staff.length);
  for (const { role, ik } of staff) w.choice(role, ROLES, 1).put(ik);
  w.u16(cohorts.length);
  for (const { bytes } of cohorts) w.put(bytes);
  return w.u64(terms.notBeforeMs).u64(terms.notAfterMs).done();
}
