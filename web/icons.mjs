// Draws icons/icon-SIZE.png from mark.svg with Chromium: once, whenever the mark changes; they are kept in git.

import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const mark = await readFile(`${here}/mark.svg`, "utf8");
// A launcher may cut a circle of four fifths out of it (W3C manifest, "maskable"): the mark stays inside that.
const page = (size) => `<!doctype html><style>
  body { display: grid; place-items: center; margin: 0; height: ${size}px; background: #f3f3ef }
  svg { width: ${0.56 * size}px; height: auto; color: #7f4019 }
</style>${mark}`;

await mkdir(`${here}/icons`, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  for (const size of [192, 512]) {
    const tab = await browser.newPage({ viewport: { width: size, height: size } });
    await tab.setContent(page(size));
    await tab.screenshot({ path: `${here}/icons/icon-${size}.png` });
  }
} finally {
  await browser.close();
}
