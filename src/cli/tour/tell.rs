//! How the tour speaks: chapters, sentences, a line that is drawn again, and letters as their readers see them.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use console::Style;
use serde_json::{Value, json};

use crate::cli::drums::{leaf, teak};
use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// Speaks to people, silent with `--json` and `--quiet`; or to machines, with `--json`.
pub(super) struct Teller {
    output: Output,
    silent: bool,
    /// Whether one line can be drawn again in place.
    redraws: bool,
    chapter: Cell<u32>,
    line: Cell<Option<String>>,
}

impl Teller {
    pub(super) fn new(output: Output) -> Self {
        let silent = output.json || output.quiet;
        let redraws = !silent && std::io::stdout().is_terminal();
        Self { output, silent, redraws, chapter: Cell::new(0), line: Cell::new(None) }
    }

    pub(super) fn title(&self, text: &str) {
        self.print(&format!("\n  {}", teak().bold().apply_to(text)));
    }

    pub(super) fn chapter(&self, text: &str) {
        self.chapter.set(self.chapter.get() + 1);
        let number = teak().apply_to(format!("{}.", self.chapter.get()));
        self.print(&format!("\n  {number} {}\n", Style::new().bold().apply_to(text)));
    }

    pub(super) fn say(&self, text: &str) {
        for line in wrapped(text, 92) {
            self.print(&format!("  {line}"));
        }
    }

    /// Draws a line over the last one drawn; where that cannot be, only the last is printed, by [`Teller::keep`].
    pub(super) fn redraw(&self, line: &str) {
        if self.redraws {
            let mut out = std::io::stdout().lock();
            // A terminal that went away ends the tour elsewhere.
            let _ = write!(out, "\r\x1b[2K{line}").and_then(|()| out.flush());
        }
        self.line.set(Some(line.to_owned()));
    }

    /// Leaves the line last drawn where it is.
    pub(super) fn keep(&self) {
        if let Some(line) = self.line.take() {
            self.print(if self.redraws { "" } else { &line });
        }
    }

    /// What somebody reads.
    pub(super) fn letter(&self, who: &str, lines: &[&str]) {
        self.print(&format!("  {} {}", leaf().apply_to("◉"), Style::new().bold().apply_to(who)));
        for line in lines {
            self.print(&format!("    {} {line}", Style::new().dim().apply_to("│")));
        }
    }

    /// Something that happened, for machines: a line of JSON with its `step`.
    pub(super) fn fact(&self, step: &str, mut what: Value) -> Result<(), Failure> {
        if !self.output.json {
            return Ok(());
        }
        what["step"] = json!(step);
        self.output.show_line(&what, "")
    }

    pub(super) fn end(&self, after: Duration, kept: Option<&Path>) -> Result<(), Failure> {
        let gone = kept.map_or_else(
            || "The hub is stopped and its folder removed.".to_owned(),
            |kept| format!("The hub is stopped; its folder is {}.", kept.display()),
        );
        self.say("");
        self.say(&format!(
            "That was all of it, in {:.0} seconds. {gone} docs/security.md says in plain words what is protected and what is \
             not; `kentongan --help` how to begin.",
            after.as_secs_f64()
        ));
        self.fact("end", json!({ "seconds": after.as_secs_f64(), "kept": kept }))
    }

    fn print(&self, text: &str) {
        if !self.silent {
            // A reader that went away (`| head`) is no error.
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }
}

/// Cuts a sentence into lines of at most `width` characters, between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("satu dua tiga", 8), ["satu dua", "tiga"]);
        assert_eq!(wrapped("", 8), [""]);
        assert_eq!(wrapped("panjangsekali x", 4), ["panjangsekali", "x"]);
    }
}
