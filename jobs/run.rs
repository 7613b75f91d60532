//! One try of one job, the same for workers and for tests, and its settlement.
//!
//! Invariant: whatever the job does, errors and panics included, the try ends in a settlement.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::job::{Failure, Kind, Kinds, back_off_ms};
use crate::hub::Hub;
use crate::store::StoreError;
use crate::store::jobs::{self, Settlement};

/// A job as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Envelope {
    /// Its name.
    pub(super) kind: String,
    /// Its fields.
    pub(super) job: Value,
}

/// A job in a worker's hands.
pub(super) struct Taken {
    /// A ULID.
    pub(super) id: String,
    /// Which try this is, from 1.
    pub(super) attempt: i64,
    /// What to run.
    pub(super) envelope: Envelope,
}

/// Runs the job once, or `times` times while it succeeds, and says how it ended.
pub(super) async fn attempt(
    hub: &Arc<Hub>,
    kinds: &Kinds,
    taken: &Taken,
    times: u32,
) -> Settlement {
    let kind = kinds.get(&taken.envelope.kind);
    let mut outcome = Ok(());
    if taken.attempt > i64::from(kind.attempts) {
        // Its holders died, or its failure could not be recorded; it must not take another worker with it.
        outcome = Err(Failure::GiveUp(format!("unfinished after {} tries", kind.attempts)));
    }
    for _ in 0..times {
        if outcome.is_ok() {
            outcome = run_caught(hub, kind, &taken.envelope.job).await;
        }
    }
    let Err(failure) = outcome else { return Settlement::Done };
    let settlement = match failure {
        Failure::Retry(reason) if taken.attempt < i64::from(kind.attempts) => {
            retry(hub, taken, reason)
        }
        Failure::Retry(reason) | Failure::GiveUp(reason) => give_up(hub, kind, taken, reason).await,
    };
    report(taken, &settlement);
    settlement
}

async fn run_caught(hub: &Arc<Hub>, kind: Kind, payload: &Value) -> Result<(), Failure> {
    AssertUnwindSafe((kind.run)(hub.clone(), payload.clone()))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Failure::Retry("the job panicked".into())))
}

/// Records the failure, then gives up; what could not be recorded is tried again, but not for ever.
async fn give_up(hub: &Arc<Hub>, kind: Kind, taken: &Taken, reason: String) -> Settlement {
    let recorded =
        AssertUnwindSafe((kind.failed)(hub.clone(), taken.envelope.job.clone(), reason.clone()))
            .catch_unwind()
            .await;
    match recorded {
        Ok(Ok(())) => Settlement::GaveUp { reason },
        _ if taken.attempt < 2 * i64::from(kind.attempts) => retry(hub, taken, reason),
        _ => Settlement::GaveUp { reason: format!("{reason}; this could not be recorded") },
    }
}

fn retry(hub: &Hub, taken: &Taken, reason: String) -> Settlement {
    let due_ms = hub.clock.now_ms() + back_off_ms(taken.attempt, &taken.id);
    Settlement::Retry { due_ms, reason }
}

fn report(taken: &Taken, settlement: &Settlement) {
    let (job, id, attempt) = (&taken.envelope.kind, &taken.id, taken.attempt);
    match settlement {
        Settlement::Done => {}
        Settlement::Retry { reason, .. } => {
            tracing::warn!(job, id, attempt, reason, "job will be tried again");
        }
        Settlement::GaveUp { reason } => tracing::error!(job, id, attempt, reason, "job given up"),
    }
}

/// Anything that is no envelope is a job of no known kind.
pub(super) fn envelope_of(stored: Value) -> Envelope {
    serde_json::from_value(stored)
        .unwrap_or_else(|_| Envelope { kind: String::new(), job: Value::Null })
}

/// Writes down how the try ended, if `worker` still holds the job; whether it did.
pub(super) async fn settle(
    hub: &Hub,
    taken: &Taken,
    worker: Option<&str>,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let mut tx = hub.db.write().await?;
    let now = hub.clock.now_ms();
    let held = jobs::settle(&mut tx, &taken.id, worker, taken.attempt, now, settlement).await?;
    tx.commit().await?;
    Ok(held)
}

/// Whether [`drain`] repeats what succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Each job once.
    Once,
    /// Each job again right after it succeeded: nothing more may happen.
    Twice,
}

/// What [`drain`] did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Jobs tried, by name.
    pub ran: BTreeMap<String, usize>,
    /// Name and reason of each failed try.
    pub failures: Vec<(String, String)>,
}

/// Runs every job that is due by the hub's clock here and now, through what the workers use, until none is left.
pub async fn drain(hub: &Arc<Hub>, kinds: &Kinds, times: Times) -> Result<Drained, StoreError> {
    let mut drained = Drained::default();
    loop {
        let mut tx = hub.db.write().await?;
        let Some(job) = jobs::claim(&mut tx, hub.clock.now_ms()).await? else {
            return Ok(drained);
        };
        tx.commit().await?;
        let stored = serde_json::from_slice(&job.job).unwrap_or(Value::Null);
        let taken = Taken { id: job.id, attempt: job.attempts + 1, envelope: envelope_of(stored) };
        let repeats = if times == Times::Twice { 2 } else { 1 };
        let settlement = attempt(hub, kinds, &taken, repeats).await;
        settle(hub, &taken, None, &settlement).await?;
        let kind = taken.envelope.kind;
        *drained.ran.entry(kind.clone()).or_default() += 1;
        if let Settlement::Retry { reason, .. } | Settlement::GaveUp { reason } = settlement {
            drained.failures.push((kind, reason));
        }
    }
}
