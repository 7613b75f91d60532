//! What one calls an audience: one's own word for it, which never reaches the hub.

use kentongan_protocol::ids::AudienceId;

use super::Error;
use crate::base64url::encode;

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

/// What somebody else calls an audience, cut where it is too long to be read; what goes by no name gets one.
pub(super) fn given(text: &str, audience: &AudienceId) -> String {
    let text = text.trim();
    if text.is_empty() { unnamed(audience) } else { text.chars().take(LONGEST).collect() }
}

/// The label of an audience that its owner has given none.
pub(super) fn unnamed(audience: &AudienceId) -> String {
    format!("audience {}", &encode(audience.0)[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_call_an_audience_is_no_longer_than_what_one_may_call_it_oneself() {
        let audience = AudienceId([7; 32]);
        assert_eq!(given(" VII B\n", &audience), "VII B");
        assert_eq!(given(" ", &audience), "audience BwcHBw");
        let long = given(&"é".repeat(1000), &audience);
        assert_eq!(long.chars().count(), LONGEST);
        assert!(checked(&long).is_ok());
    }
}
