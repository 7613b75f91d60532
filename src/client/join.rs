//! Joining by a link, and coming into the reader's keys that follow (protocol section 4).
//!
//! Invariant: the link pins the charter it was made under; another history, another kind of link and a slot made for
//! another key are refused.

use kentongan_protocol::chain::Chain;
use kentongan_protocol::charter::Hosting;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey};
use kentongan_protocol::keys::CohortKey;
use kentongan_protocol::letter;
use kentongan_protocol::link::{Claim, Fragment, Link, LinkKind, Request};
use kentongan_protocol::membership::{LinkProof, MemberRole, Membership, WriterProof};
use kentongan_protocol::token::{delta, link_key, link_scalar, own_reader_key, reader_key};

use super::api::{JoinBody, LinkRow, SlotRow};
use super::audience::pin;
use super::payload::{From, PostBody};
use super::vault::{Keys, Pin, Reader};
use super::{ASKED, Addressee, Client, Error, ProblemKind, REMOVED, label};
use crate::base64url::{B64, Bytes64};

/// Cohorts fill up while people join: a few rounds find one with room.
const ROUNDS: usize = 6;

/// What became of following a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// In, at once.
    Member,
    /// A publisher has been asked.
    Asked,
    /// This account publishes here; keys come from the other publishers.
    Publisher,
}

/// Reads a link as people pass it on: a whole address or what follows its `#`.
pub(crate) fn fragment(text: &str) -> Result<Fragment, Error> {
    let text = text.trim();
    let fragment = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
    Fragment::parse(fragment).map_err(|_| {
        Error::cannot(
            "the link is incomplete or mistyped: copy the whole of it, with everything after the #",
        )
    })
}

impl Client {
    /// Follows a link: `name` goes to the publishers in a sealed letter, `consent` agrees to an operator who reads along.
    pub async fn join(
        &mut self,
        link: &str,
        label: Option<&str>,
        name: Option<&str>,
        consent: bool,
    ) -> Result<(AudienceId, Joined), Error> {
        let fragment = fragment(link)?;
        let audience = fragment.audience;
        let pinned = Pin { revision: fragment.revision, hash: B64(fragment.charter_hash.0) };
        let chain = self.fetch_chain(&audience, &pinned).await?;
        let charter = chain.current();
        if let (Hosting::Hosted(host), false) = (&charter.hosting, consent) {
            return Err(Error::cannot(format_args!(
                "this audience is hosted: {host} can read everything in it; join with --consent if that is fine"
            )));
        }
        let label = label.map_or_else(|| Ok(label::unnamed(&audience)), label::checked)?;
        self.keep_chain(&chain);
        let new = self.vault.audience(&audience).is_none();
        let keys = self.vault.audiences.entry(B64(audience.0));
        let keys = keys.or_insert_with(|| Keys::new(label, pinned));
        keys.set_left(false);
        keys.hosting_consented |= consent;
        if keys.seen.revision < charter.revision {
            keys.seen = pin(charter);
        }
        if charter.is_publisher(&self.ik()) {
            self.save().await?;
            self.fetch_letters().await?;
            return Ok((audience, Joined::Publisher));
        }
        let joined = self.enter(&chain, &fragment).await;
        if let (true, Err(Error::Hub(_) | Error::Cannot(_) | Error::Distrust(_))) = (new, &joined) {
            // A link that lets nobody in leaves no audience behind.
            self.vault.audiences.remove(&B64(audience.0));
            self.save().await?;
        }
        let joined = joined?;
        if let Some(name) = name {
            self.introduce(&chain, name).await?;
        }
        Ok((audience, joined))
    }

    async fn enter(&mut self, chain: &Chain, fragment: &Fragment) -> Result<Joined, Error> {
        let (link, row) = self.checked_link(chain, fragment).await?;
        match fragment.kind {
            LinkKind::Open => self.join_open(chain, fragment, &link, row).await,
            LinkKind::Approval => self.ask(fragment).await,
        }
    }

    /// The link as the hub has it: signed by a publisher, and the one the fragment is for.
    async fn checked_link(
        &self,
        chain: &Chain,
        fragment: &Fragment,
    ) -> Result<(Link, LinkRow), Error> {
        let link_pk = link_key(&fragment.seed, &fragment.audience).public();
        let row = self.api.link(&fragment.audience.0, &link_pk.0).await?;
        let link = Link::parse(&row.link.0).map_err(Error::distrust)?;
        let publisher = IdentityKey(row.publisher.0);
        let genuine = link.audience == fragment.audience
            && link.link_pk == link_pk
            && link.kind == fragment.kind
            && chain.current().is_publisher(&publisher)
            && link.verify(&publisher, &row.signature.0).is_ok();
        if genuine {
            Ok((link, row))
        } else {
            Err(Error::distrust(
                "no publisher of this audience stands behind the link: ask for a new one",
            ))
        }
    }

