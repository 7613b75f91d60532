/** Where something is; a map only on tap, after saying who will see that. */

import type { Place } from "../../client/index.ts";
import { h } from "../../page/dom.ts";
import { ask, facts } from "../../page/parts.ts";
import { words } from "../../page/words.ts";

const GEO = /^\s*(-?\d{1,2}(?:\.\d{1,8})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,8})?)\s*$/;

/** The line with the place, if there is one. */
export function place(of: Place | undefined): HTMLElement | undefined {
  if (of === undefined || of.name.trim() === "") return undefined;
  const said = words().read.post;
  const map = h("button.link", { type: "button", onclick: () => void openMap(of) }, said.map);
  return facts({ icon: "pin", term: said.where, text: h("span", of.name, " ", map) });
}

/** Addresses of a place: for an app of the device, and on OpenStreetMap. */
export function mapAddresses({ name, geo }: Place): { readonly app: string; readonly web: string } {
  const [, lat, lon] = GEO.exec(geo ?? "") ?? [];
  const query = encodeURIComponent(name);
  if (lat === undefined || lon === undefined)
    return { app: `geo:0,0?q=${query}`, web: `https://www.openstreetmap.org/search?query=${query}` };
  return {
    app: `geo:${lat},${lon}?q=${lat},${lon}(${query})`,
    web: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`,
  };
}

async function openMap(of: Place): Promise<void> {
  const said = words().read.post.leaving;
  const { app, web } = mapAddresses(of);
  const options = [
    { value: "web", label: said.osm, main: true },
    { value: "app", label: said.app },
  ] as const;
  const answer = await ask(said.title, h("p", said.text), options);
  if (answer === undefined) return;
  const link = h("a", {
    href: answer === "web" ? web : app,
    target: answer === "web" ? "_blank" : undefined,
    rel: "noopener noreferrer",
  });
  link.click();
}
