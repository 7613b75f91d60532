//! What a command says: results on stdout, for people or as one JSON document; advice and questions on stderr.
//!
//! Invariant: with `--json` stdout holds documents and nothing else; with `--quiet` stderr holds errors and warnings only.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use super::clean;
use super::failure::Failure;

/// How this run speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    /// For machines.
    pub(super) json: bool,
    /// Results only.
    pub(super) quiet: bool,
}

impl Output {
    /// Shows a result: `document` to machines, `text` to people.
    pub(super) fn show(self, document: &impl Serialize, text: &str) -> Result<(), Failure> {
        if self.json {
            let json = serde_json::to_string_pretty(document);
            return print(&json.map_err(|e| Failure::new("internal", e.to_string()))?);
        }
        print(text)
    }

    /// Shows one of many results, a line of JSON each.
    pub(super) fn show_line(self, document: &impl Serialize, text: &str) -> Result<(), Failure> {
        if self.json {
            let json = serde_json::to_string(document);
            return print(&json.map_err(|e| Failure::new("internal", e.to_string()))?);
        }
        print(text)
    }

    /// What a person may want to know beside the result.
    pub(super) fn hint(self, text: &str) {
        if !self.quiet && !self.json {
            complain(&console::Style::new().for_stderr().dim().apply_to(text).to_string());
        }
    }

    /// What a person has to know, whatever else they asked for.
    pub(super) fn warn(self, text: &str) {
        if !self.json {
            complain(text);
        }
    }

    /// Whether progress may be drawn.
    pub(super) fn draws(self) -> bool {
        !self.quiet && !self.json && io::stderr().is_terminal()
    }

    /// Says why the run ends without its result.
    pub(super) fn fail(self, failure: &Failure) {
        if self.json {
            complain(&failure.problem().to_string());
        } else {
            let red = super::drums::chilli().for_stderr().bold();
            complain(&format!("{} {}", red.apply_to("error:"), clean::lines(&failure.detail)));
        }
    }
}

/// Whether a person can be asked something.
pub(super) fn someone_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Writes to stdout; a reader that went away (`| head`) is no error.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{end}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new("file", format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

fn complain(text: &str) {
    // There is nowhere left to complain to where this fails.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
