//! Bodies that no handler read to their end: they are read on for a while, so that the answer arrives.
//!
//! Closing a connection on unread bytes resets it, and the reset may overtake the answer (RFC 9112 section 9.6): the
//! sender would see a broken connection where it was told what is wrong.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use futures_util::StreamExt as _;
use http_body::{Frame, SizeHint};
use tokio::runtime::Handle;

/// What is read on at most, in octets and in time.
const OCTETS: usize = 8 << 20;
const TIME: Duration = Duration::from_secs(5);

/// Lets the request's body be read on after its handler has answered.
pub(super) async fn linger(request: Request, next: axum::middleware::Next) -> Response {
    next.run(request.map(|body| Body::new(Lingering(body)))).await
}

/// A body that is read on when it is dropped before its end.
struct Lingering(Body);

impl HttpBody for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if self.0.is_end_stream() {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        let mut pieces = std::mem::take(&mut self.0).into_data_stream();
        runtime.spawn(tokio::time::timeout(TIME, async move {
            let mut read = 0;
            while let (true, Some(Ok(piece))) = (read < OCTETS, pieces.next().await) {
                read += piece.len();
            }
        }));
    }
}
