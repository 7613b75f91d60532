/** Rules of reading: what search finds, what the drum beats, in which language a post is shown, where the place stays. */

import { h, replace } from "../src/page/dom.ts";
import { around, fold, marked, matches, places, terms } from "../src/page/find.ts";
import { keepingPlace } from "../src/page/focus.ts";
import { rhythm } from "../src/page/sound.ts";
import { mapAddresses } from "../src/screens/post/place.ts";
import { preferred } from "../src/screens/post/language.ts";
import { equal, ok, test } from "./harness.ts";

test("search finds every word anywhere, whatever its capitals and accents", () => {
  const wanted = terms("  MELATI, rabu rabu ");
  equal(wanted, ["melati", "rabu"]);
  ok(matches(["Timbang balita", "Di Posyandu Mélati, hari Rabu"], wanted), "both words");
  ok(!matches(["Timbang balita", "hari Rabu"], wanted), "one word is missing");
  ok(!matches(["abc"], terms("!!! …")) || terms("!!! …").length === 0, "no words, no search");
});

test("folding keeps every letter at its place", () => {
  for (const text of ["İstanbul", "straße", "ﬁ", "e\u0301", "Ǆ", "👩‍🏫 guru", "한국어", "\ud800x"])
    equal(fold(text).length, text.length, text);
  equal(places("Mélati melati", ["melati"]), [
    [0, 6],
    [7, 13],
  ]);
});

test("what was found is marked as text, never as markup", () => {
  const element = h("p", marked("<b>Rabu</b> & rabu", ["rabu"]));
  equal(element.textContent, "<b>Rabu</b> & rabu");
  equal(
    [...element.children].map(({ tagName, textContent }) => `${tagName} ${textContent}`),
    ["MARK Rabu", "MARK rabu"],
  );
});

test("a long text is shown around what was found", () => {
  const text = `${"kata ".repeat(100)}melati ${"kata ".repeat(100)}`;
  const part = around(text, ["melati"]);
  ok(part.includes("melati") && part.length < 140, part);
  equal(around("pendek", ["x"]), "pendek");
});

test("the drum follows the writer's urgency and the reader's wish", () => {
  equal(rhythm(undefined, undefined, false).beats.length, 2, "news");
  ok(rhythm("urgent", undefined, false).gain > rhythm(undefined, undefined, false).gain, "louder");
  equal(rhythm("urgent", undefined, false).beats.length, 8, "the alarm");
  equal(rhythm("urgent", undefined, true).beats.length, 1, "less motion");
  equal(rhythm("urgent", "off", false).beats.length, 0, "off is off");
  equal(rhythm("quiet", "loud", false).beats.length, 0, "quiet is quiet");
});

test("a post is shown in the first of the reader's languages that it has", () => {
  const all = [
    { language: "id", title: undefined, body: "" },
    { language: "jv-ID", title: undefined, body: "" },
    { language: undefined, title: undefined, body: "" },
  ];
  equal(preferred(all, ["jv", "id"]), 1);
  equal(preferred(all, ["EN-gb", "id-ID"]), 0);
  equal(preferred(all, ["en"]), 0, "the original");
});

test("a map is asked for coordinates only if they are some", () => {
  equal(mapAddresses({ name: "Balai", geo: "-6.9, 110.4" }).app, "geo:-6.9,110.4?q=-6.9,110.4(Balai)");
  const hostile = mapAddresses({ name: "a&b#c", geo: "1,2&evil=1" });
  equal(hostile.web, "https://www.openstreetmap.org/search?query=a%26b%23c");
});

test("the focus stays on what is drawn again, and what was unfolded stays unfolded", () => {
  const list = h("div");
  const draw = (more: boolean) =>
    replace(
      list,
      more && h("a", { href: "/new" }, "baru"),
      h("a", { href: "/old" }, "lama"),
      h("details", h("summary", "Sebabnya"), "…"),
    );
  document.body.append(list);
  draw(false);
  list.querySelector("a")?.focus();
  list.querySelector("details")?.setAttribute("open", "");
  keepingPlace(list, () => draw(true));
  equal(document.activeElement?.getAttribute("href"), "/old");
  ok(list.querySelector("details")?.open === true, "unfolded");
  list.remove();
});
