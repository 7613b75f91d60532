//! The queue's rows: apalis's tables, written by our own statements where apalis's would lose or repeat a job.
//!
//! Invariant: a job is `Pending` (with the time it is due), `Queued` (held by the worker in `lock_by`), `Done` or
//! `Killed` (given up); only its holder settles it, so a worker thought dead cannot overwrite its successor.
//! apalis counts SQLite's times in seconds; those of a later time are rounded up.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalar};

/// The one queue all kinds of jobs share: apalis's `job_type`.
pub const QUEUE: &str = "kentongan";

/// A job to be written.
pub struct NewJob<'a> {
    /// A ULID.
    pub id: &'a str,
    /// `kind/key`: unique as long as the job's row is kept, and tells its kind.
    pub key: &'a str,
    /// The envelope, JSON.
    pub envelope: &'a [u8],
    /// Tries before it is given up.
    pub attempts: u32,
    /// When it is due, milliseconds since 1970.
    pub due_ms: i64,
}

/// A job taken to be run.
#[derive(sqlx::FromRow)]
pub struct ClaimedJob {
    /// A ULID.
    pub id: String,
    /// Tries before this one.
    pub attempts: i64,
    /// The envelope, JSON.
    pub job: Vec<u8>,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Finished.
    Done,
    /// To be tried again at that time, milliseconds since 1970, for this reason.
    Retry {
        /// When.
        due_ms: i64,
        /// Why.
        reason: String,
    },
    /// Given up, for this reason.
    GaveUp {
        /// Why.
        reason: String,
    },
}

/// So many jobs of one kind in one state.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JobCount {
    /// The job's name.
    pub kind: String,
    /// `pending`, `running` or `failed`.
    pub state: String,
    /// Why they failed the last time, if they did.
    pub reason: Option<String>,
    /// How many.
    pub jobs: i64,
}

/// Writes a job unless one with its key is kept, and wakes the workers after the commit; whether it was new.
pub async fn insert(tx: &mut Tx, job: &NewJob<'_>) -> Result<bool, StoreError> {
    let sql = tx.pick(
        "insert into Jobs (id, job_type, idempotency_key, job, max_attempts, run_at, metadata)
         values ($1, $2, $3, $4, $5, ($6 + 999) / 1000, '{}') on conflict (job_type, idempotency_key) do nothing",
        "insert into apalis.jobs (id, job_type, idempotency_key, job, max_attempts, run_at, metadata)
         values ($1, $2, $3, $4, $5, to_timestamp($6::bigint / 1000.0), '') on conflict (job_type, idempotency_key) do nothing",
    );
    let attempts = i32::try_from(job.attempts).unwrap_or(i32::MAX);
    let new = execute!(tx, sql, job.id, QUEUE, job.key, job.envelope, attempts, job.due_ms)? > 0;
    if new {
        tx.wake_workers();
    }
    Ok(new)
}

/// Takes the oldest due job for nobody in particular (apalis takes for its workers).
pub async fn claim(tx: &mut Tx, now_ms: i64) -> Result<Option<ClaimedJob>, StoreError> {
    let sql = tx.pick(
        "update Jobs set status = 'Queued' where id = (select id from Jobs
             where job_type = $1 and status = 'Pending' and run_at <= $2 / 1000 order by run_at, id limit 1)
         returning id, attempts, job",
        "update apalis.jobs set status = 'Queued' where id = (select id from apalis.jobs
             where job_type = $1 and status = 'Pending' and run_at <= to_timestamp($2::bigint / 1000.0)
             order by run_at, id limit 1 for update skip locked)
         returning id, attempts::bigint, job",
    );
    fetch_optional!(tx, ClaimedJob, sql, QUEUE, now_ms)
}

/// Writes down how try number `attempt` ended, if `worker` still holds the job; whether it did.
pub async fn settle(
    tx: &mut Tx,
    id: &str,
    worker: Option<&str>,
    attempt: i64,
    now_ms: i64,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let (status, due_ms, done_ms, reason) = match settlement {
        Settlement::Done => ("Done", None, Some(now_ms), None),
        Settlement::Retry { due_ms, reason } => ("Pending", Some(*due_ms), None, Some(reason)),
        Settlement::GaveUp { reason } => ("Killed", None, Some(now_ms), Some(reason)),
    };
    let result = match reason {
        Some(reason) => serde_json::json!({ "Err": reason }).to_string(),
        None => r#"{"Ok":null}"#.to_owned(),
    };
    let sql = tx.pick(
        "update Jobs set status = $3, attempts = $4, run_at = coalesce(($5 + 999) / 1000, run_at),
             done_at = $6 / 1000, last_result = $7, lock_by = null, lock_at = null
         where id = $1 and lock_by is not distinct from $2 and status in ('Queued', 'Running')",
        "update apalis.jobs set status = $3, attempts = $4::bigint, run_at = coalesce(to_timestamp($5::bigint / 1000.0), run_at),
             done_at = to_timestamp($6::bigint / 1000.0), last_result = $7::jsonb, lock_by = null, lock_at = null
         where id = $1 and lock_by is not distinct from $2 and status in ('Queued', 'Running')",
    );
    Ok(execute!(tx, sql, id, worker, status, attempt, due_ms, done_ms, result)? > 0)
}

