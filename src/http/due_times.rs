//! Due times over HTTP: whether an audience's publishers may tell the hub, and what they told it.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use kentongan_protocol::ids::{AudienceId, PostId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::DONE;
use super::extract::{Json, Params};
use crate::accounts::Caller;
use crate::base64url::B64;
use crate::due_times::{self, When};
use crate::hub::Hub;
use crate::problem::Problem;

/// `GET /v1/audiences/{audience}/due-times`
pub async fn allowed(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let allowed = due_times::allowed(&hub, &caller, &AudienceId(audience.0)).await?;
    Ok(Answer(json!({ "allowed": allowed })))
}

/// The body of `PUT /v1/audiences/{audience}/due-times`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    allowed: bool,
}

/// `PUT /v1/audiences/{audience}/due-times`
pub async fn allow(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Json(body): Json<Allowed, 4096>,
) -> Result<StatusCode, Problem> {
    due_times::allow(&hub, &caller, &AudienceId(audience.0), body.allowed).await?;
    Ok(DONE)
}

/// `GET /v1/posts/{post}/due`
pub async fn show(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let row = due_times::of(&hub, &caller, &PostId(post.0)).await?;
    Ok(Answer(json!({
        "due_ms": row.due_ms,
        "remind_ms": row.remind_ms,
        "reminded_ms": row.reminded_ms,
    })))
}

/// The body of `PUT /v1/posts/{post}/due`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    due_ms: i64,
    remind_ms: i64,
}

/// `PUT /v1/posts/{post}/due`
pub async fn put(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
    Json(body): Json<Due, 4096>,
) -> Result<StatusCode, Problem> {
    let when = When { due_ms: body.due_ms, remind_ms: body.remind_ms };
    due_times::put(&hub, &caller, &PostId(post.0), when).await?;
    Ok(DONE)
}

/// `DELETE /v1/posts/{post}/due`
pub async fn delete(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<StatusCode, Problem> {
    due_times::delete(&hub, &caller, &PostId(post.0)).await?;
    Ok(DONE)
}
