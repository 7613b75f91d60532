/** Language and sounds: choices that take effect as they are made, here and on the owner's other devices. */

import type { AudienceView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h } from "../../page/dom.ts";
import { announce, raise } from "../../page/frame.ts";
import { choice, field, section } from "../../page/parts.ts";
import { setHeard } from "../../page/preferences.ts";
import { render } from "../../page/route.ts";
import {
  currentLanguage,
  LANGUAGES,
  rememberLanguage,
  speak,
  words,
  type Language,
} from "../../page/words.ts";

/** The page's language. */
export function languageSection({ client }: Context): HTMLElement {
  const say = words().me.language;
  const place = h("div");
  const options = Object.entries(LANGUAGES) as [Language, string][];
  const change = async (language: Language) => {
    await speak(language);
    rememberLanguage(language);
    raise();
    await render(false);
    document.querySelector<HTMLElement>(`input[name="bahasa"][value="${language}"]`)?.focus();
    announce(words().me.language.saved);
    // It is in use here already; the vault takes it to other devices when there is a connection.
    await client.changeSettings((settings) => ({ ...settings, language })).catch(() => {});
  };
  const legend = h("span.sr", say.legend);
  return section(
    say.heading,
    choice(legend, "bahasa", options, currentLanguage(), (l) => void change(l)),
    place,
  );
}

const SOUNDS = ["usual", "off", "quiet", "loud"] as const;
type Sound = (typeof SOUNDS)[number];

/** How each audience is heard. */
export async function soundSection({ client }: Context): Promise<HTMLElement> {
  const say = words().me.sound;
  const audiences = await client.audiences();
  if (audiences.length === 0) return section(say.heading, h("p", h("small", say.none)));
  const place = h("div");
  const list = audiences.map((audience) => soundOf(client, audience, place));
  return section(say.heading, h("p", h("small", say.lead)), h("div.pairs", list), place);
}

function soundOf(
  client: Context["client"],
  { audience, label }: AudienceView,
  place: HTMLElement,
): HTMLElement {
  const say = words().me.sound;
  const held = client.settings.audiences?.[audience]?.sound;
  const options = SOUNDS.map((sound) =>
    h("option", { value: sound, selected: sound === (held ?? "usual") }, say[sound]),
  );
  const select = h("select", options);
  select.addEventListener("change", async () => {
    const sound = select.value as Sound;
    const done = await doing(place, words().me.saving, () => setHeard(client, audience, { sound }));
    if (done !== undefined) announce(say.saved(label));
  });
  return field(label, select).element;
}
