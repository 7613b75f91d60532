/** The icons: 24 px grid, one stroke, drawn by script so that no file is fetched for them. */

import { svg } from "./dom.ts";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  search: "M4.5 10.5a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M15 15l5 5",
  news: "M12 2.5h0a3.5 3.5 0 0 1 3.5 3.5v12a3.5 3.5 0 0 1 -3.5 3.5h-0a3.5 3.5 0 0 1 -3.5 -3.5v-12a3.5 3.5 0 0 1 3.5 -3.5zM12 8v8M4 9v6M20 9v6",
  task: "M6 3.5h12v17H6zM9.5 8h5M9 14l2 2 4-4",
  klass:
    "M5.5 8.5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M14 9.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M3 19c0-3.5 2.5-5.5 5.5-5.5S14 15.5 14 19M15.5 14c3-.5 5.5 1.5 5.5 5",
  me: "M8.5 8a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0M5 20c.5-4 3.5-6 7-6s6.5 2 7 6",
  desk: "M3.5 13l3-8h11l3 8v6h-17zM3.5 13H9l1.5 2.5h3L15 13h5.5",
  pin: "M12 21c-4-4.5-6.5-7.5-6.5-11a6.5 6.5 0 0 1 13 0c0 3.5-2.5 6.5-6.5 11zM9.75 10a2.25 2.25 0 1 0 4.5 0a2.25 2.25 0 1 0 -4.5 0",
  clock: "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0 -17 0M12 7v5l3.5 2",
  cal: "M4 6h16v14H4zM4 10.5h16M8 3.5V7M16 3.5V7",
  child: "M9 6.5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M7 20v-5.5a5 5 0 0 1 10 0V20M12 16v4",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12.5h6M9 16.5h6",
  photo:
    "M3.5 5h17v14h-17zM4 17l5-5 3.5 3.5L15 13l5 4.5M14.25 9a1.25 1.25 0 1 0 2.5 0a1.25 1.25 0 1 0 -2.5 0",
  mic: "M12 3h0a3 3 0 0 1 3 3v5a3 3 0 0 1 -3 3h-0a3 3 0 0 1 -3 -3v-5a3 3 0 0 1 3 -3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  play: "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0 -17 0M10 8.5l5.5 3.5-5.5 3.5z",
  seal: "M12 2.75l7 2.5v6c0 4.5-2.8 7.8-7 10-4.2-2.2-7-5.5-7-10v-6zM8.75 12l2.25 2.25L15.25 10",
  lock: "M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1 -1.5 1.5h-11a1.5 1.5 0 0 1 -1.5 -1.5v-7a1.5 1.5 0 0 1 1.5 -1.5zM8 10.5V7.5a4 4 0 0 1 8 0v3",
  eye: "M2.5 12c2.5-4.3 5.7-6.5 9.5-6.5s7 2.2 9.5 6.5c-2.5 4.3-5.7 6.5-9.5 6.5S5 16.3 2.5 12zM9.25 12a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0 -5.5 0",
  unseen:
    "M4 4l16 16M9.5 6c.8-.3 1.6-.5 2.5-.5 3.8 0 7 2.2 9.5 6.5-.8 1.4-1.7 2.5-2.7 3.5M6 8.2c-1.3 1-2.5 2.3-3.5 3.8 2.5 4.3 5.7 6.5 9.5 6.5 1.3 0 2.5-.3 3.7-.8",
  check: "M4.5 12.5l5 5L19.5 7",
  x: "M6 6l12 12M18 6L6 18",
  reply: "M9.5 6L4 11.5 9.5 17M4.5 11.5H14c3.5 0 6 2.5 6 6.5",
  plus: "M12 5v14M5 12h14",
  more: "M4.9 12a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0M11.4 12a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0M17.9 12a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0",
  down: "M12 4v12M6.5 11L12 16.5 17.5 11M5 20.5h14",
  wait: "M4 4l16 16M12 19h.01M8.5 15.5a5 5 0 0 1 5-1.4M5.5 12c1-1 2.2-1.8 3.5-2.2M13 9.1c2 .2 4 1.2 5.5 2.9M2.5 8.5A13 13 0 0 1 6 6.1M11 4.6a13.5 13.5 0 0 1 10.5 3.9",
  turn: "M19.5 8A8.5 8.5 0 1 0 20.5 12M20.5 3.5V8H16",
  print: "M7 8V3.5h10V8M7 17H4V8.5h16V17h-3M7 14h10v6.5H7z",
  flag: "M6 21V4M6 4.5h12l-2.5 4 2.5 4H6",
  bell: "M5.5 17c1.3-1.3 1.5-3 1.5-6.5a5 5 0 0 1 10 0c0 3.5.2 5.2 1.5 6.5zM10 20.5h4",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  edit: "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
  archive: "M4 5h16v4H4zM5.5 9v10.5h13V9M10 13h4",
  mute: "M5.5 17c1.3-1.3 1.5-3 1.5-6.5a5 5 0 0 1 8-4M17 11.5c.1 3.2.4 4.4 1.5 5.5H8M10 20.5h4M4 4l16 16",
  people:
    "M8.5 11.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3.5 2.5-5.5 5.5-5.5S14 15.5 14 19M15 6a3 3 0 0 1 0 5.5M17 14c2.5.6 4 2.4 4 5",
  link: "M10 14l4-4M8.5 11.5l-2.6 2.6a3.2 3.2 0 0 0 4.5 4.5l2.6-2.6M15.5 12.5l2.6-2.6a3.2 3.2 0 0 0-4.5-4.5L11 8",
  globe:
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5.5 5 11.5 0 17M12 3.5c-5 5.5-5 11.5 0 17",
  mail: "M3.5 5.5h17v13h-17zM4 6l8 7 8-7",
  stop: "M7 7h10v10H7z",
  send: "M4 12l16-7.5-5 15-3.5-6z",
  chevron: "M9 5l7 7-7 7",
  up: "M12 19V5.5M6.5 11L12 5.5 17.5 11",
  block: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v6M14 18v2h2",
} as const;

/** What an icon shows. */
export type Icon = keyof typeof PATHS;

/** An icon beside a word that says the same; screen readers pass over it. */
export function icon(name: Icon): SVGElement {
  const path = svg("path", { d: PATHS[name] });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

const ROOF = "M2.5 8.5L16 2.5l13.5 6";
const DRUM =
  "M16 9a6.5 6.5 0 0 1 6.5 6.5v9a6.5 6.5 0 0 1-13 0v-9A6.5 6.5 0 0 1 16 9zM16 13.5a1.35 1.35 0 0 0-1.35 1.35v10.3a1.35 1.35 0 0 0 2.7 0V14.85A1.35 1.35 0 0 0 16 13.5z";

/** The mark: a drum under its roof. */
export function mark(): SVGElement {
  const roof = {
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 3,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  return svg(
    "svg",
    { class: "mark", viewBox: "0 0 32 32", "aria-hidden": "true" },
    svg("path", { ...roof, d: ROOF }),
    svg("path", { "fill-rule": "evenodd", d: DRUM }),
  );
}
