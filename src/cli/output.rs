//! What a command prints: text for people, one stable JSON document for machines, progress on a terminal only.
//!
//! Invariant: what others wrote is printed with its control characters made visible, so that no text moves the cursor,
//! hides another or speaks for the program.

use std::io::{IsTerminal as _, Write as _, stderr, stdout};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// One JSON document instead of text.
    pub(crate) json: bool,
    /// Nothing but what was asked for.
    pub(crate) quiet: bool,
}

impl Output {
    /// The result: the document for machines, or `text` for people.
    pub(crate) fn result(self, document: &Value, text: &str) {
        // A reader that has gone away (`| head`) is no failure.
        let _ = if self.json {
            writeln!(stdout(), "{document:#}")
        } else if text.is_empty() {
            Ok(())
        } else {
            writeln!(stdout(), "{}", text.trim_end())
        };
    }

    /// A word on the side, for people.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(stderr(), "{text}");
        }
    }

    /// Whether somebody sits there who can be asked.
    pub(crate) fn can_ask(self) -> bool {
        !self.json && !self.quiet && std::io::stdin().is_terminal() && stderr().is_terminal()
    }

    /// A bar towards `total`; invisible where nobody watches.
    pub(crate) fn bar(self, total: u64, what: &'static str, bytes: bool) -> ProgressBar {
        if self.json || self.quiet || !stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let counts = if bytes { "{bytes}/{total_bytes}" } else { "{pos}/{len}" };
        let style = ProgressStyle::with_template(&format!("{what} {{wide_bar}} {counts} {{eta}}"));
        let bar = ProgressBar::new(total);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    }
}

/// Text of several lines from somebody else, with everything that could act on a terminal made visible.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || c == '\t' { c.to_string() } else { shown(c) }).collect()
}

/// The same in one line.
pub(crate) fn visible_line(text: &str) -> String {
    text.chars().map(shown).collect()
}

fn shown(c: char) -> String {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('␀').to_string(),
        '\x7f' => '␡'.to_string(),
        // C1 controls, and what turns the direction of the text that follows.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{2028}'
        | '\u{2029}' => format!("\\u{{{:x}}}", u32::from(c)),
        _ => c.to_string(),
    }
}

/// `2026-11-22 04:50`, in UTC.
pub(crate) fn time(ms: u64) -> String {
    let minutes = ms / 60_000;
    let (days, minute) = (minutes / 1440, minutes % 1440);
    // Howard Hinnant's civil-from-days, for days since 1970.
    let z = days + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minute / 60, minute % 60)
}

/// Bytes as people read them.
pub(crate) fn size(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_others_wrote_acts_on_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\nc\u{7}"), "a␛[2Jb\nc␇");
        assert_eq!(visible_line("a\nb\u{202e}c\u{9b}"), "a␊b\\u{202e}c\\u{9b}");
        assert_eq!(visible("Selamat pagi, Ibu — 👋"), "Selamat pagi, Ibu — 👋");
    }

    #[test]
    fn times_are_read_off_the_calendar() {
        assert_eq!(time(0), "1970-01-01 00:00");
        assert_eq!(time(951_782_400_000), "2000-02-29 00:00");
        assert_eq!(time(1_790_000_300_000), "2026-09-21 14:18");
    }
}
