//! A publisher's device enrolling members: only those a person admitted, never from the hub's list alone (section 4).

use std::collections::BTreeMap;

use kentongan_protocol::COHORT;
use kentongan_protocol::account::KeyBundle;
use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret};
use kentongan_protocol::link::Request;
use kentongan_protocol::membership::{MemberRole, Membership};
use kentongan_protocol::token::Batch;

use super::api::{Enrolment, Enrolments, RequestRow};
use super::{Client, Error, Progress};
use crate::base64url::{B64, Bytes64};

/// Somebody who asks to be admitted; the request was signed with a link of ours and by themselves.
#[derive(Clone)]
pub struct Asking {
    /// Who.
    pub account: AccountId,
    /// Their identity key.
    pub ik: IdentityKey,
    /// The name they give: their claim.
    pub name: Option<String>,
    /// When, by the hub's clock.
    pub received_ms: i64,
}

/// What came of admitting.
#[derive(Default)]
pub struct Enrolled {
    /// Who is in.
    pub admitted: Vec<AccountId>,
    /// Who is not, and why.
    pub refused: Vec<(AccountId, String)>,
}

/// A member as its publishers see it.
pub struct MemberLine {
    /// Who.
    pub account: AccountId,
    /// The name they gave: their claim.
    pub name: Option<String>,
    /// `member` or `guardian`.
    pub role: String,
    /// When it joined.
    pub joined_ms: i64,
    /// Whether it was removed.
    pub removed: bool,
}

/// A member to be, with its verified keys.
pub(super) struct Candidate {
    pub(super) bundle: KeyBundle,
    pub(super) role: MemberRole,
}

impl Client {
    /// Who asks to be admitted; requests that are not genuine come back beside them, with the reason.
    pub async fn asking(
        &mut self,
        audience: &AudienceId,
    ) -> Result<(Vec<Asking>, Vec<(AccountId, String)>), Error> {
        let chain = self.sync(audience).await?;
        self.require_publisher(chain.current())?;
        self.fetch_desk(&chain).await?;
        let (mut asking, mut refused) = (Vec::new(), Vec::new());
        for row in self.api.requests(&audience.0).await? {
            let account = AccountId(row.account.0);
            match self.checked_request(audience, &row) {
                Ok(ik) => {
                    let name = self.name_of(audience, &ik);
                    asking.push(Asking { account, ik, name, received_ms: row.received_ms });
                }
                Err(error) => refused.push((account, error.to_string())),
            }
        }
        Ok((asking, refused))
    }

    fn checked_request(
        &self,
        audience: &AudienceId,
        row: &RequestRow,
    ) -> Result<IdentityKey, Error> {
        let request = Request::parse(&row.request.0).map_err(Error::distrust)?;
        let genuine = request.audience == *audience
            && AccountId::of(&request.ik).0 == row.account.0
            && request.verify(&row.link_signature.0, &row.signature.0).is_ok();
        if !genuine {
            return Err(Error::distrust("the request is not signed as it must be"));
        }
        if self.keys(audience)?.live_link(&request.link_pk).is_none() {
            return Err(Error::distrust(
                "the request came by a link this account does not know or has closed",
            ));
        }
        Ok(request.ik)
    }

    /// Admits whom a person chose out of [`Client::asking`], a batch of up to 4,096 at a time.
    pub async fn admit(
        &mut self,
        audience: &AudienceId,
        chosen: &[Asking],
        role: MemberRole,
        progress: Progress<'_>,
    ) -> Result<Enrolled, Error> {
        let mut chain = self.sync(audience).await?;
        self.require_publisher(chain.current())?;
        let mut enrolled = Enrolled::default();
        let mut candidates = Vec::with_capacity(chosen.len());
        for asking in chosen {
            match self.contact(&asking.account).await {
                Ok(bundle) => candidates.push(Candidate { bundle, role }),
                Err(error @ Error::Unreachable(_)) => return Err(error),
                Err(error) => enrolled.refused.push((asking.account, error.to_string())),
            }
        }
        while !candidates.is_empty() {
            let (cohort, room) = self.room(&mut chain).await?;
            let batch: Vec<_> = candidates.drain(..room.min(candidates.len())).collect();
            let s = self.keys(audience)?.cohort(&cohort).ok_or_else(no_secret)?;
            let enrolments = self.enrolments(audience, &[(&s, &batch)], &mut enrolled.refused);
            self.api.enrol(&audience.0, &enrolments).await?;
            enrolled.admitted.extend(enrolments.members.iter().map(|m| AccountId(m.account.0)));
            progress(enrolled.admitted.len() as u64);
        }
        self.save().await?;
        Ok(enrolled)
    }

