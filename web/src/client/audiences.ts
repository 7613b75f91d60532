/** Founding, joining, keeping and leaving audiences. */

import type { Role } from "../protocol/charter.ts";
import type { MemberRole } from "../protocol/membership.ts";
import type { Progress } from "./api.ts";
import type { OwnAudience } from "./api/rows.ts";
import * as audience from "./audience.ts";
import type { Enrolled, MemberLine } from "./enrol.ts";
import type { Invitation } from "./invitation.ts";
import type { Joined, Joining } from "./join.ts";
import type { LinkLine, NewLink } from "./links.ts";
import type { AccountRef, AudienceRef, LinkRef } from "./names.ts";
import { Own } from "./own.ts";
import type { Cause, Rotated } from "./rotate.ts";
import { labelled } from "./vault.ts";
import type { AudienceView, RevisionView } from "./view.ts";

type Leading = typeof import("./leading.ts");
type Inside = typeof import("./inside.ts");

const leading = (): Promise<Leading> => import("./leading.ts");

/** The parts that beginning does without. */
export const inside = (): Promise<Inside> => import("./inside.ts");

const quietly: Progress = () => undefined;

/** The part of a client that is about audiences: their rules, links, members and publishers. */
export class Audiences extends Own {
  /** Every audience that its owner has not left. */
  audiences(): Promise<AudienceView[]> {
    return this.see(async (a) => {
      const { audienceView } = await inside();
      return Promise.all(audience.audiences(a).map((id) => audienceView(a, id)));
    });
  }

  /** One audience. */
  audience(id: AudienceRef): Promise<AudienceView> {
    return this.see(async (a) => (await inside()).audienceView(a, id));
  }

  /** The names that accounts of an audience last gave themselves: their claims. */
  names(id: AudienceRef): Promise<ReadonlyMap<AccountRef, string>> {
    return this.see(async (a) => (await inside()).namesIn(a, id));
  }

  /** Every revision of its charter, oldest first: the audit trail. */
  history(id: AudienceRef): Promise<RevisionView[]> {
    return this.see(async (a) => (await inside()).historyOf(a, id));
  }

  /** Asks the hub in which audiences it has this account. */
  audiencesAtHub(): Promise<OwnAudience[]> {
    return this.see((a) => a.api.audiences());
  }

  /** Founds an audience; `label` is the owner's own name for it. */
  found(label: string, rules: audience.Rules): Promise<AudienceRef> {
    return this.do((a) => audience.found(a, label, rules));
  }

  /** Gives an audience another name of one's own. */
  rename(id: AudienceRef, label: string): Promise<void> {
    return this.change((a) => {
      a.keys(id).label = labelled(label);
    });
  }

  /** Brings its charters up to date. */
  sync(id: AudienceRef): Promise<AudienceView> {
    return this.do(async (a) => {
      await audience.sync(a, id);
      await a.remember();
      return (await inside()).audienceView(a, id);
    });
  }

  /** Makes the charter valid for another three months; its new revision. */
  renew(id: AudienceRef): Promise<number> {
    return this.do((a) => audience.renew(a, id));
  }

  /** Changes rules; the charter's new revision. */
  setRules(id: AudienceRef, rules: Parameters<typeof audience.setRules>[2]): Promise<number> {
    return this.do((a) => audience.setRules(a, id, rules));
  }

  /** Agrees that the operator of a hosted audience reads along. */
  consentToHosting(id: AudienceRef): Promise<void> {
    return this.change((a) => {
      a.keys(id).hosting_consented = true;
    });
  }

  /** Makes a link and returns its address, whose fragment no server ever sees. */
  makeLink(id: AudienceRef, wanted: NewLink): Promise<string> {
    return this.do(async (a) => (await inside()).makeLink(a, id, wanted));
  }

  /** Asks the hub for the audience's links. */
  links(id: AudienceRef): Promise<LinkLine[]> {
    return this.see(async (a) => (await inside()).links(a, id));
  }

  /** Closes a link for good. */
  closeLink(id: AudienceRef, link: LinkRef): Promise<void> {
    return this.do(async (a) => (await inside()).closeLink(a, id, link));
  }

  /** Looks at a link before following it: asks the hub as nobody. */
  look(link: string): Promise<Invitation> {
    return this.see(async (a) => (await inside()).look(a.api.origin.text, link, a.world.clock()));
  }

  /** Follows a link. */
  join(link: string, joining: Joining): Promise<{ audience: AudienceRef; joined: Joined }> {
    return this.do(async (a) => (await inside()).join(a, link, joining));
  }

  /** Leaves an audience: the hub drops the token at once. */
  leave(id: AudienceRef): Promise<void> {
    return this.do(async (a) => (await inside()).leave(a, id));
  }

  /** Who asks to be admitted; asks the hub. */
  asking(id: AudienceRef): ReturnType<Leading["asking"]> {
    return this.do(async (a) => (await leading()).asking(a, id));
  }

  /** Admits whom a person chose out of {@link Audiences.asking}. */
  admit(
    id: AudienceRef,
    chosen: readonly AccountRef[],
    role: MemberRole = "member",
    progress: Progress = quietly,
  ): Promise<Enrolled> {
    return this.do(async (a) => (await leading()).admit(a, id, chosen, role, progress));
  }

  /** Declines a request. */
  decline(id: AudienceRef, account: AccountRef): Promise<void> {
    return this.see((a) => a.api.decline(id, account));
  }

  /** Everyone enrolled, with the names they gave; asks the hub. */
  members(id: AudienceRef): Promise<MemberLine[]> {
    return this.do(async (a) => (await leading()).members(a, id));
  }

  /** Removes a member: at once, with an honest hub; {@link Audiences.rotate} makes it hold against any. */
  remove(id: AudienceRef, account: AccountRef): Promise<void> {
    return this.see((a) => a.api.remove(id, account));
  }

  /** Makes room for so many times 4,096 more members. */
  addCohorts(id: AudienceRef, wanted: number): Promise<void> {
    return this.do(
      async (a) => void (await (await leading()).addCohorts(a, await audience.sync(a, id), wanted)),
    );
  }

  /** Replaces cohort keys and enrols those who stay under the new ones. */
  rotate(id: AudienceRef, cause: Cause, progress: Progress = quietly): Promise<Rotated> {
    return this.do(async (a) => (await leading()).rotate(a, id, cause, progress));
  }

  /** Makes an account a publisher or admin, and sends it the audience's keys. */
  addStaff(id: AudienceRef, account: AccountRef, role: Role): Promise<number> {
    return this.do(async (a) => (await leading()).addStaff(a, id, account, role));
  }

  /** Sends the audience's keys to one publisher, or to every other one. */
  shareSecrets(id: AudienceRef, only?: AccountRef): Promise<void> {
    return this.do(async (a) => (await inside()).shareSecrets(a, await audience.sync(a, id), only));
  }

  /** Asks the hub how many a post would reach now. */
  async reach(id: AudienceRef): Promise<number> {
    const cohorts = await this.see((a) => a.api.cohorts(id));
    return cohorts.reduce((sum, { live, retired_ms }) => sum + (retired_ms === undefined ? live : 0), 0);
  }
}
