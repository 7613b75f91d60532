//! What a hub checks before it delivers a letter: as much of section 7 as it can see.

use super::rules::{Addressee, may_send};
use super::{Kind, Letter};
use crate::charter::Charter;
use crate::ids::{IdentityKey, LetterId};
use crate::membership::WriterProof;
use crate::post::CLOCK_SKEW_MS;

/// The account to whose `xk` a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its identity key.
    pub ik: IdentityKey,
    /// Whether it is a member of the letter's audience.
    pub member: bool,
}

/// What the hub knows when a letter arrives.
#[derive(Clone, Copy)]
pub struct HubState<'a> {
    /// The hub's clock.
    pub now_ms: u64,
    /// The highest revision accepted of the audience's charter.
    pub current: &'a Charter,
    /// The charter in force at the letter's `sent_ms`, mostly the same; see
    /// [`Chain::in_force_at`](crate::chain::Chain::in_force_at).
    pub in_force: Option<&'a Charter>,
    /// The account whose current `xk` is `to`, if one of this audience's publishers or members is.
    pub recipient: Option<Recipient>,
    /// What came beside the letter; `None` also for a member who was removed.
    pub member: Option<&'a WriterProof>,
}

/// Why a hub refuses a letter; for its own log, the network learns only [`Refused::seal_again`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is for another audience.
    Audience,
    /// `sent_ms` is more than ten minutes from the hub's clock.
    SentTime,
    /// `to` is neither the current desk nor an account of the audience.
    Recipient,
    /// The signature does not verify.
    Signature,
    /// No charter was in force at `sent_ms`.
    Charter,
    /// The sender may not send this kind of letter there.
    Sender,
}

impl Refused {
    /// Whether the sender's client should fetch the charter, look at its clock, and seal again.
    #[must_use]
    pub const fn seal_again(self) -> bool {
        matches!(self, Self::SentTime | Self::Recipient)
    }
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Audience => "the letter is for another audience",
            Self::SentTime => "the letter's time is more than ten minutes off",
            Self::Recipient => "the letter is for nobody in the audience",
            Self::Signature => "the signature does not verify",
            Self::Charter => "no charter was in force when the letter was sent",
            Self::Sender => "the sender may not send this kind of letter there",
        })
    }
}

impl core::error::Error for Refused {}

impl Letter {
    /// Whether a hub in this state may deliver the letter.
    ///
    /// A `letter_id` already accepted is not to be asked about: it is answered as before.
    pub fn accept(&self, hub: &HubState<'_>) -> Result<LetterId, Refused> {
        let header = &self.header;
        ensure(header.audience == hub.current.audience, Refused::Audience)?;
        ensure(header.sent_ms.abs_diff(hub.now_ms) <= CLOCK_SKEW_MS, Refused::SentTime)?;
        let account = |Recipient { ik, member }| Addressee::Account { ik, member };
        let to = if header.to == hub.current.desk {
            Addressee::Desk
        } else {
            hub.recipient.map(account).ok_or(Refused::Recipient)?
        };
        self.verify().map_err(|_| Refused::Signature)?;
        let in_force =
            hub.in_force.filter(|c| c.audience == header.audience && c.valid_at(header.sent_ms));
        let in_force = in_force.ok_or(Refused::Charter)?;
        let charter = if header.kind == Kind::Secrets { hub.current } else { in_force };
        ensure(may_send(header, charter, to, hub.member), Refused::Sender)?;
        Ok(self.id())
    }
}

fn ensure(holds: bool, otherwise: Refused) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(otherwise) }
}
