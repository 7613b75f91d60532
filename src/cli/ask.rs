//! Questions to the person at the terminal; where nobody is, the answer has to be in the command.

use std::io::{self, BufRead as _, Write as _};

use super::failure::Failure;
use super::output::someone_is_there;

/// Goes on only with a yes: `consequence` says what is lost, `flag` what says yes without a terminal.
pub(super) fn confirm(consequence: &str, given: bool, flag: &str) -> Result<(), Failure> {
    if given {
        return Ok(());
    }
    if !someone_is_there() {
        return Err(Failure::usage(format!("{consequence}: say {flag} to go on")));
    }
    if yes(&format!("{consequence}. Go on?"))? {
        return Ok(());
    }
    Err(Failure::new("not-confirmed", "nothing was changed"))
}

/// A question that no answer means no to.
pub(super) fn yes(question: &str) -> Result<bool, Failure> {
    let answer = line(&format!("{question} [y/N] "))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "ya"))
}

fn line(prompt: &str) -> Result<String, Failure> {
    let unreadable =
        |e: io::Error| Failure::new("file", format!("the terminal cannot be read: {e}"));
    let mut err = io::stderr().lock();
    write!(err, "{prompt}").and_then(|()| err.flush()).map_err(unreadable)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(unreadable)?;
    Ok(answer)
}
