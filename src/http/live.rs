//! Live events over HTTP: server-sent events that a client which was away goes on with.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use kentongan_protocol::ids::AccountId;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::accounts::Caller;
use crate::base64url::encode;
use crate::hub::Hub;
use crate::notifications::live::{self, Connection, Live};
use crate::problem::Problem;
use crate::store::events::EventRow;

/// Proxies cut connections that are silent for a minute, or half.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After this the client comes again by itself, and its session is looked at again.
const LONGEST: Duration = Duration::from_mins(10);

/// `GET /v1/events`
pub async fn events(
    caller: Caller,
    State(hub): State<Arc<Hub>>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let connection = hub.live.connect(caller.account)?;
    let newest = Live::follow(&hub);
    let last = live::newest(&hub).await?;
    let seen = match headers.get("last-event-id") {
        None => last,
        Some(id) => {
            let id = id.to_str().ok().and_then(|id| id.parse().ok());
            let id: i64 =
                id.ok_or_else(|| Problem::field("Last-Event-ID", "expected the id of an event"))?;
            id.min(last) // another database counted further
        }
    };
    let listener = Listener {
        hub,
        account: caller.account,
        seen,
        ready: VecDeque::from([begun(seen)]),
        newest,
        until: Instant::now() + LONGEST,
        _connection: connection,
    };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(stream::unfold(listener, Listener::next)).keep_alive(keep_alive))
}

/// No event, but the id from which to go on should the connection break before the first.
fn begun(id: i64) -> Event {
    Event::default().id(id.to_string()).comment("listening")
}

fn shown(row: &EventRow) -> Event {
    let data = json!({ "audience": encode(&row.audience), "subject": encode(&row.subject) });
    Event::default().id(row.id.to_string()).event(&row.kind).data(data.to_string())
}

/// One connection: everything up to `seen` was sent, or is in `ready`.
struct Listener {
    hub: Arc<Hub>,
    account: AccountId,
    seen: i64,
    ready: VecDeque<Event>,
    newest: watch::Receiver<i64>,
    until: Instant,
    _connection: Connection,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            let newest = *self.newest.borrow_and_update();
            if newest > self.seen {
                let (rows, seen) = live::since(&self.hub, &self.account, self.seen).await.ok()?;
                self.seen = seen;
                self.ready.extend(rows.iter().map(shown));
            } else {
                tokio::time::timeout_at(self.until, self.newest.changed()).await.ok()?.ok()?;
            }
        }
    }
}
