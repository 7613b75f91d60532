/** The routes about due times: whether publishers may tell the hub, and what they told it. */

import { isProblem } from "../error.ts";
import { count, flag, object, type Read } from "../json.ts";
import type { AudienceRef, PostRef } from "../names.ts";
import { OwnApi } from "./own.ts";

const allowed = object({ allowed: flag });
const due = object({ due_ms: count, remind_ms: count });

/** What the hub was told of when an assignment is due, and when it reminds. */
export type DueRow = Read<typeof due>;

/** A hub, as somebody sees it who may tell it due times. */
export class DueApi extends OwnApi {
  /** Whether the publishers of an audience may tell the hub. */
  async dueTimes(audience: AudienceRef): Promise<boolean> {
    return (await this.json({ path: `/v1/audiences/${audience}/due-times` }, allowed)).allowed;
  }

  /** Allows it, or forbids it, which has the hub forget all it was told. */
  async putDueTimes(audience: AudienceRef, allow: boolean): Promise<void> {
    const call = { path: `/v1/audiences/${audience}/due-times`, method: "PUT", body: { allowed: allow } };
    await this.whole(call);
  }

  /** What the hub was told of a post; nothing where it was not. */
  async due(post: PostRef): Promise<DueRow | undefined> {
    return this.json({ path: `/v1/posts/${post}/due` }, due).catch((e: unknown) => {
      if (isProblem(e, "not-found")) return undefined;
      throw e;
    });
  }

  /** Tells it, over what was told before. */
  async putDue(post: PostRef, dueMs: number, remindMs: number): Promise<void> {
    const body = { due_ms: dueMs, remind_ms: remindMs };
    await this.whole({ path: `/v1/posts/${post}/due`, method: "PUT", body });
  }

  /** Has the hub forget it. */
  async deleteDue(post: PostRef): Promise<void> {
    await this.whole({ path: `/v1/posts/${post}/due`, method: "DELETE" });
  }
}
