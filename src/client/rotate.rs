//! New cohort keys: when a removal must hold against hub and ex-member, when a publisher leaves, or for age (section 4).
//!
//! Invariant: who stays is decided by memberships a publisher (for age also an open link) signed, never by the hub's list.

use std::collections::{BTreeMap, BTreeSet};

use kentongan_protocol::COHORT;
use kentongan_protocol::chain::Chain;
use kentongan_protocol::charter::{Role, Staff, Terms};
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::{Link, LinkKind};
use kentongan_protocol::membership::{LinkProof, MemberRole, Membership, WriterProof};
use kentongan_protocol::primitives::ExchangeSecret;

use super::api::{Enrolments, LinkRow, MemberRow};
use super::enrol::{Candidate, no_secret};
use super::{Client, Error, Progress};
use crate::base64url::B64;

/// Why keys are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// They are old.
    Age,
    /// This member is removed, and that must hold whatever the hub does.
    Member(AccountId),
    /// This publisher leaves or lost a device.
    Publisher(IdentityKey),
}

/// What came of a rotation.
#[derive(Default)]
pub struct Rotated {
    /// The charter's new revision.
    pub revision: u64,
    /// Cohorts with new keys.
    pub cohorts: usize,
    /// Members who stay.
    pub stayed: usize,
    /// Members who have to join again, and why.
    pub rejoin: Vec<(AccountId, String)>,
}

impl Client {
    /// Replaces cohort keys and enrols those who stay under the new ones.
    pub async fn rotate(
        &mut self,
        audience: &AudienceId,
        cause: Cause,
        progress: Progress<'_>,
    ) -> Result<Rotated, Error> {
        let mut chain = self.sync(audience).await?;
        if !chain.current().is_admin(&self.ik()) {
            return Err(Error::cannot(
                "only an admin of this audience may change its keys: ask one",
            ));
        }
        let (members, links) =
            (self.api.members(&audience.0).await?, self.api.links(&audience.0).await?);
        let replaced = replaced(&chain, cause, &members, &links)?;
        if let Cause::Member(account) = cause {
            self.api.remove(&audience.0, &account.0).await?;
        }
        let renewed = self.new_secrets(audience, cause, &replaced).await?;
        let mut rotated = Rotated { cohorts: renewed.secrets.len(), ..Rotated::default() };
        let staying =
            self.staying(&chain, cause, &members, &links, &replaced, &mut rotated.rejoin).await?;
        let mut batches =
            self.batches(audience, &renewed.secrets, staying, &mut rotated.rejoin)?.into_iter();
        let first = batches.next();
        rotated.stayed = first.as_ref().map_or(0, |batch| batch.members.len());
        let change = |terms: &mut Terms| renewed.change(terms, cause);
        self.revise(&mut chain, change, first.as_ref()).await?;
        progress(rotated.stayed as u64);
        for batch in batches {
            self.api.enrol(&audience.0, &batch).await?;
            rotated.stayed += batch.members.len();
            progress(rotated.stayed as u64);
        }
        self.close_retired(audience, &links).await?;
        self.share_secrets(&chain, None).await?;
        rotated.revision = chain.current().revision;
        Ok(rotated)
    }

    /// Makes the new keys and retires links; all of it is in the vault before anything is sent.
    async fn new_secrets(
        &mut self,
        audience: &AudienceId,
        cause: Cause,
        replaced: &BTreeSet<B64<32>>,
    ) -> Result<Renewed, Error> {
        let mut rng = self.rng();
        let secrets: BTreeMap<_, _> =
            replaced.iter().map(|s| (*s, CohortSecret::random(&mut rng))).collect();
        let leaves = matches!(cause, Cause::Publisher(_));
        let desk = leaves.then(|| ExchangeSecret::random(&mut rng));
        let keys = self.keys_mut(audience)?;
        for s in secrets.values() {
            keys.add_cohort(s);
        }
        if let Some(desk) = &desk {
            keys.add_desk(desk);
        }
        for link in keys.links.values_mut() {
            link.retired |= leaves || link.open;
        }
        self.save().await?;
        Ok(Renewed { secrets, desk })
    }

    /// Who stays, by old `S`: each with a membership that counts and keys of its own that are valid now.
    async fn staying(
        &mut self,
        chain: &Chain,
        cause: Cause,
        members: &[MemberRow],
        links: &[LinkRow],
        replaced: &BTreeSet<B64<32>>,
        rejoin: &mut Vec<(AccountId, String)>,
    ) -> Result<BTreeMap<B64<32>, Vec<Candidate>>, Error> {
        let mut staying: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let live = |m: &&MemberRow| m.removed_ms.is_none() && replaced.contains(&m.s);
        for row in members.iter().filter(live) {
            let account = AccountId(row.account.0);
            if cause == Cause::Member(account) {
                continue;
            }
            let role = match evidence(chain, cause, row, links) {
                Ok(role) => role,
                Err(error) => {
                    rejoin.push((account, error.to_string()));
                    continue;
                }
            };
            match self.contact(&account).await {
                Ok(bundle) => staying.entry(row.s).or_default().push(Candidate { bundle, role }),
                Err(error @ Error::Unreachable(_)) => return Err(error),
                Err(error) => rejoin.push((account, error.to_string())),
            }
        }
        Ok(staying)
    }

