/**
 * Invitations as people pass them on: an address whose fragment carries the link, and before it what the audience is
 * called.
 *
 * Invariant: nothing of an invitation leaves this device but by its owner's hand; the name in it is the inviter's claim.
 */

/** An invitation, read. */
export interface Invited {
  /** What the client library follows. */
  readonly link: string;
  /** What the inviter calls the audience. */
  readonly name: string | undefined;
  /** The hub it belongs to, where it was a whole address. */
  readonly origin: string | undefined;
}

/** Letters of a name that is worth carrying in a code. */
const NAME_LETTERS = 60;

/** The link's address with a name in it: `https://hub.example/join#Kelas%207A#AQ…`. */
export function withName(url: string, name: string): string {
  const short = [...name.trim()].slice(0, NAME_LETTERS).join("");
  return url.replace("#", `#${encodeURIComponent(short)}#`);
}

/** Reads an address, or what follows its `#`; undefined where nothing could be an invitation. */
export function readInvited(text: string): Invited | undefined {
  const given = text.trim();
  const cut = given.lastIndexOf("#");
  const link = given.slice(cut + 1);
  if (link === "" || /\s/.test(link)) return undefined;
  const before = cut < 0 ? "" : given.slice(0, cut);
  const name = before.includes("#") ? decoded(before.slice(before.indexOf("#") + 1)) : undefined;
  return { link, name, origin: originOf(before) };
}

function decoded(name: string): string | undefined {
  try {
    const text = decodeURIComponent(name).replace(/\p{C}/gu, "").trim();
    return text === "" ? undefined : [...text].slice(0, NAME_LETTERS).join("");
  } catch {
    return undefined; // cut in the middle of a letter
  }
}

function originOf(address: string): string | undefined {
  if (!/^https?:\/\//i.test(address)) return undefined;
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
