//! Rows of small drums: how far something is, countable and readable without colour.
//!
//! Invariant: a row never shows more than is true; a drum that stands for many is full only when all of them are.

use std::fmt::Write as _;

use console::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::format::{number, plural};

/// The most drums in one row.
const ROW: u64 = 40;

/// What a full drum of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Made ready or delivered.
    On,
    /// Understood: the beat that came back.
    Echo,
}

/// How far something is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// What is done.
    pub(super) done: u64,
    /// What failed, for now.
    pub(super) missing: u64,
    /// All of it.
    pub(super) whole: u64,
    /// Whether the next one is being worked on.
    pub(super) going: bool,
    /// What a full drum says.
    pub(super) beat: Beat,
}

impl Row {
    /// The drums.
    pub(super) fn drums(&self) -> String {
        let each = self.each();
        let drums = self.whole.div_ceil(each);
        let full = if self.done >= self.whole { drums } else { self.done / each };
        let going = self.going || !self.done.is_multiple_of(each);
        let half = u64::from(going && full < drums);
        let missing = self.missing.div_ceil(each).min(drums - full - half);
        let waiting = drums - full - half - missing;
        let beaten = match self.beat {
            Beat::On => ("●", teak()),
            Beat::Echo => ("◉", leaf()),
        };
        let groups = [
            (beaten, full),
            (("◐", teak()), half),
            (("◌", chilli()), missing),
            (("◯", Style::new().dim()), waiting),
        ];
        let shown = groups.into_iter().filter(|(_, n)| *n > 0).map(|((glyph, style), n)| {
            let drums = vec![glyph; usize::try_from(n).unwrap_or_default()].join(" ");
            style.apply_to(drums).to_string()
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    /// How many one drum stands for.
    fn each(&self) -> u64 {
        self.whole.div_ceil(ROW).max(1)
    }

    /// The row as a line: a word, the drums, and the amounts in words.
    pub(super) fn line(&self, word: &str, amounts: &str, unit: &str) -> String {
        let mut line = format!("  {word:<11} {}  {amounts}", self.drums());
        if self.each() > 1 {
            let each = format!(" (a drum is {})", plural(self.each(), unit));
            let _ = write!(line, "{}", Style::new().dim().apply_to(each));
        }
        line
    }
}

/// The accent: what was beaten, where to act.
pub(super) fn teak() -> Style {
    Style::new().color256(137)
}

/// Answered or verified.
pub(super) fn leaf() -> Style {
    Style::new().color256(71)
}

/// Someone must act.
pub(super) fn chilli() -> Style {
    Style::new().color256(167)
}

/// A bar for long work of `whole` units, on a terminal only; bytes are shown as sizes.
pub(super) fn progress(shown: bool, word: &str, whole: u64, bytes: bool) -> ProgressBar {
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(whole), target);
    let amounts = if bytes {
        "{decimal_bytes} of {decimal_total_bytes}"
    } else {
        "{human_pos} of {human_len}"
    };
    let style = ProgressStyle::with_template(&format!("  {{msg}}  {{bar:30.137}}  {amounts}"));
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars("●◐◯"));
    bar.set_message(word.to_owned());
    bar
}

/// `12,288 of 20,480 members`.
pub(super) fn of_members(part: u64, whole: u64) -> String {
    format!("{} of {}", number(part), plural(whole, "member"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drums(done: u64, missing: u64, whole: u64, going: bool) -> String {
        let row = Row { done, missing, whole, going, beat: Beat::On };
        console::strip_ansi_codes(&row.drums()).replace(' ', "")
    }

    #[test]
    fn every_cohort_has_its_drum() {
        assert_eq!(drums(2, 1, 6, true), "●●◐◌◯◯");
        assert_eq!(drums(0, 0, 1, false), "◯");
        assert_eq!(drums(6, 0, 6, false), "●●●●●●");
        assert_eq!(drums(0, 0, 0, false), "");
    }

    #[test]
    fn a_drum_for_many_is_full_only_when_all_of_them_are() {
        let almost = drums(999_999, 0, 1_000_000, false);
        assert_eq!(almost.chars().filter(|c| *c == '●').count(), 39);
        assert!(almost.ends_with('◐'));
        assert_eq!(drums(1, 0, 1_000_000, false).chars().next(), Some('◐'));
        assert_eq!(drums(245, 0, 245, false), "●".repeat(35));
    }

    #[test]
    fn what_failed_is_never_shown_as_waiting_only_or_done() {
        assert_eq!(drums(0, 1, 1, false), "◌");
        assert_eq!(drums(3, 1, 4, false), "●●●◌");
    }
}
