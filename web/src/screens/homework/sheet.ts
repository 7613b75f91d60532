/** What the parts of the page where homework is done share: the draft as it is now, and how to change it. */

import type { Context } from "../../page/context.ts";
import type { Handing } from "../../page/handing.ts";
import type { UndoLine } from "../../page/undo.ts";
import type { Piece } from "../../page/writing.ts";

/** The draft while its page is shown. */
export interface Sheet {
  readonly context: Context;
  /** What is being worked on. */
  readonly handing: Handing;
  readonly undo: UndoLine;
  /** Changes it, keeps it on this device and draws what follows from it. */
  change(part: Partial<Handing>): void;
  /** The file of a piece; what was handed in before is fetched. */
  file(piece: Piece): Promise<File>;
}
