//! Background work: every kind of job is listed here, one file each.
//!
//! Invariant: a job runs nowhere but through this list, and is safe to run twice.

pub mod erase;
pub mod fan_out;
pub mod history;
mod job;
pub mod notify;
pub mod nudge;
pub mod queue;
pub mod release;
pub mod retention;
mod run;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use job::{Failure, Job, Kinds};
pub use queue::{Drained, Times};

use crate::hub::Hub;
use crate::store::StoreError;

/// Every kind of job.
#[must_use]
pub fn all() -> Kinds {
    Kinds::default()
        .with::<erase::Erase>()
        .with::<fan_out::FanOut>()
        .with::<history::History>()
        .with::<notify::Notify>()
        .with::<nudge::Nudge>()
        .with::<release::Release>()
        .with::<retention::Retention>()
}

/// Works on jobs, `concurrency` at a time, and pushes those that recur, until told to stop.
pub async fn work(
    hub: Arc<Hub>,
    concurrency: usize,
    stop: CancellationToken,
) -> Result<(), queue::WorkersEnded> {
    let recurring =
        queue::every(&hub, retention::EVERY, |tick| retention::Retention { tick }, &stop);
    let workers = queue::workers(hub.clone(), all(), concurrency, stop.clone());
    let ((), ended) = tokio::join!(recurring, workers);
    ended
}

/// Runs every due job here and now until none is left: for tests.
pub async fn drain(hub: &Arc<Hub>, times: Times) -> Result<Drained, StoreError> {
    queue::drain(hub, &all(), times).await
}
