// A real hub with a go-between in front of it: serves a page of tests, runs the command line for them, and lies when told.
//
// What tests ask of it is at /village/…; everything else goes to the hub. The hub is the binary that `cargo build` makes,
// or the one that KENTONGAN_BINARY names.

import { spawn } from "node:child_process";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const binary =
  process.env["KENTONGAN_BINARY"] ??
  fileURLToPath(new URL("../../../target/debug/kentongan", import.meta.url));

/** Nothing of the tester's own environment that the binary would read. */
function environment(more) {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(KENTONGAN_|RUST_LOG$|DATABASE_URL$)/.test(name),
  );
  return { ...Object.fromEntries(own), TZ: "UTC", ...more };
}

/** The go-between, the hub behind it, and how to end both; `page` and `scripts` are served to a browser. */
export async function village({ page, scripts } = {}) {
  await access(binary).catch(() => {
    throw new Error(`there is no ${binary}: cargo build --bin kentongan makes it`);
  });
  const folder = await mkdtemp(join(tmpdir(), "kentongan-web-"));
  const between = new Between(folder, page, scripts);
  const origin = await between.listen();
  const hub = await startHub(folder, origin);
  between.hub = hub.address;
  const stop = async () => {
    between.close();
    hub.process.kill("SIGTERM");
    await hub.ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { origin, stop };
}

async function startHub(folder, origin) {
  const args = ["serve", "--json", "--quiet", "--listen", "127.0.0.1:0", "--data", join(folder, "data")];
  const env = environment({ KENTONGAN_ORIGIN: origin });
  const hub = spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((end) => hub.on("exit", end));
  let log = "";
  hub.stderr.on("data", (piece) => (log += piece));
  const said = await new Promise((resolve, reject) => {
    let line = "";
    hub.stdout.on("data", (piece) => {
      line += piece;
      if (line.includes("\n")) resolve(JSON.parse(line.split("\n")[0]));
    });
    hub.on("exit", () => reject(new Error(`the hub does not start: ${log}`)));
  });
  const address = `http://${said.listen}`;
  const health = await fetch(`${address}/healthz`);
  if (!health.ok) throw new Error(`the hub is not well: ${await health.text()}`);
  return { process: hub, ended, address };
}

/** Stands between people and the hub. */
class Between {
  hub = "";
  #folder;
  #page;
  #scripts;
  #server;
  #lies = [];
  #heard = new Map();
  #carried = new Map();
  #cards = new Map();

  constructor(folder, page, scripts) {
    [this.#folder, this.#page, this.#scripts] = [folder, page, scripts];
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
        response.end(String(error));
      });
    });
  }

  async listen() {
    await new Promise((listening) => this.#server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (pathname.startsWith("/village/")) return this.#village(pathname.slice(9), request, response);
    if (this.#page !== undefined && pathname === "/tests") return serve(response, "text/html", this.#page);
    if (this.#scripts !== undefined && pathname.startsWith("/tests/"))
      return serve(response, "text/javascript", await readFile(join(this.#scripts, basename(pathname))));
    if (pathname === "/v1/events") return this.#stream(request, response);
    return this.#pass(request, response, await bodyOf(request));
  }

  /** What tests ask for; each is JSON in and JSON out. */
  async #village(wanted, request, response) {
    const asked = JSON.parse((await bodyOf(request)).toString() || "{}");
    const answers = {
      cli: () => this.#cli(asked),
      lie: () => void this.#lies.push({ times: Infinity, after: 0, ...asked, path: new RegExp(asked.path) }),
      honest: () => void (this.#lies = []),
      carried: () => this.#carried.get(asked.method) ?? 0,
      heard: () => this.#heard.get(asked.path) ?? null,
      file: () => this.#file(asked),
      saved: async () => ({ base64: (await readFile(join(this.#folder, asked.name))).toString("base64") }),
    };
    serve(response, "application/json", JSON.stringify((await answers[wanted]()) ?? null));
  }

  async #file({ name, base64 }) {
    const path = join(this.#folder, name);
    await writeFile(path, Buffer.from(base64, "base64"));
    return { path, folder: this.#folder };
  }

  /** Runs the command line for a person, whose card is remembered once it was made or given. */
  async #cli({ person, args, card }) {
    if (card !== undefined) this.#cards.set(person, card);
    const home = join(this.#folder, `home-${person}`);
    const known = this.#cards.get(person);
    const env = environment({
      KENTONGAN_HOME: home,
      KENTONGAN_HUB: this.origin,
      ...(known === undefined ? {} : { KENTONGAN_CARD: known }),
    });
    const child = spawn(binary, [...args, "--json"], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (piece) => (stdout += piece));
    child.stderr.on("data", (piece) => (stderr += piece));
    const code = await new Promise((ended) => child.on("close", ended));
    const said = stdout === "" ? null : JSON.parse(stdout);
    if (said?.card !== undefined) this.#cards.set(person, said.card);
    return { code, said, stderr };
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Passes a request on, and the answer back, unless there is a lie to be told of it. */
  async #pass(request, response, body) {
    const meant = this.#lies.find(
      ({ method = "GET", path, times }) => times > 0 && method === request.method && path.test(request.url),
    );
    const lie = meant === undefined || meant.after-- > 0 ? undefined : meant;
    if (lie !== undefined) lie.times--;
    if (lie?.answer !== undefined)
      return serve(response, "application/json", JSON.stringify(lie.answer), lie.status);
    const url = lie?.instead === undefined ? request.url : lie.instead;
    const headers = { ...request.headers, host: new URL(this.hub).host };
    this.#carried.set(request.method, (this.#carried.get(request.method) ?? 0) + (lie?.cut ?? body.length));
    if (lie?.cut !== undefined) {
      await cutOff(this.hub + url, request.method, headers, body, lie.cut);
      return request.socket.destroy();
    }
    const answer = await asked(this.hub + url, request.method, headers, body);
    // The hub has it; who sent it will not hear of that.
    if (lie?.lost === true) return request.socket.destroy();
    let { bytes } = answer;
    if (lie?.swap !== undefined)
      bytes = Buffer.from(bytes.toString("latin1").replaceAll(...lie.swap), "latin1");
    this.#heard.set(request.url, { base64: bytes.toString("base64"), etag: answer.headers.etag ?? null });
    const { "content-length": _, "transfer-encoding": __, connection: ___, ...rest } = answer.headers;
    const noBody = request.method === "HEAD" || answer.status === 204;
    response.writeHead(answer.status, noBody ? rest : { ...rest, "content-length": bytes.length });
    response.end(noBody ? undefined : bytes);
  }

  #stream(request, response) {
    const headers = { ...request.headers, host: new URL(this.hub).host };
    const upstream = ask(this.hub + request.url, { headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    response.on("close", () => upstream.destroy());
    upstream.on("error", () => response.destroy());
    upstream.end();
  }
}

function serve(response, type, body, status = 200) {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body);
}

async function bodyOf(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Hands on the first `length` bytes of a body to the hub, and nothing more. */
async function cutOff(url, method, headers, body, length) {
  const { connection: _, "transfer-encoding": __, ...rest } = headers;
  const upstream = ask(url, { method, headers: { ...rest, "content-length": body.length } });
  upstream.on("error", () => undefined);
  upstream.flushHeaders();
  if (length > 0) await new Promise((written) => upstream.write(body.subarray(0, length), written));
  upstream.destroy();
}

function asked(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const { connection: _, "transfer-encoding": __, ...rest } = headers;
    const sized =
      body.length > 0 || method === "POST" || method === "PUT" ? { "content-length": body.length } : {};
    const upstream = ask(url, { method, headers: { ...rest, ...sized } }, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, bytes: await bodyOf(answer) });
    });
    upstream.on("error", reject);
    upstream.end(body);
  });
}
