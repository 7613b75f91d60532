//! What posts and letters about homework say besides, field for field as in `docs/payload.md`.
//!
//! Invariant: a field that is absent is written absent, so that a payload without homework has none of them.

use serde::{Deserialize, Serialize};

use super::From;
use crate::base64url::B64;

/// What posts and letters about homework say besides, field for field as in `docs/payload.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homework {
    /// Of an assignment: what is handed in after this is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<u64>,
    /// From then on nothing is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff_ms: Option<u64>,
    /// Until then nothing is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_ms: Option<u64>,
    /// Marks are numbers up to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
    /// Marks are these words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// How often it may be handed in; once where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// Of an assignment to chosen members: the id that all their letters share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<B64<32>>,
    /// Of a submission: which attempt its author took it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// When it was finished, by its author's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_ms: Option<u64>,
    /// The submission that its author takes back with this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reclaim: Option<B64<32>>,
    /// Of a return: the submission it gives back; none where it only changes what is asked of the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<B64<32>>,
    /// The mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Whether it is to be done again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redo: bool,
    /// Whether the member need not hand in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excused: Option<bool>,
    /// Due time and cut-off of this member are not before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_until_ms: Option<u64>,
    /// Of a submission: the guardian who handed it in for the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<From>,
    /// Of a reply to a member: it reminds of the work, and is no letter of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remind: bool,
    /// Of an assignment to chosen members: it is taken back from this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// Of an assignment: the one, of another class, that it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<B64<32>>,
}

impl Homework {
    /// Whether it says what an assignment asks for: a correction that does replaces all of that.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.due_ms.is_some()
            || self.cutoff_ms.is_some()
            || self.opens_ms.is_some()
            || self.points.is_some()
            || !self.words.is_empty()
            || self.attempts.is_some()
    }

    /// What an assignment asks for and nothing else, in the form that replaces all of what was asked before.
    #[must_use]
    pub fn asked(&self) -> Self {
        Self {
            due_ms: self.due_ms,
            cutoff_ms: self.cutoff_ms,
            opens_ms: self.opens_ms,
            points: self.points,
            words: self.words.clone(),
            attempts: Some(self.attempts.unwrap_or(1)),
            ..Self::default()
        }
    }
}
