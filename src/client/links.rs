//! Links into an audience, as publishers make and close them (protocol section 4).

use kentongan_protocol::chain::Chain;
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AudienceId, CharterHash, IdentityKey};
use kentongan_protocol::link::{Fragment, Link, LinkKind};
use kentongan_protocol::primitives::Seed;
use kentongan_protocol::token::{deposit, link_key, link_scalar};
use zeroize::Zeroizing;

use super::api::{Deposited, LinkRow};
use super::audience::pin;
use super::vault::{Keys, LinkSeed, Secret32};
use super::{Client, Error, ProblemKind};
use crate::base64url::B64;

/// What a link should do.
#[derive(Clone, Copy, Debug)]
pub struct NewLink {
    /// Open, or for approval.
    pub kind: LinkKind,
    /// How many accounts may join by it.
    pub max_uses: u32,
    /// For how long it is good.
    pub valid_ms: u64,
}

/// A link as its audience's publishers see it.
pub struct LinkLine {
    /// Its public key, which names it.
    pub link: IdentityKey,
    /// Open, or for approval.
    pub kind: LinkKind,
    /// Accounts that joined by it.
    pub uses: u32,
    /// How many may.
    pub max_uses: u32,
    /// First millisecond in which it is no longer good.
    pub expires_ms: u64,
    /// Whether it was revoked or retired.
    pub closed: bool,
    /// Its address, while this account has its seed.
    pub url: Option<Zeroizing<String>>,
}

impl Client {
    /// Makes a link and returns its address, whose fragment no server ever sees.
    pub async fn make_link(
        &mut self,
        audience: &AudienceId,
        new: NewLink,
    ) -> Result<Zeroizing<String>, Error> {
        let chain = self.sync(audience).await?;
        let charter = chain.current();
        self.require_publisher(charter)?;
        let seed = Seed::random(&mut self.rng());
        let link = Link {
            audience: *audience,
            link_pk: link_key(&seed, audience).public(),
            kind: new.kind,
            max_uses: new.max_uses,
            expires_ms: self.now() + new.valid_ms,
        };
        let open = new.kind == LinkKind::Open;
        let kept = LinkSeed {
            open,
            seed: Secret32::new(seed.expose()),
            pin: pin(charter),
            retired: false,
        };
        let url = self.url_of(audience, &kept);
        self.keys_mut(audience)?.links.insert(B64(link.link_pk.0), kept);
        self.save().await?;
        let keys = self.keys(audience)?;
        let deposits = if open { deposits(keys, charter, &seed)? } else { Vec::new() };
        let signature = link.sign(&self.vault.ik());
        self.api.put_link(&audience.0, &link.encode(), &signature, &deposits).await?;
        Ok(url)
    }

    /// The audience's links.
    pub async fn links(&mut self, audience: &AudienceId) -> Result<Vec<LinkLine>, Error> {
        let keys = self.keys(audience)?;
        let line = |row: LinkRow| {
            let link = Link::parse(&row.link.0).map_err(Error::distrust)?;
            let held = keys.live_link(&link.link_pk);
            Ok(LinkLine {
                link: link.link_pk,
                kind: link.kind,
                uses: row.uses,
                max_uses: link.max_uses,
                expires_ms: link.expires_ms,
                closed: row.revoked_ms.is_some()
                    || keys.links.get(&B64(link.link_pk.0)).is_some_and(|l| l.retired),
                url: held.map(|held| self.url_of(audience, held)),
            })
        };
        self.api.links(&audience.0).await?.into_iter().map(line).collect()
    }

    /// Closes a link for good.
    pub async fn close_link(
        &mut self,
        audience: &AudienceId,
        link: &IdentityKey,
    ) -> Result<(), Error> {
        if let Some(seed) = self.keys_mut(audience)?.links.get_mut(&B64(link.0)) {
            seed.retired = true;
            self.save().await?;
        }
        self.api.revoke_link(&audience.0, &link.0).await
    }

    /// Lets open links fill the cohorts that were added since they were made.
    pub(super) async fn extend_links(&mut self, chain: &Chain) -> Result<(), Error> {
        let (audience, charter) = (chain.audience(), chain.current());
        let keys = self.keys(&audience)?;
        for (link, seed) in keys.links.iter().filter(|(_, link)| link.open && !link.retired) {
            let seed = Seed::from_bytes(seed.seed.expose());
            let deposits = deposits(keys, charter, &seed)?;
            match self.api.put_deposits(&audience.0, &link.0, &deposits).await {
                // One that expired or is used up needs no room.
                Err(error) if error.is(&ProblemKind::LinkClosed) => {}
                put => put?,
            }
        }
        Ok(())
    }

    fn url_of(&self, audience: &AudienceId, link: &LinkSeed) -> Zeroizing<String> {
        let fragment = Fragment {
            kind: if link.open { LinkKind::Open } else { LinkKind::Approval },
            audience: *audience,
            seed: Seed::from_bytes(link.seed.expose()),
            revision: link.pin.revision,
            charter_hash: CharterHash(link.pin.hash.0),
        };
        Zeroizing::new(format!("{}/join#{}", self.api.origin().as_str(), *fragment.to_text()))
    }

    /// Refuses unless this account publishes under `charter`.
    pub(super) fn require_publisher(&self, charter: &Charter) -> Result<(), Error> {
        let is_one = charter.is_publisher(&self.ik());
        let refusal = || Error::cannot("only a publisher of this audience may do this: ask one");
        if is_one { Ok(()) } else { Err(refusal()) }
    }
}

/// A deposit for every cohort whose secret this publisher has.
fn deposits(keys: &Keys, charter: &Charter, seed: &Seed) -> Result<Vec<Deposited>, Error> {
    let with_secret = charter.cohorts.iter().filter_map(|key| Some((key, keys.cohort(key)?)));
    with_secret
        .map(|(key, s)| {
            let d_link = link_scalar(seed, &charter.audience, key).map_err(Error::distrust)?;
            let t_link = *deposit(&s, &d_link).to_bytes();
            Ok(Deposited { s: B64(*key.as_bytes()), token: B64(t_link) })
        })
        .collect()
}
