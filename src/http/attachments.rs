//! Attachments over HTTP, whole or in parts (protocol section 7; RFC 9110 section 14).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use kentongan_protocol::ids::{AccountId, AudienceId};
use serde::Deserialize;

use super::error::{ACCEPTED, CREATED, PARTIAL, UNCHANGED, UPLOAD_OFFSET};
use super::extract::{Params, Search, Streamed};
use crate::accounts::Caller;
use crate::attachments::{self, Cut, Part, Readers, Received};
use crate::base64url::{B64, decode_array};
use crate::hub::Hub;
use crate::problem::Problem;

/// The query of `PUT …/attachments/{sha256}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct For {
    #[serde(rename = "for")]
    readers: String,
}

impl For {
    fn readers(&self) -> Result<Readers, Problem> {
        match self.readers.as_str() {
            "audience" => Ok(Readers::Audience),
            "desk" => Ok(Readers::Desk),
            account => decode_array(account)
                .map(|account| Readers::Account(AccountId(account)))
                .ok_or_else(|| Problem::field("for", "expected audience, desk or an account's id")),
        }
    }
}

/// `PUT /v1/audiences/{a}/attachments/{sha256}`
pub async fn put(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, sha256)): Params<(B64<32>, B64<32>)>,
    Search(search): Search<For>,
    headers: HeaderMap,
    Streamed(body): Streamed,
) -> Result<Response, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    let limit = hub.config.limits.attachment;
    if announced.is_some_and(|size: u64| size > limit) {
        return Err(Problem::TooLarge(limit));
    }
    let pieces = body.into_data_stream().map(|piece| piece.map_err(|_| Cut));
    let (audience, readers) = (AudienceId(audience.0), search.readers()?);
    let received = match headers.get(header::CONTENT_RANGE) {
        None => {
            let new =
                attachments::put(&hub, &caller, &audience, &sha256.0, readers, pieces).await?;
            Received::Whole(new)
        }
        Some(range) => {
            let part = range.to_str().ok().and_then(sent_part);
            let fits = |part: &Part| announced.is_none_or(|length| length == part.to - part.from);
            let part = part.filter(fits).ok_or_else(|| {
                Problem::field("Content-Range", "expected `bytes FIRST-LAST/SIZE` of what is sent")
            })?;
            let sha256 = &sha256.0;
            attachments::put_part(&hub, &caller, &audience, sha256, readers, part, pieces).await?
        }
    };
    Ok(match received {
        Received::Whole(true) => CREATED.into_response(),
        Received::Whole(false) => UNCHANGED.into_response(),
        Received::UpTo(offset) => (ACCEPTED, [(UPLOAD_OFFSET, offset.to_string())]).into_response(),
    })
}

/// The part that a request's `Content-Range` says it brings.
fn sent_part(range: &str) -> Option<Part> {
    let (part, size) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = part.split_once('-')?;
    let (from, last, size) = (number(first)?, number(last)?, number(size)?);
    (from <= last && last < size).then(|| Part { from, to: last + 1, size })
}

/// `GET`, `HEAD /v1/audiences/{a}/attachments/{sha256}`
pub async fn get(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, sha256)): Params<(B64<32>, B64<32>)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let audience = AudienceId(audience.0);
    let found = match attachments::find(&hub, &caller, &audience, &sha256.0).await {
        Err(none @ Problem::NotFound(_)) if method == Method::HEAD => {
            return Ok(match attachments::offset(&hub, &caller, &audience, &sha256.0).await? {
                Some(offset) => ([(UPLOAD_OFFSET, offset.to_string())], none).into_response(),
                None => none.into_response(),
            });
        }
        found => found?,
    };
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let part = asked.map_or(Ok(None), |range| part(range, found.size))?;
    let (from, length) = part.unwrap_or((0, found.size));
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(found.read(from, length).await?)
    };
    let octets = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
    ];
    if part.is_none() {
        return Ok((octets, body).into_response());
    }
    let range = format!("bytes {from}-{}/{}", from + length - 1, found.size);
    Ok((PARTIAL, octets, [(header::CONTENT_RANGE, range)], body).into_response())
}

/// From where and how many bytes a `Range` asks for; none for the whole where it asks for several parts, for other
/// units or not in the form it has, which RFC 9110 lets a server overlook.
fn part(range: &str, size: u64) -> Result<Option<(u64, u64)>, Problem> {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|part| part.split_once('-'))
    else {
        return Ok(None);
    };
    let (first, last) = (first.trim(), last.trim());
    let part = match (number(first), number(last)) {
        (None, Some(suffix)) if first.is_empty() => {
            let length = suffix.min(size);
            (size - length, length)
        }
        (Some(from), None) if last.is_empty() => (from, size.saturating_sub(from)),
        (Some(from), Some(to)) if from <= to => {
            (from, size.saturating_sub(from).min((to - from).saturating_add(1)))
        }
        _ => return Ok(None),
    };
    if part.1 > 0 { Ok(Some(part)) } else { Err(Problem::Range(size)) }
}

/// A number in digits alone.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_exactly_what_it_brings() {
        let part = |from, to, size| Some(Part { from, to, size });
        assert_eq!(sent_part("bytes 0-0/1"), part(0, 1, 1));
        assert_eq!(sent_part("bytes 10-19/100"), part(10, 20, 100));
        assert_eq!(
            sent_part("bytes 0-18446744073709551614/18446744073709551615"),
            part(0, u64::MAX, u64::MAX)
        );
        for bad in [
            "",
            "bytes",
            "bytes 0-9",
            "bytes 0-9/*",
            "bytes */10",
            "bytes 9-0/10",
            "bytes 0-10/10",
            "bytes -5/10",
            "bytes 0-/10",
            "bytes +0-9/10",
            "bytes 0-9/18446744073709551616",
            "lines 0-9/10",
        ] {
            assert_eq!(sent_part(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_range_is_one_part_of_what_there_is() {
        let part = |range| part(range, 100).map_err(|problem| problem.to_string());
        assert_eq!(part("bytes=0-0"), Ok(Some((0, 1))));
        assert_eq!(part("bytes=10-19"), Ok(Some((10, 10))));
        assert_eq!(part("bytes=90-"), Ok(Some((90, 10))));
        assert_eq!(part("bytes=-30"), Ok(Some((70, 30))));
        assert_eq!(part("bytes=-300"), Ok(Some((0, 100))));
        assert_eq!(part("bytes=50-18446744073709551615"), Ok(Some((50, 50))));
        for whole in ["bytes=20-10", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=+1-2", "x"] {
            assert_eq!(part(whole), Ok(None), "{whole}");
        }
        for nothing in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert!(part(nothing).is_err(), "{nothing}");
        }
    }
}
