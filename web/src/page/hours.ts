/**
 * A teacher's office hours: outside them, what comes to a desk makes no sound and says nothing on their devices.
 *
 * Invariant: nobody but their owner learns of them; what comes in is there all the same.
 */

import type { OfficeHours } from "../client/index.ts";

/** A week from Monday to Friday, at school. */
export const USUAL: OfficeHours = { days: [1, 2, 3, 4, 5], from: "07:00", until: "15:00" };

/** Whether it is within them, by this device's clock; always where there are none. */
export function isOpen(hours: OfficeHours | undefined, now: number): boolean {
  if (hours === undefined) return true;
  const at = new Date(now);
  const time = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  return hours.days.includes(at.getDay()) && time >= hours.from && time < hours.until;
}
