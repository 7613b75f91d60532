/** Which screen an address shows; going from one to the next without loading the page, so that the keys stay open. */

import { focusMain } from "./frame.ts";

/** What an address names. */
export type Parameters = Readonly<Record<string, string>>;

/** Draws itself; `left` is aborted when the reader goes elsewhere. */
export type Draw = (parameters: Parameters, left: AbortSignal) => Promise<void>;

/** An address with `{name}` in place of what varies, and what it shows. */
export type Routes = readonly (readonly [string, Draw])[];

let routes: Routes = [];
let lost: Draw = async () => {};
let leaving = new AbortController();

/** Listens to links and to back and forward, and shows the present address. */
export async function start(table: Routes, otherwise: Draw): Promise<void> {
  [routes, lost] = [table, otherwise];
  addEventListener("popstate", () => void render());
  document.addEventListener("click", follow);
  await render(false);
}

/** Goes to a page of ours. */
export async function go(path: string, replacing = false): Promise<void> {
  if (replacing) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  await render();
}

/** Shows the present address again. */
export const render = async (focus = true): Promise<void> => {
  leaving.abort();
  const mine = (leaving = new AbortController());
  const [draw, parameters] = match(location.pathname);
  await draw(parameters, mine.signal);
  if (focus && !mine.signal.aborted) focusMain();
};

function match(path: string): [Draw, Parameters] {
  const parts = path.split("/");
  for (const [pattern, draw] of routes) {
    const wanted = pattern.split("/");
    if (wanted.length !== parts.length) continue;
    const parameters: Record<string, string> = {};
    const fits = wanted.every((part, i) => {
      const given = parts[i] ?? "";
      if (!part.startsWith("{")) return part === given;
      parameters[part.slice(1, -1)] = given;
      return /^[\w-]+$/.test(given);
    });
    if (fits) return [draw, parameters];
  }
  return [lost, {}];
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || (link.pathname === location.pathname && link.hash !== "")) return;
  event.preventDefault();
  void go(link.pathname + link.search);
}
