/** What only publishers do with members and keys, loaded when one does: readers do without. */

export { addCohorts, admit, asking, members } from "./enrol.ts";
export { addStaff, rotate } from "./rotate.ts";
