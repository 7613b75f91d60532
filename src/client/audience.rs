//! Audiences: founding one, and its chain of charters, synced and checked against what was pinned (protocol section 3).
//!
//! Invariant: a chain that lacks the pinned or the highest seen charter is refused, and nothing of it is kept.

use std::time::Duration;

use kentongan_protocol::chain::{Chain, Genesis, SignedCharter};
use kentongan_protocol::charter::{
    CHARTER_MAX_MS, Charter, History, Hosting, Replies, Role, Staff, Terms,
};
use kentongan_protocol::ids::{AudienceId, CharterHash};
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::primitives::ExchangeSecret;
use rand_core::Rng as _;

use super::api::{CharterRow, Enrolments};
use super::vault::{Keys, Pin};
use super::{Client, Error, ProblemKind, SKEW_MS, label};
use crate::base64url::{B64, Bytes64};

/// A charter is renewed when less than this is left of it.
const CHARTER_RENEW_MS: u64 = 30 * 24 * 3600 * 1000;
/// How long, and how often, a new charter waits for posts on their way.
const FAN_OUT_PAUSE: Duration = Duration::from_millis(500);
const FAN_OUT_ROUNDS: usize = 40;

/// By which rules an audience begins.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Where members may write.
    pub replies: Replies,
    /// What late joiners are given.
    pub history: History,
}

impl Client {
    /// Founds an audience of one cohort, with this account as its only admin.
    pub async fn found(&mut self, label: &str, rules: Rules) -> Result<AudienceId, Error> {
        let label = label::checked(label)?;
        let mut rng = self.rng();
        let mut nonce = [0; 16];
        rng.fill_bytes(&mut nonce);
        let genesis = Genesis::new(nonce, 1, vec![self.ik()]).map_err(Error::distrust)?;
        let (s, desk) = (CohortSecret::random(&mut rng), ExchangeSecret::random(&mut rng));
        let audience = genesis.audience();
        let begins = self.now().saturating_sub(SKEW_MS);
        let terms = Terms {
            audience,
            revision: 0,
            prev: CharterHash(audience.0),
            hosting: Hosting::Blind,
            replies: rules.replies,
            history: rules.history,
            approvals: 0,
            desk: desk.public(),
            threshold: 1,
            staff: vec![Staff { role: Role::Admin, ik: self.ik() }],
            cohorts: vec![s.public()],
            not_before_ms: begins,
            not_after_ms: begins + CHARTER_MAX_MS,
        };
        let charter = terms.charter().map_err(Error::cannot)?;
        let signed =
            SignedCharter { signatures: vec![(0, charter.sign(&self.vault.ik()))], charter };
        let mut keys = Keys::new(label, pin(&signed.charter));
        keys.add_cohort(&s);
        keys.add_desk(&desk);
        self.vault.audiences.insert(B64(audience.0), keys);
        self.save().await?;
        let (charter, signatures) = (signed.charter.encode(), signed.encode_signatures());
        let sent = self.api.create_audience(&genesis.encode(), &charter, &signatures).await;
        if let Err(error) = sent {
            if matches!(error, Error::Hub(_)) {
                self.vault.audiences.remove(&B64(audience.0));
            }
            return Err(error);
        }
        let chain = Chain::begin(genesis, signed).map_err(Error::distrust)?;
        self.keep_chain(&chain);
        self.save_device().await?;
        Ok(audience)
    }

    /// The audience's charters, brought up to date with the hub and checked from the audience's id on.
    pub async fn sync(&mut self, audience: &AudienceId) -> Result<Chain, Error> {
        let keys = self.keys(audience)?;
        let (pinned, seen) = (keys.pinned, keys.seen);
        let chain = self.fetch_chain(audience, &pinned).await?;
        chain.check_pin(seen.revision, &CharterHash(seen.hash.0)).map_err(|_| {
            Error::distrust("the hub serves another history of this audience than it did before")
        })?;
        self.keep_chain(&chain);
        let newest = pin(chain.current());
        if newest != seen {
            self.keys_mut(audience)?.seen = newest;
            self.save().await?;
        }
        Ok(chain)
    }

