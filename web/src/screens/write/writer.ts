/** What the parts of the writing screen share: the sheet as it is now, where it may go, and how to change it. */

import type { AudienceView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import type { Writing } from "../../page/writing.ts";

/** The writing screen while it is shown. */
export interface Writer {
  readonly context: Context;
  /** The sheet. */
  readonly writing: Writing;
  /** Where this account publishes. */
  readonly audiences: readonly AudienceView[];
  /** The one chosen. */
  readonly audience: AudienceView | undefined;
  /** Changes the sheet, keeps it on this device and draws what follows from it. */
  change(part: Partial<Writing>): void;
}
