/**
 * Requests to one hub: time limits, one repeat where the network fails, problems, and sessions begun again.
 *
 * Invariant: logins are signed for the origin this client connects to, never for one it was told; no redirect is
 * followed. Every request of docs/api.md is safe to repeat but one, the login, which is begun anew instead.
 */

import { signLogin, type Origin } from "../../protocol/account.ts";
import { type Bytes, concat, Malformed } from "../../protocol/bytes.ts";
import { fromUtf8 } from "../../protocol/text.ts";
import type { Identity } from "../../protocol/secrets.ts";
import { HubError, isProblem, Offline, type ProblemWord } from "../error.ts";
import { BadForm, type Form, object, octets, text } from "../json.ts";
import { textOf } from "../names.ts";
import { Patience } from "./patience.ts";

/** The most bytes read of any answer but an attachment: more than every limit of docs/api.md. */
const ANSWER_LIMIT = 32 << 20;
/** A body goes out at this many bytes each millisecond at least, or the network is given up. */
const SLOWEST = 8;

/** A request. */
export interface Call {
  /** Its path, with the query. */
  readonly path: string;
  /** GET unless told. */
  readonly method?: string;
  /** Octets, or what becomes JSON. */
  readonly body?: Bytes | Blob | object;
  /** Further headers. */
  readonly headers?: Record<string, string>;
  /** Whether it goes out as nobody, also where there is an account. */
  readonly anonymous?: boolean;
}

/** A whole answer. */
export interface Answer {
  readonly headers: Headers;
  readonly body: Bytes;
}

/** A hub, and the account that speaks to it, if one does. */
export class Transport {
  /** The hub's address. */
  readonly origin: Origin;
  /** The session, to keep for later. */
  session: string | undefined;
  readonly #ik: Identity | undefined;
  #signingIn: Promise<string> | undefined;

  /** Speaks to the hub at `origin`; as the account of `ik`, in a session kept from earlier if there is one. */
  constructor(origin: Origin, ik?: Identity, session?: string) {
    this.origin = origin;
    this.#ik = ik;
    this.session = session;
  }

  /** The answer as JSON of this form. */
  protected async json<T>(call: Call, form: Form<T>): Promise<T> {
    return parsed((await this.whole(call)).body, form);
  }

  /** The whole answer; asked for again once if the network fails on the way. */
  protected async whole(call: Call): Promise<Answer> {
    return this.#signed(call, (token) =>
      twice(async () => {
        const patience = new Patience(sendingTime(call));
        const response = await this.attempt(call, token, patience);
        return { headers: response.headers, body: await bodyOf(response, patience) };
      }),
    );
  }

  /** The answer's beginning, whose body the caller reads, touching `patience` as it comes. */
  protected begin(call: Call, patience: Patience): Promise<Response> {
    return this.#signed(call, (token) => this.attempt(call, token, patience));
  }

  /** One request; a refusal is a {@link HubError}, silence is {@link Offline}. */
  protected async attempt(call: Call, token: string | undefined, patience: Patience): Promise<Response> {
    const { body } = call;
    const raw = body instanceof Blob || body instanceof Uint8Array;
    const headers = new Headers(call.headers);
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (body !== undefined)
      headers.set("content-type", raw ? "application/octet-stream" : "application/json");
    const request: RequestInit = {
      method: call.method ?? "GET",
      headers,
      redirect: "error",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: patience.signal,
    };
    if (body !== undefined) request.body = raw ? (body as Bytes | Blob) : JSON.stringify(body);
    const response = await patience.with(fetch(this.url(call.path), request));
    // That nothing changed is what whoever asks so wants to hear.
    const unchanged = response.status === 304 && headers.has("if-none-match");
    if (response.ok || unchanged) return response;
    throw await problemOf(response.status, response.headers, () => bodyOf(response, patience));
  }

  /** The address of a path. */
  protected url(path: string): string {
    return `${this.origin.text}${path}`;
  }

  async #signed<T>(call: Call, run: (token: string | undefined) => Promise<T>): Promise<T> {
    if (this.#ik === undefined || call.anonymous === true) return run(undefined);
    const token = await this.token();
    try {
      return await run(token);
    } catch (e) {
      if (!isProblem(e, "unauthenticated")) throw e;
      return run(await this.token(token));
    }
  }

  /** The session's token; signs in where there is none, or only the `ended` one. */
  protected async token(ended?: string): Promise<string> {
    if (this.session !== undefined && this.session !== ended) return this.session;
    this.#signingIn ??= this.#login().finally(() => (this.#signingIn = undefined));
    return (this.session = await this.#signingIn);
  }

  async #login(): Promise<string> {
    const ik = this.#ik;
    if (ik === undefined) throw new HubError("unauthenticated", "there is no account");
    return twice(async () => {
      const { challenge } = await this.#once("/v1/challenges", {}, object({ challenge: octets(32) }));
      const signature = await signLogin(ik, this.origin, challenge);
      const body = { ik: textOf(ik.public), challenge: textOf(challenge), signature: textOf(signature) };
      return (await this.#once("/v1/sessions", body, object({ token: text }))).token;
    });
  }

  async #once<T>(path: string, body: object, form: Form<T>): Promise<T> {
    const patience = new Patience();
    const response = await this.attempt({ path, method: "POST", body }, undefined, patience);
    return parsed(await bodyOf(response, patience), form);
  }
}

