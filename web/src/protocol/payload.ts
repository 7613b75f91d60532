/**
 * What is inside posts and letters: UTF-8 JSON that says what it is (sections 5 and 7).
 *
 * The protocol looks at `type` alone; the rest belongs to the clients.
 */

import { fromUtf8 } from "./text.ts";

/** Strings, colons and brackets: of valid JSON, all that is needed to find an object's own keys. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** Whether `payload` is one JSON object whose one and only `type` is `word`. */
export function isTyped(payload: Uint8Array, word: string): boolean {
  try {
    const text = fromUtf8(payload);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && "type" in value && value.type === word && namesTypeOnce(text);
  } catch {
    return false;
  }
}

/**
 * `JSON.parse` lets the last of two equal keys win, other parsers the first: what says to be of two
 * types is refused, and so is a key that is no Unicode text, as the crate does.
 */
function namesTypeOnce(json: string): boolean {
  let [depth, types, last] = [0, 0, ""];
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (token === ":" && depth === 1) {
      const key: unknown = JSON.parse(last);
      if (typeof key !== "string" || /\p{Surrogate}/u.test(key)) return false;
      if (key === "type") types++;
    }
    last = token;
  }
  return types === 1;
}
