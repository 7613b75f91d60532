//! Why a command did not do what it was asked, with its exit code: 1 refused or failed, 2 used wrongly, 130 stopped by Ctrl-C.

use serde_json::{Value, json};

use crate::client::{Error, HubProblem, ProblemKind};

/// A refusal: a stable word for machines, and one sentence with what to do next for people.
#[derive(Debug)]
pub(super) struct Failure {
    /// The last word of the problem's `type`.
    pub(super) word: String,
    /// The sentence; may quote the hub, so it is cleaned where it is shown.
    pub(super) detail: String,
    /// The exit code.
    pub(super) code: u8,
}

impl Failure {
    /// Refused or failed.
    pub(super) fn new(word: &str, detail: impl Into<String>) -> Self {
        Self { word: word.into(), detail: detail.into(), code: 1 }
    }

    /// Used wrongly.
    pub(super) fn usage(detail: impl Into<String>) -> Self {
        Self { code: 2, ..Self::new("usage", detail) }
    }

    /// Asked to end before it was done; the code is a shell's for SIGINT.
    pub(super) fn interrupted() -> Self {
        Self { code: 130, ..Self::new("interrupted", "stopped before its end, as asked") }
    }

    /// As RFC 9457 has it.
    pub(super) fn problem(&self) -> Value {
        let kind = format!("urn:kentongan:problem:{}", self.word);
        json!({ "type": kind, "title": self.word.replace('-', " "), "detail": self.detail })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let word = match &error {
            Error::Hub(HubProblem { kind, .. }) => word(kind),
            Error::Unreachable(_) => "unreachable",
            Error::Answer(_) => "unexpected-answer",
            Error::Distrust(_) => "distrust",
            Error::Cannot(_) => "cannot",
            Error::Card(_) => "bad-card",
            Error::WrongCard => "wrong-card",
            Error::Damaged(..) => "damaged",
            Error::File(..) => "file",
        };
        Self::new(word, error.to_string())
    }
}

/// A file that cannot be read or written.
pub(super) fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| Failure::new("file", format!("{path}: {error}"))
}

fn word(kind: &ProblemKind) -> &str {
    match kind {
        ProblemKind::Unauthenticated => "unauthenticated",
        ProblemKind::NotAllowed => "not-allowed",
        ProblemKind::NotFound => "not-found",
        ProblemKind::SlotNotReady => "slot-not-ready",
        ProblemKind::Conflict => "conflict",
        ProblemKind::CharterSuperseded => "charter-superseded",
        ProblemKind::FanOutRunning => "fan-out-running",
        ProblemKind::CohortFull => "cohort-full",
        ProblemKind::VersionConflict => "version-conflict",
        ProblemKind::LinkClosed => "link-closed",
        ProblemKind::Refused => "refused",
        ProblemKind::RateLimited => "rate-limited",
        ProblemKind::Unavailable => "unavailable",
        ProblemKind::Other(word) => word,
    }
}
