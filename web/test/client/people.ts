/** People in browsers and at the command line, and the go-between that tells lies when asked (village.mjs). */

import {
  Client,
  ClientError,
  Store,
  thisBrowser,
  type AudienceRef,
  type PostRef,
  type World,
} from "../../src/client/index.ts";
import { fromBase64url, toBase64url } from "../../src/protocol/text.ts";
import { equal } from "../harness.ts";

/** Where the hub is. */
export const ORIGIN: string = "location" in globalThis ? location.origin : (process.env["VILLAGE"] ?? "");

/** The surroundings of everybody here. */
export const world: World = await thisBrowser();

let people = 0;

/** A browser of its own: an empty store. */
export function browser(): Promise<Store> {
  return Store.open(`person-${++people}-${world.clock()}`);
}

/** Somebody with a new account in a browser of their own. */
export async function person(name: string): Promise<Person> {
  const store = await browser();
  const { client, card } = await Client.begin(world, store, ORIGIN, name);
  return { client, card: card.toText(), store };
}

/** An account in a browser. */
export interface Person {
  readonly client: Client;
  readonly card: string;
  readonly store: Store;
}

/** The same account in another browser. */
export async function elsewhere({ card }: Person): Promise<Client> {
  return Client.signIn(world, await browser(), ORIGIN, card);
}

async function village<T>(wanted: string, asked: object): Promise<T> {
  const response = await fetch(`${ORIGIN}/village/${wanted}`, {
    method: "POST",
    body: JSON.stringify(asked),
  });
  if (!response.ok) throw new Error(`${wanted}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** What a command answers in JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Said = Record<string, any>;

/** Runs the command line for somebody, who must succeed; with a card for one who brings an account along. */
export async function cli(who: string, args: string[], card?: string): Promise<Said> {
  const ran = await village<{ code: number; said: Said; stderr: string }>("cli", { person: who, args, card });
  if (ran.code !== 0) throw new Error(`kentongan ${args.join(" ")}: ${ran.stderr}`);
  return ran.said;
}

/** A file for the command line; its path, and the folder it is in. */
export function file(name: string, bytes: Uint8Array): Promise<{ path: string; folder: string }> {
  return village("file", { name, base64: base64(bytes) });
}

/** The bytes of a file that the command line wrote. */
export async function saved(name: string): Promise<Uint8Array> {
  return bytes((await village<{ base64: string }>("saved", { name })).base64);
}

/** A lie about answers to requests whose address matches `path`. */
export interface Lie {
  readonly path: string;
  readonly method?: string;
  /** How often; always unless told. */
  readonly times?: number;
  /** So many are let through before. */
  readonly after?: number;
  /** The hub does it, and its answer is lost. */
  readonly lost?: true;
  /** So many bytes of the request arrive, and the connection breaks. */
  readonly cut?: number;
  /** This instead of what the hub says; the hub is not asked. */
  readonly answer?: unknown;
  /** The status it comes with, unless it is 200. */
  readonly status?: number;
  /** What the hub says to this address instead. */
  readonly instead?: string;
  /** One text for another in what the hub says. */
  readonly swap?: readonly [string, string];
}

/** Tells a lie while `run` runs. */
export async function lying<T>(lie: Lie, run: () => Promise<T>): Promise<T> {
  await village("lie", lie);
  try {
    return await run();
  } finally {
    await village("honest", {});
  }
}

/** How many bytes requests of this method have carried to the hub so far. */
export function carried(method: string): Promise<number> {
  return village("carried", { method });
}

/** What the hub last answered at an address. */
export async function heard(path: string): Promise<Uint8Array> {
  const found = await village<{ base64: string } | null>("heard", { path });
  if (found === null) throw new Error(`nobody asked for ${path}`);
  return bytes(found.base64);
}

/** The same, as JSON. */
export async function heardJson(path: string): Promise<Said> {
  return JSON.parse(new TextDecoder().decode(await heard(path))) as Said;
}

/** Asks again until there is an answer: a fan-out takes its time. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const begun = world.clock();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (world.clock() - begun > 60_000) throw new Error("it never came");
  }
}

/** Waits until every member's ciphertext of a post is made. */
export function prepared({ client }: Person, post: PostRef): Promise<unknown> {
  return until(async () => {
    const { cohorts } = await client.status(post);
    return cohorts.ready === cohorts.total ? cohorts : undefined;
  });
}

/** The kind and word for which `run` fails. */
export async function failing(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "";
  } catch (e) {
    if (e instanceof ClientError) return `${e.kind}: ${e.reason}`;
    throw e;
  }
}

/** Fails unless `run` fails with this kind and word. */
export async function fails(run: () => Promise<unknown>, word: string): Promise<void> {
  equal(await failing(run), word);
}

/** A class of `teacher` with members admitted through an approval link; its name, and the link. */
export async function classOf(
  teacher: Person,
  label: string,
  members: readonly Person[],
  rules: { replies: "none" | "desk" | "everyone" } = { replies: "everyone" },
): Promise<{ audience: AudienceRef; link: string }> {
  const { client } = teacher;
  const audience = await client.found(label, { history: "same key", ...rules });
  const link = await client.makeLink(audience, { kind: "approval", maxUses: 100, validMs: 86_400_000 });
  for (const member of members) {
    const name = member.client.name ?? "";
    equal((await member.client.join(link, { name })).joined, "asked");
  }
  const { asking } = await client.asking(audience);
  const enrolled = await client.admit(
    audience,
    asking.map(({ account }) => account),
  );
  equal([enrolled.admitted.length, enrolled.refused.length], [members.length, 0]);
  return { audience, link };
}

/** The bodies of an audience's posts, as somebody sees them. */
export async function bodies(client: Client, audience: AudienceRef): Promise<string[]> {
  return (await client.posts(audience)).map((post) => post.content.body);
}

function base64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text;
}

function bytes(text: string): Uint8Array {
  return fromBase64url(text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""));
}