/** Again, once, where no answer came. */
async function twice<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (e) {
    if (e instanceof Offline && e.reason === "offline") return run();
    throw e;
  }
}

function sendingTime({ body }: Call): number {
  const bytes = body instanceof Blob ? body.size : body instanceof Uint8Array ? body.length : 0;
  return bytes / SLOWEST;
}

/** The body, unless it is larger than any that this API has. */
async function bodyOf(response: Response, patience: Patience): Promise<Bytes> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of patience.pieces(response)) {
    length += piece.length;
    if (length > ANSWER_LIMIT) throw unexpected("a body larger than any limit");
    pieces.push(piece);
  }
  return concat(...pieces);
}

/** An answer that docs/api.md does not know. */
export function unexpected(what: string): HubError {
  return new HubError("unexpected-answer", what);
}

function parsed<T>(body: Bytes, form: Form<T>): T {
  try {
    return form(JSON.parse(fromUtf8(body)));
  } catch (e) {
    if (e instanceof BadForm || e instanceof Malformed || e instanceof SyntaxError)
      throw unexpected("JSON of another form");
    throw e;
  }
}

const problem = object({ type: text, detail: text });

/** What a status says by itself: answers to HEAD, and a proxy's in front of the hub, have no words. */
function wordOf(status: number): ProblemWord {
  const words: Record<number, ProblemWord> = {
    401: "unauthenticated",
    403: "not-allowed",
    404: "not-found",
    413: "too-large",
    429: "rate-limited",
  };
  return words[status] ?? (status >= 500 ? "unavailable" : "unexpected-answer");
}

/** The refusal that an answer tells (RFC 9457). */
export async function problemOf(
  status: number,
  headers: Pick<Headers, "get">,
  body: () => Promise<Bytes>,
): Promise<HubError> {
  const numberIn = (name: string): number | undefined => {
    const said = Number(headers.get(name) ?? Number.NaN);
    return Number.isFinite(said) ? said : undefined;
  };
  const [retryAfterS, offset] = [numberIn("retry-after"), numberIn("upload-offset")];
  try {
    const { type, detail } = parsed(await body(), problem);
    return new HubError(
      type.replace(/^urn:kentongan:problem:/, "") as ProblemWord,
      detail,
      retryAfterS,
      offset,
    );
  } catch (e) {
    if (!isProblem(e, "unexpected-answer")) throw e;
    return new HubError(wordOf(status), `status ${status}`, retryAfterS, offset);
  }
}
