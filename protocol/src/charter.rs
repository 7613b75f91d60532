//! Charters: who may publish in an audience, under which keys, by which rules (section 3).
//!
//! A [`Charter`] that exists has passed every rule that concerns it alone; what concerns its
//! predecessor and its signers is checked when it joins a [`Chain`](crate::chain::Chain).

mod layout;

use core::ops::Deref;
use std::collections::HashSet;

use crate::bytes::{Malformed, Reader};
use crate::ids::{AudienceId, CharterHash, ExchangeKey, IdentityKey};
use crate::keys::CohortKey;
use crate::primitives::{IdentitySecret, hash};

/// The longest a charter is valid: 92 days, in milliseconds.
pub const CHARTER_MAX_MS: u64 = 92 * 24 * 60 * 60 * 1000;

/// The most cohorts with which everyone may reply to everyone.
pub const REPLIES_MAX_COHORTS: usize = 16;

/// Who works for the audience and what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// May publish.
    Publisher,
    /// May publish and sign charters.
    Admin,
}

/// A publisher in a charter's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Publisher or admin.
    pub role: Role,
    /// The identity key.
    pub ik: IdentityKey,
}

/// Whether the hub's operator can read; it never changes inside an audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosting {
    /// Nobody but publishers and members can read.
    Blind,
    /// The named operator's workers hold the publisher keys and can read.
    Hosted(
        /// The operator's name, 1 to 255 bytes of UTF-8.
        String,
    ),
}

/// Where members may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replies {
    /// Nowhere.
    None,
    /// To the desk, privately.
    Desk,
    /// To everyone in the thread, and to the desk; only with at most 16 cohorts.
    Everyone,
}

/// Which posts a late joiner may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// None accepted before the slot's token.
    FromJoining,
    /// Also earlier ones under the same cohort key.
    SameKey,
}

/// What a charter says, before anyone has checked that it may: [`Terms::charter`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The audience.
    pub audience: AudienceId,
    /// 0, 1, 2, …
    pub revision: u64,
    /// The hash of the revision before; of revision 0, the audience itself.
    pub prev: CharterHash,
    /// Whether the operator can read.
    pub hosting: Hosting,
    /// Where members may write.
    pub replies: Replies,
    /// Which posts a late joiner may be given.
    pub history: History,
    /// How many publishers other than the author must approve a post.
    pub approvals: u8,
    /// The key to which members write privately.
    pub desk: ExchangeKey,
    /// How many admins must sign the next revision.
    pub threshold: u8,
    /// The publishers and admins, 1 to 255.
    pub staff: Vec<Staff>,
    /// The cohorts' keys `S_0 …`, at least one, distinct.
    pub cohorts: Vec<CohortKey>,
    /// First valid millisecond.
    pub not_before_ms: u64,
    /// First millisecond no longer valid, at most 92 days later.
    pub not_after_ms: u64,
}

/// Why terms are no charter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharterError {
    /// The bytes are not laid out as a charter.
    Malformed(Malformed),
    /// Revision 0 does not point at its own audience.
    Previous,
    /// The operator's name is missing or longer than 255 bytes.
    Host,
    /// Nobody, somebody twice, or more than 255.
    Staff,
    /// No admin, a threshold of zero, or one above the number of admins.
    Threshold,
    /// More approvals asked for than other publishers exist.
    Approvals,
    /// No cohort, one twice, or more than 65,535.
    Cohorts,
    /// Replies to everyone in more than 16 cohorts.
    Replies,
    /// It ends before it begins, or lasts longer than 92 days.
    Validity,
}

impl core::fmt::Display for CharterError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Malformed(e) => return e.fmt(f),
            Self::Previous => "the first charter does not point at its audience",
            Self::Host => "the operator's name is missing or too long",
            Self::Staff => "the staff list is empty, too long or names somebody twice",
            Self::Threshold => "the threshold is zero or above the number of admins",
            Self::Approvals => "more approvals are asked for than other publishers can give",
            Self::Cohorts => "there is no cohort, one appears twice or there are too many",
            Self::Replies => "replies to everyone need an audience of at most 16 cohorts",
            Self::Validity => "the charter ends before it begins or lasts longer than 92 days",
        })
    }
}

