//! Once an hour, forgets finished jobs, failures people have had a month to see, and workers that are gone.
//!
//! Invariant: whatever is deleted here nobody waits for; a job's key is remembered for at least a day.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Failure, Job};
use crate::hub::Hub;
use crate::store;

/// How often it runs.
pub const EVERY: Duration = Duration::from_hours(1);

const HOUR_MS: i64 = 60 * 60 * 1_000;
const KEEP_DONE_MS: i64 = 24 * HOUR_MS;
const KEEP_FAILED_MS: i64 = 30 * 24 * HOUR_MS;
const KEEP_WORKER_MS: i64 = HOUR_MS;
/// Rows deleted in one transaction: few enough that no request waits for the writer.
const BATCH: i64 = 1_000;

/// The job.
#[derive(Serialize, Deserialize)]
pub struct Retention {
    /// Which hour since 1970.
    pub tick: i64,
}

impl Job for Retention {
    const NAME: &'static str = "retention";
    const ATTEMPTS: u32 = 3;

    fn key(&self) -> Option<String> {
        Some(self.tick.to_string())
    }

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        let now = hub.clock.now_ms();
        loop {
            let mut tx = hub.db.write().await?;
            let (done, failed) = (now - KEEP_DONE_MS, now - KEEP_FAILED_MS);
            let pruned = store::jobs::prune(&mut tx, done, failed, BATCH).await?;
            tx.commit().await?;
            if pruned == 0 {
                break;
            }
        }
        let mut tx = hub.db.write().await?;
        store::jobs::prune_workers(&mut tx, now - KEEP_WORKER_MS).await?;
        Ok(tx.commit().await?)
    }
}
