/**
 * A real hub, a real Chromium and people in it, for the journeys.
 *
 * Invariants: every wait is for something to happen, with a limit; a page may log no error, break no content policy
 * and ask nobody but its hub; what is started here is stopped here, by its process id. People use the keyboard alone
 * unless a journey gives them a finger (hands.ts).
 */

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

import { give, type Hands } from "./hands.ts";

/** The folder `web`, from the bundle in `dist/journeys`. */
const web = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The binary under test; built by the Makefile. */
export const binary = process.env["KENTONGAN_BINARY"] ?? join(web, "../target/debug/kentongan");

/** Where screenshots go. */
export const pictures = join(web, "dist/screens");

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Nothing of the tester's own settings. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("KENTONGAN_"));
  return { ...Object.fromEntries(own), TZ: "Asia/Jakarta" };
}

/** A hub of the real binary on a free port, with its data in a folder of the test. */
export class Hub {
  /** Where it is. */
  readonly origin: string;
  /** Its data, and whatever the journey puts beside it. */
  readonly folder: string;
  private child: ChildProcess;

  private constructor(origin: string, folder: string, child: ChildProcess) {
    [this.origin, this.folder, this.child] = [origin, folder, child];
  }

  /** Starts one and waits until it listens; `settings` are those that differ from the defaults, as TOML. */
  static async start(settings = ""): Promise<Hub> {
    const folder = await mkdtemp(join(tmpdir(), "kentongan-journey-"));
    await writeFile(join(folder, "hub.toml"), settings);
    const { child, origin } = await serve("127.0.0.1:0", folder);
    return new Hub(origin, folder, child);
  }

  /** Ends it as a crash would (`SIGKILL`) or as asked (`SIGTERM`). */
  async stop(signal: "SIGKILL" | "SIGTERM" = "SIGTERM"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    await ended;
  }

  /** Starts it again at the same address, with the same data. */
  async restart(): Promise<void> {
    ({ child: this.child } = await serve(new URL(this.origin).host, this.folder));
  }

  /** Somebody at the command line, with a folder of their own. */
  terminal(name: string, card = ""): Terminal {
    return new Terminal(this.origin, join(this.folder, `home-${name}`), card);
  }

  /** Ends it and takes its data away. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** An account at the command line. */
export class Terminal {
  /** The login card, once there is one. */
  card: string;
  private readonly origin: string;
  private readonly home: string;

  constructor(origin: string, home: string, card: string) {
    [this.origin, this.home, this.card] = [origin, home, card];
  }

  /** Makes an account. */
  async begin(name: string): Promise<void> {
    this.card = (await this.json(["account", "new", "--name", name]))["card"] as string;
  }

  /** Runs a command that has to succeed; its document. */
  async json(args: readonly string[], stdin = ""): Promise<Record<string, unknown>> {
    const { code, out, err } = await this.run(args, stdin);
    assert.equal(code, 0, `kentongan ${args.join(" ")}: ${err}`);
    // One document, over several lines; what went before it was said on the way.
    const all = out.trim();
    const last = all.slice(Math.max(0, all.lastIndexOf("\n{") + 1));
    return JSON.parse(last || "{}") as Record<string, unknown>;
  }

  /** Runs a command that has to fail; what it says. */
  async refused(args: readonly string[]): Promise<string> {
    const { code, err } = await this.run(args, "");
    assert.notEqual(code, 0, `kentongan ${args.join(" ")} did it`);
    return err;
  }

  private async run(
    args: readonly string[],
    stdin: string,
  ): Promise<{ code: number; out: string; err: string }> {
    const own = { KENTONGAN_HOME: this.home, KENTONGAN_HUB: this.origin, KENTONGAN_CARD: this.card };
    const env = {
      ...environment(),
      ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== "")),
    };
    const child = spawn(binary, [...args, "--json"], { env });
    const [out, err] = [text(child.stdout), text(child.stderr)];
    child.stdin.on("error", () => {}).end(stdin);
    const [code] = (await once(child, "close")) as [number];
    return { code, out: await out, err: await err };
  }
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = "";
  for await (const piece of stream) all += String(piece);
  return all;
}

