//! What a hub checks before it stores a post: everything of section 5, given what it knows.
//!
//! The checks are one pure function; the hub reads its state in the transaction that stores the
//! post, and answers a `post_id` it already accepted before asking.

use super::capsule::proven_capsule;
use super::rules::{ThreadPost, fits, may_write};
use super::{Header, Post};
use crate::approval;
use crate::charter::Charter;
use crate::ids::PostId;
use crate::membership::WriterProof;
use crate::transform::Capsule;

/// How far a sender's clock may be ahead of the hub's.
pub const CLOCK_SKEW_MS: u64 = 10 * 60 * 1000;

/// What the hub knows when a post arrives.
#[derive(Clone, Copy)]
pub struct HubState<'a> {
    /// The hub's clock.
    pub now_ms: u64,
    /// The highest revision accepted of the audience's charter.
    pub charter: &'a Charter,
    /// What came beside the post; `None` also for a member who was removed.
    pub member: Option<&'a WriterProof>,
    /// The post of this audience that `thread` names, if there is one.
    pub thread: Option<ThreadPost>,
    /// The last post accepted in this audience from `(ik, chain)`: its `seq` and id.
    pub last: Option<(u64, PostId)>,
}

/// A post that may be stored.
#[derive(Clone, Copy)]
pub struct Accepted {
    /// Its id.
    pub id: PostId,
    /// Its capsule, which may be transformed once it has its approvals.
    pub capsule: Capsule,
    /// How many approvals it waits for; zero: none.
    pub approvals: u8,
}

/// Why a hub refuses a post; for its own log, the network learns only [`Refused::seal_again`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is for another audience.
    Audience,
    /// It names another charter than the highest revision.
    CharterSuperseded,
    /// The highest revision has expired.
    CharterExpired,
    /// `sent_ms` is outside the charter's validity or too far ahead.
    SentTime,
    /// The author may not write this kind of post.
    Author,
    /// There is no such thread, or not for this kind of post.
    Thread,
    /// The signature does not verify.
    Signature,
    /// The author does not prove to know the capsule's exponent.
    Proof,
    /// The wraps are not one for each cohort of the charter.
    Wraps,
    /// It does not follow the last post of its chain.
    Chain,
}

impl Refused {
    /// Whether the author's client should fetch the charter and seal again.
    #[must_use]
    pub const fn seal_again(self) -> bool {
        matches!(self, Self::CharterSuperseded)
    }
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Audience => "the post is for another audience",
            Self::CharterSuperseded => "the post names another charter than the newest",
            Self::CharterExpired => "the charter has expired",
            Self::SentTime => "the post's time is outside the charter's or too far ahead",
            Self::Author => "the author may not write this kind of post",
            Self::Thread => "the post does not fit the thread it names",
            Self::Signature => "the signature does not verify",
            Self::Proof => "the proof of the capsule does not verify",
            Self::Wraps => "the wraps do not match the charter's cohorts",
            Self::Chain => "the post does not follow the last one of its chain",
        })
    }
}

impl core::error::Error for Refused {}

impl Post {
    /// Whether a hub in this state may store the post, in the order of section 5.
    ///
    /// A `post_id` already accepted is not to be asked about: it is answered as before.
    pub fn accept(&self, hub: &HubState<'_>) -> Result<Accepted, Refused> {
        let header = self.header();
        named_charter(header, hub)?;
        let is_member =
            || hub.member.is_some_and(|proof| proof.check(hub.charter, &header.ik).is_ok());
        ensure(may_write(header, hub.charter, hub.thread.as_ref(), is_member), Refused::Author)?;
        ensure(fits(header, hub.thread.as_ref()), Refused::Thread)?;
        self.tbs.verify(&self.signature).map_err(|_| Refused::Signature)?;
        let capsule = proven_capsule(&self.tbs).ok_or(Refused::Proof)?;
        ensure(self.wraps.len() == hub.charter.cohorts.len(), Refused::Wraps)?;
        ensure(continues(header, hub.last), Refused::Chain)?;
        Ok(Accepted {
            id: self.id(),
            capsule: Capsule::proven(capsule),
            approvals: approval::needed(hub.charter, header),
        })
    }
}

fn named_charter(header: &Header, hub: &HubState<'_>) -> Result<(), Refused> {
    let charter = hub.charter;
    ensure(header.audience == charter.audience, Refused::Audience)?;
    ensure(header.charter == charter.hash(), Refused::CharterSuperseded)?;
    ensure(hub.now_ms < charter.not_after_ms, Refused::CharterExpired)?;
    ensure(charter.valid_at(header.sent_ms), Refused::SentTime)?;
    ensure(header.sent_ms <= hub.now_ms.saturating_add(CLOCK_SKEW_MS), Refused::SentTime)
}

fn continues(header: &Header, last: Option<(u64, PostId)>) -> bool {
    let (seq, prev) = last.unwrap_or((0, PostId::ZERO));
    seq.checked_add(1) == Some(header.seq) && header.prev == prev
}

fn ensure(holds: bool, otherwise: Refused) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(otherwise) }
}
