//! What a term comes to by the table of docs/payload.md, kept beside it and worked out without the client.
//!
//! Invariant: a row has its letters in the order in which the hub took them, two of one row never at the same moment.

use kentongan::client::homework::{Phase, Refusal, Submission};
use kentongan::client::payload::PostBody;

/// What an assignment says to one pupil and asks of them.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) says: String,
    pub(super) opens: Option<u64>,
    pub(super) due: u64,
    pub(super) cutoff: Option<u64>,
    pub(super) attempts: u32,
}

/// One letter about a pupil's work; a letter is named by its place in the row.
#[derive(Clone, Debug)]
pub(super) enum Letter {
    /// With the time at which it was finished.
    HandIn(u64),
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

/// What people read in a letter: its text, and the names of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(String, Vec<String>);

impl Text {
    pub(super) fn of(content: &PostBody) -> Self {
        let files = content.attachments.iter().map(|file| file.name.clone());
        Self(content.body.clone(), files.collect())
    }
}

/// A letter, and when the hub took it.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) at: u64,
    pub(super) letter: Letter,
    pub(super) text: Text,
}

/// Everything that was sent about one pupil's work on one assignment.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) letters: Vec<Taken>,
    pub(super) reminders: usize,
}

/// Where a pupil's work stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Standing {
    pub(super) word: &'static str,
    pub(super) attempt: u32,
    /// When what is in, or was taken back, came and was finished.
    pub(super) times: Option<(u64, Option<u64>)>,
    pub(super) late: bool,
    pub(super) missing: bool,
    pub(super) redo: bool,
    pub(super) excused: bool,
    pub(super) until: Option<u64>,
    pub(super) mark: Option<String>,
    pub(super) returns: usize,
    /// Why letters did not count.
    pub(super) idle: Vec<Refusal>,
}

impl Row {
    /// Where it stands at `now`, and which letter is in, or was taken back.
    pub(super) fn standing(&self, terms: &Terms, now: u64) -> (Standing, Option<usize>) {
        let until = self.letters.iter().filter_map(|taken| match &taken.letter {
            Letter::Return(told) => told.until,
            _ => None,
        });
        let mut s = Standing { word: "NEW", until: until.max(), ..Standing::default() };
        let due = terms.due.max(s.until.unwrap_or(0));
        let mut held = None;
        for (place, Taken { at, letter, .. }) in self.letters.iter().enumerate() {
            let counts = match letter {
                Letter::HandIn(finished) => next(&s, terms, *at).map(|attempt| {
                    (s.word, s.attempt, s.late) = ("TURNED_IN", attempt, *at > due);
                    s.times = Some((*at, Some(*finished)));
                    held = Some(place);
                }),
                Letter::Reclaim(of) if s.word == "TURNED_IN" && held == Some(*of) => {
                    open(&s, terms, *at)
                        .map(|()| (s.word, s.late) = ("RECLAIMED_BY_STUDENT", false))
                }
                Letter::Reclaim(_) => Err(Refusal::NotIn),
                Letter::Return(told) => give_back(&mut s, told, held),
            };
            s.idle.extend(counts.err());
        }
        let is_in = ["TURNED_IN", "RETURNED"].contains(&s.word);
        s.missing = now > due && !is_in && !s.excused && s.mark.is_none();
        (s, held)
    }

    /// Whether something may be handed in at `now`, or why not.
    pub(super) fn may_hand_in(&self, terms: &Terms, now: u64) -> Result<u32, Refusal> {
        next(&self.standing(terms, now).0, terms, now)
    }

    /// What may be taken back at `now`, or why nothing may.
    pub(super) fn reclaimable(&self, terms: &Terms, now: u64) -> Result<usize, Refusal> {
        let (s, held) = self.standing(terms, now);
        let held = held.filter(|_| s.word == "TURNED_IN").ok_or(Refusal::NotIn)?;
        open(&s, terms, now).map(|()| held)
    }

    /// What the teachers wrote, oldest first.
    pub(super) fn feedback(&self) -> Vec<Text> {
        let returns = self.letters.iter().filter(|t| matches!(t.letter, Letter::Return(_)));
        returns.map(|taken| taken.text.clone()).collect()
    }
}

fn open(s: &Standing, terms: &Terms, at: u64) -> Result<(), Refusal> {
    let closed = terms.cutoff.is_some_and(|cutoff| at >= cutoff.max(s.until.unwrap_or(0)));
    match terms.opens {
        Some(opens) if at < opens => Err(Refusal::NotOpen),
        _ if closed && !s.redo => Err(Refusal::Closed),
        _ => Ok(()),
    }
}

fn next(s: &Standing, terms: &Terms, at: u64) -> Result<u32, Refusal> {
    let attempt = match s.word {
        "NEW" => 1,
        "TURNED_IN" => return Err(Refusal::AlreadyIn),
        "RECLAIMED_BY_STUDENT" => s.attempt,
        _ if s.redo || s.attempt < terms.attempts => s.attempt + 1,
        _ => return Err(Refusal::NoAttemptsLeft),
    };
    open(s, terms, at).map(|()| attempt)
}

fn give_back(s: &mut Standing, told: &Return, held: Option<usize>) -> Result<(), Refusal> {
    s.returns += 1;
    s.excused = told.excused.unwrap_or(s.excused);
    if told.of.is_some() {
        if told.of != held || !["TURNED_IN", "RETURNED"].contains(&s.word) {
            return Err(Refusal::NotIn);
        }
        (s.word, s.redo) = ("RETURNED", told.redo);
    }
    s.mark = told.mark.clone().or(s.mark.take());
    Ok(())
}

/// The same of what a client says.
pub(super) fn said(submission: &Submission, now: u64) -> Standing {
    let work = match submission.phase {
        Phase::Assigned => None,
        Phase::TurnedIn(work) | Phase::Reclaimed(work) | Phase::Returned(work) => Some(work),
    };
    Standing {
        word: submission.state(false).word(),
        attempt: work.map_or(0, |work| work.attempt),
        times: work.map(|work| (work.received_ms, work.finished_ms)),
        late: submission.late(),
        missing: submission.missing(now),
        redo: submission.redo,
        excused: submission.excused,
        until: submission.extended_until_ms,
        mark: submission.mark.clone(),
        returns: submission.returns.len(),
        idle: submission.refused.iter().map(|(_, why)| *why).collect(),
    }
}
