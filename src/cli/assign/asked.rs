//! What an assignment asks for, as the command line says it.
//!
//! Invariant: nothing is due before anybody can begin, and no cut-off comes before it is due.

use crate::cli::failure::Failure;
use crate::cli::format::moment;
use crate::client::payload::Homework;

/// Times, marks and attempts.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    /// When it is due; none takes that away
    #[arg(long, value_name = "TIME", value_parser = when)]
    due: Option<When>,
    /// From when on nothing is taken
    #[arg(long, value_name = "TIME", value_parser = when)]
    cutoff: Option<When>,
    /// Before which nothing is taken
    #[arg(long, value_name = "TIME", value_parser = when)]
    opens: Option<When>,
    /// Marks are numbers up to this
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), conflicts_with = "word")]
    points: Option<u32>,
    /// Marks are words: one of them; say it once for each
    #[arg(long, value_name = "WORD")]
    word: Vec<String>,
    /// How often it may be handed in, once unless told; taking back does not count
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    attempts: Option<u32>,
}

/// A time, or that there is none any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    At(u64),
    Never,
}

fn when(text: &str) -> Result<When, String> {
    if text == "none" { Ok(When::Never) } else { moment(text).map(When::At) }
}

const fn or_before(said: Option<When>, before: Option<u64>) -> Option<u64> {
    match said {
        Some(When::At(ms)) => Some(ms),
        Some(When::Never) => None,
        None => before,
    }
}

impl Asked {
    /// Of a new assignment, which goes out `at` that time or now.
    pub(super) fn anew(&self, at: Option<u64>) -> Result<Homework, Failure> {
        self.over(&Homework::default(), at)
    }

    /// With what is said in place of what was asked before.
    pub(super) fn over(&self, before: &Homework, at: Option<u64>) -> Result<Homework, Failure> {
        let (points, words) = match (self.points, &self.word[..]) {
            (None, []) => (before.points, before.words.clone()),
            (points, words) => (points, words.to_vec()),
        };
        let homework = Homework {
            due_ms: or_before(self.due, before.due_ms),
            cutoff_ms: or_before(self.cutoff, before.cutoff_ms),
            opens_ms: or_before(self.opens, before.opens_ms),
            points,
            words,
            attempts: self.attempts.or(before.attempts),
            ..before.clone()
        };
        sound(&homework, at).map(|()| homework)
    }

    /// Whether anything is said.
    pub(super) const fn says(&self) -> bool {
        self.due.is_some()
            || self.cutoff.is_some()
            || self.opens.is_some()
            || self.points.is_some()
            || !self.word.is_empty()
            || self.attempts.is_some()
    }
}

fn sound(homework: &Homework, at: Option<u64>) -> Result<(), Failure> {
    let begins = homework.opens_ms.max(at).unwrap_or(0);
    if homework.due_ms.is_some_and(|due| due <= begins) {
        return Err(Failure::usage("it would be due before anybody can begin: give a later --due"));
    }
    if homework.cutoff_ms.is_some_and(|cutoff| cutoff <= begins.max(homework.due_ms.unwrap_or(0))) {
        return Err(Failure::usage(
            "the cut-off has to come after it opens and after it is due: give a later --cutoff",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(due: Option<When>, points: Option<u32>, word: &[&str]) -> Asked {
        let word = word.iter().map(|word| (*word).to_owned()).collect();
        Asked { due, cutoff: None, opens: None, points, word, attempts: None }
    }

    #[test]
    fn what_is_not_said_stays_as_it_was_and_none_takes_a_time_away() {
        let before = Homework {
            due_ms: Some(20),
            cutoff_ms: Some(30),
            points: Some(100),
            attempts: Some(2),
            ..Homework::default()
        };
        let over = |asked: Asked| asked.over(&before, None).ok();
        assert_eq!(over(said(None, None, &[])), Some(before.clone()));
        let never = over(said(Some(When::Never), None, &[])).expect("sound");
        assert_eq!((never.due_ms, never.cutoff_ms, never.attempts), (None, Some(30), Some(2)));
        let words = over(said(None, None, &["Baik"])).expect("sound");
        assert_eq!((words.points, words.words), (None, vec!["Baik".to_owned()]));
        assert_eq!(over(said(Some(When::At(30)), None, &[])), None, "the cut-off is no later");
        assert_eq!(when("none"), Ok(When::Never));
    }
}
