/** What a pupil handed in: the note, the photos large and open, other files to tap. */

import { type Attachment, fileName, type Work } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h, replace, type Child } from "../../page/dom.ts";
import { icon } from "../../page/icons.ts";
import { beats, button, empty, drum, shares } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { prose } from "../../page/prose.ts";
import { size, words } from "../../page/words.ts";
import { files } from "../post/files.ts";
import type { Stroke } from "./drawing.ts";
import type { Standing } from "./standing.ts";

/** Photos of a kind that the browser draws; the others are files. */
const isPhoto = ({ type }: Attachment): boolean => /^image\/(?:png|jpeg|webp|gif|avif)\b/.test(type);

/** Drums that say how much of a photo has come. */
const STEPS = 5;

/** The work, or that there is none; `drawn` gets a photo with what the teacher drew on it. */
export function workOf(
  context: Context,
  work: Work,
  { handedIn, pupil }: Standing,
  drawn: (file: File) => void,
): Child {
  const said = words().teaching.check;
  if (handedIn === undefined) {
    const { at } = pupil.submission.phase;
    const text = at === "reclaimed" ? said.reclaimedText : said.nothingText;
    return empty(
      drum(pupil.submission.missing(context.now()) ? "miss" : ""),
      h("h2", said.nothing),
      h("p", text),
    );
  }
  const { body, attachments } = handedIn.content;
  const photos = attachments.filter(isPhoto);
  const others = attachments.filter((one) => !isPhoto(one));
  return [
    body.trim() !== "" && h("blockquote.prose.said", prose(body)),
    photos.length > 0 &&
      h(
        "ol.pages",
        { "aria-label": said.photos },
        photos.map((photo, at) => onePhoto(context, work, photo, at + 1, photos.length, drawn)),
      ),
    files(context, work.audience, others),
  ];
}

function onePhoto(
  context: Context,
  work: Work,
  photo: Attachment,
  number: number,
  all: number,
  drawn: (file: File) => void,
): HTMLElement {
  const said = words().teaching.check;
  const place = h("div.leaf");
  const name = said.photo(number, all);
  const bar = h("div.line.is-apart");
  let blob: Blob | undefined;
  const fetched = async () => {
    try {
      blob = await context.client.attachment(work.audience, photo, (done, total) => {
        const { beats: drums } = shares([["on", done]], Math.max(1, total), STEPS);
        const text = words().read.post.fetching(size(done), size(Math.max(total, done)));
        replace(place, h("p.badge", beats(drums, text), text));
      });
      if (!context.left.aborted) draw(blob);
    } catch (error) {
      replace(
        place,
        problem(error),
        button(words().common.again, () => void fetched()),
      );
    }
  };
  const draw = (of: Blob) => {
    const src = URL.createObjectURL(new Blob([of], { type: photo.type.split(";")[0] ?? "" }));
    context.left.addEventListener("abort", () => URL.revokeObjectURL(src), { once: true });
    const picture = h("img", { src, alt: `${name}: ${fileName(photo)}` });
    const zoom = button(said.zoom, () => toggle(), "plain", "search");
    zoom.setAttribute("aria-pressed", "false");
    const toggle = () => {
      const large = place.classList.toggle("is-large");
      zoom.setAttribute("aria-pressed", String(large));
      if (large) {
        place.setAttribute("tabindex", "0");
        place.setAttribute("role", "region");
        place.setAttribute("aria-label", name);
        place.dataset["ownArrows"] = "";
      } else
        for (const one of ["tabindex", "role", "aria-label", "data-own-arrows"]) place.removeAttribute(one);
    };
    replace(place, picture);
    replace(
      bar,
      h("small", name, " · ", size(photo.size)),
      h(
        "div.line",
        zoom,
        button(said.draw, () => void pen(of), "plain", "edit"),
      ),
    );
  };
  const strokes: Stroke[] = [];
  const pen = async (of: Blob) => {
    const { drawOn } = await import("./drawing.ts");
    const file = await drawOn(of, said.drawn(number), strokes);
    if (file !== undefined) drawn(file);
  };
  replace(place, h("p.badge", icon("photo"), words().common.loading));
  replace(bar, h("small", name, " · ", size(photo.size)));
  void fetched();
  return h("li.stack.is-tight", place, bar);
}
