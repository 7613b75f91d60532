/** The numbers that name this protocol; every structure carries or implies them. */

/** The only version of every structure in this protocol (section 1). */
export const VERSION = 1;

/** The only cipher suite: everything in `docs/protocol.md` (section 3). */
export const SUITE = 1;

/** Members under one cohort key: the unit of rotation, of a background job and of a pack (section 1). */
export const COHORT = 4096;
