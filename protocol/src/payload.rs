//! What is inside posts and letters: UTF-8 JSON that says what it is (sections 5 and 7).
//!
//! The protocol looks at `type` alone; the rest belongs to the clients.

use serde::Deserialize;

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow)]
    r#type: std::borrow::Cow<'a, str>,
}

/// Whether `payload` is one JSON object whose `type` is `word`.
pub(crate) fn is_typed(payload: &[u8], word: &str) -> bool {
    // serde_json looks for UTF-8 only in the strings it returns, and reads arrays as objects too.
    core::str::from_utf8(payload).is_ok_and(|text| {
        text.trim_start().starts_with('{')
            && serde_json::from_str::<Typed<'_>>(text).is_ok_and(|x| x.r#type == word)
    })
}

#[cfg(test)]
mod tests {
    use super::is_typed;

    #[test]
    fn only_an_object_of_the_right_type_passes() {
        assert!(is_typed(br#"{"a":[1,{}],"type":"reply"}"#, "reply"));
        for other in [
            &br#"{"type":"reply"} "x""#[..],
            br#"{"type":"Reply"}"#,
            br#"{"kind":"reply"}"#,
            br#"{"type":1}"#,
            br#"["reply"]"#,
            br#"{"type":"reply","type":"reply"}"#,
            b"{\"type\":\"reply\",\"body\":\"\xff\"}",
            br#"{"type":"reply""#,
            b"",
        ] {
            assert!(!is_typed(other, "reply"), "{}", String::from_utf8_lossy(other));
        }
    }
}
