//! Background work: every kind of job is listed here, one file each; `due` is what the clock begins without one.
//!
//! Invariant: a job runs nowhere but through this list, and is safe to run twice.

mod due;
pub mod erase;
pub mod fan_out;
pub mod history;
mod job;
pub mod notify;
pub mod nudge;
pub mod queue;
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
        .with::<retention::Retention>()
}

/// Works on jobs, `concurrency` at a time, pushes those that recur and does what is due, until told to stop.
pub async fn work(
    hub: Arc<Hub>,
    concurrency: usize,
    stop: CancellationToken,
) -> Result<(), queue::WorkersEnded> {
    let recurring =
        queue::every(&hub, retention::EVERY, |tick| retention::Retention { tick }, &stop);
    let workers = queue::workers(hub.clone(), all(), concurrency, stop.clone());
    let ((), (), ended) = tokio::join!(recurring, due::watch(&hub, &stop), workers);
    ended
}

/// Does what is due by the clock and runs every due job, here and now until none is left: for tests.
pub async fn drain(hub: &Arc<Hub>, times: Times) -> Result<Drained, StoreError> {
    let mut watch = due::Watch::default();
    let mut failures = watch.look(hub).await;
    if times == Times::Twice {
        failures.extend(watch.look(hub).await);
    }
    let mut drained = queue::drain(hub, &all(), times).await?;
    drained.failures.extend(failures.into_iter().map(|reason| ("due".to_owned(), reason)));
    Ok(drained)
}
