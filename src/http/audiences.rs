//! Audiences, charters and cohorts over HTTP (protocol section 3).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use kentongan_protocol::ids::AudienceId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{CREATED, UNCHANGED};
use super::extract::{ENROLMENT_LIMIT, IdCursor, Json, NumberedCursor, Page, Params, Search};
use super::members::Member;
use crate::accounts::Caller;
use crate::audiences;
use crate::base64url::{B64, Bytes64, encode};
use crate::charters::{self, Offer};
use crate::enrolment::Enrolment;
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::audiences::{CohortRow, OwnRow};

/// The body of `POST /v1/audiences`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foundation {
    genesis: Bytes64,
    charter: Bytes64,
    signatures: Bytes64,
}

/// `POST /v1/audiences`
pub async fn found(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Json(body): Json<Foundation>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let offer = Offer { charter: body.charter.0, signatures: body.signatures.0 };
    let accepted = charters::found(&hub, &caller, &body.genesis.0, &offer).await?;
    let status = if accepted.new { CREATED } else { UNCHANGED };
    Ok((status, Answer(json!({ "audience": B64(accepted.audience.0) }))))
}

/// `GET /v1/audiences`
pub async fn own(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Search(page): Search<Page<IdCursor>>,
) -> Result<Answer<Value>, Problem> {
    let rows = audiences::own(&hub, &caller, &page.after.0, page.limit()).await?;
    Ok(page.answer(&rows, |row| encode(&row.audience), shown))
}

fn shown(row: &OwnRow) -> Value {
    let role = match (row.staff_role, row.member_role) {
        (Some(2), _) => "admin",
        (Some(_), _) => "publisher",
        (None, Some(2)) => "guardian",
        (None, _) => "member",
    };
    let state = match (row.staff_role, row.removed_ms, row.retired_ms) {
        (Some(_), _, _) | (None, None, None) => "live",
        (None, Some(_), _) => "removed",
        (None, None, Some(_)) => "waiting",
    };
    json!({
        "audience": encode(&row.audience),
        "role": role,
        "revision": row.revision,
        "charter_hash": encode(&row.charter_hash),
        "state": state,
    })
}

/// `GET /v1/audiences/{audience}`
pub async fn audience(
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let row = audiences::audience(&hub, &AudienceId(audience.0)).await?;
    Ok(Answer(json!({
        "genesis": encode(row.genesis),
        "revision": row.revision,
        "charter_hash": encode(row.charter_hash),
    })))
}

/// `GET /v1/audiences/{audience}/charters`
pub async fn charters(
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(page): Search<Page>,
) -> Result<Answer<Value>, Problem> {
    let audience = AudienceId(audience.0);
    let (rows, next) = audiences::charters(&hub, &audience, page.after, page.limit()).await?;
    let items: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "revision": row.revision,
                "charter": encode(&row.charter),
                "signatures": encode(&row.signatures),
                "accepted_ms": row.accepted_ms,
            })
        })
        .collect();
    Ok(Answer(json!({ "items": items, "next": next })))
}

/// The body of `POST /v1/audiences/{audience}/charters`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    charter: Bytes64,
    signatures: Bytes64,
    x: Option<B64<32>>,
    members: Option<Vec<Member>>,
}

/// `POST /v1/audiences/{audience}/charters`
pub async fn revise(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Json(body): Json<Revision, ENROLMENT_LIMIT>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let offer = Offer { charter: body.charter.0, signatures: body.signatures.0 };
    let batch = match (body.x, body.members) {
        (Some(x), Some(members)) => {
            Some(Enrolment { x: x.0, items: members.into_iter().map(Into::into).collect() })
        }
        (None, None) => None,
        _ => return Err(Problem::field("members", "send `x` with them, or neither")),
    };
    let audience = AudienceId(audience.0);
    let accepted = charters::revise(&hub, &caller, &audience, &offer, batch).await?;
    let answer = json!({ "revision": accepted.revision, "charter_hash": B64(accepted.hash.0) });
    Ok((if accepted.new { CREATED } else { UNCHANGED }, Answer(answer)))
}

/// `GET /v1/audiences/{audience}/cohorts`
pub async fn cohorts(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(page): Search<Page<NumberedCursor>>,
) -> Result<Answer<Value>, Problem> {
    let (audience, after) = (AudienceId(audience.0), page.after.parts());
    let rows = audiences::cohorts(&hub, &caller, &audience, after, page.limit()).await?;
    let cursor = |row: &CohortRow| NumberedCursor::after(row.position, &row.s_key);
    Ok(page.answer(&rows, cursor, cohort))
}

fn cohort(row: &CohortRow) -> Value {
    json!({
        "position": row.position,
        "s": encode(&row.s_key),
        "live": row.live,
        "next_slot": row.next_slot,
        "retired_ms": row.retired_ms,
    })
}
