//! What a handler asks of a request: who calls, ids, JSON, octets; anything amiss is a [`Problem`].

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::TypedHeader;
use axum_extra::headers::{Authorization, authorization::Bearer};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::accounts::{self, Caller};
use crate::base64url::{self, B64, Bytes64};
use crate::hub::Hub;
use crate::problem::Problem;

/// The most bytes of a JSON body, but where members are enrolled.
pub const JSON_LIMIT: usize = 4 << 20;
/// The most bytes of a JSON body that enrols members.
pub const ENROLMENT_LIMIT: usize = 16 << 20;

impl FromRequestParts<Arc<Hub>> for Caller {
    type Rejection = Problem;

    /// Finds the session of the bearer token, unless it was found at the door.
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Problem> {
        if let Some(caller) = parts.extensions.remove::<Self>() {
            return Ok(caller);
        }
        let TypedHeader(Authorization(bearer)) =
            TypedHeader::<Authorization<Bearer>>::from_request_parts(parts, hub)
                .await
                .map_err(|_| Problem::Unauthenticated("this needs a session: sign in first"))?;
        accounts::caller(hub, bearer.token()).await
    }
}

/// Path parameters.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(params)) => Ok(Self(params)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => {
                Err(Problem::Invalid("an id in the path is not base64url of its length".into()))
            }
            Err(_) => Err(Problem::NotFound("there is no such page")),
        }
    }
}

/// Query parameters.
pub struct Search<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Search<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // Its own words would repeat what was sent.
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(search)| Self(search))
            .map_err(|_| {
                Problem::Invalid(
                    "a parameter after the `?` is missing, unknown or of the wrong form".into(),
                )
            })
    }
}

/// Where a list goes on and how much of it is wanted.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page<C = i64> {
    /// The cursor: what comes after it.
    #[serde(default)]
    pub after: C,
    #[serde(default = "usual_limit")]
    limit: i64,
}

fn usual_limit() -> i64 {
    50
}

impl<C> Page<C> {
    /// A page of a list that takes further parameters.
    #[must_use]
    pub fn of(after: C, limit: Option<i64>) -> Self {
        Self { after, limit: limit.unwrap_or_else(usual_limit) }
    }

    /// How many items, 1 to 200.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.limit.clamp(1, 200)
    }

    /// A list's answer: each of `rows` as `shown`, and the `cursor` of the last if there may be more after it.
    pub fn answer<T, N: Serialize>(
        &self,
        rows: &[T],
        cursor: impl Fn(&T) -> N,
        shown: impl Fn(&T) -> Value,
    ) -> axum::Json<Value> {
        let full = i64::try_from(rows.len()).is_ok_and(|n| n == self.limit());
        let next = rows.last().filter(|_| full).map(cursor);
        axum::Json(json!({ "items": rows.iter().map(shown).collect::<Vec<_>>(), "next": next }))
    }
}

/// The cursor of a list in the order of ids: base64url, and opaque to clients.
pub type IdCursor = Bytes64;

/// The cursor of a list in the order of a number and then an id, likewise.
#[derive(Clone, Debug, Default)]
pub struct NumberedCursor(Option<[u8; 40]>);

impl NumberedCursor {
    /// After this item.
    #[must_use]
    pub fn after(number: i64, id: &[u8]) -> String {
        base64url::encode([&number.to_be_bytes(), id].concat())
    }

    /// The number and id to go on after; before everything where there is no cursor.
    #[must_use]
    pub fn parts(&self) -> (i64, &[u8]) {
        let Some(bytes) = &self.0 else { return (-1, &[]) };
        let (number, id) = bytes.split_first_chunk().unwrap_or((&[0; 8], &[]));
        (i64::from_be_bytes(*number), id)
    }
}

impl<'de> Deserialize<'de> for NumberedCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        B64::deserialize(deserializer).map(|bytes| Self(Some(bytes.0)))
    }
}

/// A JSON body of at most `LIMIT` bytes.
pub struct Json<T, const LIMIT: usize = JSON_LIMIT>(pub T);

impl<T: DeserializeOwned, S: Send + Sync, const LIMIT: usize> FromRequest<S> for Json<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let body = body(request, "application/json", LIMIT).await?;
        serde_json::from_slice(&body).map(Self).map_err(|error| Problem::Invalid(describe(&error)))
    }
}

/// What is wrong with JSON, without repeating what was sent.
fn describe(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing, unknown or of the wrong form",
        _ => "the body is not JSON",
    };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

/// A body of octets of at most `LIMIT` bytes.
pub struct Octets<const LIMIT: usize>(pub Bytes);

impl<S: Send + Sync, const LIMIT: usize> FromRequest<S> for Octets<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        body(request, "application/octet-stream", LIMIT).await.map(Self)
    }
}

async fn body(request: Request, media_type: &'static str, limit: usize) -> Result<Bytes, Problem> {
    media_type_is(request.headers(), media_type)?;
    let limited = Limited::new(request.into_body(), limit);
    match limited.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::TooLarge(limit as u64)),
        Err(_) => Err(Problem::Invalid("the body ended before it was whole".into())),
    }
}

/// Refuses a body of another content type.
pub fn media_type_is(headers: &HeaderMap, wanted: &'static str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(Problem::MediaType(wanted)) }
}

/// An octet-stream body that the handler reads by itself, as it comes.
pub struct Streamed(pub Body);

impl<S: Send + Sync> FromRequest<S> for Streamed {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        media_type_is(request.headers(), "application/octet-stream")?;
        Ok(Self(request.into_body()))
    }
}

/// The membership a member shows when it writes; empty for publishers.
pub struct Membership(pub Option<Vec<u8>>);

/// The header a membership travels in.
pub const MEMBERSHIP: &str = "kentongan-membership";

impl<S: Send + Sync> FromRequestParts<S> for Membership {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(MEMBERSHIP) else { return Ok(Self(None)) };
        let bytes = value.to_str().ok().and_then(base64url::decode);
        bytes
            .map(|b| Self(Some(b)))
            .ok_or_else(|| Problem::field("Kentongan-Membership", "expected base64url"))
    }
}

/// Whether the caller has this version already, by its entity tag.
pub(super) fn known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let known = known.filter_map(|value| value.to_str().ok()).flat_map(|tags| tags.split(','));
    let mut known = known.map(|known| known.trim().trim_start_matches("W/"));
    known.any(|known| known == "*" || known == tag)
}
