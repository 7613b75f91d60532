/** What posts and letters say, as JSON: written by whoever sealed them, so none of it is trusted. */

import { type Bytes, Malformed } from "../protocol/bytes.ts";
import { fromUtf8, utf8 } from "../protocol/text.ts";
import { Distrust } from "./error.ts";
import { type HomeworkFields, readHomework, writeHomework } from "./homework/fields.ts";
import {
  BadForm,
  count,
  flag,
  type Form,
  list,
  maybe,
  name,
  object,
  octets,
  or,
  text,
  wordOf,
} from "./json.ts";

/** A file beside a post or letter. */
export interface Attachment {
  /** `AGE-SECRET-KEY-1…`: opens it. */
  readonly identity: string;
  /** Of the sealed file, base64url. */
  readonly sha256: string;
  /** Its name; untrusted, see {@link fileName}. */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** Its size in bytes, unsealed. */
  readonly size: number;
}

/** The same content in another language. */
export interface Version {
  /** BCP 47. */
  readonly language: string;
  readonly title?: string | undefined;
  readonly body: string;
}

/** Where something is. */
export interface Place {
  readonly name: string;
  /** `lat,lon` in degrees. */
  readonly geo?: string | undefined;
}

/** The content of a post or letter; unknown fields of a newer client are passed over. */
export interface PostBody {
  readonly title?: string | undefined;
  readonly body: string;
  /** Who the author says they are. */
  readonly from?: { readonly name: string } | undefined;
  /** What the author calls the audience. */
  readonly audience?: string | undefined;
  readonly attachments: readonly Attachment[];
  /** Usual where absent. */
  readonly priority?: "quiet" | "urgent" | undefined;
  readonly place?: Place | undefined;
  /** BCP 47 of title and body. */
  readonly language?: string | undefined;
  readonly versions: readonly Version[];
  /** In a reply to the desk: one message disclosed, with the secret that opens it. */
  readonly report?: { readonly post: string; readonly m: string } | undefined;
  /** What it says about homework, where it says anything. */
  readonly homework?: HomeworkFields | undefined;
}

/** What a writer gives; the rest is empty. */
export type Draft = Partial<PostBody>;

/** Nothing at all, as of what was withdrawn. */
export const NOTHING: PostBody = { body: "", attachments: [], versions: [] };

/** A file beside a post or letter. */
export const attachment: Form<Attachment> = object({
  identity: text,
  sha256: name,
  name: text,
  type: text,
  size: count,
});

const content: Form<PostBody> = object({
  title: maybe(text),
  body: or(text, ""),
  from: maybe(object({ name: text })),
  audience: maybe(text),
  attachments: or(list(attachment), []),
  priority: wordOf("quiet", "urgent"),
  place: maybe(object({ name: text, geo: maybe(text) })),
  language: maybe(text),
  versions: or(list(object({ language: text, title: maybe(text), body: text })), []),
  report: maybe(object({ post: name, m: name })),
});

/** A payload's JSON. */
export const posted: Form<PostBody> = (value) => {
  const homework = readHomework(value);
  return { ...content(value), ...(homework === undefined ? {} : { homework }) };
};

/** The keys one publisher sends another, in a letter of kind `secrets`. */
export const secrets = object({
  audience: or(text, ""),
  from: maybe(object({ name: text })),
  pin: maybe(object({ revision: count, hash: name })),
  cohorts: or(list(octets(32)), []),
  desks: or(list(octets(32)), []),
  links: or(list(object({ open: flag, seed: octets(32), revision: count, charter_hash: name })), []),
});

/** Reads an opened payload. */
export function readPayload(payload: Uint8Array): PostBody {
  return readAs(payload, posted);
}

/** Reads a payload of this form. */
export function readAs<T>(payload: Uint8Array, form: Form<T>): T {
  try {
    return form(JSON.parse(fromUtf8(payload)));
  } catch (e) {
    if (e instanceof BadForm || e instanceof Malformed || e instanceof SyntaxError)
      throw new Distrust("payload");
    throw e;
  }
}

/** The payload of a kind with this content; what is empty is left out. */
export function writePayload(kind: string, draft: Draft): Bytes {
  const { attachments, versions, body, homework, ...rest } = draft;
  const full = {
    type: kind,
    ...rest,
    body: body ?? "",
    ...(attachments === undefined || attachments.length === 0 ? {} : { attachments }),
    ...(versions === undefined || versions.length === 0 ? {} : { versions }),
    ...writeHomework(homework ?? {}),
  };
  return utf8(JSON.stringify(full));
}

/** Whether two of a kind say the same, but for who says so. */
export function sameContent(kind: string, a: Draft, b: Draft): boolean {
  const plain = (draft: Draft): string => {
    const { from: _, audience: __, ...rest } = readPayload(writePayload(kind, draft));
    return JSON.stringify(rest);
  };
  return plain(a) === plain(b);
}

/** An attachment's name as a file's: no path, nothing hidden, no control characters, never empty. */
export function fileName(attachment: Pick<Attachment, "name">): string {
  const last = attachment.name.split(/[/\\]/).at(-1) ?? "";
  const kept = [...last.replace(/\p{Cc}/gu, "")].slice(0, 120).join("");
  return kept.replace(/^\.+/, "").trim() || "attachment";
}
