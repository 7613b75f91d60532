/**
 * Makes the page's elements.
 *
 * Invariant: text enters the document as text nodes only, and an address only if it is one of ours or one that a
 * reader may follow; there is no way from a string to markup.
 */

/** What an element may hold; nothing is drawn for `false`, `null` and `undefined`. */
export type Child = Node | string | number | false | null | undefined | readonly Child[];

/** Attributes by name; a function listens, `true` is an attribute without value, `false` and `undefined` leave it out. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: never) => void)>
>;

type TagOf<S extends string> = S extends `${infer T}.${string}` ? T : S;
type Made<S extends string> =
  TagOf<S> extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[TagOf<S>] : HTMLElement;

const ADDRESSES = new Set(["href", "src", "action", "poster"]);
const FORBIDDEN = new Set(["style", "srcdoc", "innerHTML"]);

/**
 * An element: `h("a.btn.is-main", { href: "/write" }, "Tulis")`.
 *
 * Throws on an attribute that could carry script or style, and on an address that {@link isFollowable} refuses.
 */
export function h<S extends string>(spec: S, ...rest: readonly (Attributes | Child)[]): Made<S> {
  const [tag = "div", ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const part of rest) {
    if (isAttributes(part)) setAttributes(element, part);
    else append(element, part);
  }
  return element as Made<S>;
}

/** Sets, listens, leaves out. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else if (typeof value === "function")
      element.addEventListener(name.replace(/^on/, ""), value as EventListener);
    else if (FORBIDDEN.has(name) || name.startsWith("on")) throw new TypeError(`no ${name} from a string`);
    else if (ADDRESSES.has(name) && !isFollowable(String(value))) throw new TypeError("no such address");
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Whether an address is a page of ours, a file of this device, or the web, mail or a map. */
export function isFollowable(address: string): boolean {
  return /^(?:\/(?!\/)|#|\?|blob:|https?:\/\/|mailto:|geo:)/i.test(address);
}

/** Adds children in order. */
export function append(element: Node, ...children: readonly Child[]): void {
  for (const child of children) {
    if (child === false || child === null || child === undefined) continue;
    if (typeof child === "string" || typeof child === "number") element.appendChild(new Text(String(child)));
    else if (child instanceof Node) element.appendChild(child);
    else append(element, ...child);
  }
}

/** Puts children in place of what an element holds. */
export function replace(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren();
  append(element, ...children);
}

function isAttributes(part: Attributes | Child): part is Attributes {
  return typeof part === "object" && part !== null && !(part instanceof Node) && !Array.isArray(part);
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing; attributes are numbers and text. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: Node[]
): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style" || name.startsWith("on") || name === "href") throw new TypeError(`no ${name} here`);
    element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}
