//! Posts, approvals, receipts and permalinks over HTTP (protocol sections 5 and 6).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kentongan_protocol::approval::Approval;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::transform::Path;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{CREATED, DONE, UNCHANGED};
use super::extract::{Json, MEMBERSHIP, Membership, Octets, Page, Params, Search};
use crate::accounts::Caller;
use crate::approvals;
use crate::base64url::{B64, encode};
use crate::hub::Hub;
use crate::posts::{self, Item};
use crate::problem::Problem;
use crate::receipts::{self, Receipt};
use crate::store::posts::Listing;
use crate::threads;

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// When a post is to go out; at once where nothing is said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    release_ms: Option<i64>,
}

/// `POST /v1/audiences/{audience}/posts`
pub async fn accept(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(when): Search<When>,
    Membership(membership): Membership,
    Octets(bytes): Octets<{ posts::LIMIT }>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let audience = AudienceId(audience.0);
    let (membership, at) = (membership.as_deref(), when.release_ms);
    let stored = posts::accept(&hub, &caller, &audience, &bytes, membership, at).await?;
    let answer = json!({
        "post": B64(stored.post.0),
        "position": stored.position,
        "state": stored.state,
    });
    Ok((if stored.new { CREATED } else { UNCHANGED }, Answer(answer)))
}

/// Which posts of an audience.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    after: i64,
    limit: Option<i64>,
    thread: Option<B64<32>>,
}

/// `GET /v1/audiences/{audience}/posts`
pub async fn list(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(wanted): Search<Wanted>,
) -> Result<Answer<Value>, Problem> {
    let page = Page::of(wanted.after, wanted.limit);
    let listing = Listing {
        audience: &audience.0,
        after: page.after,
        limit: page.limit(),
        thread: wanted.thread.as_ref().map(|thread| &thread.0[..]),
    };
    let items = posts::list(&hub, &caller.account, &listing).await?;
    Ok(page.answer(&items, |item| item.row.position, shown))
}

fn shown(item: &Item) -> Value {
    let row = &item.row;
    json!({
        "post": encode(&row.post),
        "position": row.position,
        "kind": row.kind,
        "thread": encode(&row.thread),
        "ik": encode(&row.ik),
        "sent_ms": row.sent_ms,
        "accepted_ms": row.accepted_ms,
        "size": row.size,
        "state": row.state,
        "release_ms": row.release_ms,
        "lapse_reason": row.lapse_reason,
        "thread_state": row.thread_state,
        "every_s": row.every_s,
        "revision": row.revision,
        "proof": row.writer_proof.as_ref().map(encode),
        "approvals": item.approvals.iter().map(encode).collect::<Vec<_>>(),
        "slot": row.slot.as_ref().map(encode),
    })
}

/// `GET /v1/posts/{post}`
pub async fn octets(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<Response, Problem> {
    let found = posts::octets(&hub, &caller.account, &PostId(post.0)).await?;
    let mut response = ([(header::CONTENT_TYPE, OCTETS)], found.bytes).into_response();
    let proof = found.writer_proof.and_then(|proof| HeaderValue::try_from(encode(proof)).ok());
    if let Some(proof) = proof {
        response.headers_mut().insert(MEMBERSHIP, proof);
    }
    Ok(response)
}

/// `GET /v1/posts/{post}/slot`
pub async fn slot(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<Response, Problem> {
    let slot = posts::slot(&hub, &caller.account, &PostId(post.0)).await?;
    Ok(([(header::CONTENT_TYPE, OCTETS)], slot.to_vec()).into_response())
}

/// `GET /v1/posts/{post}/status`
pub async fn status(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let status = posts::status(&hub, &caller.account, &PostId(post.0)).await?;
    let (progress, receipts) = (status.progress, status.receipts);
    Ok(Answer(json!({
        "state": status.state,
        "release_ms": status.release_ms,
        "lapse_reason": status.lapse_reason,
        "approvals": status.approvals,
        "needed": status.needed,
        "cohorts": {
            "total": progress.cohorts,
            "ready": progress.ready,
            "failed": progress.failed,
        },
        "recipients": { "total": progress.recipients, "ready": progress.reached },
        "delivered": receipts.delivered,
        "read": receipts.read,
        "acknowledged": receipts.acknowledged,
        "reasons": status.reasons,
        "working": status.working,
        "arithmetic": Path::best().to_string(),
    })))
}

/// `POST /v1/posts/{post}/approvals`
pub async fn approve(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
    Octets(approval): Octets<{ Approval::LEN }>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let approved = approvals::approve(&hub, &caller, &PostId(post.0), &approval).await?;
    let answer = json!({
        "state": approved.state,
        "approvals": approved.approvals,
        "needed": approved.needed,
    });
    Ok((if approved.new { CREATED } else { UNCHANGED }, Answer(answer)))
}

/// The body of `PUT /v1/posts/{post}/thread`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    state: threads::State,
    every_s: Option<u32>,
}

/// `PUT /v1/posts/{post}/thread`
pub async fn thread(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
    Json(body): Json<Thread, 4096>,
) -> Result<StatusCode, Problem> {
    threads::put(&hub, &caller, &PostId(post.0), body.state, body.every_s).await?;
    Ok(DONE)
}

/// `DELETE /v1/posts/{post}/schedule`
pub async fn take_back(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<StatusCode, Problem> {
    posts::take_back(&hub, &caller, &PostId(post.0)).await?;
    Ok(DONE)
}

/// `PUT /v1/posts/{post}/receipts/{receipt}`
pub async fn say(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((post, receipt)): Params<(B64<32>, Receipt)>,
) -> Result<StatusCode, Problem> {
    receipts::say(&hub, &caller, &PostId(post.0), receipt).await?;
    Ok(DONE)
}

/// `GET /v1/permalinks/{post}`
pub async fn permalink(
    State(hub): State<Arc<Hub>>,
    Params(post): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let found = posts::permalink(&hub, &PostId(post.0)).await?;
    Ok(Answer(json!({
        "audience": encode(found.audience),
        "post": encode(found.post),
        "approvals": found.approvals.into_iter().map(encode).collect::<Vec<_>>(),
        "corrected_by": found.corrected_by.map(encode),
        "withdrawn_by": found.withdrawn_by.map(encode),
    })))
}
