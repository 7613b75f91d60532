/** Live events: the server-sent stream of docs/api.md, read line by line. */

import { BadForm } from "../json.ts";
import { eventData } from "./rows.ts";

/** What a live event is about. */
export interface Event {
  /** `post`, `progress`, `charter`, `letter`, `request`, `member` or `approval`. */
  readonly kind: string;
  /** The audience, if it is about one. */
  readonly audience: string | undefined;
  /** The post, letter, account … it is about. */
  readonly subject: string | undefined;
}

/** A piece of the stream: an event, or only the number from which to go on. */
export interface Beat {
  readonly id: string | undefined;
  readonly event: Event | undefined;
}

/** The longest event: ids and a word. */
const EVENT_LIMIT = 64 << 10;

/** The beats in pieces of a stream, however it was cut; ends where one grows beyond every limit. */
export async function* beats(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Beat> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const piece of pieces) {
    held += decoder.decode(piece, { stream: true });
    for (let end = held.indexOf("\n\n"); end >= 0; end = held.indexOf("\n\n")) {
      yield beat(held.slice(0, end));
      held = held.slice(end + 2);
    }
    if (held.length > EVENT_LIMIT) return;
  }
}

function beat(block: string): Beat {
  const field = (name: string): string | undefined => {
    const line = block.split("\n").find((l) => l.startsWith(`${name}:`));
    return line?.slice(name.length + 1).trim();
  };
  const [id, kind, data] = [field("id"), field("event"), field("data")];
  if (kind === undefined || data === undefined) return { id, event: undefined };
  return { id, event: { kind, ...about(data) } };
}

function about(data: string): { audience: string | undefined; subject: string | undefined } {
  try {
    return eventData(JSON.parse(data));
  } catch (e) {
    // An event of a later hub: that something happened is enough to look.
    if (e instanceof BadForm || e instanceof SyntaxError) return { audience: undefined, subject: undefined };
    throw e;
  }
}
