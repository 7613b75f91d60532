/** One method per route of docs/api.md that an account needs. */

import type { Bytes } from "../protocol/bytes.ts";
import { type Beat, beats } from "./api/events.ts";
import { LettersApi, shown } from "./api/letters.ts";
import { Patience } from "./api/patience.ts";
import * as rows from "./api/rows.ts";
import { type Answer, unexpected } from "./api/transport.ts";
import { download, uploadPart } from "./api/transfer.ts";
import { sendAll } from "./api/upload.ts";
import { isProblem } from "./error.ts";
import { type Form, object, text } from "./json.ts";
import type { AccountRef, AudienceRef, LinkRef, PostRef } from "./names.ts";
import { textOf } from "./names.ts";

/** For whom an attachment is: everyone in the audience, its publishers, or one account. */
export type AttachmentFor = "audience" | "desk" | { readonly account: AccountRef };

/** Told how far long work is. */
export type Progress = (done: number, total: number) => void;

/** How long the live stream may be silent: the hub says something every 15 seconds. */
const LIVE_MS = 40_000;

/** A hub, route by route. */
export class Api extends LettersApi {
  /** Sends a bundle; needs no session, for the first makes the account. */
  async putBundle(bundle: Bytes, signature: Bytes): Promise<void> {
    const body = { bundle: textOf(bundle), signature: textOf(signature) };
    await this.whole({ path: "/v1/bundles", method: "POST", body, anonymous: true });
  }

  /** Another account's bundle. */
  bundle(account: AccountRef): Promise<rows.BundleRow> {
    return this.json({ path: `/v1/accounts/${account}/bundle` }, rows.bundleRow);
  }

  /** Ends this session. */
  async endSession(): Promise<void> {
    await this.whole({ path: "/v1/sessions/current", method: "DELETE" });
  }

  /** The vault of a login card and its version. */
  async vault(vaultId: Bytes): Promise<{ version: number; file: Bytes }> {
    const answer = await this.whole({ path: `/v1/vaults/${textOf(vaultId)}`, anonymous: true });
    return { version: versionOf(answer), file: answer.body };
  }

  /** A vault and its version, asked for in the session; `undefined` where it still has the version that is known. */
  async vaultSince(
    vaultId: Bytes,
    known: number | undefined,
  ): Promise<{ version: number; file: Bytes } | undefined> {
    const headers = known === undefined ? {} : { "if-none-match": `"${known}"` };
    const answer = await this.whole({ path: `/v1/vaults/${textOf(vaultId)}`, headers });
    const version = versionOf(answer);
    return version === known ? undefined : { version, file: answer.body };
  }

  /** Writes exactly the next version of the vault. */
  async putVault(vaultId: Bytes, version: number, file: Bytes): Promise<void> {
    const headers = { "kentongan-version": String(version) };
    await this.whole({ path: `/v1/vaults/${textOf(vaultId)}`, method: "PUT", body: file, headers });
  }

  /** Makes an audience. */
  async createAudience(genesis: Bytes, charter: Bytes, signatures: Bytes): Promise<void> {
    const body = { genesis: textOf(genesis), charter: textOf(charter), signatures: textOf(signatures) };
    await this.whole({ path: "/v1/audiences", method: "POST", body });
  }

  /** The account's audiences, as the hub has them. */
  audiences(): Promise<rows.OwnAudience[]> {
    return this.#all("/v1/audiences", rows.ownAudience);
  }

  /** An audience's Genesis. */
  async genesis(audience: AudienceRef): Promise<Bytes> {
    const call = { path: `/v1/audiences/${audience}`, anonymous: true };
    return (await this.json(call, rows.audienceRow)).genesis;
  }

  /** Charters from the revision `after` on. */
  charters(audience: AudienceRef, after: number): Promise<rows.Page<rows.CharterRow>> {
    const path = `/v1/audiences/${audience}/charters?after=${after}&limit=200`;
    return this.json({ path, anonymous: true }, rows.page(rows.charterRow));
  }

  /** Sends a revision, with enrolments that belong to it. */
  async putCharter(
    audience: AudienceRef,
    charter: Bytes,
    signatures: Bytes,
    enrolments?: rows.Enrolments,
  ): Promise<void> {
    const body = { charter: textOf(charter), signatures: textOf(signatures), ...enrolments };
    await this.whole({ path: `/v1/audiences/${audience}/charters`, method: "POST", body });
  }

  /** Every cohort, retired ones too. */
  cohorts(audience: AudienceRef): Promise<rows.CohortRow[]> {
    return this.#all(`/v1/audiences/${audience}/cohorts`, rows.cohortRow);
  }

  /** Makes a link known. */
  async putLink(
    audience: AudienceRef,
    link: Bytes,
    signature: Bytes,
    deposits: rows.Deposited[],
  ): Promise<void> {
    const body = { link: textOf(link), signature: textOf(signature), deposits };
    await this.whole({ path: `/v1/audiences/${audience}/links`, method: "POST", body });
  }

