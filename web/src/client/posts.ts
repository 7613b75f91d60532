/** Reading, sending and watching posts. */

import type { Kind } from "../protocol/post.ts";
import type { Approved, Status } from "./api/rows.ts";
import { Audiences, inside } from "./audiences.ts";
import type { ThreadState } from "./desk.ts";
import type { AudienceRef, PostRef } from "./names.ts";
import type { Draft } from "./payload.ts";
import type { Proved, Report } from "./report.ts";
import type { PostView } from "./view.ts";
import type { Sent } from "./write.ts";

/** The part of a client that is about posts: what they say, how far they are, and what may be done about them. */
export class Posts extends Audiences {
  /** Announcements, assignments and replies of an audience, in the hub's order. */
  posts(id: AudienceRef): Promise<PostView[]> {
    return this.see(async (a) => (await inside()).postsOf(a, id));
  }

  /** One post, in whichever audience it is. */
  post(post: PostRef): Promise<PostView | undefined> {
    return this.see(async (a) => (await inside()).findPost(a, post));
  }

  /** Notes that a post was looked at; with `receipt`, the publishers learn it too. */
  markRead(id: AudienceRef, post: PostRef, receipt = false): Promise<void> {
    return this.do(async (a) => (await inside()).markRead(a, id, post, receipt));
  }

  /** Tells the publishers that its owner has understood a post. */
  acknowledge(id: AudienceRef, post: PostRef): Promise<void> {
    return this.do(async (a) => (await inside()).acknowledge(a, id, post));
  }

  /**
   * Seals a draft once and sends it to all of the audience; `thread`: the root of a reply, the post a correction means.
   *
   * `once`: a name of the act, by which its repeat finds it done.
   */
  send(id: AudienceRef, kind: Kind, draft: Draft, thread?: PostRef, once?: string): Promise<Sent> {
    return this.do(async (a) => (await inside()).send(a, id, kind, thread, draft, once));
  }

  /** Seals a draft now and has the hub hold it until `releaseMs`; it lapses if the audience's keys change before. */
  schedule(
    id: AudienceRef,
    kind: "announcement" | "assignment",
    draft: Draft,
    releaseMs: number,
    once?: string,
  ): Promise<PostRef> {
    return this.do(async (a) => (await inside()).schedule(a, id, kind, draft, releaseMs, once));
  }

  /** Takes a post back that waits for its time. */
  takeBack(post: PostRef): Promise<void> {
    return this.see((a) => a.api.takeBack(post));
  }

  /** Sends a post that could not be finished earlier, if there is one. */
  flush(id: AudienceRef): Promise<Sent | undefined> {
    return this.do(async (a) => (await inside()).flush(a, id));
  }

  /** Asks the hub how far a post is. */
  status(post: PostRef): Promise<Status> {
    return this.see((a) => a.api.status(post));
  }

  /** Signs a pending post of another publisher's that was opened here. */
  approve(id: AudienceRef, post: PostRef): Promise<Approved> {
    return this.do(async (a) => (await inside()).approve(a, id, post));
  }

  /** Asks the hub how fast replies may come under a post. */
  threadState(id: AudienceRef, post: PostRef): Promise<ThreadState> {
    return this.see(async (a) => (await inside()).threadState(a, id, post));
  }

  /** Opens, slows or closes a thread; `everyS` seconds between two replies of one member, where slow. */
  setThread(post: PostRef, state: ThreadState["state"], everyS?: number): Promise<void> {
    return this.see((a) => a.api.putThread(post, state, everyS));
  }

  /** What discloses a post to publishers, for the `report` of a reply to the desk. */
  report(id: AudienceRef, post: PostRef): Promise<Report> {
    return this.see(async (a) => (await inside()).reportOf(a, id, post));
  }

  /** Proves a report: what was sent, and by whom; asks the hub for the post. */
  proveReport(id: AudienceRef, report: Report): Promise<Proved> {
    return this.see(async (a) => (await inside()).proveReport(a, id, report));
  }

  /** The address that opens a publisher's post to anybody. */
  permalink(id: AudienceRef, post: PostRef): Promise<string> {
    return this.see(async (a) => (await inside()).permalink(a, id, post));
  }
}
