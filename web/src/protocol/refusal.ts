/**
 * What every check that fails throws: an error with one word for the reason.
 *
 * The words are for the client's own log and for choosing what to tell a person, in their language.
 */

/** A check that failed, and why. */
export abstract class Refusal<Reason extends string = string> extends Error {
  /** The reason, in one word of its class. */
  readonly reason: Reason;

  constructor(what: string, reason: Reason) {
    super(`${what}: ${reason}`);
    this.reason = reason;
  }
}