impl core::error::Error for CharterError {}

impl From<Malformed> for CharterError {
    fn from(e: Malformed) -> Self {
        Self::Malformed(e)
    }
}

impl Terms {
    /// Checks every rule that concerns these terms alone.
    pub fn charter(self) -> Result<Charter, CharterError> {
        self.check()?;
        let hash = CharterHash(hash("charter", &self.encode()));
        Ok(Charter { terms: self, hash })
    }

    fn check(&self) -> Result<(), CharterError> {
        let admins = self.staff.iter().filter(|s| s.role == Role::Admin).count();
        let keys: HashSet<_> = self.staff.iter().map(|s| s.ik).collect();
        let cohorts: HashSet<_> = self.cohorts.iter().map(CohortKey::as_bytes).collect();
        let (n, c) = (self.staff.len(), self.cohorts.len());
        let long = self.not_after_ms.checked_sub(self.not_before_ms);
        let rules = [
            (self.revision > 0 || self.prev.0 == self.audience.0, CharterError::Previous),
            (self.hosting.host_fits(), CharterError::Host),
            (keys.len() == n && (1..=255).contains(&n), CharterError::Staff),
            ((1..=admins).contains(&self.threshold.into()), CharterError::Threshold),
            (usize::from(self.approvals) < n, CharterError::Approvals),
            (cohorts.len() == c && (1..=65_535).contains(&c), CharterError::Cohorts),
            (self.replies < Replies::Everyone || c <= REPLIES_MAX_COHORTS, CharterError::Replies),
            (long.is_some_and(|ms| (1..=CHARTER_MAX_MS).contains(&ms)), CharterError::Validity),
        ];
        rules.into_iter().try_for_each(|(holds, e)| if holds { Ok(()) } else { Err(e) })
    }

    /// Whether `ik` may publish; admins may.
    #[must_use]
    pub fn is_publisher(&self, ik: &IdentityKey) -> bool {
        self.staff.iter().any(|s| s.ik == *ik)
    }

    /// Whether `ik` may sign the next revision.
    #[must_use]
    pub fn is_admin(&self, ik: &IdentityKey) -> bool {
        self.staff.iter().any(|s| s.ik == *ik && s.role == Role::Admin)
    }

    /// The place of a cohort's key in this charter.
    #[must_use]
    pub fn cohort_index(&self, key: &CohortKey) -> Option<usize> {
        self.cohorts.iter().position(|s| s == key)
    }

    /// Whether the charter is valid at `ms`.
    #[must_use]
    pub fn valid_at(&self, ms: u64) -> bool {
        (self.not_before_ms..self.not_after_ms).contains(&ms)
    }
}

impl Hosting {
    fn host_fits(&self) -> bool {
        match self {
            Self::Blind => true,
            Self::Hosted(host) => (1..=255).contains(&host.len()),
        }
    }
}

/// One revision of an audience's charter; its [`Terms`] can be read and not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    terms: Terms,
    hash: CharterHash,
}

impl Charter {
    /// Reads a charter and checks every rule that concerns it alone.
    pub fn parse(bytes: &[u8]) -> Result<Self, CharterError> {
        let mut r = Reader::new(bytes);
        let terms = Terms::read(&mut r)?;
        r.finish()?;
        terms.charter()
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.terms.encode()
    }

    /// `charter_hash`.
    #[must_use]
    pub const fn hash(&self) -> CharterHash {
        self.hash
    }

    /// `Sign(ik, "charter", Charter)`.
    #[must_use]
    pub fn sign(&self, ik: &IdentitySecret) -> [u8; 64] {
        ik.sign("charter", &self.encode())
    }
}

impl Deref for Charter {
    type Target = Terms;

    fn deref(&self) -> &Terms {
        &self.terms
    }
}