  /** An audience's links. */
  links(audience: AudienceRef): Promise<rows.LinkRow[]> {
    return this.#all(`/v1/audiences/${audience}/links`, rows.linkRow);
  }

  /** One link. */
  link(audience: AudienceRef, link: LinkRef): Promise<rows.LinkRow> {
    return this.json({ path: `/v1/audiences/${audience}/links/${link}`, anonymous: true }, rows.linkRow);
  }

  /** Adds deposits to an open link. */
  async putDeposits(audience: AudienceRef, link: LinkRef, deposits: rows.Deposited[]): Promise<void> {
    const path = `/v1/audiences/${audience}/links/${link}/deposits`;
    await this.whole({ path, method: "PUT", body: { deposits } });
  }

  /** Closes a link. */
  async revokeLink(audience: AudienceRef, link: LinkRef): Promise<void> {
    await this.whole({ path: `/v1/audiences/${audience}/links/${link}`, method: "DELETE" });
  }

  /** Asks to join; whether one is in at once. */
  async join(audience: AudienceRef, body: rows.JoinBody): Promise<boolean> {
    const call = { path: `/v1/audiences/${audience}/requests`, method: "POST", body };
    return (await this.json(call, object({ state: text }))).state === "admitted";
  }

  /** Requests that nobody has decided. */
  requests(audience: AudienceRef): Promise<rows.RequestRow[]> {
    return this.#all(`/v1/audiences/${audience}/requests`, rows.requestRow);
  }

  /** Declines a request, or takes the own one back. */
  async decline(audience: AudienceRef, account: AccountRef): Promise<void> {
    await this.whole({ path: `/v1/audiences/${audience}/requests/${account}`, method: "DELETE" });
  }

  /** Enrols a batch: all or none. */
  async enrol(audience: AudienceRef, enrolments: rows.Enrolments): Promise<void> {
    await this.whole({ path: `/v1/audiences/${audience}/members`, method: "POST", body: enrolments });
  }

  /** Every member, removed ones too. */
  members(audience: AudienceRef): Promise<rows.MemberRow[]> {
    return this.#all(`/v1/audiences/${audience}/members`, rows.memberRow);
  }

  /** The account's own slots. */
  me(audience: AudienceRef): Promise<{ state: string; slots: rows.SlotRow[] }> {
    return this.json({ path: `/v1/audiences/${audience}/members/me` }, rows.me);
  }

  /** Removes a member, or the account itself. */
  async remove(audience: AudienceRef, account: AccountRef): Promise<void> {
    await this.whole({ path: `/v1/audiences/${audience}/members/${account}`, method: "DELETE" });
  }

  /** Sends a post, with the membership a member shows. */
  putPost(audience: AudienceRef, post: Bytes, proof: Bytes): Promise<{ post: PostRef; state: string }> {
    const path = `/v1/audiences/${audience}/posts`;
    return this.json({ path, method: "POST", body: post, headers: shown(proof) }, rows.postTaken);
  }

  /** Sends a publisher's post, to be held until `releaseMs`. */
  putPostAt(
    audience: AudienceRef,
    post: Bytes,
    releaseMs: number,
  ): Promise<{ post: PostRef; state: string }> {
    const path = `/v1/audiences/${audience}/posts?release_ms=${releaseMs}`;
    return this.json({ path, method: "POST", body: post }, rows.postTaken);
  }

  /** Takes a scheduled post back. */
  async takeBack(post: PostRef): Promise<void> {
    await this.whole({ path: `/v1/posts/${post}/schedule`, method: "DELETE" });
  }

  /** Whether publishers of an audience may tell the hub due times. */
  async dueTimes(audience: AudienceRef): Promise<boolean> {
    return (await this.json({ path: `/v1/audiences/${audience}/due-times` }, rows.dueTimes)).allowed;
  }

  /** Allows that, or forbids it. */
  async putDueTimes(audience: AudienceRef, allowed: boolean): Promise<void> {
    await this.whole({ path: `/v1/audiences/${audience}/due-times`, method: "PUT", body: { allowed } });
  }

  /** When a post is due, as the hub was told; nothing where it was not. */
  async due(post: PostRef): Promise<rows.DueRow | undefined> {
    return this.json({ path: `/v1/posts/${post}/due` }, rows.dueRow).catch((e: unknown) => {
      if (isProblem(e, "not-found")) return undefined;
      throw e;
    });
  }

  /** Tells the hub when a post is due, and when to remind. */
  async putDue(post: PostRef, dueMs: number, remindMs: number): Promise<void> {
    const body = { due_ms: dueMs, remind_ms: remindMs };
    await this.whole({ path: `/v1/posts/${post}/due`, method: "PUT", body });
  }

