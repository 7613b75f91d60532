/** A voice note, recorded in the page: its loudness as drums, listened to before it is attached. */

import type { Context } from "../../page/context.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { icon } from "../../page/icons.ts";
import { type Beat, button } from "../../page/parts.ts";
import { words } from "../../page/words.ts";

/** Enough for a voice; a minute is about 180 KB. */
const BITS_PER_SECOND = 24_000;
/** A voice note is not a lecture. */
const LONGEST_MS = 10 * 60_000;
const DRUMS = 16;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/** Whether this browser records. */
export const records = (): boolean => "MediaRecorder" in globalThis && "mediaDevices" in navigator;

/** Asks for the microphone and records; `done` gets the note, or nothing where it was thrown away. */
export async function recorder(
  { left, now }: Context,
  done: (file: File | undefined) => void,
): Promise<HTMLElement> {
  const said = words().write.voice;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const recording = new MediaRecorder(stream, {
    audioBitsPerSecond: BITS_PER_SECOND,
    ...(type === undefined ? {} : { mimeType: type }),
  });
  const pieces: Blob[] = [];
  const drums = Array.from({ length: DRUMS }, () => h("i"));
  const length = h("b", minutes(0));
  const level = levelOf(stream);
  const began = now();
  let wanted = true;
  const tick = setInterval(() => {
    length.textContent = minutes(now() - began);
    drums.push(...drums.splice(0, 1));
    const last = drums.at(-1);
    if (last !== undefined) last.className = classOf(level());
    place.querySelector(".beats")?.append(...drums);
    if (now() - began > LONGEST_MS) stop(true);
  }, 150);
  const stop = (keep: boolean) => {
    wanted = keep;
    if (recording.state !== "inactive") recording.stop();
  };
  recording.ondataavailable = ({ data }) => pieces.push(data);
  recording.onstop = () => {
    clearInterval(tick);
    for (const track of stream.getTracks()) track.stop();
    const bare = (recording.mimeType.split(";")[0] ?? "").trim() || "audio/webm";
    const ending = bare === "audio/mp4" ? "m4a" : (bare.split("/")[1] ?? "webm");
    const file = new File(pieces, `${said.name}.${ending}`, { type: bare });
    done(wanted && !left.aborted && file.size > 0 ? file : undefined);
  };
  left.addEventListener("abort", () => stop(false), { once: true });
  const place = h("div.stack.is-tight", { role: "group", "aria-label": said.recording });
  replace(
    place,
    h(
      "p.line",
      h("span.badge.bad", icon("mic"), said.recording),
      length,
      h("span.beats", { "aria-hidden": "true" }, drums),
    ),
    h(
      "div.line",
      button(said.stop, () => stop(true), "usual", "stop"),
      button(words().common.cancel, () => stop(false), "plain"),
    ),
  );
  recording.start(1000);
  announce(said.recording);
  return place;
}

/** `0:07` */
function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How loud it is now, from 0 to 1. */
function levelOf(stream: MediaStream): () => number {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  audio.createMediaStreamSource(stream).connect(analyser);
  stream.getTracks()[0]?.addEventListener("ended", () => void audio.close());
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    const mean = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return Math.min(1, Math.sqrt(mean) * 4);
  };
}

function classOf(level: number): string {
  const steps: readonly Beat[] = ["", "q1", "half", "q3", "on"];
  const beat = steps[Math.min(steps.length - 1, Math.ceil(level * steps.length))] ?? "";
  return beat === "" ? "" : `is-${beat}`;
}
