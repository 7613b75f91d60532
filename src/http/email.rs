//! An account's mail address over HTTP, and the two pages that a mail's links lead to.
//!
//! Opening a page changes nothing, for mail programs open links by themselves; its button does.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{ACCEPTED, DONE};
use super::extract::{Json, Params};
use super::pages::{EmailPage, email_page};
use crate::accounts::Caller;
use crate::base64url::B64;
use crate::email_addresses::{self, Wish};
use crate::hub::Hub;
use crate::problem::Problem;

/// `GET /v1/email`
pub async fn state(caller: Caller, State(hub): State<Arc<Hub>>) -> Result<Answer<Value>, Problem> {
    let state = email_addresses::state(&hub, &caller).await?;
    Ok(Answer(json!({
        "state": state.state,
        "reason": state.reason,
        "enabled": state.enabled,
    })))
}

/// The body of `PUT /v1/email`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    address: String,
    language: String,
    at_ms: u64,
    signature: B64<64>,
}

/// `PUT /v1/email`
pub async fn put(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Json(body): Json<Wanted, 4096>,
) -> Result<StatusCode, Problem> {
    let wish = Wish {
        address: &body.address,
        language: &body.language,
        at_ms: body.at_ms,
        signature: &body.signature.0,
    };
    email_addresses::put(&hub, &caller, &wish).await?;
    Ok(ACCEPTED)
}

/// `DELETE /v1/email`
pub async fn delete(caller: Caller, State(hub): State<Arc<Hub>>) -> Result<StatusCode, Problem> {
    email_addresses::delete(&hub, &caller).await?;
    Ok(DONE)
}

/// `GET /email/confirm/{token}`
pub async fn ask_to_confirm(
    State(hub): State<Arc<Hub>>,
    Params(token): Params<String>,
) -> Result<Response, Problem> {
    let linked = email_addresses::confirmation(&hub, &token).await?;
    email_page(&hub, EmailPage::Confirm, linked.as_ref())
}

/// `POST /email/confirm/{token}`
pub async fn confirm(
    State(hub): State<Arc<Hub>>,
    Params(token): Params<String>,
) -> Result<Response, Problem> {
    let linked = email_addresses::confirm(&hub, &token).await?;
    email_page(&hub, EmailPage::Confirm, linked.as_ref())
}

/// `GET /email/unsubscribe/{token}`
pub async fn ask_to_stop(
    State(hub): State<Arc<Hub>>,
    Params(token): Params<String>,
) -> Result<Response, Problem> {
    let linked = email_addresses::subscription(&hub, &token).await?;
    email_page(&hub, EmailPage::Unsubscribe, linked.as_ref())
}

/// `POST /email/unsubscribe/{token}`
pub async fn unsubscribe(
    State(hub): State<Arc<Hub>>,
    Params(token): Params<String>,
) -> Result<Response, Problem> {
    let linked = email_addresses::unsubscribe(&hub, &token).await?;
    email_page(&hub, EmailPage::Unsubscribe, linked.as_ref())
}