    /// A cohort with free slots and how many; adds one to the charter where all are full.
    async fn room(&mut self, chain: &mut Chain) -> Result<(CohortKey, usize), Error> {
        let audience = chain.audience();
        let free: BTreeMap<_, _> = self
            .api
            .cohorts(&audience.0)
            .await?
            .into_iter()
            .map(|row| {
                let given = usize::try_from(row.next_slot).unwrap_or(COHORT);
                (row.s, COHORT.saturating_sub(given))
            })
            .collect();
        let keys = self.keys(&audience)?;
        let with_room = chain.current().cohorts.iter().find_map(|key| {
            let name = B64(*key.as_bytes());
            let room = *free.get(&name)?;
            (room > 0 && keys.cohorts.contains_key(&name)).then_some((*key, room))
        });
        if let Some(found) = with_room {
            return Ok(found);
        }
        let added = self.add_cohorts(chain, 1).await?;
        let key = added.first().copied().ok_or_else(no_secret)?;
        Ok((key, COHORT))
    }

    /// Makes room for `cohorts` times 4,096 more members, in one revision of the charter; the new keys.
    pub async fn add_cohorts(
        &mut self,
        chain: &mut Chain,
        cohorts: usize,
    ) -> Result<Vec<CohortKey>, Error> {
        let mut rng = self.rng();
        let keys = self.keys_mut(&chain.audience())?;
        let added: Vec<_> =
            (0..cohorts).map(|_| keys.add_cohort(&CohortSecret::random(&mut rng))).collect();
        self.save().await?;
        self.revise(chain, |terms| terms.cohorts.extend(&added), None).await?;
        self.extend_links(chain).await?;
        self.share_secrets(chain, None).await?;
        Ok(added)
    }

    /// Tokens and memberships for members of some cohorts, in one batch; whose key is degenerate is refused alone.
    pub(super) fn enrolments(
        &self,
        audience: &AudienceId,
        cohorts: &[(&CohortSecret, &[Candidate])],
        refused: &mut Vec<(AccountId, String)>,
    ) -> Enrolments {
        let batch = Batch::random(&mut self.rng());
        let (issuer, at_ms) = (self.vault.ik(), self.now());
        let mut members = Vec::new();
        for (s, candidates) in cohorts {
            let keys: Vec<_> =
                candidates.iter().map(|c| (c.bundle.account(), c.bundle.ek())).collect();
            let cohort = s.public();
            for (candidate, token) in candidates.iter().zip(batch.enrol(audience, s, &keys)) {
                let account = candidate.bundle.account();
                let token = match token {
                    Ok(token) => token,
                    Err(error) => {
                        refused.push((account, error.to_string()));
                        continue;
                    }
                };
                let membership = Membership {
                    audience: *audience,
                    ik: candidate.bundle.ik(),
                    role: candidate.role,
                    cohort,
                    at_ms,
                    issuer: issuer.public(),
                };
                members.push(Enrolment {
                    account: B64(account.0),
                    s: B64(*cohort.as_bytes()),
                    ek: B64(candidate.bundle.ek().0),
                    token: B64(*token.to_bytes()),
                    membership: Bytes64(membership.encode()),
                    membership_signature: B64(membership.sign(&issuer)),
                });
            }
        }
        Enrolments { x: B64(batch.public().0), members }
    }

    /// Declines a request.
    pub async fn decline(
        &mut self,
        audience: &AudienceId,
        account: &AccountId,
    ) -> Result<(), Error> {
        self.api.decline(&audience.0, &account.0).await
    }

    /// Everyone enrolled, with the names they gave.
    pub async fn members(&mut self, audience: &AudienceId) -> Result<Vec<MemberLine>, Error> {
        let chain = self.sync(audience).await?;
        self.require_publisher(chain.current())?;
        self.fetch_desk(&chain).await?;
        let rows = self.api.members(&audience.0).await?;
        let line = |row: super::api::MemberRow| MemberLine {
            account: AccountId(row.account.0),
            name: self.name_of(audience, &IdentityKey(row.ik.0)),
            role: row.role,
            joined_ms: row.joined_ms,
            removed: row.removed_ms.is_some(),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Removes a member: at once, with an honest hub; [`Client::rotate`] makes it hold against any.
    pub async fn remove(
        &mut self,
        audience: &AudienceId,
        account: &AccountId,
    ) -> Result<(), Error> {
        self.api.remove(&audience.0, &account.0).await
    }

    /// The name that the owner of `ik` gave: their claim.
    #[must_use]
    pub fn name_of(&self, audience: &AudienceId, ik: &IdentityKey) -> Option<String> {
        self.local(audience)?.name(&AccountId::of(ik).0).map(ToOwned::to_owned)
    }
}

pub(super) fn no_secret() -> Error {
    Error::cannot(
        "this account does not have the audience's keys yet: another admin sends them with `kentongan audience staff --add`, again with --admin for an admin",
    )
}
