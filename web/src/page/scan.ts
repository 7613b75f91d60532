/**
 * Reads QR codes with the camera, or from a photo of one.
 *
 * Invariant: pictures stay on this page and are never kept; the camera is off once a code is read or the sheet closed.
 */

import { h } from "./dom.ts";
import { ask, button, unique } from "./parts.ts";
import { words } from "./words.ts";

/** The browser's own reader, where it has one. */
interface Detector {
  detect(from: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]>;
}

type Read = (from: CanvasImageSource, width: number, height: number) => Promise<string | undefined>;

/** Longest side of what is looked at: more makes it slow, and a code in a hand is large. */
const LOOK = 1000;
/** Between two looks through the camera. */
const PAUSE_MS = 120;

/** Asks for the camera and reads until `accept` knows what to do with a code; undefined when closed before. */
export async function scan(
  title: string,
  accept: (text: string) => boolean,
): Promise<{ text: string } | { problem: string } | undefined> {
  const stream = await camera();
  if (stream === undefined) return { problem: words().scan.noCamera };
  const stop = new AbortController();
  const video = h("video.viewfinder", { autoplay: true, playsinline: true, "aria-label": words().scan.view });
  video.muted = true;
  video.srcObject = stream;
  const told = h("p", { role: "status" }, words().scan.hold);
  try {
    const closed = ask(title, [video, told], []).then(() => undefined);
    const seen = watch(video, accept, stop.signal, () => (told.textContent = words().scan.other));
    const text = await Promise.race([closed, seen]);
    return text === undefined ? undefined : { text };
  } finally {
    stop.abort();
    for (const track of stream.getTracks()) track.stop();
    video.closest("dialog")?.close();
  }
}

/** Buttons that read a code with the camera or from a photo; `take` gets what it says, `failed` why there is none. */
export function codeReaders(
  accept: (text: string) => boolean,
  take: (text: string | undefined) => void,
  failed: (problem: string) => void,
): HTMLElement {
  const look = async () => {
    const seen = await scan(words().scan.camera, accept);
    if (seen === undefined) return;
    if ("problem" in seen) return failed(seen.problem);
    take(seen.text);
  };
  return h(
    "div.line",
    button(words().scan.camera, () => void look(), "usual", "qr"),
    photoButton(words().scan.photo, take),
  );
}

/** A button that lets one choose or take a photo, and gives what its code says, or undefined where there is none. */
export function photoButton(label: string, read: (text: string | undefined) => void): readonly HTMLElement[] {
  const input = h("input", {
    type: "file",
    accept: "image/*",
    class: "sr",
    id: unique("foto"),
    tabindex: "-1",
  });
  input.setAttribute("aria-hidden", "true");
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file !== undefined) void fromPhoto(file).then(read);
  });
  return [button(label, () => input.click(), "usual", "photo"), input];
}

/** What the code in a photo says. */
export async function fromPhoto(photo: Blob): Promise<string | undefined> {
  const image = await createImageBitmap(photo).catch(() => undefined);
  if (image === undefined) return undefined;
  const read = await reader();
  const text = await read(image, image.width, image.height);
  image.close();
  return text;
}

async function camera(): Promise<MediaStream | undefined> {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch {
    return undefined; // none, not allowed, or in use elsewhere: a photo or typing does it too
  }
}

async function watch(
  video: HTMLVideoElement,
  accept: (text: string) => boolean,
  stop: AbortSignal,
  other: () => void,
): Promise<string | undefined> {
  const read = await reader();
  while (!stop.aborted) {
    if (video.readyState >= video.HAVE_CURRENT_DATA) {
      const text = await read(video, video.videoWidth, video.videoHeight);
      if (text !== undefined && accept(text)) return text;
      if (text !== undefined) other();
    }
    await new Promise((over) => setTimeout(over, PAUSE_MS));
  }
  return undefined;
}

/** The browser's reader, or ours. */
async function reader(): Promise<Read> {
  const known = (globalThis as { BarcodeDetector?: new (options: object) => Detector }).BarcodeDetector;
  if (known !== undefined) {
    const detector = new known({ formats: ["qr_code"] });
    const works = await detector.detect(document.createElement("canvas")).then(
      () => true,
      (e: unknown) => !(e instanceof DOMException && e.name === "NotSupportedError"),
    );
    if (works) return async (from) => (await detector.detect(from).catch(() => []))[0]?.rawValue;
  }
  const { decodeQR } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (from, width, height) => {
    if (pen === null || width === 0 || height === 0) return undefined;
    const scale = Math.min(1, LOOK / Math.max(width, height));
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    pen.drawImage(from, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height), { timeLimit: 200 });
    } catch {
      return undefined; // no code in this picture
    }
  };
}
