/** A class for the journeys of homework: its teacher, and pupils who do their homework without a screen. */

import type { Page } from "playwright-core";

import type { Attachment, LetterView, Submission, Work } from "../../src/client/index.ts";
import { Author } from "./author.ts";
import type { Hub } from "./harness.ts";

/** What a pupil hands in. */
export interface Answer {
  readonly body: string;
  readonly photos?: readonly Buffer[];
  readonly voice?: boolean;
  /** When it was finished; now where absent. */
  readonly finishedMs?: number;
  readonly guardian?: string;
}

/** A pupil. */
export class Pupil {
  readonly author: Author;
  readonly audience: string;

  constructor(author: Author, audience: string) {
    [this.author, this.audience] = [author, audience];
  }

  get account(): string {
    return this.author.client.account;
  }

  /** Hands in, as the page does. */
  async handIn(work: Work, { body, photos = [], voice, finishedMs, guardian }: Answer): Promise<void> {
    const { client } = this.author;
    await client.fetchAll();
    const attachments: Attachment[] = [];
    for (const [at, bytes] of photos.entries()) {
      const file = new Blob([new Uint8Array(bytes)], { type: "image/jpeg" });
      attachments.push(await client.attach(this.audience, file, `halaman ${at + 1}.jpg`, "desk"));
    }
    if (voice === true) {
      const file = new Blob([new Uint8Array(2000)], { type: "audio/webm" });
      attachments.push(await client.attach(this.audience, file, "Pesan suara.webm", "desk"));
    }
    await client.homework.handIn(work, {
      body,
      attachments,
      finishedMs: finishedMs ?? Date.now(),
      ...(guardian === undefined ? {} : { guardian: { name: guardian } }),
    });
  }

  /** Where their own work stands, after a look at the hub. */
  async own(work: Work): Promise<Submission> {
    await this.author.client.fetchAll();
    const now = await this.author.client.homework.work(this.audience, work.id);
    return this.author.client.homework.own(now ?? work);
  }

  /** The newest that a teacher gave back. */
  async newest(work: Work): Promise<LetterView | undefined> {
    const letter = (await this.own(work)).returns.at(-1);
    return letter === undefined ? undefined : this.author.client.homework.letter(work, letter);
  }
}

/** The assignments that a pupil has. */
export async function works({ author, audience }: Pupil, of = audience): Promise<Work[]> {
  await author.client.fetchAll();
  return (await author.client.homework.works()).filter((work) => work.audience === of);
}

/** One more pupil in a class. */
export async function pupil(
  hub: Hub,
  name: string,
  audience: string,
  link: string,
  label: string,
): Promise<Pupil> {
  const author = await Author.named(name, hub);
  await author.client.join(link, { label, name });
  return new Pupil(author, audience);
}

/** A class with a teacher and pupils. */
export async function schoolClass(
  hub: Hub,
  label: string,
  names: readonly string[],
  teacherName = "Bu Sri Handayani",
): Promise<{ teacher: Author; audience: string; link: string; pupils: Pupil[] }> {
  const teacher = await Author.named(teacherName, hub);
  const { audience, link } = await teacher.audience(label, "everyone");
  const pupils: Pupil[] = [];
  for (const name of names) pupils.push(await pupil(hub, name, audience, link, label));
  return { teacher, audience, link, pupils };
}

/** A photo of a page of an exercise book, drawn in the browser; `seed` makes each another. */
export async function photo(page: Page, seed: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (seed) => {
    const [width, height] = [900, 1200];
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no canvas");
    pen.fillStyle = "#cdb79c";
    pen.fillRect(0, 0, width, height);
    pen.translate(width / 2, height / 2);
    pen.rotate(((seed % 3) - 1) / 40);
    pen.translate(-width / 2, -height / 2);
    pen.fillStyle = "#fbf9f2";
    pen.fillRect(70, 60, width - 140, height - 120);
    pen.strokeStyle = "#b9cbd8";
    for (let y = 160; y < height - 80; y += 90) pen.strokeRect(70, y, width - 140, 0.5);
    pen.strokeStyle = "#2c3552";
    pen.lineWidth = 7;
    pen.lineCap = "round";
    for (let line = 0; line < 9; line++) {
      pen.beginPath();
      const length = 200 + ((seed * 97 + line * 131) % 420);
      for (let x = 0; x < length; x += 14)
        pen.lineTo(190 + x, 140 + line * 90 + 16 * Math.sin(x * 0.11 + seed + line));
      pen.stroke();
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  }, seed);
  return Buffer.from(base64, "base64");
}
