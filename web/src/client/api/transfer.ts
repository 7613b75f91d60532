/** Large files to and from the hub, told step by step; what breaks off on the way down goes on where it stopped. */

import { Distrust, Offline } from "../error.ts";
import { Patience } from "./patience.ts";
import { problemOf } from "./transport.ts";
import { utf8 } from "../../protocol/text.ts";

type Progress = (done: number, total: number) => void;

/** Breaks that a download survives. */
const RESUMES = 5;
/** A phone that changes networks is silent for a while. */
const SILENCE_MS = 30_000;

/** Sends a part of `blob`; a page sees how far it is, a worker, which has no XMLHttpRequest, does not. */
export async function uploadPart(
  url: string,
  token: string,
  blob: Blob,
  from: number,
  to: number,
  progress: Progress,
): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/octet-stream",
    "content-range": `bytes ${from}-${to - 1}/${blob.size}`,
  };
  const part = blob.slice(from, to);
  if (typeof XMLHttpRequest === "undefined") return uploadAtOnce(url, headers, part);
  const { promise, resolve, reject } = settled<XMLHttpRequest>();
  const request = new XMLHttpRequest();
  const patience = new Patience(0, SILENCE_MS);
  patience.signal.addEventListener("abort", () => request.abort());
  request.open("PUT", url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => {
    patience.touch();
    progress(Math.min(from + loaded, to), blob.size);
  };
  request.onload = () => resolve(request);
  request.onerror = () => reject(new Offline("offline"));
  request.onabort = () => reject(new Offline("timeout"));
  request.send(part);
  const { status, responseText } = await promise.finally(() => patience.end());
  if (status < 200 || status > 299) {
    const answer = { get: (name: string) => request.getResponseHeader(name) };
    throw await problemOf(status, answer, async () => utf8(responseText));
  }
}

async function uploadAtOnce(url: string, headers: Record<string, string>, body: Blob): Promise<void> {
  const patience = new Patience(body.size / 8);
  const request = { method: "PUT", headers, body, redirect: "error", signal: patience.signal } as const;
  const response = await patience.with(fetch(url, request));
  patience.end();
  if (!response.ok) {
    throw await problemOf(response.status, response.headers, async () => utf8(await response.text()));
  }
}

/** Reads what `begin` answers into a blob; more than `limit` bytes are refused. */
export async function download(
  begin: (headers: Record<string, string>, patience: Patience) => Promise<Response>,
  limit: number,
  progress: Progress,
): Promise<Blob> {
  const pieces: BlobPart[] = [];
  let done = 0;
  for (let breaks = 0; ; breaks++) {
    try {
      const patience = new Patience(0, SILENCE_MS);
      const response = await begin(done === 0 ? {} : { range: `bytes=${done}-` }, patience);
      if (response.status !== 206) pieces.length = done = 0;
      const total = done + Number(response.headers.get("content-length") ?? 0);
      for await (const piece of patience.pieces(response)) {
        done += piece.length;
        if (done > limit) throw new Distrust("attachment size");
        pieces.push(new Uint8Array(piece));
        progress(done, Math.max(total, done));
      }
      return new Blob(pieces);
    } catch (e) {
      if (!(e instanceof Offline) || breaks === RESUMES) throw e;
    }
  }
}

function settled<T>() {
  let [resolve, reject]: [(value: T) => void, (e: unknown) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
