//! What an assignment asks for and what one letter about it does, read out of payloads.
//!
//! Invariant: whatever a payload says, what is read out of it has a meaning.

use kentongan_protocol::ids::LetterId;

use super::marks::Scale;
use crate::client::payload::{Homework, PostBody};

/// What an assignment asks for; times in milliseconds by the hub's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What comes in after this is late.
    pub due_ms: Option<u64>,
    /// From then on nothing is taken.
    pub cutoff_ms: Option<u64>,
    /// Until then nothing is taken.
    pub opens_ms: Option<u64>,
    /// How often it may be handed in, at least once.
    pub attempts: u32,
    /// What marks may be.
    pub scale: Scale,
}

impl Terms {
    /// As an assignment says.
    #[must_use]
    pub fn of(homework: &Homework) -> Self {
        Self {
            due_ms: homework.due_ms,
            cutoff_ms: homework.cutoff_ms,
            opens_ms: homework.opens_ms,
            attempts: homework.attempts.unwrap_or(1).max(1),
            scale: Scale::of(homework),
        }
    }
}

/// What one letter does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The pupil hands in.
    HandIn {
        /// When it was finished, by the pupil's clock.
        finished_ms: Option<u64>,
    },
    /// The pupil takes this submission back.
    Reclaim(LetterId),
    /// A teacher gives back, or changes what is asked of this pupil.
    Return {
        /// The submission given back; none where nothing is.
        submission: Option<LetterId>,
        /// The mark.
        mark: Option<String>,
        /// Whether it is to be done again.
        redo: bool,
        /// Whether the pupil need not hand in.
        excused: Option<bool>,
        /// Due time and cut-off are not before this.
        extended_until_ms: Option<u64>,
    },
}

impl Deed {
    /// What a letter of kind 2 does.
    #[must_use]
    pub fn of_submission(content: &PostBody) -> Self {
        let homework = &content.homework;
        match homework.reclaim {
            Some(letter) => Self::Reclaim(LetterId(letter.0)),
            None => Self::HandIn { finished_ms: homework.finished_ms },
        }
    }

    /// What a letter of kind 3 does.
    #[must_use]
    pub fn of_return(content: &PostBody) -> Self {
        let homework = &content.homework;
        Self::Return {
            submission: homework.submission.map(|letter| LetterId(letter.0)),
            mark: homework.mark.clone(),
            redo: homework.redo,
            excused: homework.excused,
            extended_until_ms: homework.extended_until_ms,
        }
    }
}

/// A letter about one pupil's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub letter: LetterId,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// What it does.
    pub deed: Deed,
}