  /** Has the hub forget when a post is due. */
  async deleteDue(post: PostRef): Promise<void> {
    await this.whole({ path: `/v1/posts/${post}/due`, method: "DELETE" });
  }

  /** Posts after a position. */
  posts(audience: AudienceRef, after: number): Promise<rows.Page<rows.PostRow>> {
    const path = `/v1/audiences/${audience}/posts?after=${after}&limit=200`;
    return this.json({ path }, rows.page(rows.postRow));
  }

  /** A post's bytes. */
  async post(post: PostRef): Promise<Bytes> {
    return (await this.whole({ path: `/v1/posts/${post}` })).body;
  }

  /** The account's own 32 bytes of a post. */
  async slot(post: PostRef): Promise<Bytes> {
    const { body } = await this.whole({ path: `/v1/posts/${post}/slot` });
    if (body.length !== 32) throw unexpected("a slot of another length");
    return body;
  }

  /** How far a post is. */
  status(post: PostRef): Promise<rows.Status> {
    return this.json({ path: `/v1/posts/${post}/status` }, rows.status);
  }

  /** Sends an approval. */
  approve(post: PostRef, approval: Bytes): Promise<rows.Approved> {
    return this.json({ path: `/v1/posts/${post}/approvals`, method: "POST", body: approval }, rows.approved);
  }

  /** Sends a receipt. */
  async receipt(post: PostRef, receipt: "delivered" | "read" | "acknowledged"): Promise<void> {
    await this.whole({ path: `/v1/posts/${post}/receipts/${receipt}`, method: "PUT" });
  }

  /** A publisher's post for whoever has its permalink. */
  permalink(post: PostRef) {
    return this.json({ path: `/v1/permalinks/${post}`, anonymous: true }, rows.permalinkRow);
  }

  /** Uploads what the hub has not got of a sealed file; goes on after the network broke off. */
  async putAttachment(
    audience: AudienceRef,
    sha256: Bytes,
    reader: AttachmentFor,
    blob: Blob,
    progress: Progress,
    wait: (ms: number) => Promise<void>,
  ): Promise<void> {
    const path = `/v1/audiences/${audience}/attachments/${textOf(sha256)}`;
    const wanted = typeof reader === "string" ? reader : reader.account;
    const url = this.url(`${path}?for=${wanted}`);
    const { size } = blob;
    // A part is not sent in a session that has ended: this notices.
    const has = () => this.#uploaded(audience, sha256);
    const send = async (from: number, to: number): Promise<void> => {
      progress(from, size);
      await uploadPart(url, await this.token(), blob, from, to, progress);
    };
    await sendAll({ size, has, send, wait });
    progress(size, size);
  }

  /** How much the hub has of an upload of this account's. */
  async #uploaded(audience: AudienceRef, sha256: Bytes): Promise<number | "whole"> {
    try {
      await this.whole({ path: `/v1/audiences/${audience}/attachments/${textOf(sha256)}`, method: "HEAD" });
      return "whole";
    } catch (e) {
      if (isProblem(e, "not-found")) return e.offset ?? 0;
      throw e;
    }
  }

  /** Whether the hub has an attachment for this account. */
  async hasAttachment(audience: AudienceRef, sha256: Bytes): Promise<boolean> {
    return (await this.#uploaded(audience, sha256)) === "whole";
  }

  /** Downloads a sealed file, at most `limit` bytes of it; goes on where the network broke off. */
  attachment(audience: AudienceRef, sha256: Bytes, limit: number, progress: Progress): Promise<Blob> {
    const path = `/v1/audiences/${audience}/attachments/${textOf(sha256)}`;
    return download((headers, patience) => this.begin({ path, headers }, patience), limit, progress);
  }

  /** Listens until the hub ends the stream or `stop` is called, from after the event `last` if given. */
  async *events(last: string | undefined, stop: AbortSignal): AsyncGenerator<Beat> {
    const patience = new Patience(0, LIVE_MS);
    stop.addEventListener("abort", () => patience.stop(), { once: true });
    const headers: Record<string, string> = last === undefined ? {} : { "last-event-id": last };
    yield* beats(patience.pieces(await this.begin({ path: "/v1/events", headers }, patience)));
  }

  /** Every item of a list, page by page. */
  async #all<T>(path: string, form: Form<T>): Promise<T[]> {
    const all: T[] = [];
    let after = "";
    for (;;) {
      const page = await this.json({ path: `${path}?limit=200${after}` }, rows.page(form));
      all.push(...page.items);
      const next = page.next === undefined ? "" : `&after=${encodeURIComponent(page.next)}`;
      if (next === "" || next === after) return all;
      after = next;
    }
  }
}

function versionOf({ headers }: Answer): number {
  const version = Number(headers.get("etag")?.replace(/^W\/|"/g, "") ?? Number.NaN);
  if (!Number.isSafeInteger(version)) throw unexpected("a vault without a version");
  return version;
}
