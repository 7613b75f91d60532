//! Why something an account wanted was not done; every text says what to do next.

use std::path::{Path, PathBuf};

use kentongan_protocol::card::BadCard;

/// A hub's refusal (RFC 9457), as docs/api.md lists them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct HubProblem {
    /// The last word of `type`.
    pub kind: ProblemKind,
    /// One sentence with what to do next; from the hub, so untrusted text.
    pub detail: String,
}

/// The words of docs/api.md.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// There is no session, or it ended.
    Unauthenticated,
    /// This account may not do this.
    NotAllowed,
    /// No such thing, or none this account may know of.
    NotFound,
    /// The post stands, this member's slot does not yet.
    SlotNotReady,
    /// Something else stands in its place.
    Conflict,
    /// The charter named is not the highest, or has expired.
    CharterSuperseded,
    /// A post is still being made for members whose keys would change.
    FanOutRunning,
    /// No free slot under this cohort key.
    CohortFull,
    /// A vault of another version stands there.
    VersionConflict,
    /// The link is revoked, expired or used up.
    LinkClosed,
    /// A check of the protocol failed.
    Refused,
    /// Too much at once.
    RateLimited,
    /// The hub cannot reach its database.
    Unavailable,
    /// Any other word.
    Other(String),
}

impl ProblemKind {
    /// Reads `urn:kentongan:problem:WORD`.
    #[must_use]
    pub fn of(urn: &str) -> Self {
        match urn.strip_prefix("urn:kentongan:problem:").unwrap_or(urn) {
            "unauthenticated" => Self::Unauthenticated,
            "not-allowed" => Self::NotAllowed,
            "not-found" => Self::NotFound,
            "slot-not-ready" => Self::SlotNotReady,
            "conflict" => Self::Conflict,
            "charter-superseded" => Self::CharterSuperseded,
            "fan-out-running" => Self::FanOutRunning,
            "cohort-full" => Self::CohortFull,
            "version-conflict" => Self::VersionConflict,
            "link-closed" => Self::LinkClosed,
            "refused" => Self::Refused,
            "rate-limited" => Self::RateLimited,
            "unavailable" => Self::Unavailable,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The hub said no.
    #[error(transparent)]
    Hub(#[from] HubProblem),
    /// No answer came.
    #[error("the hub at {0} does not answer: check its address and the connection, then try again")]
    Unreachable(String),
    /// An answer that docs/api.md does not know.
    #[error("the hub's answer is not what its interface says ({0}): is this the right address?")]
    Answer(&'static str),
    /// What the hub served was refused; nothing of it was used.
    #[error("refused: {0}")]
    Distrust(String),
    /// It cannot be done as things are.
    #[error("{0}")]
    Cannot(String),
    /// The text is not a login card.
    #[error("that is not a login card: {0}; look at the card again")]
    Card(BadCard),
    /// The vault here is for another card.
    #[error("the login card does not open this vault: use the card printed when it was made")]
    WrongCard,
    /// A file in the home folder is damaged.
    #[error("{0} is damaged: {1}")]
    Damaged(PathBuf, &'static str),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
}

impl Error {
    /// An error about a file, for `map_err`.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::File(path, error)
    }

    /// What was served is refused, for this reason.
    pub(crate) fn distrust(why: impl std::fmt::Display) -> Self {
        Self::Distrust(why.to_string())
    }

    /// It cannot be done, and what to do instead.
    pub(crate) fn cannot(why: impl std::fmt::Display) -> Self {
        Self::Cannot(why.to_string())
    }

    /// Whether the hub refused with this word.
    #[must_use]
    pub fn is(&self, kind: &ProblemKind) -> bool {
        matches!(self, Self::Hub(problem) if problem.kind == *kind)
    }
}
