//! Keys from publisher to publisher, by letters of kind 5 (protocol sections 3 and 7).
//!
//! Invariant: what comes in is kept only while its public key is in the current charter, and never overwrites anything.

use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{AccountId, CharterHash, IdentityKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret};
use kentongan_protocol::letter;
use kentongan_protocol::link::{Link, LinkKind};
use kentongan_protocol::primitives::{ExchangeSecret, Seed};
use kentongan_protocol::token::link_key;
use zeroize::Zeroizing;

use super::audience::pin;
use super::payload::{Secrets, SharedLink};
use super::vault::{LinkSeed, Pin};
use super::{Addressee, Client, Error, ProblemKind};
use crate::base64url::B64;

impl Client {
    /// Looks through the own mailbox if a key of the charter is missing: after a rotation the others send the new ones.
    pub(super) async fn fetch_missing_keys(&mut self, chain: &Chain) -> Result<(), Error> {
        let keys = self.keys(&chain.audience())?;
        let missing = |s: &CohortKey| !keys.cohorts.contains_key(&B64(*s.as_bytes()));
        let charter = chain.current();
        let no_desk = !keys.desks.contains_key(&B64(charter.desk.0));
        if no_desk || charter.cohorts.iter().any(missing) {
            self.fetch_letters().await?;
        }
        Ok(())
    }

    /// Sends this account's keys of an audience to one publisher, or to every other one.
    pub async fn share_secrets(
        &mut self,
        chain: &Chain,
        only: Option<AccountId>,
    ) -> Result<(), Error> {
        let (audience, me) = (chain.audience(), self.ik());
        let others =
            chain.current().staff.iter().filter(|s| s.ik != me).map(|s| AccountId::of(&s.ik));
        let others: Vec<_> = others.filter(|account| only.is_none_or(|o| o == *account)).collect();
        if others.is_empty() {
            return Ok(());
        }
        let keys = self.keys(&audience)?;
        let live = keys.links.values().filter(|link| !link.retired);
        let secrets = Secrets {
            r#type: letter::Kind::Secrets.word().to_owned(),
            audience: keys.label.clone(),
            from: self.signature(),
            pin: Some(pin(chain.current())),
            cohorts: keys.cohorts.values().map(super::vault::Secret32::copy).collect(),
            desks: keys.desks.values().map(super::vault::Secret32::copy).collect(),
            links: live
                .map(|link| SharedLink {
                    open: link.open,
                    seed: link.seed.copy(),
                    revision: link.pin.revision,
                    charter_hash: link.pin.hash,
                })
                .collect(),
        };
        let payload = serde_json::to_vec(&secrets)
            .map_err(|_| Error::cannot("the keys cannot be written"))?;
        let payload = Zeroizing::new(payload);
        for account in others {
            let to = Addressee::Account(account);
            self.send_sealed(&audience, to, letter::Kind::Secrets, None, &payload).await?;
        }
        Ok(())
    }

    /// Takes in keys that another publisher sent; returns whether any was new.
    pub(super) async fn import_secrets(
        &mut self,
        chain: &Chain,
        payload: &[u8],
    ) -> Result<bool, Error> {
        let secrets: Secrets = serde_json::from_slice(payload)
            .map_err(|_| Error::distrust("the keys are not in a form this client knows"))?;
        let (audience, charter) = (chain.audience(), chain.current());
        let keys = self.keys_mut(&audience)?;
        let before = (keys.cohorts.len(), keys.desks.len(), keys.links.len());
        for s in &secrets.cohorts {
            let Ok(s) = CohortSecret::from_bytes(s.expose()) else { continue };
            if charter.cohort_index(&s.public()).is_some() {
                keys.add_cohort(&s);
            }
        }
        for desk in &secrets.desks {
            let desk = ExchangeSecret::from_bytes(desk.expose());
            if desk.public() == charter.desk {
                keys.add_desk(&desk);
            }
        }
        for link in secrets.links {
            self.import_link(chain, link).await?;
        }
        let keys = self.keys(&audience)?;
        Ok(before != (keys.cohorts.len(), keys.desks.len(), keys.links.len()))
    }

    /// Keeps a link's seed, if a publisher stands behind the link and it is of the kind it was said to be.
    async fn import_link(&mut self, chain: &Chain, shared: SharedLink) -> Result<(), Error> {
        let audience = chain.audience();
        let link_pk = link_key(&Seed::from_bytes(shared.seed.expose()), &audience).public();
        let name = B64(link_pk.0);
        let hash = CharterHash(shared.charter_hash.0);
        if self.keys(&audience)?.links.contains_key(&name)
            || chain.check_pin(shared.revision, &hash).is_err()
        {
            return Ok(());
        }
        let row = match self.api.link(&audience.0, &link_pk.0).await {
            Err(error) if error.is(&ProblemKind::NotFound) => return Ok(()),
            row => row?,
        };
        let Ok(link) = Link::parse(&row.link.0) else { return Ok(()) };
        let publisher = IdentityKey(row.publisher.0);
        let genuine = link.audience == audience
            && link.link_pk == link_pk
            && (link.kind == LinkKind::Open) == shared.open
            && chain.current().is_publisher(&publisher)
            && link.verify(&publisher, &row.signature.0).is_ok();
        if genuine {
            let pin = Pin { revision: shared.revision, hash: shared.charter_hash };
            let seed = LinkSeed { open: shared.open, seed: shared.seed, pin, retired: false };
            self.keys_mut(&audience)?.links.insert(name, seed);
        }
        Ok(())
    }
}
