/**
 * Text of posts and letters as nodes: paragraphs, lists, **bold**, *emphasis* and links.
 *
 * Invariant: whatever the text, only these elements come out, and only links to the web or to a mail address.
 */

import { append, h, type Child } from "./dom.ts";

const LIST = /^\s*[-*•]\s+(.*)$/;
const NUMBERED = /^\s*\d{1,3}[.)]\s+(.*)$/;

/** Blocks for a `.prose`. */
export function prose(text: string): HTMLElement {
  const element = h("div.prose");
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    append(element, ...blocks(block.split("\n").filter((line) => line.trim() !== "")));
  }
  return element;
}

/** A line or two of it, without any mark-up, for lists. */
export function plain(text: string): string {
  const bare = text.replace(/\[([^\]\n]+)\]\([^)\s]*\)/g, "$1").replace(/\*\*?([^*\n]+)\*\*?/g, "$1");
  return bare
    .replace(/^\s*[-*•]\s+/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

function* blocks(lines: readonly string[]): Generator<HTMLElement> {
  for (let at = 0; at < lines.length;) {
    const kind = kindOf(lines[at] ?? "");
    let end = at + 1;
    while (end < lines.length && kindOf(lines[end] ?? "") === kind) end++;
    const run = lines.slice(at, end);
    if (kind === "p")
      yield h(
        "p",
        ...run.flatMap((line, i): Child[] => (i === 0 ? [inline(line)] : [h("br"), inline(line)])),
      );
    else
      yield h(
        kind,
        ...run.map((line) => h("li", inline((kind === "ul" ? LIST : NUMBERED).exec(line)?.[1] ?? line))),
      );
    at = end;
  }
}

const kindOf = (line: string): "ul" | "ol" | "p" =>
  LIST.test(line) ? "ul" : NUMBERED.test(line) ? "ol" : "p";

const MARKS =
  /\*\*([^*\n]{1,2000})\*\*|\*([^*\s](?:[^*\n]{0,2000}[^*\s])?)\*|\[([^\]\n]{1,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>"]{1,2000}[^\s<>".,;:!?)])/g;

function inline(text: string): Child[] {
  const children: Child[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, bold, emphasis, label, target, bare] = match;
    children.push(text.slice(from, match.index));
    if (bold !== undefined) children.push(h("b", bold));
    else if (emphasis !== undefined) children.push(h("em", emphasis));
    else children.push(link(label ?? bare ?? "", target ?? bare ?? "") ?? whole);
    from = match.index + whole.length;
  }
  children.push(text.slice(from));
  return children;
}

function link(label: string, target: string): HTMLElement | undefined {
  if (!/^(?:https?:\/\/[^/\s]|mailto:[^\s])/i.test(target)) return undefined;
  // The reader sees where it leads, whatever the label claims.
  const host = /^https?:\/\/([^/?#]+)/i.exec(target)?.[1] ?? "";
  const told = host !== "" && !label.includes(host) ? [label, h("small", ` (${host})`)] : [label];
  return h("a", { href: target, rel: "noopener noreferrer nofollow", target: "_blank" }, ...told);
}
