//! What a term comes to by the table of docs/payload.md, kept beside it and worked out without the client.
//!
//! Invariant: a row has its letters in the order in which the hub took them, two of one row never at the same moment.

use kentongan::client::homework::{Phase, Submission};

/// What an assignment asks of one pupil.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) opens: Option<u64>,
    pub(super) due: u64,
    pub(super) cutoff: Option<u64>,
    pub(super) attempts: u32,
}

/// One letter about a pupil's work; a letter is named by its place in the row.
#[derive(Clone, Debug)]
pub(super) enum Letter {
    HandIn,
    Reclaim(usize),
    Return(Return),
}

/// A teacher's letter.
#[derive(Clone, Debug, Default)]
pub(super) struct Return {
    pub(super) of: Option<usize>,
    pub(super) mark: Option<String>,
    pub(super) redo: bool,
    pub(super) excused: Option<bool>,
    pub(super) until: Option<u64>,
}

/// Everything that was sent about one pupil's work on one assignment.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) letters: Vec<(u64, Letter)>,
    pub(super) reminders: usize,
}

/// Where a pupil's work stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Standing {
    pub(super) word: &'static str,
    pub(super) attempt: u32,
    pub(super) late: bool,
    pub(super) missing: bool,
    pub(super) redo: bool,
    pub(super) excused: bool,
    pub(super) until: Option<u64>,
    pub(super) mark: Option<String>,
    pub(super) returns: usize,
    /// Letters that did not count.
    pub(super) idle: usize,
}

impl Row {
    /// Where it stands at `now`, and which letter is in, or was taken back.
    pub(super) fn standing(&self, terms: &Terms, now: u64) -> (Standing, Option<usize>) {
        let until = self.letters.iter().filter_map(|(_, letter)| match letter {
            Letter::Return(told) => told.until,
            _ => None,
        });
        let mut s = Standing { word: "NEW", until: until.max(), ..Standing::default() };
        let due = terms.due.max(s.until.unwrap_or(0));
        let mut held = None;
        for (place, (at, letter)) in self.letters.iter().enumerate() {
            let open = is_open(&s, terms, *at);
            let counts = match letter {
                Letter::HandIn if open => next(&s, terms).map(|attempt| {
                    (s.word, s.attempt, s.late) = ("TURNED_IN", attempt, *at > due);
                    held = Some(place);
                }),
                Letter::Reclaim(of) if open && s.word == "TURNED_IN" && held == Some(*of) => {
                    (s.word, s.late) = ("RECLAIMED_BY_STUDENT", false);
                    Some(())
                }
                Letter::Return(told) => give_back(&mut s, told, held),
                _ => None,
            };
            s.idle += usize::from(counts.is_none());
        }
        let is_in = ["TURNED_IN", "RETURNED"].contains(&s.word);
        s.missing = now > due && !is_in && !s.excused && s.mark.is_none();
        (s, held)
    }

    /// Whether something may be handed in at `now`.
    pub(super) fn may_hand_in(&self, terms: &Terms, now: u64) -> bool {
        let (s, _) = self.standing(terms, now);
        next(&s, terms).is_some() && is_open(&s, terms, now)
    }

    /// What may be taken back at `now`.
    pub(super) fn reclaimable(&self, terms: &Terms, now: u64) -> Option<usize> {
        let (s, held) = self.standing(terms, now);
        held.filter(|_| s.word == "TURNED_IN" && is_open(&s, terms, now))
    }
}

fn is_open(s: &Standing, terms: &Terms, at: u64) -> bool {
    let closed = terms.cutoff.is_some_and(|cutoff| at >= cutoff.max(s.until.unwrap_or(0)));
    terms.opens.is_none_or(|opens| at >= opens) && (s.redo || !closed)
}

fn next(s: &Standing, terms: &Terms) -> Option<u32> {
    match s.word {
        "NEW" => Some(1),
        "RECLAIMED_BY_STUDENT" => Some(s.attempt),
        "RETURNED" if s.redo || s.attempt < terms.attempts => Some(s.attempt + 1),
        _ => None,
    }
}

fn give_back(s: &mut Standing, told: &Return, held: Option<usize>) -> Option<()> {
    s.returns += 1;
    s.excused = told.excused.unwrap_or(s.excused);
    if told.of.is_some() {
        if told.of != held || !["TURNED_IN", "RETURNED"].contains(&s.word) {
            return None;
        }
        (s.word, s.redo) = ("RETURNED", told.redo);
    }
    s.mark = told.mark.clone().or(s.mark.take());
    Some(())
}

/// The same of what a client says.
pub(super) fn said(submission: &Submission, now: u64) -> Standing {
    let attempt = match submission.phase {
        Phase::Assigned => 0,
        Phase::TurnedIn(work) | Phase::Reclaimed(work) | Phase::Returned(work) => work.attempt,
    };
    Standing {
        word: submission.state(false).word(),
        attempt,
        late: submission.late(),
        missing: submission.missing(now),
        redo: submission.redo,
        excused: submission.excused,
        until: submission.extended_until_ms,
        mark: submission.mark.clone(),
        returns: submission.returns.len(),
        idle: submission.refused.len(),
    }
}