    /// The chain as the hub has it, with the pinned charter in it; goes on from the one kept, if there is one.
    pub(super) async fn fetch_chain(
        &self,
        audience: &AudienceId,
        pinned: &Pin,
    ) -> Result<Chain, Error> {
        let chain = self.served_chain(audience).await?;
        chain.check_pin(pinned.revision, &CharterHash(pinned.hash.0)).map_err(Error::distrust)?;
        Ok(chain)
    }

    /// The same, for whoever knows which charter has to be in it only later.
    pub(super) async fn served_chain(&self, audience: &AudienceId) -> Result<Chain, Error> {
        let mut chain = self.kept_chain(audience);
        // The newest known is asked for again: a hub that has another one in its place shows itself.
        let mut after = chain.as_ref().map_or(0, |chain| chain.current().revision);
        loop {
            let page = self.api.charters(&audience.0, after).await?;
            if page.items.is_empty() && chain.as_ref().is_none_or(|c| after <= c.current().revision)
            {
                return Err(Error::distrust("the hub hides charters that it showed before"));
            }
            for row in page.items {
                let signed = signed(&row)?;
                match &mut chain {
                    None => chain = Some(self.begin_chain(audience, signed).await?),
                    Some(chain) => {
                        chain.append(&signed).map_err(Error::distrust)?;
                    }
                }
            }
            match page.next.and_then(|next| u64::try_from(next).ok()) {
                Some(next) if next > after => after = next,
                _ => break,
            }
        }
        chain.ok_or(Error::Answer("an audience without charters"))
    }

    async fn begin_chain(
        &self,
        audience: &AudienceId,
        first: SignedCharter,
    ) -> Result<Chain, Error> {
        let served = self.api.audience(&audience.0).await?;
        let genesis = Genesis::parse(&served.genesis.0).map_err(Error::distrust)?;
        if genesis.audience() != *audience {
            return Err(Error::distrust("the hub serves another audience under this name"));
        }
        Chain::begin(genesis, first).map_err(Error::distrust)
    }

    /// The chain as it was last checked.
    #[must_use]
    pub fn kept_chain(&self, audience: &AudienceId) -> Option<Chain> {
        let local = self.local(audience)?;
        let genesis = Genesis::parse(&local.genesis.0).ok()?;
        let mut charters = local.charters.iter().filter_map(|(charter, signatures)| {
            signed(&CharterRow { charter: charter.clone(), signatures: signatures.clone() }).ok()
        });
        let mut chain = Chain::begin(genesis, charters.next()?).ok()?;
        charters.try_for_each(|next| chain.append(&next).map(drop)).ok()?;
        Some(chain)
    }

    pub(super) fn keep_chain(&mut self, chain: &Chain) {
        let local = self.local_mut(&chain.audience());
        local.genesis = Bytes64(chain.genesis().encode());
        let kept =
            |r: &SignedCharter| (Bytes64(r.charter.encode()), Bytes64(r.encode_signatures()));
        local.charters = chain.revisions().iter().map(kept).collect();
    }

    /// Makes and sends the next revision: the newest charter with a new validity and `change`.
    ///
    /// Whatever secret `change` brings in must be in the vault already.
    pub(super) async fn revise(
        &mut self,
        chain: &mut Chain,
        change: impl FnOnce(&mut Terms),
        enrolments: Option<&Enrolments>,
    ) -> Result<(), Error> {
        let current = chain.current();
        let index = current.staff.iter().position(|s| s.ik == self.ik() && s.role == Role::Admin);
        let index = index.and_then(|i| u8::try_from(i).ok()).ok_or_else(|| {
            Error::cannot("only an admin of this audience may change it: ask one")
        })?;
        if current.threshold > 1 {
            return Err(Error::cannot(format_args!(
                "changes here need the signatures of {} admins, and this client can only sign alone",
                current.threshold
            )));
        }
        let mut terms = (**current).clone();
        terms.revision += 1;
        terms.prev = current.hash();
        terms.not_before_ms = (self.now().saturating_sub(SKEW_MS)).max(current.not_before_ms + 1);
        terms.not_after_ms = terms.not_before_ms + CHARTER_MAX_MS;
        change(&mut terms);
        let charter = terms.charter().map_err(Error::cannot)?;
        let signatures = vec![(index, charter.sign(&self.vault.ik()))];
        let next = SignedCharter { charter, signatures };
        let audience = chain.audience();
        let (charter, signatures) = (next.charter.encode(), next.encode_signatures());
        self.put_charter(&audience, &charter, &signatures, enrolments).await?;
        chain.append(&next).map_err(Error::distrust)?;
        self.keep_chain(chain);
        self.keys_mut(&audience)?.seen = pin(&next.charter);
        self.save().await
    }