    async fn join_open(
        &mut self,
        chain: &Chain,
        fragment: &Fragment,
        link: &Link,
        mut row: LinkRow,
    ) -> Result<Joined, Error> {
        if !row.open {
            return match self.take_slots(chain).await?.as_str() {
                ASKED | REMOVED => Err(Error::cannot(
                    "this link is revoked, expired or used up: ask the publisher for a new one",
                )),
                _ => Ok(Joined::Member),
            };
        }
        for _ in 0..ROUNDS {
            let Some(s) = row.s else { break };
            let cohort = CohortKey::from_bytes(&s.0).map_err(Error::distrust)?;
            if chain.current().cohort_index(&cohort).is_none() {
                return Err(Error::distrust("the hub offers a cohort that is not in the charter"));
            }
            match self.claim(fragment, link, &row, cohort).await {
                Err(error) if error.is(&ProblemKind::CohortFull) => {
                    row = self.api.link(&fragment.audience.0, &link.link_pk.0).await?;
                }
                joined => return joined,
            }
        }
        Err(Error::cannot(
            "this audience is full for now: ask its publisher to make room, then try again",
        ))
    }

    /// Claims a slot under `cohort`; the reader's key is in the vault before the request goes out.
    async fn claim(
        &mut self,
        fragment: &Fragment,
        link: &Link,
        row: &LinkRow,
        cohort: CohortKey,
    ) -> Result<Joined, Error> {
        let (audience, secret) = (fragment.audience, link_key(&fragment.seed, &fragment.audience));
        let d = own_reader_key(&self.vault.vault_seed(), &audience, &cohort)
            .map_err(Error::distrust)?;
        let d_link = link_scalar(&fragment.seed, &audience, &cohort).map_err(Error::distrust)?;
        let membership = Membership {
            audience,
            ik: self.ik(),
            role: MemberRole::Member,
            cohort,
            at_ms: self.now(),
            issuer: link.link_pk,
        };
        let signature = membership.sign(&secret);
        let by_link = LinkProof {
            link: *link,
            publisher: IdentityKey(row.publisher.0),
            signature: row.signature.0,
        };
        let proof = WriterProof { membership, signature, by_link: Some(by_link) };
        let reader = Reader::new(&d, proof.encode());
        self.keys_mut(&audience)?.readers.insert(B64(*cohort.as_bytes()), reader);
        self.save().await?;
        let claim = Claim { cohort, delta: delta(&d_link, &d) };
        let mut body = self.request(fragment, Some(claim));
        body.membership = Some(Bytes64(membership.encode()));
        body.membership_signature = Some(B64(signature));
        self.api.join(&audience.0, &body).await.map(|_| Joined::Member)
    }

    async fn ask(&mut self, fragment: &Fragment) -> Result<Joined, Error> {
        self.save().await?;
        let body = self.request(fragment, None);
        let admitted = self.api.join(&fragment.audience.0, &body).await?;
        Ok(if admitted { Joined::Member } else { Joined::Asked })
    }

    fn request(&self, fragment: &Fragment, claim: Option<Claim>) -> JoinBody {
        let link = link_key(&fragment.seed, &fragment.audience);
        let request = Request {
            audience: fragment.audience,
            link_pk: link.public(),
            claim,
            ik: self.ik(),
            at_ms: self.now(),
        };
        JoinBody {
            request: Bytes64(request.encode()),
            link_signature: B64(request.sign(&link)),
            signature: B64(request.sign(&self.vault.ik())),
            membership: None,
            membership_signature: None,
        }
    }

    /// Tells the publishers, and nobody else, who asks.
    pub(super) async fn introduce(&mut self, chain: &Chain, name: &str) -> Result<(), Error> {
        let content = PostBody {
            r#type: letter::Kind::Join.word().to_owned(),
            from: Some(From { name: name.to_owned() }),
            ..PostBody::default()
        };
        let audience = chain.audience();
        let kind = letter::Kind::Join;
        self.send_letter(&audience, Addressee::Desk, kind, None, &content).await.map(drop)
    }

    /// Takes the reader's keys of slots that were given meanwhile into the vault; the state as in [`super::Fetched`].
    pub(super) async fn take_slots(&mut self, chain: &Chain) -> Result<String, Error> {
        let audience = chain.audience();
        let me = match self.api.me(&audience.0).await {
            // Who has its keys was a publisher, and did not ask.
            Err(error) if nobody(&error) => {
                let asked = self.keys(&audience)?.cohorts.is_empty();
                return Ok(if asked { ASKED } else { REMOVED }.to_owned());
            }
            me => me?,
        };
        let mut new = false;
        for row in me.slots {
            let known = self.keys(&audience)?.readers.get(&row.s);
            if known.is_none_or(|reader| is_newer(&row, reader)) {
                let reader = self.own_slot(chain, &row).await?;
                self.keys_mut(&audience)?.readers.insert(row.s, reader);
                new = true;
            }
        }
        if new {
            self.save().await?;
        }
        Ok(me.state)
    }

