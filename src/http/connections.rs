//! Connections: taken in, given time, and ended with the process.
//!
//! Invariant: nobody holds a connection by saying nothing: a request's head, and each piece of its body, comes in time or
//! the connection ends.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::Layer as _;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::hub::Hub;

/// How long a client may keep the hub waiting.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a request's whole head, also on a connection that stays open between two.
    pub head: Duration,
    /// For the next piece of a request's body.
    pub piece: Duration,
}

impl Default for Patience {
    /// More than a phone with a bad line needs, and more than most proxies keep an idle connection.
    fn default() -> Self {
        Self { head: Duration::from_secs(75), piece: Duration::from_secs(30) }
    }
}

/// What is under way at the end has this long to finish.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Serves until `shutdown` resolves, then finishes what is under way for at most ten seconds.
pub async fn serve(
    hub: Arc<Hub>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    serve_with(hub, listener, shutdown, Patience::default()).await;
}

/// The same, with another patience.
pub async fn serve_with(
    hub: Arc<Hub>,
    mut listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    patience: Patience,
) {
    let router = super::router(hub.clone()).layer(RequestBodyTimeoutLayer::new(patience.piece));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let open = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        // Errors of accepting are waited out in there.
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut shutdown => break,
        };
        let service = Extension(ConnectInfo(peer)).layer(router.clone());
        let connection =
            http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    // Or everybody who listens would hold the end up; they come again elsewhere.
    hub.live.end();
    let _ = tokio::time::timeout(LAST_WORDS, open.shutdown()).await;
}