    /// Sends a charter, and again while posts are on their way to keys that it takes away.
    async fn put_charter(
        &self,
        audience: &AudienceId,
        charter: &[u8],
        signatures: &[u8],
        enrolments: Option<&Enrolments>,
    ) -> Result<(), Error> {
        let mut again = tokio::time::interval(FAN_OUT_PAUSE);
        for _ in 0..FAN_OUT_ROUNDS {
            again.tick().await;
            match self.api.put_charter(&audience.0, charter, signatures, enrolments).await {
                Err(error) if error.is(&ProblemKind::FanOutRunning) => {}
                sent => return sent,
            }
        }
        Err(Error::cannot(
            "posts are still on their way to members of this audience: try again in a few minutes",
        ))
    }

    /// Makes the next revision with the same rules and keys, valid for another three months.
    pub async fn renew(&mut self, audience: &AudienceId) -> Result<u64, Error> {
        let mut chain = self.sync(audience).await?;
        self.revise(&mut chain, |_| {}, None).await?;
        Ok(chain.current().revision)
    }

    /// Changes how many other publishers must approve a post, or where members may write.
    pub async fn set_rules(
        &mut self,
        audience: &AudienceId,
        approvals: Option<u8>,
        replies: Option<Replies>,
    ) -> Result<u64, Error> {
        let mut chain = self.sync(audience).await?;
        let change = |terms: &mut Terms| {
            terms.approvals = approvals.unwrap_or(terms.approvals);
            terms.replies = replies.unwrap_or(terms.replies);
        };
        self.revise(&mut chain, change, None).await?;
        Ok(chain.current().revision)
    }

    /// Renews the charters near their end that this account may renew alone.
    pub(super) async fn renew_charters(&mut self) -> Result<(), Error> {
        let now = self.now();
        let due = |client: &Self, audience: &AudienceId| {
            let chain = client.kept_chain(audience)?;
            let charter = chain.current();
            let mine = charter.is_admin(&client.ik()) && charter.threshold == 1;
            (mine && charter.not_after_ms.saturating_sub(now) < CHARTER_RENEW_MS).then_some(())
        };
        for audience in self.audience_ids() {
            if due(self, &audience).is_some() {
                // Another admin may have done it since.
                self.sync(&audience).await?;
                if due(self, &audience).is_some() {
                    self.renew(&audience).await?;
                }
            }
        }
        Ok(())
    }

    /// Every audience of the vault that its owner has not left.
    #[must_use]
    pub fn audience_ids(&self) -> Vec<AudienceId> {
        let here = self.vault.audiences.iter().filter(|(_, keys)| !keys.left());
        here.map(|(audience, _)| AudienceId(audience.0)).collect()
    }

    /// Agrees that the operator of a hosted audience reads along.
    pub async fn consent_to_hosting(&mut self, audience: &AudienceId) -> Result<(), Error> {
        self.keys_mut(audience)?.hosting_consented = true;
        self.save().await
    }
}

/// A charter's revision and hash.
pub(super) fn pin(charter: &Charter) -> Pin {
    Pin { revision: charter.revision, hash: B64(charter.hash().0) }
}

fn signed(row: &CharterRow) -> Result<SignedCharter, Error> {
    let charter = Charter::parse(&row.charter.0).map_err(Error::distrust)?;
    SignedCharter::parse(charter, &row.signatures.0).map_err(Error::distrust)
}