    /// Checks that a slot was made for this account by somebody who may, and computes its `d`.
    async fn own_slot(&self, chain: &Chain, row: &SlotRow) -> Result<Reader, Error> {
        let refuse = |why: &str| Error::distrust(format_args!("the hub serves {why}"));
        let cohort = CohortKey::from_bytes(&row.s.0).map_err(Error::distrust)?;
        let audience = chain.audience();
        let membership = Membership::parse(&row.membership.0).map_err(Error::distrust)?;
        let own = membership.audience == audience
            && membership.ik == self.ik()
            && membership.cohort == cohort
            && membership.verify(&row.membership_signature.0).is_ok();
        if !own {
            return Err(refuse("a membership that is not this account's"));
        }
        let ek = self.vault.keys().ek;
        let (d, by_link) = match (row.x, row.ek) {
            (Some(x), Some(served)) if served.0 == ek.public().0 => {
                let account = AccountId::of(&self.ik());
                (reader_key(&ek, &ExchangeKey(x.0), &audience, &cohort, &account), None)
            }
            (Some(_), _) => return Err(refuse("a slot that was made for another key")),
            // Came by a link, and was given another role by a publisher since.
            (None, _) if by_publisher(chain, &membership) => {
                (own_reader_key(&self.vault.vault_seed(), &audience, &cohort), None)
            }
            (None, _) => {
                let row = self.api.link(&audience.0, &membership.issuer.0).await?;
                let link = Link::parse(&row.link.0).map_err(Error::distrust)?;
                let publisher = IdentityKey(row.publisher.0);
                let proof = LinkProof { link, publisher, signature: row.signature.0 };
                (own_reader_key(&self.vault.vault_seed(), &audience, &cohort), Some(proof))
            }
        };
        let proof = WriterProof { membership, signature: row.membership_signature.0, by_link };
        let under = |r: &&kentongan_protocol::chain::SignedCharter| {
            r.charter.cohort_index(&cohort).is_some()
        };
        let issued = chain
            .revisions()
            .iter()
            .filter(under)
            .any(|r| proof.check(&r.charter, &self.ik()).is_ok());
        if !issued {
            return Err(refuse("a membership that no publisher issued"));
        }
        Ok(Reader::new(&d.map_err(Error::distrust)?, proof.encode()))
    }

    /// Leaves an audience: the hub drops the token at once.
    pub async fn leave(&mut self, audience: &AudienceId) -> Result<(), Error> {
        let account = self.vault.account();
        match self.api.remove(&audience.0, &account.0).await {
            // Never admitted: the request is taken back instead.
            Err(error) if nobody(&error) => match self.api.decline(&audience.0, &account.0).await {
                Err(error) if !error.is(&ProblemKind::NotFound) => return Err(error),
                _ => {}
            },
            removed => removed?,
        }
        self.keys_mut(audience)?.set_left(true);
        self.save().await
    }
}

/// Whether the hub says that this account has no place there.
fn nobody(error: &Error) -> bool {
    error.is(&ProblemKind::NotFound) || error.is(&ProblemKind::NotAllowed)
}

/// Whether the hub serves a later membership for a known slot: a publisher changed the role.
fn is_newer(row: &SlotRow, reader: &Reader) -> bool {
    let held = WriterProof::parse(&reader.proof.0).map(|proof| proof.membership.at_ms);
    let served = Membership::parse(&row.membership.0).map(|membership| membership.at_ms);
    matches!((held, served), (Ok(held), Ok(served)) if served > held)
}

/// Whether somebody issued it who was ever a publisher here; under which charter it counts is asked after.
fn by_publisher(chain: &Chain, membership: &Membership) -> bool {
    chain.revisions().iter().any(|r| r.charter.is_publisher(&membership.issuer))
}

#[cfg(test)]
mod tests {
    use kentongan_protocol::ids::CharterHash;
    use kentongan_protocol::primitives::Seed;

    use super::*;

    #[test]
    fn a_link_is_read_whole_or_bare_and_a_cut_one_is_refused() {
        let text = Fragment {
            kind: LinkKind::Approval,
            audience: AudienceId([1; 32]),
            seed: Seed::from_bytes(&[2; 32]),
            revision: 3,
            charter_hash: CharterHash([4; 32]),
        }
        .to_text();
        let read = |text: &str| fragment(text).map(|f| f.revision).ok();
        assert_eq!(read(&format!(" https://hub.example/join#{}\n", *text)), Some(3));
        assert_eq!(read(&text), Some(3));
        assert_eq!(read(&text[..text.len() - 3]), None);
        assert_eq!(read("https://hub.example/join"), None);
    }
}