    fn batches(
        &self,
        audience: &AudienceId,
        secrets: &BTreeMap<B64<32>, CohortSecret>,
        staying: BTreeMap<B64<32>, Vec<Candidate>>,
        refused: &mut Vec<(AccountId, String)>,
    ) -> Result<Vec<Enrolments>, Error> {
        let mut batches = Vec::new();
        for (old, candidates) in staying {
            let s = secrets.get(&old).ok_or_else(no_secret)?;
            for part in candidates.chunks(COHORT) {
                batches.push(self.enrolments(audience, &[(s, part)], refused));
            }
        }
        Ok(batches)
    }

    async fn close_retired(&self, audience: &AudienceId, links: &[LinkRow]) -> Result<(), Error> {
        let keys = self.keys(audience)?;
        for row in links.iter().filter(|row| row.revoked_ms.is_none()) {
            let link = Link::parse(&row.link.0).map_err(Error::distrust)?;
            if keys.links.get(&B64(link.link_pk.0)).is_some_and(|held| held.retired) {
                self.api.revoke_link(&audience.0, &link.link_pk.0).await?;
            }
        }
        Ok(())
    }

    /// Makes an account a publisher or admin, and sends it the audience's keys; an admin stays one.
    pub async fn add_staff(
        &mut self,
        audience: &AudienceId,
        account: &AccountId,
        role: Role,
    ) -> Result<u64, Error> {
        let mut chain = self.sync(audience).await?;
        let ik = self.contact(account).await?.ik();
        let change = |terms: &mut Terms| match terms.staff.iter_mut().find(|s| s.ik == ik) {
            Some(staff) if staff.role == Role::Admin => {}
            Some(staff) => staff.role = role,
            None => terms.staff.push(Staff { role, ik }),
        };
        self.revise(&mut chain, change, None).await?;
        self.share_secrets(&chain, Some(*account)).await?;
        Ok(chain.current().revision)
    }
}

/// The cohort keys that have to go.
fn replaced(
    chain: &Chain,
    cause: Cause,
    members: &[MemberRow],
    links: &[LinkRow],
) -> Result<BTreeSet<B64<32>>, Error> {
    let all = || chain.current().cohorts.iter().map(|s| B64(*s.as_bytes())).collect();
    let Cause::Member(account) = cause else { return Ok(all()) };
    let member = members.iter().find(|m| m.account.0 == account.0);
    let member =
        member.ok_or_else(|| Error::cannot("nobody of that id is or was a member here"))?;
    // An open link fills any cohort, and whoever came by one knows its seed.
    let open = |row: &LinkRow| Link::parse(&row.link.0).is_ok_and(|l| l.kind == LinkKind::Open);
    if links.iter().any(open) { Ok(all()) } else { Ok(BTreeSet::from([member.s])) }
}

/// The new keys of a rotation.
struct Renewed {
    /// Old `S` → new `s`.
    secrets: BTreeMap<B64<32>, CohortSecret>,
    desk: Option<ExchangeSecret>,
}

impl Renewed {
    fn change(&self, terms: &mut Terms, cause: Cause) {
        for cohort in &mut terms.cohorts {
            if let Some(s) = self.secrets.get(&B64(*cohort.as_bytes())) {
                *cohort = s.public();
            }
        }
        if let Some(desk) = &self.desk {
            terms.desk = desk.public();
        }
        if let Cause::Publisher(ik) = cause {
            terms.staff.retain(|s| s.ik != ik);
            let others = u8::try_from(terms.staff.len().saturating_sub(1)).unwrap_or(u8::MAX);
            terms.approvals = terms.approvals.min(others);
        }
    }
}

/// In what capacity a member is one, if somebody who counts signed its membership.
pub(super) fn evidence(
    chain: &Chain,
    cause: Cause,
    row: &MemberRow,
    links: &[LinkRow],
) -> Result<MemberRole, Error> {
    let membership = Membership::parse(&row.membership.0).map_err(Error::distrust)?;
    let own = AccountId::of(&membership.ik).0 == row.account.0
        && membership.cohort.as_bytes() == &row.s.0;
    if !own {
        return Err(Error::distrust("the hub serves a membership that is not this member's"));
    }
    let by_link = links.iter().find_map(|row| {
        let link = Link::parse(&row.link.0).ok().filter(|l| l.link_pk == membership.issuer)?;
        let publisher = IdentityKey(row.publisher.0);
        Some(LinkProof { link, publisher, signature: row.signature.0 })
    });
    if by_link.is_some() && cause != Cause::Age {
        return Err(Error::cannot("came by an open link: has to join again by a new one"));
    }
    let proof = WriterProof { membership, signature: row.membership_signature.0, by_link };
    let counts = chain.revisions().iter().any(|r| proof.check(&r.charter, &membership.ik).is_ok());
    if counts {
        Ok(membership.role)
    } else {
        Err(Error::distrust("no publisher signed this membership"))
    }
}
