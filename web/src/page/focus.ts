/** Drawing a part of the page again under the reader's hands. */

const NAMES = ["id", "href", "aria-label", "name"] as const;

/** Draws again; the focus goes to what was called the same before, and what was unfolded stays unfolded. */
export function keepingPlace(element: HTMLElement, draw: () => void): void {
  const at = document.activeElement;
  const held = at !== null && at !== element && element.contains(at) ? called(at) : undefined;
  const open = [...element.querySelectorAll("details[open] > summary")].map(({ textContent }) => textContent);
  draw();
  for (const summary of element.querySelectorAll("details > summary"))
    if (open.includes(summary.textContent)) summary.parentElement?.setAttribute("open", "");
  if (held === undefined || element.contains(document.activeElement)) return;
  const again = [...element.querySelectorAll<HTMLElement>("a, button, input, select, textarea, summary")];
  again.find((one) => called(one) === held)?.focus({ preventScroll: true });
}

function called(element: Element): string {
  const name = NAMES.map((attribute) => element.getAttribute(attribute)).find((value) => value !== null);
  return `${element.tagName} ${name ?? element.textContent}`;
}
