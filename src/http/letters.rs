//! Letters and mailboxes over HTTP (protocol section 7).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kentongan_protocol::ids::{AudienceId, LetterId};
use serde_json::{Value, json};

use super::error::{CREATED, UNCHANGED};
use super::extract::{MEMBERSHIP, Membership, Octets, Page, Params, Search};
use crate::accounts::Caller;
use crate::base64url::{B64, encode};
use crate::hub::Hub;
use crate::letters;
use crate::problem::Problem;
use crate::store::letters::ListedRow;

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

/// `GET /v1/audiences/{a}/letters`
pub async fn desk(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(page): Search<Page>,
) -> Result<Answer<Value>, Problem> {
    let audience = AudienceId(audience.0);
    let rows = letters::desk(&hub, &caller, &audience, page.after, page.limit()).await?;
    Ok(page.answer(&rows, |row| row.position, listed))
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
