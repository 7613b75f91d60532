//! What a recipient checks before it shows a letter, in the order of section 7.

use zeroize::Zeroizing;

use super::rules::{Addressee, may_send};
use super::seal::{Hpke, info};
use super::{Kind, Letter};
use crate::chain::Chain;
use crate::charter::Charter;
use crate::ids::{IdentityKey, LetterId};
use crate::membership::WriterProof;
use crate::pad::unpad;
use crate::payload::is_typed;
use crate::primitives::ExchangeSecret;

/// The key a recipient opens letters with.
#[derive(Clone, Copy)]
pub enum Mailbox<'a> {
    /// A publisher reading what came to the desk; old desk secrets open old letters.
    Desk(
        /// The desk's secret.
        &'a ExchangeSecret,
    ),
    /// An account reading its own letters.
    Own {
        /// `xk`'s secret.
        xk: &'a ExchangeSecret,
        /// The account's identity key.
        ik: IdentityKey,
        /// Whether the account is, or was, a member of this audience.
        member: bool,
    },
}

/// What a recipient knows when it opens a letter.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The audience's charters, checked from its id on.
    pub charters: &'a Chain,
    /// The key.
    pub mailbox: Mailbox<'a>,
    /// Whether a letter of this id has been opened before.
    pub seen: bool,
    /// What came beside a member's letter.
    pub member: Option<&'a WriterProof>,
}

/// A letter that may be shown.
pub struct Opened {
    /// The letter's id.
    pub id: LetterId,
    /// UTF-8 JSON whose `type` is the kind's word.
    pub payload: Zeroizing<Vec<u8>>,
}

/// Why a recipient does not show a letter; for its own log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadRefused {
    /// It is for another key or audience.
    Recipient,
    /// A letter of this id was opened before.
    Seen,
    /// The signature does not verify.
    Signature,
    /// No charter was in force at `sent_ms`.
    Charter,
    /// The sender may not send this kind of letter there.
    Sender,
    /// It does not decrypt.
    Cipher,
    /// The padding is not as it must be.
    Padding,
    /// The payload is not JSON of the letter's kind.
    Payload,
}

impl core::fmt::Display for ReadRefused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Recipient => "the letter is for somebody else",
            Self::Seen => "the letter was opened before",
            Self::Signature => "the signature does not verify",
            Self::Charter => "no charter was in force when the letter was sent",
            Self::Sender => "the sender may not send this kind of letter",
            Self::Cipher => "the letter does not decrypt",
            Self::Padding => "the padding is not as it must be",
            Self::Payload => "the content is not of the kind it was sent as",
        })
    }
}

impl core::error::Error for ReadRefused {}

impl Letter {
    /// Makes every check of section 7 in its order and opens the letter.
    pub fn open(&self, recipient: &Reading<'_>) -> Result<Opened, ReadRefused> {
        let header = &self.header;
        let (secret, addressee) = match recipient.mailbox {
            Mailbox::Desk(desk) => (desk, Addressee::Desk),
            Mailbox::Own { xk, ik, member } => (xk, Addressee::Account { ik, member }),
        };
        let mine = header.audience == recipient.charters.audience();
        ensure(mine && header.to == secret.public(), ReadRefused::Recipient)?;
        ensure(!recipient.seen, ReadRefused::Seen)?;
        self.verify().map_err(|_| ReadRefused::Signature)?;
        let charter = self.deciding(recipient.charters).ok_or(ReadRefused::Charter)?;
        let may = may_send(header, charter, addressee, recipient.member);
        ensure(may, ReadRefused::Sender)?;
        let padded = Hpke::open(secret, &self.enc, &info(header), &header.encode(), &self.ct)
            .ok_or(ReadRefused::Cipher)?;
        let payload = unpad(&padded).map_err(|_| ReadRefused::Padding)?;
        ensure(is_typed(payload, header.kind.word()), ReadRefused::Payload)?;
        Ok(Opened { id: self.id(), payload: Zeroizing::new(payload.to_vec()) })
    }

    /// The charter that decides who may send this: for secrets the current one, so that a former
    /// publisher cannot slip any in; else the one in force when it was sent.
    fn deciding<'a>(&self, charters: &'a Chain) -> Option<&'a Charter> {
        match self.header.kind {
            Kind::Secrets => Some(charters.current()),
            _ => charters.in_force_at(self.header.sent_ms),
        }
    }
}

fn ensure(holds: bool, otherwise: ReadRefused) -> Result<(), ReadRefused> {
    if holds { Ok(()) } else { Err(otherwise) }
}
