/** Keeps the program itself on this device, so that the page starts without a connection. */

/** Where the hub serves the service worker. */
const WORKER = "/worker.js";

/** As much of Trusted Types as is used here. */
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string;
  };
}

/** Registers the service worker: the one address that becomes script in this page, and it is a constant. */
export async function keepProgram(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const policy = trustedTypes?.createPolicy("kentongan", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError("no such worker");
      return url;
    },
  });
  try {
    await navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER);
  } catch (error) {
    // Without it everything works but a start without a connection.
    console.warn(error);
  }
}
