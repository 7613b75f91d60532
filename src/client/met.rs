//! Audiences that others made this account a publisher of: they appear with the letter that brings their keys.
//!
//! Invariant: nothing is kept of an audience unless its charters, checked from its id on, list this account and whoever signed
//! the letter as publishers, and have in them the charter that the letter pins. Where trust begins is that letter, as
//! elsewhere it is a link: what the audience is called, and who they are that ask, is their word until its owner knows better.

use kentongan_protocol::chain::Chain;
use kentongan_protocol::charter::Hosting;
use kentongan_protocol::ids::{AccountId, AudienceId, CharterHash, IdentityKey};
use kentongan_protocol::letter::{Kind, Letter, Mailbox, Reading};

use super::api::LetterRow;
use super::audience::pin;
use super::payload::Secrets;
use super::vault::{Keys, Pin};
use super::{Client, Error, label};
use crate::base64url::B64;

/// An audience that appeared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The audience.
    pub audience: AudienceId,
    /// Who sent its keys: one of its publishers.
    pub by: IdentityKey,
}

impl Client {
    /// Takes in the audience of a letter with keys, if it is one; another letter, and one that is not believed, leaves none.
    ///
    /// An audience that its operator reads along in appears by a link alone, for its owner has to agree to that.
    pub(super) async fn meet(&mut self, row: &LetterRow) -> Result<Option<(Chain, Met)>, Error> {
        match self.try_meet(row).await {
            // Nobody here has ever heard of it, so there is nothing to say about it.
            Err(Error::Distrust(_) | Error::Hub(_)) => Ok(None),
            met => met,
        }
    }

    async fn try_meet(&mut self, row: &LetterRow) -> Result<Option<(Chain, Met)>, Error> {
        let letter =
            Letter::parse(&self.api.letter(&row.letter.0).await?).map_err(Error::distrust)?;
        let header = *letter.header();
        if header.kind != Kind::Secrets || header.audience.0 != row.audience.0 {
            return Ok(None);
        }
        let (audience, me) = (header.audience, self.ik());
        let chain = self.served_chain(&audience).await?;
        let charter = chain.current();
        if !charter.is_publisher(&me) || charter.hosting != Hosting::Blind {
            return Ok(None);
        }
        let xk = self.vault.keys().xk;
        let mailbox = Mailbox::Own { xk: &xk, ik: me, member: false };
        let reading = Reading { charters: &chain, mailbox, seen: false, member: None };
        let payload = letter.open(&reading).map_err(Error::distrust)?.payload;
        let secrets: Secrets = serde_json::from_slice(&payload)
            .map_err(|_| Error::distrust("the keys are not in a form this client knows"))?;
        let pinned = secrets.pin.unwrap_or_else(|| pin(charter));
        chain.check_pin(pinned.revision, &CharterHash(pinned.hash.0)).map_err(Error::distrust)?;
        self.begin_with(&chain, pinned, &secrets.audience);
        if let Some(from) = &secrets.from {
            let account = AccountId::of(&header.ik).0;
            self.local_mut(&audience).note_name(account, &from.name);
        }
        if let Some(name) = self.vault.name.clone() {
            // Before it is kept, so that who is broken off meets it again; if it fails, the first post brings the name.
            self.introduce(&chain, &name).await.ok();
        }
        self.save().await?;
        Ok(Some((chain, Met { audience, by: header.ik })))
    }

    fn begin_with(&mut self, chain: &Chain, pinned: Pin, label: &str) {
        let audience = chain.audience();
        let mut keys = Keys::new(label::given(label, &audience), pinned);
        keys.seen = pin(chain.current());
        self.keep_chain(chain);
        self.vault.audiences.insert(B64(audience.0), keys);
    }
}
