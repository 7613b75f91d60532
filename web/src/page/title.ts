/** What a post is called where there is room for one line. */

import { plain } from "./prose.ts";
import { words } from "./words.ts";

/** Letters of a title that is made of the text's beginning. */
const LENGTH = 80;

/** Its title, or its beginning. */
export function titleOf({
  title,
  body,
}: {
  readonly title?: string | undefined;
  readonly body: string;
}): string {
  if (title !== undefined && title.trim() !== "") return title;
  const text = plain(body);
  if (text === "") return words().read.inbox.untitled;
  if (text.length <= LENGTH) return text;
  const space = text.lastIndexOf(" ", LENGTH);
  return `${text.slice(0, space > LENGTH / 2 ? space : LENGTH)} …`;
}