async function serve(listen: string, folder: string): Promise<{ child: ChildProcess; origin: string }> {
  const args = ["serve", "--json", "--quiet", "--listen", listen, "--data", join(folder, "data")];
  args.push("--config", join(folder, "hub.toml"));
  const child = spawn(binary, args, { env: environment(), stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const said = await new Promise<string>((heard, failed) => {
    lines.once("line", heard);
    child.once("exit", (code) => failed(new Error(`the hub ended with ${code}`)));
  });
  return { child, origin: (JSON.parse(said) as { origin: string }).origin };
}

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

/** The browser, without a window. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args });

/** How many times slower than this machine every phone is: `PACE=4 make journeys`. */
const PACE = Number(process.env["PACE"] ?? 1);

/** Who opens a browser, and on what. */
export interface Visitor {
  /** Indonesian unless told otherwise. */
  readonly language?: "id" | "en";
  /** The screen, in CSS pixels: a phone's unless told otherwise. */
  readonly width?: number;
  /** What they act with: the keyboard alone unless told otherwise. */
  readonly hands?: Hands;
  /** How many times slower their processor is. */
  readonly pace?: number;
}

/** Somebody with a browser profile of their own. */
export class Person {
  /** What went wrong in this person's pages; empty, or the journey fails. */
  readonly faults: string[] = [];

  /** The tab they look at. */
  readonly page: Page;
  /** Their profile. */
  readonly context: BrowserContext;
  private readonly hub: Hub;
  private readonly hands: Hands;
  private readonly pace: number;

  private constructor(page: Page, context: BrowserContext, hub: Hub, { hands, pace }: Visitor) {
    [this.page, this.context, this.hub] = [page, context, hub];
    [this.hands, this.pace] = [hands ?? "keyboard", Math.max(pace ?? 1, PACE)];
  }

  /** Opens a fresh profile. */
  static async with(browser: Browser, hub: Hub, options: Visitor = {}): Promise<Person> {
    const width = options.width ?? 360;
    const context = await browser.newContext({
      baseURL: hub.origin,
      locale: options.language === "en" ? "en-GB" : "id-ID",
      timezoneId: "Asia/Jakarta",
      viewport: { width, height: width < 600 ? 740 : 900 },
      deviceScaleFactor: width < 600 ? 2 : 1,
      hasTouch: options.hands === "touch",
      permissions: ["clipboard-read", "clipboard-write", "microphone", "camera"],
    });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const person = new Person(page, context, hub, options);
    await person.watch(page);
    return person;
  }

  /** Another tab of the same profile. */
  async tab(): Promise<Page> {
    const page = await this.context.newPage();
    await this.watch(page);
    return page;
  }

  private async watch(page: Page): Promise<void> {
    give(page, this.hands);
    if (this.pace > 1) {
      const debug = await this.context.newCDPSession(page);
      await debug.send("Emulation.setCPUThrottlingRate", { rate: this.pace });
    }
    page.on("pageerror", (error) => this.faults.push(`script: ${error.message}`));
    page.on("console", (message) => {
      const expected =
        /the server responded with a status of (4|5)\d\d|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/;
      if (message.type() === "error" && !expected.test(message.text()))
        this.faults.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== this.hub.origin) this.faults.push(`asked ${origin}`);
    });
  }

  /**
   * Looks at the present screen as its readers would, from its top: no sideways scroll at 320 px, nothing that axe
   * finds, and pictures of a phone and a laptop, light and dark.
   */
  async look(name: string): Promise<void> {
    // The slow run is about what happens in time; screens look the same in it.
    if (PACE > 1) return;
    await mkdir(pictures, { recursive: true });
    const { page } = this;
    const before = page.viewportSize() ?? { width: 360, height: 740 };
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 320, `${name}: ${wide} px wide on a screen of 320`);
    for (const [width, height] of [
      [360, 740],
      [1280, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => scrollTo(0, 0));
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.screenshot({
          path: join(pictures, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
        await this.accessible(`${name}, ${width} px, ${colorScheme}`);
      }
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
    await page.setViewportSize(before);
  }

  private async accessible(where: string): Promise<void> {
    // Evaluated by the debugger, not inserted as a script: the page's own policy stays as it is.
    if (!(await this.page.evaluate(() => "axe" in globalThis))) {
      const { readFile } = await import("node:fs/promises");
      await this.page.evaluate(await readFile(axe, "utf8"));
    }
    const found = await this.page.evaluate(async () => {
      type Axe = {
        run(
          where: Document,
        ): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
      };
      const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document);
      return violations.map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`,
      );
    });
    assert.deepEqual(found, [], `axe, ${where}`);
  }

  /** Ends the visit; what went wrong on the way fails the journey. */
  async leave(): Promise<void> {
    await this.context.close();
    assert.deepEqual(this.faults, [], "faults in the page");
  }
}
