//! What a job is: a payload of ids, its policy, and a run that is safe to repeat.
//!
//! Invariant: a failure says whether trying again can help, and its reason never holds content or keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::StoreError;

/// Tries for a job this build does not know, which a newer or older one may.
const UNKNOWN_ATTEMPTS: u32 = 10;
const FIRST_RETRY_MS: i64 = 2_000;
const LONGEST_RETRY_MS: i64 = 15 * 60 * 1_000;

/// Background work. Its fields are ids, never content: they are stored in the clear.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, in the queue and on the status page; no `/`.
    const NAME: &'static str;
    /// Tries before it is given up, at least 1.
    const ATTEMPTS: u32;

    /// What makes two jobs of this name the same; a second one is not stored as long as the first is kept.
    fn key(&self) -> Option<String> {
        None
    }

    /// Does the work; may be run again after any interruption, even after it succeeded.
    fn run(&self, hub: &Arc<Hub>) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Records for people to see that the work is given up; on an error the job is tried again.
    fn failed(
        &self,
        _hub: &Arc<Hub>,
        _reason: &str,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        std::future::ready(Ok(()))
    }
}

/// Why a job did not do its work. The reason is shown to the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Trying again later may help.
    #[error("{0}")]
    Retry(String),
    /// Trying again cannot help.
    #[error("{0}")]
    GiveUp(String),
}

impl From<StoreError> for Failure {
    /// A busy database recovers, and a conflict is the trace of a run beside this one, which the next try will see;
    /// a refused statement stays refused.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Conflict(_) => Self::Retry(error.to_string()),
            StoreError::Broken(_) | StoreError::Newer(_) => Self::GiveUp(error.to_string()),
        }
    }
}

impl From<Problem> for Failure {
    /// A database that cannot be reached recovers; nothing else that is wrong here does.
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Unavailable => Self::Retry(problem.to_string()),
            Problem::Internal(fault) => Self::GiveUp(fault),
            problem => Self::GiveUp(problem.to_string()),
        }
    }
}

type Run = fn(Arc<Hub>, Value) -> BoxFuture<'static, Result<(), Failure>>;
type Failed = fn(Arc<Hub>, Value, String) -> BoxFuture<'static, Result<(), StoreError>>;

/// The kinds of jobs this process can run.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Kind>);

/// One kind: its policy and how to run it from its stored form.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) attempts: u32,
    pub(super) run: Run,
    pub(super) failed: Failed,
}

impl Kinds {
    /// Adds a kind.
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        let kind = Kind { attempts: J::ATTEMPTS, run: run::<J>, failed: failed::<J> };
        self.0.insert(J::NAME, kind);
        self
    }

    /// The kind of that name, or one that waits for a build that knows it.
    pub(super) fn get(&self, name: &str) -> Kind {
        self.0.get(name).copied().unwrap_or(Kind {
            attempts: UNKNOWN_ATTEMPTS,
            run: |_, _| {
                let reason = "this version of the hub does not know this job".to_owned();
                Box::pin(std::future::ready(Err(Failure::Retry(reason))))
            },
            failed: |_, _, _| Box::pin(std::future::ready(Ok(()))),
        })
    }
}

fn run<J: Job>(hub: Arc<Hub>, payload: Value) -> BoxFuture<'static, Result<(), Failure>> {
    Box::pin(async move {
        // Another build may have written it and may be able to read it.
        let job: J = serde_json::from_value(payload)
            .map_err(|_| Failure::Retry("its stored form is not readable".into()))?;
        job.run(&hub).await
    })
}

fn failed<J: Job>(
    hub: Arc<Hub>,
    payload: Value,
    reason: String,
) -> BoxFuture<'static, Result<(), StoreError>> {
    Box::pin(async move {
        match serde_json::from_value::<J>(payload) {
            Ok(job) => job.failed(&hub, &reason).await,
            Err(_) => Ok(()),
        }
    })
}

/// How long to wait after failed try number `attempt` (from 1): doubling from two seconds to a quarter of an hour,
/// and up to a quarter more by the job's id, so that jobs that failed together do not come back together.
pub(super) fn back_off_ms(attempt: i64, id: &str) -> i64 {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
    let wait = (FIRST_RETRY_MS << doublings).min(LONGEST_RETRY_MS);
    let spread = i64::from(Sha256::digest(id.as_bytes())[0]);
    wait + wait * spread / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_to_a_cap_and_spreads_by_id() {
        for (attempt, wait) in [(1, 2_000), (2, 4_000), (5, 32_000), (12, 900_000), (500, 900_000)]
        {
            let got = back_off_ms(attempt, "01J");
            assert!((wait..wait + wait / 4).contains(&got), "try {attempt} waits {got} ms");
            assert_eq!(got, back_off_ms(attempt, "01J"));
        }
        assert_ne!(back_off_ms(3, "01J"), back_off_ms(3, "01K"));
    }
}
