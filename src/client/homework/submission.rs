//! One pupil's work on one assignment, as the letters about it make it.
//!
//! Invariant: a [`Submission`] depends on the set of its letters alone, not on the order in which they were fetched nor on
//! repeats; a letter that may not do what it says changes nothing, and is told with the reason.

use std::collections::BTreeMap;

use kentongan_protocol::ids::LetterId;

use super::entries::{Deed, Entry, Terms};

/// Work that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandIn {
    /// The letter it came in.
    pub letter: LetterId,
    /// Which attempt it is, from 1; taking back does not use one up.
    pub attempt: u32,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// When it was finished, by the pupil's.
    pub finished_ms: Option<u64>,
}

/// Where the work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has come in.
    #[default]
    Assigned,
    /// It waits for the teacher.
    TurnedIn(HandIn),
    /// The pupil took it back.
    Reclaimed(HandIn),
    /// The teacher gave it back.
    Returned(HandIn),
}

/// The state in the field's words (Google Classroom's `StudentSubmission`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing was begun.
    New,
    /// There is a draft, on the pupil's device only.
    Created,
    /// It waits for the teacher.
    TurnedIn,
    /// The teacher gave it back.
    Returned,
    /// The pupil took it back.
    ReclaimedByStudent,
}

impl State {
    /// The word for machines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Created => "CREATED",
            Self::TurnedIn => "TURNED_IN",
            Self::Returned => "RETURNED",
            Self::ReclaimedByStudent => "RECLAIMED_BY_STUDENT",
        }
    }
}

/// Why a letter, or what somebody is about to do, may not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Before it opens.
    #[error("this assignment is not open yet: hand in when it is")]
    NotOpen,
    /// At or after the cut-off.
    #[error("the cut-off is over: ask the teacher for more time")]
    Closed,
    /// Something is in already.
    #[error("it is handed in already: take it back with --reclaim to change it")]
    AlreadyIn,
    /// It was given back, and may not be handed in again.
    #[error("no attempts are left: ask the teacher whether you may do it again")]
    NoAttemptsLeft,
    /// What is named is not what waits for the teacher.
    #[error("that work is not handed in, or not any more: look at it again")]
    NotIn,
}

/// One pupil's work on one assignment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// Where it is.
    pub phase: Phase,
    /// Whether the teacher has asked to do it again, and has not seen that yet.
    pub redo: bool,
    /// Whether the pupil need not hand in.
    pub excused: bool,
    /// The most time a teacher gave.
    pub extended_until_ms: Option<u64>,
    /// The newest mark.
    pub mark: Option<String>,
    /// The teacher's letters, oldest first.
    pub returns: Vec<LetterId>,
    /// Letters that changed nothing, and why.
    pub refused: Vec<(LetterId, Refusal)>,
    terms: Terms,
}

impl Submission {
    /// What these letters make of the work, in whatever order they come.
    #[must_use]
    pub fn of(terms: &Terms, letters: impl IntoIterator<Item = Entry>) -> Self {
        let mut once = BTreeMap::<_, Entry>::new();
        for entry in letters {
            let held = once.entry(entry.letter.0).or_insert_with(|| entry.clone());
            if entry.received_ms < held.received_ms {
                *held = entry;
            }
        }
        let ordered: BTreeMap<_, _> =
            once.into_values().map(|entry| ((entry.received_ms, entry.letter.0), entry)).collect();
        let extended = |entry: &Entry| match &entry.deed {
            Deed::Return { extended_until_ms, .. } => *extended_until_ms,
            _ => None,
        };
        // More time counts from the beginning: work that came too late is taken once the teacher allows it.
        let extended_until_ms = ordered.values().filter_map(extended).max();
        let mut submission = Self { extended_until_ms, terms: terms.clone(), ..Self::default() };
        for entry in ordered.into_values() {
            submission.apply(entry);
        }
        submission
    }

    fn apply(&mut self, entry: Entry) {
        let Entry { letter, received_ms, deed } = entry;
        let done = match deed {
            Deed::HandIn { finished_ms } => self.next_attempt(received_ms).map(|attempt| {
                self.phase = Phase::TurnedIn(HandIn { letter, attempt, received_ms, finished_ms });
            }),
            Deed::Reclaim(taken_back) => self.take_back(&taken_back, received_ms),
            Deed::Return { submission, mark, redo, excused, .. } => {
                self.excused = excused.unwrap_or(self.excused);
                self.returns.push(letter);
                self.give_back(submission, mark, redo)
            }
        };
        if let Err(refusal) = done {
            self.refused.push((letter, refusal));
        }
    }

