/** What was handed in or given back: the words, the photos all at once, other files one by one. */

import { type Attachment, fileName, type LetterView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { kindOf } from "../../page/handing.ts";
import { icon } from "../../page/icons.ts";
import { ask, badge, beats, shares } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { prose } from "../../page/prose.ts";
import { size, words } from "../../page/words.ts";
import { files } from "../post/files.ts";

/** Drums that say how many photos have come. */
const STEPS = 5;

/** The content of a letter of homework. */
export function given(context: Context, { audience, content }: LetterView): HTMLElement {
  const photos = content.attachments.filter((one) => kindOf(one) === "photos");
  const others = content.attachments.filter((one) => kindOf(one) !== "photos");
  const guardian = content.homework?.guardian?.name;
  return h(
    "div.stack.is-tight",
    guardian !== undefined && h("p", badge("child", words().homework.work.givenBy(guardian))),
    content.body.trim() !== "" && prose(content.body),
    photos.length > 0 && gallery(context, audience, photos),
    files(context, audience, others),
  );
}

/** Photos that are fetched together, with their size said before. */
function gallery(context: Context, audience: string, photos: readonly Attachment[]): HTMLElement {
  const said = words().homework.work;
  const bytes = photos.reduce((sum, one) => sum + one.size, 0);
  const label = said.photosOpen(photos.length, size(bytes));
  const [end, wrong] = [h("span", icon("eye")), h("div")];
  const press = h("button.file", { type: "button" }, icon("photo"), h("span", label), end);
  const place = h("div.stack.is-tight", { "data-file": photos[0]?.sha256 ?? "" }, press, wrong);
  const open = async () => {
    if (press.ariaBusy === "true") return;
    press.ariaBusy = "true";
    replace(wrong);
    try {
      const pages: HTMLElement[] = [];
      for (const [at, photo] of photos.entries()) {
        const { beats: drums } = shares([["on", at]], photos.length, STEPS);
        drums[drums.indexOf("")] = "going";
        replace(end, beats(drums, words().common.of(String(at), String(photos.length))));
        pages.push(page(context, await context.client.attachment(audience, photo), photo, at + 1));
      }
      if (context.left.aborted) return;
      place.classList.add("is-open");
      replace(place, h("ol.photos", pages));
      announce(words().read.post.opened(label));
    } catch (error) {
      replace(end, icon("eye"));
      replace(wrong, problem(error));
    } finally {
      press.ariaBusy = "false";
    }
  };
  press.addEventListener("click", () => void open());
  return place;
}

function page({ left }: Context, blob: Blob, photo: Attachment, n: number): HTMLElement {
  const said = words().homework.work;
  const type = photo.type.split(";")[0] ?? "";
  const src = URL.createObjectURL(new Blob([blob], { type }));
  left.addEventListener("abort", () => URL.revokeObjectURL(src), { once: true });
  const look = () => void ask(said.page(n), h("img.large", { src, alt: fileName(photo) }), []);
  const open = h("button.photo", { type: "button", "aria-label": said.enlarge(n), onclick: look });
  open.append(h("img", { src, alt: said.page(n) }));
  return h("li", open, h("small", said.pageSize(n, size(photo.size))));
}

/** `3 foto, 1 rekaman, dan pesan`: what there is, in words. */
export function listed(all: readonly { readonly type: string }[], note: boolean): string {
  const { photos, voices, files: n } = count(all);
  const said = words().homework.counts;
  const parts: Child[] = [
    photos > 0 && said.photos(photos),
    voices > 0 && said.voices(voices),
    n > 0 && said.files(n),
    note && said.note,
  ];
  const list = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });
  return list.format(parts.filter((part): part is string => typeof part === "string"));
}

function count(all: readonly { readonly type: string }[]): Record<"photos" | "voices" | "files", number> {
  const counts = { photos: 0, voices: 0, files: 0 };
  for (const one of all) counts[kindOf(one)] += 1;
  return counts;
}
