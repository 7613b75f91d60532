//! Audiences and their charters: who may publish, under which keys, by which rules (section 3).
//!
//! A [`Charter`] that exists has passed every rule that concerns it alone; what concerns its
//! predecessor and its signers is checked when it joins a [`Chain`].

use crate::ids::{AudienceId, CharterHash, ExchangeKey, IdentityKey};
use crate::keys::CohortKey;

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

/// One revision of an audience's charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
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
    /// The publishers and admins, 1 to 32.
    pub staff: Vec<Staff>,
    /// The cohorts' keys `S_0 …`, at least one, distinct.
    pub cohorts: Vec<CohortKey>,
    /// First valid millisecond.
    pub not_before_ms: u64,
    /// First millisecond no longer valid, at most 92 days later.
    pub not_after_ms: u64,
}
