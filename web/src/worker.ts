/**
 * The service worker: keeps the program of the page, so that it starts without a connection.
 *
 * Invariant: what it keeps is the program alone, never anything of an account; the newest program wins while there is a connection.
 */

/** What the page needs at its start, its script first, and what single screens need beside; set by the build. */
declare const PRECACHE: readonly string[];
declare const LATER: readonly string[];
declare const self: ServiceWorkerGlobalScope;

/** A page path without anything of its own, whose shell stands in for all of them. */
const SHELL = "/inbox";
/** Names of assets say what is in them, so their list names a version. */
const VERSION = `program ${PRECACHE.join(" ")}`;

async function install(): Promise<void> {
  const cache = await caches.open(VERSION);
  await cache.addAll([...PRECACHE, SHELL]);
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith("program ") && name !== VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  await keepScreens();
}

/** Screens that were not looked at yet work without a connection too; who has to save data fetches each as it is opened. */
async function keepScreens(): Promise<void> {
  const { connection } = self.navigator as { connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true) return;
  const cache = await caches.open(VERSION);
  for (const path of LATER) {
    if ((await cache.match(path)) === undefined) await cache.add(path).catch(() => undefined);
  }
}

/** A page: the hub's, or without a connection the kept shell. */
async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.ok && new URL(request.url).pathname !== "/") void keepShell(answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(SHELL, { ignoreVary: true });
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Keeps the shell in the language it is served in now, if it belongs to the program that is kept. */
async function keepShell(answer: Response): Promise<void> {
  const [copy, text] = [answer.clone(), await answer.text()];
  if (text.includes(PRECACHE[0] ?? "/assets/")) await (await caches.open(VERSION)).put(SHELL, copy);
}

/** A file that never changes under its name. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(VERSION)).put(request, answer.clone());
  return answer;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
});

export {};
