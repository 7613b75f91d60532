//! Once an hour, deletes what the settings say is old, and what nobody waits for any more: expired sessions, finished
//! jobs, failures people have had a month to see, workers that are gone, uploads that never ended.
//!
//! Invariant: whatever is deleted here nobody waits for; a job's key is remembered for at least a day, and so is a mail.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Failure, Job};
use crate::attachments;
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::{StoreError, accounts, email_addresses, events, jobs, letters, nudges, posts};

/// How often it runs.
pub const EVERY: Duration = Duration::from_hours(1);

const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const KEEP_DONE_MS: i64 = DAY_MS;
const KEEP_FAILED_MS: i64 = 30 * DAY_MS;
const KEEP_WORKER_MS: i64 = HOUR_MS;
/// A mail that was sent or given up stays as long as a failed job, for people to see.
const KEEP_NUDGE_MS: i64 = 30 * DAY_MS;
/// Rows deleted in one transaction: few enough that no request waits for the writer.
const BATCH: i64 = 1_000;
/// Of rows that may be a megabyte, or bring thousands of others with them.
const LARGE_BATCH: i64 = 50;

/// The job.
#[derive(Serialize, Deserialize)]
pub struct Retention {
    /// Which hour since 1970.
    pub tick: i64,
}

/// Deletes in transactions of their own until nothing is left to delete: `all!(hub, |tx| …)`.
macro_rules! all {
    ($hub:expr, |$tx:ident| $delete:expr) => {
        loop {
            let mut transaction = $hub.db.write().await?;
            let $tx = &mut transaction;
            let deleted = $delete.await?;
            transaction.commit().await?;
            if deleted == 0 {
                break;
            }
        }
    };
}

impl Job for Retention {
    const NAME: &'static str = "retention";
    const ATTEMPTS: u32 = 3;

    fn key(&self) -> Option<String> {
        Some(self.tick.to_string())
    }

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        let now = hub.clock.now_ms();
        ended(hub, now).await?;
        old(hub, now).await?;
        Ok(old_attachments(hub, now).await?)
    }
}

/// What nobody waits for any more.
async fn ended(hub: &Hub, now: i64) -> Result<(), StoreError> {
    let (done, failed) = (now - KEEP_DONE_MS, now - KEEP_FAILED_MS);
    all!(hub, |tx| jobs::prune(tx, done, failed, BATCH));
    all!(hub, |tx| nudges::prune(tx, now - KEEP_NUDGE_MS, BATCH));
    all!(hub, |tx| email_addresses::prune_confirmations(tx, now - DAY_MS, BATCH));
    let mut tx = hub.db.write().await?;
    jobs::prune_workers(&mut tx, now - KEEP_WORKER_MS).await?;
    accounts::delete_expired(&mut tx, now).await?;
    tx.commit().await
}

/// What is older than the settings keep.
async fn old(hub: &Hub, now: i64) -> Result<(), StoreError> {
    let days = &hub.config.retention;
    if let Some(before) = before(now, days.events_days) {
        all!(hub, |tx| events::prune(tx, before, BATCH));
    }
    if let Some(before) = before(now, days.posts_days) {
        all!(hub, |tx| posts::prune(tx, before, LARGE_BATCH));
    }
    if let Some(before) = before(now, days.letters_days) {
        all!(hub, |tx| letters::prune(tx, before, LARGE_BATCH));
    }
    Ok(())
}

async fn old_attachments(hub: &Hub, now: i64) -> Result<(), Problem> {
    if let Some(before) = before(now, hub.config.retention.attachments_days) {
        while attachments::prune(hub, before, LARGE_BATCH).await? > 0 {}
    }
    while attachments::prune_uploads(hub, LARGE_BATCH).await? > 0 {}
    attachments::sweep(hub).await
}

/// Before when things are old; `None` where the setting keeps them.
fn before(now: i64, days: u32) -> Option<i64> {
    (days > 0).then(|| now - i64::from(days) * DAY_MS)
}
