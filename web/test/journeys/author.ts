/**
 * Somebody whose own screen a journey does not look at: an account driven through the client library, in Node.
 *
 * Invariant: each has a browser's database of its own; whoever is still there at the end is let go by
 * {@link Author.leaveAll}, also where a journey fails.
 */

import "fake-indexeddb/auto";

import { Client, Store, thisBrowser, type Draft } from "../../src/client/index.ts";
import type { Hub, Person } from "./harness.ts";

let made = 0;
const present = new Set<Author>();

/** An account without a browser. */
export class Author {
  readonly client: Client;
  /** The login card, with which the account opens in a browser too. */
  readonly card: string;

  private constructor(client: Client, card: string) {
    [this.client, this.card] = [client, card];
  }

  /** Makes an account under this name. */
  static async named(name: string, hub: Hub): Promise<Author> {
    const store = await Store.open(`author ${++made}`);
    const { client, card } = await Client.begin(await thisBrowser(), store, hub.origin, name);
    const author = new Author(client, card.toText());
    present.add(author);
    return author;
  }

  /** Founds an audience and makes a link into it. */
  async audience(
    label: string,
    replies: "none" | "desk" | "everyone",
    kind: "open" | "approval" = "open",
  ): Promise<{ audience: string; link: string }> {
    const audience = await this.client.found(label, { replies, history: "same key" });
    const link = await this.client.makeLink(audience, { kind, maxUses: 100, validMs: 86_400_000 });
    return { audience, link };
  }

  /** Follows a link. */
  async join(link: string, label: string): Promise<void> {
    await this.client.join(link, { label });
  }

  /** Announces; the post's name. */
  async post(audience: string, draft: Draft): Promise<string> {
    return (await this.client.send(audience, "announcement", draft)).post;
  }

  /** Lets go of it. */
  leave(): void {
    if (present.delete(this)) this.client.close();
  }

  /** Lets go of all of them. */
  static leaveAll(): void {
    for (const author of present) author.leave();
  }
}

/** Opens the account of a login card in somebody's browser, through the screen for that. */
export async function signIn(person: Person, card: string): Promise<void> {
  const { page } = person;
  await page.goto("/signin");
  await page.locator("input[name=card]").fill(card);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/inbox");
}
