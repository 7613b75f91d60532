/** Installing the page as an app: the browser's offer, kept until the reader wants it. */

/** The browser's offer, where it makes one. */
interface Offer extends Event {
  prompt(): Promise<{ readonly outcome: "accepted" | "dismissed" }>;
}

let offer: Offer | undefined;
const waiting = new Set<() => void>();

addEventListener("beforeinstallprompt", (event) => {
  // Shown where the reader looks for it, not over what they read.
  event.preventDefault();
  offer = event as Offer;
  for (const tell of waiting) tell();
});

/** Whether the page runs as an app already. */
export const isInstalled = (): boolean => matchMedia("(display-mode: standalone)").matches;

/** Whether the browser offers to install it now; `later` is called when it does. */
export function canInstall(later: () => void, left: AbortSignal): boolean {
  waiting.add(later);
  left.addEventListener("abort", () => waiting.delete(later), { once: true });
  return offer !== undefined;
}

/** Lets the browser ask; whether the reader agreed. */
export async function install(): Promise<boolean> {
  const asked = offer;
  offer = undefined; // the browser takes an offer up once
  return asked !== undefined && (await asked.prompt()).outcome === "accepted";
}
