//! What one calls an audience: one's own word for it, which never reaches the hub.

use super::Error;

/// The most characters of it.
const LONGEST: usize = 200;

/// What one calls an audience, if it is not too long to be read.
pub(super) fn checked(text: &str) -> Result<String, Error> {
    if text.chars().count() <= LONGEST {
        return Ok(text.to_owned());
    }
    Err(Error::cannot(format_args!(
        "what you call an audience has at most {LONGEST} characters: choose a shorter name"
    )))
}
