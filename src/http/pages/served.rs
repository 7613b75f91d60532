//! Files of the web client over HTTP: the smallest form that the browser takes, and nothing it has already.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;

use crate::http::error::{UNCHANGED, UNTOUCHED};
use crate::http::extract::known;
use crate::web_client::File;

/// Under a name that says what is in it: never asked for again.
pub(super) const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, and asked about each time.
pub(super) const ASK_AGAIN: &str = "no-cache";

/// A file as this browser wants it; `vary` names what else the choice depended on.
pub(super) fn file(
    headers: &HeaderMap,
    file: &File,
    kind: &'static str,
    cache: &'static str,
    vary: &'static str,
) -> Response {
    let (form, bytes) = form(headers, file);
    // Strong, so the forms have names of their own (RFC 9110, section 8.8.3.3).
    let tag = match form {
        None => format!("\"{}\"", file.hash),
        Some(form) => format!("\"{}-{form}\"", file.hash),
    };
    let fresh = known(headers, &tag);
    let mut response =
        if fresh { UNTOUCHED.into_response() } else { (UNCHANGED, bytes.clone()).into_response() };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static(vary));
    answer.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.insert(header::ETAG, tag);
    }
    if let Some(form) = form.filter(|_| !fresh) {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(form));
    }
    response
}

/// Brotli before gzip before nothing, as far as the file has it and the browser takes it.
fn form<'a>(headers: &HeaderMap, file: &'a File) -> (Option<&'static str>, &'a Bytes) {
    let taken = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let taken: Vec<_> = taken.unwrap_or_default().split(',').map(weighted).collect();
    let takes = |form: &str| {
        taken.iter().any(|(name, weight)| name.eq_ignore_ascii_case(form) && *weight > 0.0)
    };
    let forms = [("br", &file.br), ("gzip", &file.gzip)];
    let best = forms.into_iter().filter(|(name, _)| takes(name));
    let mut best = best.filter_map(|(name, bytes)| Some((Some(name), bytes.as_ref()?)));
    best.next().unwrap_or((None, &file.plain))
}

/// One of a list with weights, `name;q=0.5` (RFC 9110, section 12.4.2); without one its weight is 1.
pub(super) fn weighted(item: &str) -> (&str, f32) {
    let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = parameters.trim().strip_prefix("q=").map(str::trim);
    (name.trim(), weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).expect("a header"))])
    }

    #[test]
    fn the_smallest_form_that_is_taken() {
        let file = File {
            plain: "plain".into(),
            br: Some("br".into()),
            gzip: Some("gzip".into()),
            hash: "hash".into(),
        };
        let chosen = |file: &File, accept: &str| {
            let headers = asked(header::ACCEPT_ENCODING, accept);
            form(&headers, file).0.unwrap_or("plain")
        };
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.1", "gzip"),
            ("BR", "br"),
            ("deflate, brotli", "plain"),
            ("", "plain"),
            ("br;q=nonsense", "plain"),
        ] {
            assert_eq!(chosen(&file, accept), expected, "{accept}");
        }
        let only = File { br: None, ..file };
        assert_eq!(chosen(&only, "br, gzip"), "gzip");
    }

    #[test]
    fn what_the_browser_has_is_known_by_its_form() {
        for (tags, expected) in [
            ("\"hash-br\"", true),
            ("\"other\", W/\"hash-br\"", true),
            ("*", true),
            ("\"hash\"", false),
            ("hash-br", false),
        ] {
            assert_eq!(
                known(&asked(header::IF_NONE_MATCH, tags), "\"hash-br\""),
                expected,
                "{tags}"
            );
        }
    }
}
