/** What was sent, whole: what one approves is what one has read. */

import type { PostView } from "../../client/index.ts";
import type { Context } from "../../page/context.ts";
import { h } from "../../page/dom.ts";
import { badge } from "../../page/parts.ts";
import { prose } from "../../page/prose.ts";
import { titleOf } from "../../page/title.ts";
import { words } from "../../page/words.ts";
import { files } from "../post/files.ts";
import { place } from "../post/place.ts";

/** Every language and every file of it. */
export function whole(context: Context, post: PostView): HTMLElement {
  const said = words().sent;
  const { content, audience } = post;
  const urgent = content.priority === "urgent" && h("p", badge("bell", h("b", words().read.inbox.urgent)));
  return h(
    "section.stack",
    { "aria-labelledby": "isinya" },
    h("h2", { id: "isinya" }, said.content),
    h(
      "article.preview.post",
      urgent,
      h("h3", { lang: content.language }, titleOf(content)),
      place(content.place),
      h("div", { lang: content.language }, prose(content.body)),
      content.versions.map((version) =>
        h(
          "div.stack.is-tight.version",
          { lang: version.language },
          version.title !== undefined && h("h3", version.title),
          prose(version.body),
        ),
      ),
      files(context, audience, content.attachments),
    ),
  );
}
