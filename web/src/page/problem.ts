/** What a failure says to a reader: what is so, and what to do next. */

import { h } from "./dom.ts";
import { words } from "./words.ts";

/** What every failure of the client library has (`client/error.ts`). */
interface Failure {
  readonly kind: string;
  readonly reason: string;
}

const isFailure = (error: unknown): error is Failure =>
  typeof error === "object" && error !== null && "kind" in error && "reason" in error;

/** One sentence or two for the reader. */
export function sentence(error: unknown): string {
  const known = words().problems;
  if (!isFailure(error)) return known.unknown;
  if (error.kind === "distrust") return known.distrust(error.reason);
  const said: unknown = (known as Readonly<Record<string, unknown>>)[error.reason];
  const because: unknown = (known.cannot as Readonly<Record<string, unknown>>)[error.reason];
  return typeof because === "string" && error.kind === "cannot"
    ? because
    : typeof said === "string"
      ? said
      : known.unknown;
}

/** The sentence in the page, said aloud, with what helps whoever looks for the cause. */
export function problem(error: unknown): HTMLElement {
  const known = isFailure(error) ? `${error.kind}: ${error.reason}` : String(error);
  if (!isFailure(error)) console.error(error);
  return h(
    "div.stack.is-tight",
    { role: "alert" },
    h("p.bad", sentence(error)),
    h("details", h("summary", h("small", words().common.broken.details)), h("small", h("code", known))),
  );
}
