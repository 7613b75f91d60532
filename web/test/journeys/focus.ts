/** Where the focus is, as the page itself sees it. */

/** What there is between the focus and a thing to be acted on. */
export interface Seen {
  /** What the thing is acted on as. */
  readonly kind: "link" | "submit" | "radio" | "checkbox" | "select" | "text" | "button" | "nothing";
  /** The `type` of an input. */
  readonly type: string;
  /** Of a radio button or a box to tick. */
  readonly checked: boolean;
  /** How often Tab should have to be pressed, Shift+Tab where negative; 0 where it has the focus. */
  readonly steps: number;
  /** The same for the arrows, where the focus is in its group of radio buttons. */
  readonly arrows: number;
  /** How many stops Tab makes on this page, or in the sheet above it. */
  readonly stops: number;
  /** What has the focus, for who reads a failure. */
  readonly focus: string;
  /** Whether an outline or a shadow shows the focus. */
  readonly outlined: boolean;
  /** Whether any of it can be seen; if not, `over` is what covers it. */
  readonly uncovered: boolean;
  readonly over: string;
}

/** Looks from a thing; evaluated in the page, so everything it needs is in it. */
export function seen(thing: Element): Seen {
  const acts =
    "a[href], button, input, select, textarea, summary, audio[controls], video[controls], [tabindex]";
  const control: Element | null = thing.closest("label")?.control ?? thing.closest(acts);
  const at = document.activeElement ?? document.body;
  const name = (one: Element | null): string => {
    const said = one?.getAttribute("aria-label") ?? one?.getAttribute("name") ?? one?.textContent ?? "";
    return `<${one?.tagName.toLowerCase() ?? "nothing"}> ${said.trim().slice(0, 60)}`;
  };
  const isRadio = (one: Element | null): one is HTMLInputElement =>
    one instanceof HTMLInputElement && one.type === "radio";
  const group = (one: HTMLInputElement): HTMLInputElement[] =>
    [...document.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter(
      ({ name, form }) => name === one.name && form === one.form,
    );
  // Tab stops once in a group: at the chosen button, or else at an end of it.
  const stop = (one: Element | null): Element | null => {
    if (!isRadio(one)) return one;
    const all = group(one);
    return all.find(({ checked }) => checked) ?? all[0] ?? one;
  };
  const sheets = [...document.querySelectorAll("dialog:modal")];
  const stops = [...(sheets.at(-1) ?? document).querySelectorAll<HTMLElement>(acts)].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.matches(":disabled") &&
      one.checkVisibility({ visibilityProperty: true }) &&
      stop(one) === one,
  );
  const place = (one: Element): number => {
    const found = stops.indexOf(one as HTMLElement);
    if (found >= 0 || one === document.body) return found;
    // Between two stops, where a heading has the focus.
    return (
      stops.filter((other) => other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING).length -
      0.5
    );
  };
  const here = control !== null && at === control;
  const sameGroup = isRadio(control) && isRadio(at) && group(control).includes(at);
  const goal = stop(control);
  const way = goal === null ? 0 : place(goal) - place(stop(at) ?? at);
  const steps = here ? 0 : sameGroup ? 1 : way > 0 ? Math.ceil(way) : way < 0 ? Math.floor(way) : 1;
  const arrows = sameGroup
    ? group(control).indexOf(control) - group(control).indexOf(at as HTMLInputElement)
    : 0;

  const label = control instanceof HTMLInputElement ? (control.labels?.[0] ?? null) : null;
  const shows = (one: Element | null): boolean => {
    if (one === null) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  const box = (
    label !== null && control?.classList.contains("sr") ? label : control
  )?.getBoundingClientRect();
  let [uncovered, over] = [false, "nothing: it is outside of the window"];
  if (here && box !== undefined)
    for (const x of [0.05, 0.5, 0.95])
      for (const y of [0.1, 0.5, 0.9]) {
        const hit = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        if (hit === null) continue;
        if (control.contains(hit) || hit.contains(control) || label?.contains(hit) === true) uncovered = true;
        else over = name(hit);
      }
  const type = control instanceof HTMLInputElement ? control.type : "";
  const kind =
    control === null
      ? "nothing"
      : isRadio(control)
        ? "radio"
        : type === "checkbox"
          ? "checkbox"
          : control instanceof HTMLAnchorElement
            ? "link"
            : control instanceof HTMLButtonElement
              ? control.type === "submit" && control.form !== null
                ? "submit"
                : "button"
              : control instanceof HTMLSelectElement
                ? "select"
                : control instanceof HTMLTextAreaElement ||
                    (control instanceof HTMLInputElement && type !== "file")
                  ? "text"
                  : "button";
  return {
    ...{ kind, type, steps, arrows, stops: stops.length, uncovered, over },
    checked: control instanceof HTMLInputElement && control.checked,
    focus: name(at),
    outlined: shows(control) || shows(label),
  };
}
