/** What every screen is made of: no text becomes markup, no address leads where it should not. */

import { h, isFollowable } from "../src/page/dom.ts";
import { initials, shares } from "../src/page/parts.ts";
import { plain, prose } from "../src/page/prose.ts";
import { equal, ok, test } from "./harness.ts";

test("text stays text", () => {
  const hostile = `<img src=x onerror=alert(1)>`;
  const element = h("p", hostile, [false, undefined, ["&amp;", 7]]);
  equal(element.textContent, `${hostile}&amp;7`);
  equal(element.children.length, 0);
});

test("no attribute carries script or style, and no address does", () => {
  for (const attributes of [
    { onclick: "alert(1)" },
    { style: "color: red" },
    { srcdoc: "<script>" },
    { href: "javascript:alert(1)" },
    { href: " javascript:alert(1)" },
    { href: "data:text/html,x" },
    { src: "//elsewhere.example/x.js" },
    { href: "vbscript:x" },
  ]) {
    let refused = false;
    try {
      h("a", attributes);
    } catch {
      refused = true;
    }
    ok(refused, JSON.stringify(attributes));
  }
  for (const address of ["/inbox", "#isi", "https://a.example/", "mailto:a@b.example", "blob:x", "geo:1,2"])
    ok(isFollowable(address), address);
});

test("a post's text is paragraphs, lists, bold, emphasis and links", () => {
  const text =
    "Halo **semua**.\nBaris dua\n\n- satu\n- *dua*\n\n1. a\n2. b\n\n[peta](https://peta.example/x) dan https://b.example.";
  const shown = prose(text);
  const tags = [...shown.querySelectorAll("*")].map((element) => element.tagName.toLowerCase()).join(" ");
  equal(tags, "p b br ul li li em ol li li p a small a");
  equal(shown.querySelector("a")?.getAttribute("href"), "https://peta.example/x");
  equal(shown.querySelector("a")?.textContent, "peta (peta.example)", "where it leads is said");
  equal(plain(text).startsWith("Halo semua. Baris dua satu dua"), true);
});

test("whatever the text, nothing else comes out, and no letter is lost", () => {
  const pieces = [
    "**",
    "*",
    "[",
    "](",
    ")",
    "javascript:x",
    "https://a.b/",
    "<b>",
    "&lt;",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "a",
    " ",
    '"',
    "mailto:",
  ];
  const allowed = new Set(["P", "BR", "UL", "OL", "LI", "B", "EM", "A", "SMALL"]);
  let state = 1n;
  const next = (below: number): number => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(below));
  };
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: next(30) }, () => pieces[next(pieces.length)]).join("");
    const shown = prose(text);
    for (const element of shown.querySelectorAll("*")) {
      ok(allowed.has(element.tagName), `${element.tagName} from ${JSON.stringify(text)}`);
      for (const { name, value } of element.attributes) {
        ok(["href", "rel", "target"].includes(name), `${name} from ${JSON.stringify(text)}`);
        if (name === "href") ok(/^(https?:|mailto:)/i.test(value), value);
      }
    }
    const letters = (of: string) => [...of].filter((letter) => letter === "a" || letter === "<").length;
    ok(letters(shown.textContent) >= letters(text.replace(/\]\([^()\s]*\)/g, "]")), JSON.stringify(text));
  }
});

test("shares of a whole are drums, and nothing that is there is hidden", () => {
  const { beats, each } = shares(
    [
      ["echo", 1],
      ["on", 40_000],
    ],
    100_000,
  );
  equal(each, 2000);
  equal(beats.length, 50);
  equal(beats.filter((beat) => beat === "echo").length, 1);
  equal(beats.filter((beat) => beat === "on").length, 20);
  equal(shares([], 0).beats.length, 0);
  equal(shares([["on", 3]], 3).beats.join(" "), "on on on");
});

test("a tile has the letters one would take by hand", () => {
  for (const [name, tile] of [
    ["Kelas 7A · Matematika", "7A"],
    ["Kanal Imunisasi", "KI"],
    ["dr. Ratna Wulandari", "DR"],
    ["", "?"],
  ] as const)
    equal(initials(name), tile, name);
});
