/** Gives the reader a file that was made on this page. */

import { h } from "./dom.ts";

/** Saves it under a name; nothing is sent anywhere. */
export function download(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken hold of it once the click's task is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
