// Runs a bundle in Chromium, served from 127.0.0.1: the protocol's tests, with the argument `bench` the measurements,
// with `client` the stories of the client library, on a real hub.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";

import { chromium } from "playwright-core";

import { bundle, dist } from "./build.mjs";
import { village } from "./client/village.mjs";

const entries = { bench: "bench", client: "client-browser" };
const entry = entries[process.argv[2]] ?? "browser";
const page = `<!doctype html><meta charset="utf-8"><title>${entry}</title><script type="module" src="/tests/${entry}.js"></script>`;

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function serve() {
  const server = createServer(async (request, response) => {
    const name = basename(new URL(request.url ?? "/", "http://127.0.0.1").pathname);
    try {
      const script = name.endsWith(".js");
      const body = script ? await readFile(join(dist, name)) : name === "tests" ? page : undefined;
      const type = script ? "text/javascript" : "text/html";
      response
        .writeHead(body === undefined ? 404 : 200, { "content-type": `${type}; charset=utf-8` })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

await bundle(entry, "browser");
const server = entry === "client-browser" ? await village({ page, scripts: dist }) : await serve();
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args,
});
try {
  const tab = await browser.newPage();
  const broken = new Promise((_, fail) => tab.on("pageerror", fail));
  await tab.goto(`${server.origin}/tests`);
  const finished = tab.waitForFunction(() => globalThis.finished, undefined, { timeout: 240_000 });
  const results = await (await Promise.race([finished, broken])).jsonValue();
  for (const { name, ms, error } of results) {
    console.log(
      `${error === undefined ? "ok" : "not ok"} - ${name} (${ms} ms)${error === undefined ? "" : `\n  ${error}`}`,
    );
  }
  const failed = results.filter(({ error }) => error !== undefined).length;
  console.log(`# Chromium ${browser.version()}: ${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && results.length > 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
}
