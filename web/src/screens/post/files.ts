/**
 * Files beside a post or a letter: nothing is fetched before it is tapped, and its size is said before.
 *
 * Invariant: only pictures and sounds of known kinds are shown in the page; everything else is handed over as a download.
 */

import type { Context } from "../../page/context.ts";
import type { Attachment } from "../../client/index.ts";
import { fileName } from "../../client/index.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { icon, type Icon } from "../../page/icons.ts";
import { beats, shares } from "../../page/parts.ts";
import { problem } from "../../page/problem.ts";
import { size, words } from "../../page/words.ts";

/** What the browser may draw or play itself; a drawing with script in it is not among them. */
const SHOWN: readonly (readonly [RegExp, "image" | "audio" | "video"])[] = [
  [/^image\/(?:png|jpeg|webp|gif|avif)$/, "image"],
  [/^audio\/(?:webm|ogg|mpeg|mp4|aac|wav|x-wav|flac)$/, "audio"],
  [/^video\/(?:webm|mp4|ogg)$/, "video"],
];

type Kind = "image" | "audio" | "video" | "document";

const LOOKS: Readonly<Record<Kind, { lead: Icon; end: Icon }>> = {
  image: { lead: "photo", end: "eye" },
  audio: { lead: "mic", end: "play" },
  video: { lead: "play", end: "play" },
  document: { lead: "file", end: "down" },
};

const bareType = (type: string): string => (type.split(";")[0] ?? "").trim().toLowerCase();
const kindOf = (type: string): Kind => SHOWN.find(([of]) => of.test(bareType(type)))?.[1] ?? "document";

/** Drums that say how much of a file has come. */
const STEPS = 5;

/** All files of a content, or nothing where there are none. */
export function files(
  context: Context,
  audience: string,
  list: readonly Attachment[],
): HTMLElement | undefined {
  if (list.length === 0) return undefined;
  return h(
    "section.stack.is-tight",
    { "aria-label": words().read.post.attachments },
    list.map((attachment) => oneFile(context, audience, attachment)),
  );
}

/** One of them. */
export function oneFile(context: Context, audience: string, attachment: Attachment): HTMLElement {
  const said = words().read.post;
  const kind = kindOf(attachment.type);
  const name = fileName(attachment);
  const detail = h("small", describe(kind, attachment));
  const end = h("span", icon(LOOKS[kind].end));
  const wrong = h("div");
  const button = h(
    "button.file",
    { type: "button", onclick: () => void fetched() },
    icon(LOOKS[kind].lead),
    h("span", name, detail),
    end,
  );
  const place = h("div.shown", { "data-file": attachment.sha256 }, button, wrong);
  let link: string | undefined;

  async function fetched(): Promise<void> {
    if (button.ariaBusy === "true") return;
    replace(wrong);
    button.ariaBusy = "true";
    try {
      link ??= await fetchFile();
      show(link);
    } catch (error) {
      replace(wrong, problem(error));
      detail.textContent = describe(kind, attachment);
      replace(end, icon(LOOKS[kind].end));
    } finally {
      button.ariaBusy = "false";
    }
  }

  async function fetchFile(): Promise<string> {
    const blob = await context.client.attachment(audience, attachment, (done, total) => {
      const whole = Math.max(total, 1);
      detail.textContent = said.fetching(size(Math.min(done, whole)), size(whole));
      const { beats: drums } = shares([["on", done]], whole, STEPS);
      const going = drums.findIndex((beat) => beat === "");
      if (going >= 0) drums[going] = "going";
      replace(end, beats(drums, said.fetching(size(done), size(whole))));
    });
    const type = kind === "document" ? "application/octet-stream" : bareType(attachment.type);
    const made = URL.createObjectURL(new Blob([blob], { type }));
    context.left.addEventListener("abort", () => URL.revokeObjectURL(made), { once: true });
    return made;
  }

  function show(href: string): void {
    if (kind === "document") {
      const anchor = h("a", { href, download: name });
      anchor.click();
      detail.textContent = `${describe(kind, attachment).split(" · ").slice(0, 2).join(" · ")} · ${said.here}`;
      replace(end, icon("check"));
      announce(said.saved(name));
      return;
    }
    const drawn = {
      image: () => h("img", { src: href, alt: name, loading: "eager" }),
      audio: () => h("audio", { src: href, controls: true, "aria-label": name }),
      video: () => h("video", { src: href, controls: true, "aria-label": name }),
    }[kind]();
    place.classList.add("is-open");
    replace(place, drawn, h("small", `${name} · ${size(attachment.size)}`));
    if (drawn instanceof HTMLMediaElement) void drawn.play().catch(() => {});
    announce(said.opened(name));
  }

  return place;
}

function describe(kind: Kind, { name, type, size: bytes }: Attachment): string {
  const said = words().read.post;
  const ending = /\.([a-z0-9]{2,4})$/i.exec(name)?.[1]?.toUpperCase();
  const what = { image: said.photo, audio: said.sound, video: said.video, document: ending ?? said.document }[
    kind
  ];
  const act = {
    image: said.tapToShow,
    audio: said.tapToPlay,
    video: said.tapToWatch,
    document: said.tapToSave,
  }[kind];
  return `${bareType(type) === "application/pdf" ? "PDF" : what} · ${size(bytes)} · ${act}`;
}
