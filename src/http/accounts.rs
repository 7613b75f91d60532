//! Bundles, sessions and vaults over HTTP (protocol section 2).

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kentongan_protocol::ids::{AccountId, IdentityKey};
use kentongan_protocol::transform::Path;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error::{CREATED, DONE, UNCHANGED, UNTOUCHED};
use super::extract::{Json, Octets, Page, Params, Search, known};
use crate::accounts::{self, Caller};
use crate::base64url::{B64, Bytes64, encode};
use crate::deletion::{self, Farewell};
use crate::hub::Hub;
use crate::problem::Problem;
use crate::{known, letters, posts};

/// `GET /v1/hub`
pub async fn hub(State(hub): State<Arc<Hub>>) -> Answer<Value> {
    Answer(json!({
        "origin": hub.config.origin,
        "hub_key": B64(hub.hub_key.public().0),
        "version": env!("CARGO_PKG_VERSION"),
        "arithmetic": Path::best().to_string(),
        "limits": {
            "post": posts::LIMIT,
            "letter": letters::LIMIT,
            "vault": accounts::VAULT_LIMIT,
            "attachment": hub.config.limits.attachment,
        },
    }))
}

/// The body of `POST /v1/bundles`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    bundle: Bytes64,
    signature: B64<64>,
}

/// `POST /v1/bundles`
pub async fn put_bundle(
    State(hub): State<Arc<Hub>>,
    Json(body): Json<Bundle>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let stored = accounts::put_bundle(&hub, &body.bundle.0, &body.signature.0).await?;
    let answer = json!({ "account": B64(stored.account.0), "seq": stored.seq });
    Ok((if stored.new { CREATED } else { UNCHANGED }, Answer(answer)))
}

/// `GET /v1/accounts/{account}/bundle`
pub async fn bundle(
    _: Caller,
    State(hub): State<Arc<Hub>>,
    Params(account): Params<B64<32>>,
) -> Result<Answer<Value>, Problem> {
    let row = accounts::bundle(&hub, &AccountId(account.0)).await?;
    Ok(Answer(json!({ "bundle": encode(row.bundle), "signature": encode(row.bundle_signature) })))
}

/// `POST /v1/challenges`
pub async fn challenge(
    State(hub): State<Arc<Hub>>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let challenge = accounts::challenge(&hub).await?;
    let answer = json!({ "challenge": B64(challenge.bytes), "expires_ms": challenge.expires_ms });
    Ok((CREATED, Answer(answer)))
}

/// The body of `POST /v1/sessions`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    ik: B64<32>,
    challenge: B64<32>,
    signature: B64<64>,
}

/// `POST /v1/sessions`
pub async fn login(
    State(hub): State<Arc<Hub>>,
    Json(body): Json<Login>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let session =
        accounts::login(&hub, &IdentityKey(body.ik.0), &body.challenge.0, &body.signature.0)
            .await?;
    let answer = json!({
        "token": session.token,
        "account": B64(session.account.0),
        "expires_ms": session.expires_ms,
    });
    Ok((CREATED, Answer(answer)))
}

/// `DELETE /v1/sessions/current`
pub async fn logout(caller: Caller, State(hub): State<Arc<Hub>>) -> Result<StatusCode, Problem> {
    accounts::logout(&hub, &caller).await?;
    Ok(DONE)
}

/// `GET /v1/sessions`
pub async fn sessions(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
) -> Result<Answer<Value>, Problem> {
    let sessions = accounts::sessions(&hub, &caller).await?;
    let items: Vec<_> = sessions
        .iter()
        .map(|own| {
            json!({
                "created_ms": own.row.created_ms,
                "expires_ms": own.row.expires_ms,
                "current": own.current,
            })
        })
        .collect();
    Ok(Answer(json!({ "items": items, "next": null })))
}

/// `DELETE /v1/sessions`
pub async fn logout_others(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
) -> Result<StatusCode, Problem> {
    accounts::logout_others(&hub, &caller).await?;
    Ok(DONE)
}

/// Which rows: of all tables the newest, or of one table all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    table: Option<String>,
    #[serde(default)]
    after: i64,
    limit: Option<i64>,
}

/// `GET /v1/account/rows`
pub async fn rows(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Search(wanted): Search<Rows>,
) -> Result<Answer<Value>, Problem> {
    let page = Page::of(wanted.after.max(0), wanted.limit);
    if let Some(table) = wanted.table {
        let rows = known::of_table(&hub, &caller, &table, page.after, page.limit()).await?;
        // Rows of a table have no number of their own: the cursor counts them.
        let next = page.after.saturating_add(page.limit());
        return Ok(page.answer(&rows, |_| next, |row| json!(row)));
    }
    let tables = known::all(&hub, &caller).await?;
    let counts: Map<_, _> =
        tables.iter().map(|table| (table.name.to_owned(), table.count.into())).collect();
    let rows: Map<_, _> =
        tables.into_iter().map(|table| (table.name.to_owned(), json!(table.rows))).collect();
    Ok(Answer(json!({ "tables": rows, "counts": counts })))
}

/// The body of `DELETE /v1/account`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    at_ms: u64,
    signature: B64<64>,
}

/// The query of `DELETE /v1/account`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abandon {
    #[serde(default)]
    abandon: bool,
}

/// `DELETE /v1/account`
pub async fn delete(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Search(Abandon { abandon }): Search<Abandon>,
    Json(body): Json<Leaving, 4096>,
) -> Result<StatusCode, Problem> {
    let farewell = Farewell { at_ms: body.at_ms, signature: &body.signature.0, abandon };
    deletion::delete(&hub, &caller, &farewell).await?;
    Ok(DONE)
}

/// `GET /v1/vaults/{vault_id}`
pub async fn vault(
    State(hub): State<Arc<Hub>>,
    Params(vault_id): Params<B64<16>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = accounts::vault(&hub, &vault_id.0).await?;
    let tag = format!("\"{}\"", row.version);
    if known(&headers, &tag) {
        return Ok((UNTOUCHED, [(header::ETAG, tag)]).into_response());
    }
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::ETAG, tag)];
    Ok((headers, row.vault).into_response())
}

/// `PUT /v1/vaults/{vault_id}`
pub async fn put_vault(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(vault_id): Params<B64<16>>,
    headers: HeaderMap,
    Octets(vault): Octets<{ accounts::VAULT_LIMIT }>,
) -> Result<StatusCode, Problem> {
    accounts::put_vault(&hub, &caller, &vault_id.0, vault_version(&headers)?, &vault).await?;
    Ok(DONE)
}

/// `DELETE /v1/vaults/{vault_id}`
pub async fn delete_vault(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    Params(vault_id): Params<B64<16>>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    accounts::delete_vault(&hub, &caller, &vault_id.0, vault_version(&headers)?).await?;
    Ok(DONE)
}

fn vault_version(headers: &HeaderMap) -> Result<i64, Problem> {
    let version = headers.get("kentongan-version").and_then(|v| v.to_str().ok()?.parse().ok());
    version.ok_or_else(|| Problem::field("Kentongan-Version", "say which version this is"))
}