/// Gives back what a worker of this boot (a prefix of worker names) took and did not run.
pub async fn release(tx: &mut Tx, boot: &str) -> Result<u64, StoreError> {
    let sql = tx.pick(
        "update Jobs set status = 'Pending', lock_by = null, lock_at = null
         where status = 'Queued' and substr(lock_by, 1, length($1)) = $1",
        "update apalis.jobs set status = 'Pending', lock_by = null, lock_at = null
         where status = 'Queued' and starts_with(lock_by, $1)",
    );
    execute!(tx, sql, boot)
}

/// Puts the jobs of one kind that were given up back, due now and with all their tries; how many.
pub async fn put_back(tx: &mut Tx, kind: &str, now_ms: i64) -> Result<u64, StoreError> {
    let sql = tx.pick(
        "update Jobs set status = 'Pending', attempts = 0, run_at = $3 / 1000, done_at = null, lock_by = null, lock_at = null
         where job_type = $1 and status = 'Killed'
             and substr(idempotency_key, 1, instr(idempotency_key, '/') - 1) = $2",
        "update apalis.jobs set status = 'Pending', attempts = 0, run_at = to_timestamp($3::bigint / 1000.0), done_at = null,
             lock_by = null, lock_at = null
         where job_type = $1 and status = 'Killed' and split_part(idempotency_key, '/', 1) = $2",
    );
    let back = execute!(tx, sql, QUEUE, kind, now_ms)?;
    if back > 0 {
        tx.wake_workers();
    }
    Ok(back)
}

/// Counts what is not finished, by kind, state and reason.
pub async fn counts(tx: &mut Tx) -> Result<Vec<JobCount>, StoreError> {
    let sql = tx.pick(
        "select substr(idempotency_key, 1, instr(idempotency_key, '/') - 1) as kind,
             case status when 'Killed' then 'failed' when 'Pending' then 'pending' else 'running' end as state,
             last_result ->> 'Err' as reason, count(*) as jobs
         from Jobs where job_type = $1 and status <> 'Done' group by 1, 2, 3 order by 1, 2, 3",
        "select split_part(idempotency_key, '/', 1) as kind,
             case status when 'Killed' then 'failed' when 'Pending' then 'pending' else 'running' end as state,
             last_result ->> 'Err' as reason, count(*) as jobs
         from apalis.jobs where job_type = $1 and status <> 'Done' group by 1, 2, 3 order by 1, 2, 3",
    );
    fetch_all!(tx, JobCount, sql, QUEUE)
}

/// Whether a worker gave a sign of life in the last `seconds`, by the database's clock, as they do.
pub async fn worked(tx: &mut Tx, seconds: i64) -> Result<bool, StoreError> {
    let sql = tx.pick(
        "select count(*) from Workers where worker_type = $1 and last_seen > unixepoch() - $2",
        "select count(*) from apalis.workers where worker_type = $1
             and last_seen > now() - make_interval(secs => $2::bigint)",
    );
    Ok(fetch_scalar!(tx, i64, sql, QUEUE, seconds)? > 0)
}

/// Deletes at most `limit` finished jobs: those done before `done_ms` and those given up before `failed_ms`.
pub async fn prune(
    tx: &mut Tx,
    done_ms: i64,
    failed_ms: i64,
    limit: i64,
) -> Result<u64, StoreError> {
    let sql = tx.pick(
        "delete from Jobs where id in (select id from Jobs where job_type = $1
             and (status = 'Done' and done_at < $2 / 1000 or status = 'Killed' and done_at < $3 / 1000) limit $4)",
        "delete from apalis.jobs where id in (select id from apalis.jobs where job_type = $1
             and (status = 'Done' and done_at < to_timestamp($2::bigint / 1000.0)
                 or status = 'Killed' and done_at < to_timestamp($3::bigint / 1000.0)) limit $4)",
    );
    execute!(tx, sql, QUEUE, done_ms, failed_ms, limit)
}

/// Forgets the workers of a boot that has ended, but those that hold a job.
pub async fn forget_workers(tx: &mut Tx, boot: &str) -> Result<u64, StoreError> {
    let sql = tx.pick(
        "delete from Workers where substr(id, 1, length($1)) = $1
             and not exists (select 1 from Jobs where lock_by = Workers.id)",
        "delete from apalis.workers where starts_with(id, $1)
             and not exists (select 1 from apalis.jobs where lock_by = workers.id)",
    );
    execute!(tx, sql, boot)
}

/// Forgets workers not seen since `seen_ms` that hold no job.
pub async fn prune_workers(tx: &mut Tx, seen_ms: i64) -> Result<u64, StoreError> {
    let sql = tx.pick(
        "delete from Workers where last_seen < $1 / 1000
             and not exists (select 1 from Jobs where lock_by = Workers.id)",
        "delete from apalis.workers where last_seen < to_timestamp($1::bigint / 1000.0)
             and not exists (select 1 from apalis.jobs where lock_by = workers.id)",
    );
    execute!(tx, sql, seen_ms)
}
