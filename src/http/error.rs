//! Problems as HTTP answers (RFC 9457); the only place that knows status codes.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::problem::Problem;

/// 201: made.
pub const CREATED: StatusCode = StatusCode::CREATED;
/// 202: taken, and something happens later.
pub const ACCEPTED: StatusCode = StatusCode::ACCEPTED;
/// 204: done, nothing to say.
pub const DONE: StatusCode = StatusCode::NO_CONTENT;
/// 200: as it was before.
pub const UNCHANGED: StatusCode = StatusCode::OK;
/// 404, for a page that a person reads.
pub const MISSING: StatusCode = StatusCode::NOT_FOUND;
/// 304: the browser has it already.
pub const UNTOUCHED: StatusCode = StatusCode::NOT_MODIFIED;
/// 503, for a page that this build does not have.
pub const WITHOUT: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
/// 206: the part asked for.
pub const PARTIAL: StatusCode = StatusCode::PARTIAL_CONTENT;

/// How many bytes of an upload have come.
pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, kind, title) = sort(&self);
        match &self {
            Self::Internal(fault) => tracing::error!(fault, "a request failed"),
            Self::Unavailable => tracing::warn!("the database cannot be reached"),
            _ => {}
        }
        let body = json!({
            "type": format!("urn:kentongan:problem:{kind}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self {
            Self::RateLimited(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Offset(offset) => {
                headers.insert(UPLOAD_OFFSET, HeaderValue::from(offset));
            }
            Self::Range(size) => {
                if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
                    headers.insert(header::CONTENT_RANGE, value);
                }
            }
            _ => {}
        }
        response
    }
}

/// The status, the stable word and the title of a problem.
fn sort(problem: &Problem) -> (StatusCode, &'static str, &'static str) {
    match problem {
        Problem::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid-request", "Invalid request"),
        Problem::Unauthenticated(_) => {
            (StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first")
        }
        Problem::NotAllowed(_) => (StatusCode::FORBIDDEN, "not-allowed", "Not allowed"),
        Problem::NotFound(_) => (StatusCode::NOT_FOUND, "not-found", "Not found"),
        Problem::SlotNotReady => (StatusCode::NOT_FOUND, "slot-not-ready", "Not ready yet"),
        Problem::Conflict(_) => (StatusCode::CONFLICT, "conflict", "Conflict"),
        Problem::Offset(_) => (StatusCode::CONFLICT, "conflict", "Another offset"),
        Problem::FanOutRunning => (StatusCode::CONFLICT, "fan-out-running", "A post is on its way"),
        Problem::ThreadClosed => (StatusCode::CONFLICT, "thread-closed", "Thread closed"),
        Problem::CharterSuperseded => {
            (StatusCode::CONFLICT, "charter-superseded", "Charter superseded")
        }
        Problem::CohortFull => (StatusCode::CONFLICT, "cohort-full", "Cohort full"),
        Problem::VersionConflict => {
            (StatusCode::PRECONDITION_FAILED, "version-conflict", "Another version")
        }
        Problem::LinkClosed => (StatusCode::GONE, "link-closed", "Link closed"),
        Problem::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
        Problem::MediaType(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Another content type")
        }
        Problem::Range(_) => {
            (StatusCode::RANGE_NOT_SATISFIABLE, "range-not-satisfiable", "No such part")
        }
        Problem::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused", "Refused"),
        Problem::RateLimited(_) => {
            (StatusCode::TOO_MANY_REQUESTS, "rate-limited", "Too many requests")
        }
        Problem::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Unavailable"),
        Problem::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
    }
}
