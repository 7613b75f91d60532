// Builds the web client into dist/app, as the hub embeds it: hashed files with their compressed forms, the shells of every
// page, and web-manifest.json, which says what exactly the hub serves.
//
// Invariant: the same sources make the same bytes, but for the signature; dist/app is replaced whole, or not at all.

import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

import { options } from "./esbuild.mjs";
import { shells } from "./shells.mjs";
import { signManifest } from "./sign.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist/app");

const digest = (algorithm, contents, form) => createHash(algorithm).update(contents).digest(form);
const integrity = (contents) => `sha384-${digest("sha384", contents, "base64")}`;

/** What is served, by path. */
const served = new Map();
/** Names under /assets/, with their integrity. */
const files = {};

/** Puts a file under /assets/, named by its contents where it is not yet. */
function asset(name, contents, hashed = false) {
  const hash = digest("sha256", contents, "hex").slice(0, 10);
  const named = hashed ? name : name.replace(/(\.\w+)$/, `-${hash}$1`);
  files[named] = integrity(contents);
  served.set(`/assets/${named}`, contents);
  return named;
}

/** Scripts: main and its chunks, each name ending in the hash that esbuild makes of its contents. */
async function scripts() {
  const { outputFiles, metafile } = await esbuild.build({
    ...options,
    entryPoints: [join(here, "src/main.ts")],
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    outdir: "out",
    absWorkingDir: here,
    minify: true,
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) asset(basename(path), contents, true);
  const [path, output] = Object.entries(metafile.outputs).find(([, of]) => of.entryPoint === "src/main.ts");
  const needed = new Set();
  const follow = ({ imports }) => {
    for (const { path, kind } of imports) {
      if (kind !== "import-statement" || needed.has(path)) continue;
      needed.add(path);
      follow(metafile.outputs[path]);
    }
  };
  follow(output);
  return { main: basename(path), needed: [...needed].map((path) => basename(path)).sort() };
}

/** What comes first in the style sheet, in the order in which one overrules another: tokens and components. */
const components = "tokens elements frame rows post controls notices drums cards media"
  .split(" ")
  .map((name) => `${name}.css`);

/** One style sheet: tokens, components, then what screens add, by name. */
async function style() {
  const folder = join(here, "styles");
  const all = (await readdir(folder)).filter((name) => name.endsWith(".css"));
  const screens = all.filter((name) => !components.includes(name));
  const texts = [...components, ...screens.sort()].map((name) => readFile(join(folder, name), "utf8"));
  const { code } = await esbuild.transform((await Promise.all(texts)).join("\n"), {
    loader: "css",
    minify: true,
    target: options.target,
  });
  return asset("style.css", Buffer.from(code));
}

/** What makes the page installable. */
function manifest(icons) {
  const [small, large, mark] = icons;
  const icon = (name, sizes, purpose) => ({ src: `/assets/${name}`, sizes, type: "image/png", purpose });
  return {
    id: "/",
    name: "Kentongan",
    short_name: "Kentongan",
    description: "Sekali ditabuh, semua mendengar.",
    lang: "id",
    start_url: "/inbox",
    scope: "/",
    display: "standalone",
    background_color: "#f3f3ef",
    theme_color: "#ffffff",
    icons: [
      icon(small, "192x192", "any maskable"),
      icon(large, "512x512", "any maskable"),
      { src: `/assets/${mark}`, sizes: "any", type: "image/svg+xml" },
    ],
  };
}

/** The service worker, with what it keeps for a start without a connection. */
async function worker(precache, later) {
  const { outputFiles } = await esbuild.build({
    ...options,
    splitting: false,
    format: "iife",
    entryPoints: [join(here, "src/worker.ts")],
    outdir: "out",
    minify: true,
    write: false,
    define: { PRECACHE: JSON.stringify(precache), LATER: JSON.stringify(later) },
  });
  return outputFiles[0].contents;
}

/** Smaller forms of a file, each only where it saves something. */
function compressed(contents) {
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
  const forms = { br: brotliCompressSync(contents, { params }), gzip: gzipSync(contents, { level: 9 }) };
  return Object.entries(forms).filter(([, bytes]) => bytes.length < contents.length);
}

const version = /^version = "(.+)"$/m.exec(await readFile(join(here, "../Cargo.toml"), "utf8"))[1];
const read = (name) => readFile(join(here, name));
const { main, needed } = await scripts();
const sheet = await style();
const mark = asset("mark.svg", await read("mark.svg"));
const [small, large] = [
  asset("icon-192.png", await read("icons/icon-192.png")),
  asset("icon-512.png", await read("icons/icon-512.png")),
];
served.set("/manifest.webmanifest", Buffer.from(JSON.stringify(manifest([small, large, mark]))));
// The start is kept before the worker serves anything; all other scripts follow, so that every screen opens without a connection.
const start = [main, ...needed, sheet, mark];
const later = Object.keys(files).filter((name) => name.endsWith(".js") && !start.includes(name));
const addresses = (names) => names.map((name) => `/assets/${name}`);
const keeper = await worker([...addresses(start), "/manifest.webmanifest"], addresses(later));
served.set("/worker.js", Buffer.from(keeper));
const pages = await shells({ files, main, needed, style: sheet, mark, icon: small });

await rm(`${dist}.new`, { recursive: true, force: true });
await mkdir(`${dist}.new`, { recursive: true });

/** Writes a file and its smaller forms; answers with the line that the manifest has of it. */
async function write(name, contents) {
  const line = { sha256: digest("sha256", contents, "hex") };
  await writeFile(join(`${dist}.new`, name), contents);
  for (const [form, bytes] of compressed(contents)) {
    line[form] = digest("sha256", bytes, "hex");
    await writeFile(join(`${dist}.new`, `${name}.${form}`), bytes);
  }
  return line;
}

const lines = [];
for (const [path, contents] of served) lines.push({ path, ...(await write(basename(path), contents)) });
for (const { name, contents, paths } of pages.shells) {
  const line = await write(name, Buffer.from(contents));
  for (const path of paths) lines.push({ path, ...line });
}
lines.sort((a, b) => (a.path < b.path ? -1 : 1));
const published = JSON.stringify({ version, importmap: pages.importmap, files: lines });
await writeFile(join(`${dist}.new`, "web-manifest.json"), published);
const assets = { main, style: sheet, mark, worker: "worker.js", importmap: pages.importmap, files };
await writeFile(join(`${dist}.new`, "assets.json"), JSON.stringify(assets));
await signManifest(`${dist}.new`);
await rm(dist, { recursive: true, force: true });
await rename(`${dist}.new`, dist);

const weight = [main, ...needed, sheet].reduce(
  (sum, name) => sum + gzipSync(served.get(`/assets/${name}`), { level: 9 }).length,
  0,
);
console.log(
  `The web client ${version}: first load ${(weight / 1024).toFixed(1)} KiB of script and style with gzip.`,
);
