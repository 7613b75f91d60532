/**
 * The drum that announces what arrives: a wooden beat, made by the browser, no file.
 *
 * Invariant: never a sound before the reader has touched the page, and none that the reader turned off.
 */

/** How loud an audience may be. */
export type Volume = "off" | "quiet" | "loud";

/** How much it matters: the writer's word, see the payload. */
export type Urgency = "quiet" | "urgent" | undefined;

/** Beats in seconds: one for what can wait, two as for news, and the village's alarm, fast and even. */
const RHYTHMS = {
  usual: [0, 0.22],
  urgent: [0, 0.13, 0.26, 0.39, 0.52, 0.65, 0.78, 0.91],
  calm: [0],
} as const;

const LOUDNESS = { off: 0, quiet: 0.2, loud: 0.8 } as const;

let audio: AudioContext | undefined;

/** What is beaten for a post: nothing where it or its reader wants quiet; fewer beats where the reader wants less motion. */
export function rhythm(
  urgency: Urgency,
  chosen: Volume | undefined,
  calm: boolean,
): { readonly beats: readonly number[]; readonly gain: number } {
  const volume = chosen ?? (urgency === "urgent" ? "loud" : "quiet");
  if (urgency === "quiet" || volume === "off") return { beats: [], gain: 0 };
  const kind = calm ? "calm" : urgency === "urgent" ? "urgent" : "usual";
  return { beats: RHYTHMS[kind], gain: LOUDNESS[volume] };
}

/** Allows sound from the reader's first tap or key on. */
export function wakeSound(): void {
  const wake = () => {
    audio ??= new AudioContext();
    void audio.resume();
  };
  addEventListener("pointerdown", wake, { once: true });
  addEventListener("keydown", wake, { once: true });
}

/** Beats the drum; how many beats were made. */
export function drumFor(urgency: Urgency, chosen: Volume | undefined): number {
  if (audio?.state !== "running") return 0;
  const { beats, gain } = rhythm(urgency, chosen, matchMedia("(prefers-reduced-motion: reduce)").matches);
  for (const at of beats) beat(audio, audio.currentTime + at, gain);
  return beats.length;
}

/** One beat: the knock of the stick, then the hollow wood. */
function beat(context: AudioContext, at: number, gain: number): void {
  const volume = context.createGain();
  volume.gain.setValueAtTime(gain, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.18);
  volume.connect(context.destination);
  for (const [frequency, share] of [
    [410, 0.7],
    [1130, 0.25],
  ] as const) {
    const tone = context.createOscillator();
    const part = context.createGain();
    part.gain.value = share;
    tone.frequency.setValueAtTime(frequency * 1.15, at);
    tone.frequency.exponentialRampToValueAtTime(frequency, at + 0.03);
    tone.connect(part).connect(volume);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}
