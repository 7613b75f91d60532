/** The routes about letters, desks, threads, and the mail address that is told of them. */

import type { Bytes } from "../../protocol/bytes.ts";
import { type AccountRef, type AudienceRef, type LetterRef, type PostRef, textOf } from "../names.ts";
import { DueApi } from "./due.ts";
import * as rows from "./rows.ts";

/** A hub, as somebody who writes and answers letters sees it. */
export class LettersApi extends DueApi {
  /** Sends a letter. */
  putLetter(letter: Bytes, proof: Bytes): Promise<rows.LetterTaken> {
    const call = { path: "/v1/letters", method: "POST", body: letter, headers: shown(proof) };
    return this.json(call, rows.letterTaken);
  }

  /** Letters of the own mailbox after a position, or of an audience's desk. */
  letters(desk: AudienceRef | undefined, after: number): Promise<rows.Page<rows.LetterRow>> {
    const mailbox = desk === undefined ? "/v1/letters" : `/v1/audiences/${desk}/letters`;
    return this.json({ path: `${mailbox}?after=${after}&limit=200` }, rows.page(rows.letterRow));
  }

  /** Where the letters of a desk stand, after a position. */
  desk(audience: AudienceRef, after: number): Promise<rows.Page<rows.DeskRow>> {
    const path = `/v1/audiences/${audience}/letters?after=${after}&limit=200`;
    return this.json({ path }, rows.page(rows.deskRow));
  }

  /** Says where a letter to the desk stands. */
  async putDesk(letter: LetterRef, state: string, assignee: AccountRef | undefined): Promise<void> {
    const body = assignee === undefined ? { state } : { state, assignee };
    await this.whole({ path: `/v1/letters/${letter}/desk`, method: "PUT", body });
  }

  /** How fast members may reply under a post. */
  async threadOf(audience: AudienceRef, post: PostRef): Promise<rows.RootRow | undefined> {
    const path = `/v1/audiences/${audience}/posts?thread=${post}&limit=1`;
    const { items } = await this.json({ path }, rows.page(rows.rootRow));
    return items.find((row) => row.post === post);
  }

  /** Opens, slows or closes a thread. */
  async putThread(post: PostRef, state: string, everyS: number | undefined): Promise<void> {
    const body = everyS === undefined ? { state } : { state, every_s: everyS };
    await this.whole({ path: `/v1/posts/${post}/thread`, method: "PUT", body });
  }

  /** A letter's bytes. */
  async letter(letter: LetterRef): Promise<Bytes> {
    return (await this.whole({ path: `/v1/letters/${letter}` })).body;
  }

  /** Where the account's mail address stands. */
  email(): Promise<rows.MailState> {
    return this.json({ path: "/v1/email" }, rows.mailState);
  }

  /** Gives the hub a mail address, by a signed request. */
  async putEmail(address: string, language: "id" | "en", atMs: number, signature: Bytes): Promise<void> {
    const body = { address, language, at_ms: atMs, signature: textOf(signature) };
    await this.whole({ path: "/v1/email", method: "PUT", body });
  }

  /** Takes the mail address off the hub. */
  async deleteEmail(): Promise<void> {
    await this.whole({ path: "/v1/email", method: "DELETE" });
  }
}

/** The header a membership travels in. */
export function shown(proof: Bytes): Record<string, string> {
  return proof.length === 0 ? {} : { "kentongan-membership": textOf(proof) };
}