    /// The number of the attempt that would be handed in at this time, or why none may be.
    pub fn next_attempt(&self, at_ms: u64) -> Result<u32, Refusal> {
        let attempt = match self.phase {
            Phase::Assigned => 1,
            Phase::Reclaimed(work) => work.attempt,
            Phase::TurnedIn(_) => return Err(Refusal::AlreadyIn),
            Phase::Returned(work) if self.redo || work.attempt < self.terms.attempts => {
                work.attempt.saturating_add(1)
            }
            Phase::Returned(_) => return Err(Refusal::NoAttemptsLeft),
        };
        self.open_at(at_ms).map(|()| attempt)
    }

    /// The submission that may be taken back at this time, or why none may be.
    pub fn reclaimable(&self, at_ms: u64) -> Result<LetterId, Refusal> {
        match self.phase {
            // Who took it back after the cut-off could not hand it in any more.
            Phase::TurnedIn(work) => self.open_at(at_ms).map(|()| work.letter),
            _ => Err(Refusal::NotIn),
        }
    }

    fn open_at(&self, at_ms: u64) -> Result<(), Refusal> {
        if self.terms.opens_ms.is_some_and(|opens| at_ms < opens) {
            return Err(Refusal::NotOpen);
        }
        let closed = self.cutoff_ms().is_some_and(|cutoff| at_ms >= cutoff);
        if closed && !self.redo { Err(Refusal::Closed) } else { Ok(()) }
    }

    fn take_back(&mut self, letter: &LetterId, at_ms: u64) -> Result<(), Refusal> {
        match self.phase {
            Phase::TurnedIn(work) if work.letter == *letter => {
                self.open_at(at_ms)?;
                self.phase = Phase::Reclaimed(work);
                Ok(())
            }
            _ => Err(Refusal::NotIn),
        }
    }

    fn give_back(
        &mut self,
        submission: Option<LetterId>,
        mark: Option<String>,
        redo: bool,
    ) -> Result<(), Refusal> {
        if let Some(letter) = submission {
            match self.phase {
                Phase::TurnedIn(work) | Phase::Returned(work) if work.letter == letter => {
                    self.phase = Phase::Returned(work);
                    self.redo = redo;
                }
                _ => return Err(Refusal::NotIn),
            }
        }
        self.mark = mark.or_else(|| self.mark.take());
        Ok(())
    }

    /// The state in the field's words; `draft` is whether there is one on this device.
    #[must_use]
    pub const fn state(&self, draft: bool) -> State {
        match self.phase {
            Phase::Assigned if draft => State::Created,
            Phase::Assigned => State::New,
            Phase::TurnedIn(_) => State::TurnedIn,
            Phase::Reclaimed(_) => State::ReclaimedByStudent,
            Phase::Returned(_) => State::Returned,
        }
    }

    /// What is handed in or was given back.
    #[must_use]
    pub const fn handed_in(&self) -> Option<HandIn> {
        match self.phase {
            Phase::TurnedIn(work) | Phase::Returned(work) => Some(work),
            Phase::Assigned | Phase::Reclaimed(_) => None,
        }
    }

    /// When it is due for this pupil.
    #[must_use]
    pub fn due_ms(&self) -> Option<u64> {
        self.terms.due_ms.map(|due| due.max(self.extended_until_ms.unwrap_or(0)))
    }

    /// From when on nothing is taken of this pupil.
    #[must_use]
    pub fn cutoff_ms(&self) -> Option<u64> {
        self.terms.cutoff_ms.map(|cutoff| cutoff.max(self.extended_until_ms.unwrap_or(0)))
    }

    /// Whether what is handed in came after it was due.
    #[must_use]
    pub fn late(&self) -> bool {
        let due = self.due_ms();
        self.handed_in().is_some_and(|work| due.is_some_and(|due| work.received_ms > due))
    }

    /// Whether nothing is in though it is due, and nobody said that it need not be.
    #[must_use]
    pub fn missing(&self, now_ms: u64) -> bool {
        self.owed() && self.due_ms().is_some_and(|due| now_ms > due)
    }

    /// Whether nothing is in, and nobody said that it need not be.
    #[must_use]
    pub const fn owed(&self) -> bool {
        self.handed_in().is_none() && !self.excused && self.mark.is_none()
    }
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
