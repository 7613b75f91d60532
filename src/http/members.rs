//! Members over HTTP (protocol section 4).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use kentongan_protocol::ids::{AccountId, AudienceId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{CREATED, DONE};
use super::extract::{ENROLMENT_LIMIT, IdCursor, Json, Page, Params, Search};
use crate::accounts::Caller;
use crate::audiences::Standing;
use crate::base64url::{B64, Bytes64, encode};
use crate::enrolment::{self, Enrolment, Item};
use crate::hub::Hub;
use crate::members;
use crate::problem::Problem;
use crate::roles;
use crate::store::members::{ListedRow, SlotRow};

/// One account of a batch to enrol.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    account: B64<32>,
    s: B64<32>,
    ek: B64<32>,
    token: B64<32>,
    membership: Bytes64,
    membership_signature: B64<64>,
}

impl From<Member> for Item {
    fn from(member: Member) -> Self {
        Self {
            account: AccountId(member.account.0),
            s: member.s.0,
            ek: member.ek.0,
            token: member.token.0,
            membership: member.membership.0,
            membership_signature: member.membership_signature.0,
        }
    }
}

/// The body of `POST /v1/audiences/{audience}/members`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    x: B64<32>,
    members: Vec<Member>,
}

/// `POST /v1/audiences/{audience}/members`
pub async fn enrol(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Json(body): Json<Batch, ENROLMENT_LIMIT>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let items = body.members.into_iter().map(Into::into).collect();
    let batch = Enrolment { x: body.x.0, items };
    let enrolled = enrolment::enrol(&hub, &caller, &AudienceId(audience.0), batch).await?;
    let enrolled: Vec<_> = enrolled
        .iter()
        .map(|one| json!({ "account": B64(one.account.0), "slot": one.slot }))
        .collect();
    Ok((CREATED, Answer(json!({ "enrolled": enrolled }))))
}

/// `GET /v1/audiences/{audience}/members`
pub async fn list(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
    Search(page): Search<Page<IdCursor>>,
) -> Result<Answer<Value>, Problem> {
    let audience = AudienceId(audience.0);
    let rows = members::list(&hub, &caller, &audience, &page.after.0, page.limit()).await?;
    Ok(page.answer(&rows, |row| encode(&row.account), listed))
}

fn listed(row: &ListedRow) -> Value {
    json!({
        "account": encode(&row.account),
        "ik": encode(&row.ik),
        "role": role(row.role),
        "s": encode(&row.s_key),
        "slot": row.slot,
        "joined_ms": row.joined_ms,
        "removed_ms": row.removed_ms,
        "waiting": row.removed_ms.is_none() && row.retired_ms.is_some(),
        "membership": encode(&row.membership),
        "membership_signature": encode(&row.membership_signature),
        "link": row.link_pk.as_ref().map(encode),
    })
}

fn role(role: i64) -> &'static str {
    if role == 2 { "guardian" } else { "member" }
}

/// `GET /v1/audiences/{audience}/members/me`
pub async fn own(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(audience): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let own = members::own(&hub, &caller, &AudienceId(audience.0)).await?;
    let state = match own.standing {
        Standing::Waiting => "waiting",
        Standing::Removed => "removed",
        _ => "live",
    };
    let slots: Vec<_> = own.slots.iter().map(slot).collect();
    Ok(Answer(json!({ "role": role(own.role), "state": state, "slots": slots })))
}

fn slot(row: &SlotRow) -> Value {
    json!({
        "s": encode(&row.s_key),
        "slot": row.slot,
        "x": row.x.as_ref().map(encode),
        "ek": row.ek.as_ref().map(encode),
        "membership": encode(&row.membership),
        "membership_signature": encode(&row.membership_signature),
        "granted_ms": row.granted_ms,
    })
}

/// The body of `PUT /v1/audiences/{audience}/members/{account}/role`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    membership: Bytes64,
    membership_signature: B64<64>,
}

/// `PUT /v1/audiences/{audience}/members/{account}/role`
pub async fn change_role(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, account)): Params<(B64<32>, B64<32>)>,
    Json(body): Json<Role, 4096>,
) -> Result<StatusCode, Problem> {
    let (audience, account) = (AudienceId(audience.0), AccountId(account.0));
    let (membership, signature) = (&body.membership.0, &body.membership_signature.0);
    roles::put(&hub, &caller, &audience, &account, membership, signature).await?;
    Ok(DONE)
}

/// `DELETE /v1/audiences/{audience}/members/{account}`
pub async fn remove(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params((audience, account)): Params<(B64<32>, B64<32>)>,
) -> Result<StatusCode, Problem> {
    members::remove(&hub, &caller, &AudienceId(audience.0), &AccountId(account.0)).await?;
    Ok(DONE)
}
