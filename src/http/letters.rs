//! Letters and mailboxes over HTTP (protocol section 7).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kentongan_protocol::ids::{AccountId, AudienceId, LetterId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{CREATED, DONE, UNCHANGED};
use super::extract::{Json, MEMBERSHIP, Membership, Octets, Page, Params, Search};
use crate::accounts::Caller;
use crate::base64url::{B64, encode};
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::desk::DeskLetter;
use crate::store::letters::ListedRow;
use crate::{desk, letters};

/// `POST /v1/letters`
pub async fn send(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Membership(proof): Membership,
    Octets(bytes): Octets<{ letters::LIMIT }>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let delivered = letters::send(&hub, &caller, &bytes, proof.as_deref()).await?;
    let answer = json!({
        "letter": B64(delivered.letter.0),
        "received_ms": delivered.received_ms,
        "receipt": delivered.receipt.map(B64),
    });
    Ok((if delivered.new { CREATED } else { UNCHANGED }, Answer(answer)))
}

/// `GET /v1/letters`
pub async fn mailbox(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Search(page): Search<Page>,
) -> Result<Answer<Value>, Problem> {
    let rows = letters::mailbox(&hub, &caller, page.after, page.limit()).await?;
    Ok(page.answer(&rows, |row| row.position, listed))
}

/// Which letters of a desk.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    after: i64,
    limit: Option<i64>,
    state: Option<desk::State>,
}

/// `GET /v1/audiences/{a}/letters`
pub async fn desk(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(wanted): Search<Wanted>,
) -> Result<Answer<Value>, Problem> {
    let page = Page::of(wanted.after, wanted.limit);
    let (audience, limit) = (AudienceId(audience.0), page.limit());
    let rows = desk::list(&hub, &caller, &audience, page.after, limit, wanted.state).await?;
    Ok(page.answer(&rows, |row| row.letter.position, on_desk))
}

fn on_desk(row: &DeskLetter) -> Value {
    let mut shown = listed(&row.letter);
    shown["state"] = json!(row.desk.state);
    shown["assignee"] = json!(row.desk.assignee.as_ref().map(encode));
    shown["changed_by"] = json!(row.desk.changed_by.as_ref().map(encode));
    shown["changed_ms"] = json!(row.desk.changed_ms);
    shown
}

fn listed(row: &ListedRow) -> Value {
    json!({
        "letter": encode(&row.letter),
        "position": row.position,
        "audience": encode(&row.audience),
        "ik": encode(&row.ik),
        "thread": encode(&row.thread),
        "kind": row.kind,
        "sent_ms": row.sent_ms,
        "received_ms": row.received_ms,
        "size": row.size,
        "proof": row.writer_proof.as_ref().map(encode),
    })
}

/// The body of `PUT /v1/letters/{l}/desk`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Care {
    state: desk::State,
    assignee: Option<B64<32>>,
}

/// `PUT /v1/letters/{l}/desk`
pub async fn care(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(letter): Params<B64<32>>,
    Json(care): Json<Care, 4096>,
) -> Result<StatusCode, Problem> {
    let assignee = care.assignee.map(|account| AccountId(account.0));
    desk::put(&hub, &caller, &LetterId(letter.0), care.state, assignee).await?;
    Ok(DONE)
}

/// `GET /v1/letters/{l}`
pub async fn letter(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(letter): Params<B64<32>>,
) -> Result<Response, Problem> {
    let row = letters::letter(&hub, &caller, &LetterId(letter.0)).await?;
    let octets = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok(match row.writer_proof {
        Some(proof) => (octets, [(MEMBERSHIP, encode(proof))], row.bytes).into_response(),
        None => (octets, row.bytes).into_response(),
    })
}
