//! Which language a page comes in: the one asked for, the one chosen before, or the first the browser knows.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::web_client::Language;

/// `?lang=`, else the cookie `language` that the page sets, else `Accept-Language`, else Indonesian.
pub(super) fn chosen(parts: &Parts) -> Language {
    let asked = parts.uri.query().unwrap_or_default().split('&');
    let asked = asked.filter_map(|pair| pair.strip_prefix("lang=")).find_map(known);
    asked.or_else(|| remembered(&parts.headers)).unwrap_or_else(|| accepted(&parts.headers))
}

fn known(tag: &str) -> Option<Language> {
    let primary = tag.split('-').next().unwrap_or_default().trim();
    Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
}

fn remembered(headers: &HeaderMap) -> Option<Language> {
    let cookies =
        headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix("language="))
        .find_map(known)
}

/// The language of ours with the greatest weight (RFC 9110, section 12.5.4); of equals the first.
fn accepted(headers: &HeaderMap) -> Language {
    let value = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0.0, Language::Id);
    for range in value.unwrap_or_default().split(',') {
        let (tag, weight) = super::served::weighted(range);
        if let Some(language) = known(tag).filter(|_| weight > best.0) {
            best = (weight, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn language(path: &str, cookie: &str, accept: &str) -> Language {
        let request = Request::get(path)
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT_LANGUAGE, accept)
            .body(())
            .expect("a request");
        chosen(&request.into_parts().0)
    }

    #[test]
    fn what_is_asked_wins_over_what_was_chosen_over_what_the_browser_says() {
        use Language::{En, Id};
        assert_eq!(language("/", "", ""), Id);
        assert_eq!(language("/", "", "fr-FR,fr;q=0.9"), Id, "Indonesian is the reference");
        assert_eq!(language("/", "", "en-GB,en;q=0.9,id;q=0.8"), En);
        assert_eq!(language("/", "", "jv,id-ID;q=0.9,en;q=0.8"), Id);
        assert_eq!(language("/", "", "en;q=0.2, ID;q=0.7"), Id);
        assert_eq!(language("/", "", "en;q=0"), Id, "weight 0 is a refusal");
        assert_eq!(language("/", "a=b; language=en", "id"), En);
        assert_eq!(language("/", "language=xx", "en"), En);
        assert_eq!(language("/inbox?x=1&lang=id", "language=en", "en"), Id);
        assert_eq!(language("/inbox?lang=klingon", "language=en", "id"), En);
    }
}
