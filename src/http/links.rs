//! Links, deposits and requests to join over HTTP (protocol section 4).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{CREATED, DONE, UNCHANGED};
use super::extract::{IdCursor, Json, NumberedCursor, Page, Params, Search};
use crate::accounts::Caller;
use crate::base64url::{B64, Bytes64, encode};
use crate::hub::Hub;
use crate::joining::{self, Asked};
use crate::links::{self, Share};
use crate::problem::Problem;
use crate::store::links::{LinkRow, RequestRow};

/// `t_link` for one cohort.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deposit {
    s: B64<32>,
    token: B64<32>,
}

fn shares(deposits: &[Deposit]) -> Vec<Share> {
    deposits.iter().map(|deposit| Share { s: deposit.s.0, token: deposit.token.0 }).collect()
}

/// The body of `POST /v1/audiences/{audience}/links`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    link: Bytes64,
    signature: B64<64>,
    #[serde(default)]
    deposits: Vec<Deposit>,
}

/// `POST /v1/audiences/{audience}/links`
pub async fn publish(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Json(body): Json<Publication>,
) -> Result<StatusCode, Problem> {
    let (audience, shares) = (AudienceId(audience.0), shares(&body.deposits));
    let new =
        links::publish(&hub, &caller, &audience, &body.link.0, &body.signature.0, &shares).await?;
    Ok(if new { CREATED } else { UNCHANGED })
}

/// `GET /v1/audiences/{audience}/links`
pub async fn list(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(page): Search<Page<IdCursor>>,
) -> Result<Answer<Value>, Problem> {
    let audience = AudienceId(audience.0);
    let rows = links::list(&hub, &caller, &audience, &page.after.0, page.limit()).await?;
    Ok(page.answer(&rows, |row| encode(&row.link_pk), listed))
}

fn listed(row: &LinkRow) -> Value {
    json!({
        "link": encode(&row.link),
        "signature": encode(&row.signature),
        "publisher": encode(&row.publisher),
        "uses": row.uses,
        "revoked_ms": row.revoked_ms,
    })
}

/// `GET /v1/audiences/{audience}/links/{link}`
pub async fn show(
    State(hub): State<Arc<Hub>>,
    Params((audience, link)): Params<(B64<32>, B64<32>)>,
) -> Result<Answer<Value>, Problem> {
    let shown = links::show(&hub, &AudienceId(audience.0), &IdentityKey(link.0)).await?;
    Ok(Answer(json!({
        "link": encode(shown.row.link),
        "signature": encode(shown.row.signature),
        "publisher": encode(shown.row.publisher),
        "open": shown.open,
        "s": shown.s.map(encode),
    })))
}

/// The body of `PUT /v1/audiences/{audience}/links/{link}/deposits`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deposits {
    deposits: Vec<Deposit>,
}

/// `PUT /v1/audiences/{audience}/links/{link}/deposits`
pub async fn deposit(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, link)): Params<(B64<32>, B64<32>)>,
    Json(body): Json<Deposits>,
) -> Result<StatusCode, Problem> {
    let (audience, link) = (AudienceId(audience.0), IdentityKey(link.0));
    links::deposit(&hub, &caller, &audience, &link, &shares(&body.deposits)).await?;
    Ok(DONE)
}

/// `DELETE /v1/audiences/{audience}/links/{link}`
pub async fn revoke(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, link)): Params<(B64<32>, B64<32>)>,
) -> Result<StatusCode, Problem> {
    links::revoke(&hub, &caller, &AudienceId(audience.0), &IdentityKey(link.0)).await?;
    Ok(DONE)
}

/// The body of `POST /v1/audiences/{audience}/requests`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    request: Bytes64,
    link_signature: B64<64>,
    signature: B64<64>,
    membership: Option<Bytes64>,
    membership_signature: Option<B64<64>>,
}

/// `POST /v1/audiences/{audience}/requests`
pub async fn ask(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Json(body): Json<Asking>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let membership = match (body.membership, body.membership_signature) {
        (Some(membership), Some(signature)) => Some((membership.0, signature.0)),
        (None, None) => None,
        _ => return Err(Problem::field("membership", "send it with its signature, or neither")),
    };
    let asked = Asked {
        request: body.request.0,
        link_signature: body.link_signature.0,
        signature: body.signature.0,
        membership,
    };
    let outcome = joining::ask(&hub, &caller, &AudienceId(audience.0), &asked).await?;
    let state = match outcome.state {
        joining::Asking::Admitted => "admitted",
        joining::Asking::Pending => "pending",
    };
    let status = if outcome.new { CREATED } else { UNCHANGED };
    Ok((status, Answer(json!({ "state": state }))))
}

/// `GET /v1/audiences/{audience}/requests`
pub async fn pending(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(page): Search<Page<NumberedCursor>>,
) -> Result<Answer<Value>, Problem> {
    let (audience, after) = (AudienceId(audience.0), page.after.parts());
    let rows = joining::pending(&hub, &caller, &audience, after, page.limit()).await?;
    let cursor = |row: &RequestRow| NumberedCursor::after(row.received_ms, &row.account);
    Ok(page.answer(&rows, cursor, asking))
}

fn asking(row: &RequestRow) -> Value {
    json!({
        "account": encode(&row.account),
        "request": encode(&row.request),
        "link_signature": encode(&row.link_signature),
        "signature": encode(&row.signature),
        "received_ms": row.received_ms,
    })
}

/// `DELETE /v1/audiences/{audience}/requests/{account}`
pub async fn decline(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, account)): Params<(B64<32>, B64<32>)>,
) -> Result<StatusCode, Problem> {
    joining::decline(&hub, &caller, &AudienceId(audience.0), &AccountId(account.0)).await?;
    Ok(DONE)
}
