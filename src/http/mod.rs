//! The hub's whole route table, in the order of `docs/api.md`; each handler says who, what, do, show.

pub mod accounts;
pub mod attachments;
pub mod audiences;
pub mod connections;
pub mod due_times;
pub mod email;
pub mod error;
pub mod extract;
pub mod letters;
mod linger;
pub mod links;
pub mod live;
pub mod members;
pub mod pages;
pub mod posts;
pub mod visitors;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Request, header};
use axum::middleware;
use axum::routing::{delete, get, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

pub use connections::serve;

use crate::hub::Hub;
use crate::problem::Problem;
use crate::web_client::WebClient;

/// The hub's routes.
pub fn router(hub: Arc<Hub>) -> Router {
    let door = middleware::from_fn_with_state(visitors::Door::of(hub.clone()), visitors::door);
    let limited = account_routes()
        .merge(audience_routes())
        .merge(post_routes())
        .merge(letter_routes())
        .merge(email_routes())
        .route_layer(door);
    Router::new()
        .route("/healthz", get(healthz))
        .merge(limited)
        .merge(pages::routes(WebClient::built()))
        .fallback(pages::nothing_here)
        .method_not_allowed_fallback(|| async {
            Problem::NotFound("this page does not take that method")
        })
        .layer(axum::middleware::from_fn(linger::linger))
        .layer(CatchPanicLayer::custom(|_| {
            axum::response::IntoResponse::into_response(Problem::Internal(
                "a handler panicked".into(),
            ))
        }))
        .layer(SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION]))
        .layer(always("x-content-type-options", "nosniff"))
        .layer(always("referrer-policy", "no-referrer"))
        .layer(always("cache-control", "no-store"))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(hub)
}

fn account_routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/v1/hub", get(accounts::hub))
        .route("/v1/bundles", post(accounts::put_bundle))
        .route("/v1/accounts/{account}/bundle", get(accounts::bundle))
        .route("/v1/challenges", post(accounts::challenge))
        .route("/v1/account", delete(accounts::delete))
        .route("/v1/account/rows", get(accounts::rows))
        .route(
            "/v1/sessions",
            get(accounts::sessions).post(accounts::login).delete(accounts::logout_others),
        )
        .route("/v1/sessions/current", delete(accounts::logout))
        .route(
            "/v1/vaults/{vault_id}",
            get(accounts::vault).put(accounts::put_vault).delete(accounts::delete_vault),
        )
}

fn audience_routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/v1/audiences", get(audiences::own).post(audiences::found))
        .route("/v1/audiences/{audience}", get(audiences::audience))
        .route(
            "/v1/audiences/{audience}/charters",
            get(audiences::charters).post(audiences::revise),
        )
        .route("/v1/audiences/{audience}/cohorts", get(audiences::cohorts))
        .route("/v1/audiences/{audience}/due-times", get(due_times::allowed).put(due_times::allow))
        .route("/v1/audiences/{audience}/links", get(links::list).post(links::publish))
        .route("/v1/audiences/{audience}/links/{link}", get(links::show).delete(links::revoke))
        .route("/v1/audiences/{audience}/links/{link}/deposits", put(links::deposit))
        .route("/v1/audiences/{audience}/requests", get(links::pending).post(links::ask))
        .route("/v1/audiences/{audience}/requests/{account}", delete(links::decline))
        .route("/v1/audiences/{audience}/members", get(members::list).post(members::enrol))
        .route("/v1/audiences/{audience}/members/me", get(members::own))
        .route("/v1/audiences/{audience}/members/{account}", delete(members::remove))
        .route("/v1/audiences/{audience}/members/{account}/role", put(members::change_role))
}

fn post_routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/v1/audiences/{audience}/posts", get(posts::list).post(posts::accept))
        .route("/v1/posts/{post}", get(posts::octets))
        .route("/v1/posts/{post}/slot", get(posts::slot))
        .route("/v1/posts/{post}/status", get(posts::status))
        .route("/v1/posts/{post}/thread", put(posts::thread))
        .route("/v1/posts/{post}/schedule", delete(posts::take_back))
        .route(
            "/v1/posts/{post}/due",
            get(due_times::show).put(due_times::put).delete(due_times::delete),
        )
        .route("/v1/posts/{post}/approvals", post(posts::approve))
        .route("/v1/posts/{post}/receipts/{receipt}", put(posts::say))
        .route("/v1/permalinks/{post}", get(posts::permalink))
        .route("/v1/events", get(live::events))
}

fn letter_routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/v1/letters", get(letters::mailbox).post(letters::send))
        .route("/v1/audiences/{audience}/letters", get(letters::desk))
        .route("/v1/letters/{letter}", get(letters::letter))
        .route("/v1/letters/{letter}/desk", put(letters::care))
        .route(
            "/v1/audiences/{audience}/attachments/{sha256}",
            get(attachments::get).put(attachments::put),
        )
}

fn email_routes() -> Router<Arc<Hub>> {
    Router::new()
        .route("/v1/email", get(email::state).put(email::put).delete(email::delete))
        .route("/email/confirm/{token}", get(email::ask_to_confirm).post(email::confirm))
        .route("/email/unsubscribe/{token}", get(email::ask_to_stop).post(email::unsubscribe))
}

async fn healthz(State(hub): State<Arc<Hub>>) -> Result<&'static str, Problem> {
    hub.db.read().await?;
    Ok("ok")
}

/// A header on every answer that does not bring its own.
fn always(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )
}

/// Requests are logged by method and route, never by path: paths carry ids.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let route =
        request.extensions().get::<axum::extract::MatchedPath>().map_or("-", |path| path.as_str());
    tracing::info_span!("request", method = %request.method(), route)
}
