//! Why a request was not done, as its caller can act on it; `http/error.rs` gives it a status.
//!
//! A detail is one sentence of ours: it never carries what the caller sent, a name or a key.

use crate::store::StoreError;

/// A refusal, or a fault of the hub.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The request is not in the form the API says.
    #[error("{0}")]
    Invalid(String),
    /// There is no valid session.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// This account may not do this.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// There is no such thing, or none this account may know of.
    #[error("{0}")]
    NotFound(&'static str),
    /// The post stands, this member's slot of it does not yet.
    #[error("your copy of this post is still being made; ask again in a moment")]
    SlotNotReady,
    /// Something else stands in its place.
    #[error("{0}")]
    Conflict(&'static str),
    /// A cohort is to be retired while a post is still made for its members.
    #[error(
        "a post is still being made ready for members whose keys would change: try again in a moment"
    )]
    FanOutRunning,
    /// Members do not reply in this thread.
    #[error("this thread is closed: its publishers take no more replies in it")]
    ThreadClosed,
    /// The charter named is not the highest, or has expired.
    #[error("the audience's charter has changed: fetch it, then seal and send again")]
    CharterSuperseded,
    /// No slot is free under this cohort key.
    #[error("this cohort is full: ask the link for another, or the publisher to add one")]
    CohortFull,
    /// A vault of another version stands here.
    #[error("the vault on the hub is of another version: fetch it, merge, and write the next")]
    VersionConflict,
    /// The link no longer lets anybody in.
    #[error("this link is revoked, expired or used up: ask the publisher for a new one")]
    LinkClosed,
    /// The body is over its limit in bytes.
    #[error("the body is larger than the {0} bytes allowed here")]
    TooLarge(u64),
    /// An upload goes on at another byte than the part begins with.
    #[error("this upload goes on at byte {0}: send the part from there")]
    Offset(u64),
    /// The part asked for is not in it; its size in bytes.
    #[error("the part asked for is not in it: it has {0} bytes")]
    Range(u64),
    /// The body is of another content type.
    #[error("send this body as {0}")]
    MediaType(&'static str),
    /// A check of the protocol failed; which one is for the log only.
    #[error("{0}")]
    Refused(&'static str),
    /// Too much at once.
    #[error("too many requests: wait {0} seconds and go on")]
    RateLimited(u64),
    /// The database cannot be reached now.
    #[error("the hub cannot reach its database now; nothing was stored, try again in a moment")]
    Unavailable,
    /// A fault of the hub, logged where it is answered.
    #[error("the hub made a mistake; nothing was stored, and the operator's log has it")]
    Internal(String),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_transient() { Self::Unavailable } else { Self::Internal(error.to_string()) }
    }
}

impl Problem {
    /// A malformed field, named.
    #[must_use]
    pub fn field(name: &str, why: impl std::fmt::Display) -> Self {
        Self::Invalid(format!("`{name}`: {why}"))
    }
}
