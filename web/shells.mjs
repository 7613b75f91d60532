// Renders the shells: the static documents of every page path, one of each kind for each language.
//
// Invariant: nothing in them depends on the hub or on the request, so that their bytes can be published and compared.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const templates = fileURLToPath(new URL("../templates/pages/", import.meta.url));
const template = (name) => readFile(`${templates}${name}`, "utf8");

const TO_CONTENT = { id: "Langsung ke isi", en: "Skip to content" };

/** Fills `{{ name }}`; all values are our own markup. */
function fill(text, values) {
  return text.replace(/\{\{ (\w+) \}\}/g, (_, name) => {
    if (values[name] === undefined) throw new Error(`the shell asks for ${name}`);
    return values[name];
  });
}

/** The shells with the paths they answer, and the CSP source of the import map in them. */
export async function shells({ files, main, needed, style, mark, icon }) {
  // Integrity-Policy lets no script in without its hash; for a chunk that another one imports, this is the place for it.
  const scripts = Object.entries(files).filter(([name]) => name.endsWith(".js"));
  const map = { integrity: Object.fromEntries(scripts.map(([name, hash]) => [`/assets/${name}`, hash])) };
  const importmap = JSON.stringify(map);
  const preload = (name) => `<link rel="modulepreload" href="/assets/${name}" integrity="${files[name]}">\n`;
  const frame = await template("shell.html");
  const all = (await template("paths.txt")).trim().split("\n");
  const list = [];
  for (const [language, toContent] of Object.entries(TO_CONTENT)) {
    const values = {
      ...{ language, importmap, main, style, mark, icon, to_content: toContent },
      style_integrity: files[style],
      main_integrity: files[main],
      preloads: needed.map(preload).join(""),
    };
    const kinds = {
      welcome: [await template(`welcome.${language}.html`), ["/"]],
      screen: [await template("screen.html"), all.filter((path) => path !== "/")],
    };
    for (const [kind, [content, paths]] of Object.entries(kinds)) {
      list.push({
        name: `${kind}.${language}.html`,
        contents: fill(frame, { ...values, content }),
        paths: paths.map((path) => `${path}?lang=${language}`),
      });
    }
  }
  const hash = createHash("sha256").update(importmap).digest("base64");
  return { shells: list, importmap: `sha256-${hash}` };
}
