/** How one audience is heard: its sound, or nothing; kept for all devices of the reader. */

import type { AudienceView } from "../client/index.ts";
import type { Context } from "../page/context.ts";
import { h } from "../page/dom.ts";
import { announce } from "../page/frame.ts";
import { ask, button, choice, tick } from "../page/parts.ts";
import { setHeard, volumeOf } from "../page/preferences.ts";
import { drumFor, type Volume } from "../page/sound.ts";
import { words } from "../page/words.ts";

type Choice = Volume | "usual";

/** Asks in a sheet and keeps the answer. */
export async function sounds({ client }: Context, { audience, label, muted }: AudienceView): Promise<void> {
  const said = words().read.post.sounds;
  let chosen: Choice = volumeOf(client, audience) ?? "usual";
  const options: readonly (readonly [Choice, string])[] = [
    ["usual", said.usual],
    ["off", said.off],
    ["quiet", said.quiet],
    ["loud", said.loud],
  ];
  const loudness = choice(said.legend, "bunyi", options, chosen, (value) => (chosen = value));
  const mute = tick(said.mute, { checked: muted });
  const hear = () => drumFor(undefined, chosen === "usual" ? undefined : chosen);
  const body = h(
    "div.stack",
    loudness,
    button(said.try, hear, "plain", "play"),
    mute.element,
    h("small", said.told),
  );
  const answer = await ask(said.title(label), body, [
    { value: "save", label: words().common.save, main: true },
  ]);
  if (answer !== "save") return;
  // `sound` of nothing would not merge away what another device chose.
  await setHeard(client, audience, { sound: chosen, muted: mute.input.checked });
  announce(said.saved);
}
