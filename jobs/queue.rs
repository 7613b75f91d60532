//! The queue: pushing jobs in the caller's transaction, and the workers that run them. It alone knows apalis.
//!
//! Invariant: a pushed job is run until it is done or visibly given up, whichever process dies meanwhile. apalis
//! fetches, limits, keeps alive and takes up orphans; how a try ended is written by `run` and `store::jobs`, so apalis's
//! own locking and acknowledging are off (two writes fewer per job, and no late lock can revive a settled one).

use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::{
    Attempt, BackendExt, BoxDynError, Data, Monitor, ParallelizeExt, TaskId, WorkerBuilder,
    WorkerBuilderExt, WorkerContext,
};
use apalis_postgres::{PostgresStorage, Pubsub};
use apalis_sqlite::SqliteStorage;
use futures_util::stream::{self, BoxStream};
use serde_json::Value;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use ulid::Ulid;

use super::job::{Job, Kinds};
pub use super::run::{Drained, Times, drain};
use super::run::{Envelope, Taken, attempt, envelope_of, settle};
use crate::hub::Hub;
use crate::store::jobs::{self, JobCount, NewJob, QUEUE};
use crate::store::{Db, StoreError, Tx};

/// A worker not heard of for `HEARTBEAT × MISSED` is dead, and its jobs come back.
const HEARTBEAT: Duration = Duration::from_secs(3);
const MISSED: usize = 4;
/// How soon workers look again after a wake-up.
const SOON: Duration = Duration::from_millis(8);
/// Workers look for due jobs this often even if nothing wakes them.
const FALLBACK: Duration = Duration::from_secs(1);
/// How long jobs under way may take to finish once told to stop.
const GRACE: Duration = Duration::from_secs(20);
const LONGEST_SETTLE_PAUSE: Duration = Duration::from_secs(30);

/// The workers ended although nobody told them to.
#[derive(Debug, thiserror::Error)]
#[error("the workers ended: {0}")]
pub struct WorkersEnded(String);

/// Creates or updates the queue's tables, under migration tables of their own.
pub(crate) async fn migrate(db: &Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite { writer, .. } => {
            let mut migrations = SqliteStorage::migrations();
            migrations.dangerous_set_table_name("_apalis_migrations");
            migrations.run(writer).await?;
            // The planner prefers this index for taking up orphans, and every job pays for keeping it.
            sqlx::query("drop index if exists LIdx").execute(writer).await?;
        }
        Db::Postgres(pool) => {
            let mut migrations = PostgresStorage::migrations();
            migrations.dangerous_set_table_name("_apalis_migrations");
            migrations.run(pool).await?;
        }
    }
    Ok(())
}

/// Stores a job that is due now, in the caller's transaction; the workers wake when that commits. Whether it is
/// new: nothing happens if a job of its name and key is still kept (a day after it was done).
pub async fn push(tx: &mut Tx, job: &impl Job, now_ms: i64) -> Result<bool, StoreError> {
    // To the whole second, as apalis counts on SQLite: rounded up it would start up to a second late.
    push_at(tx, job, now_ms - now_ms.rem_euclid(1_000)).await
}

/// Like [`push`], for a job that is due later.
pub async fn push_at<J: Job>(tx: &mut Tx, job: &J, due_ms: i64) -> Result<bool, StoreError> {
    let id = Ulid::generate().to_string();
    let key = format!("{}/{}", J::NAME, job.key().as_deref().unwrap_or(&id));
    let unwritable = |_| StoreError::Broken(format!("job {} cannot be written as JSON", J::NAME));
    let job = serde_json::to_value(job).map_err(unwritable)?;
    let envelope =
        serde_json::to_vec(&Envelope { kind: J::NAME.to_owned(), job }).map_err(unwritable)?;
    let attempts = J::ATTEMPTS;
    jobs::insert(tx, &NewJob { id: &id, key: &key, envelope: &envelope, attempts, due_ms }).await
}

/// Pushes the job of every tick (periods since 1970) until told to stop; its key must be its tick, so that several
/// hubs make one.
pub async fn every<J: Job>(
    hub: &Hub,
    period: Duration,
    job: impl Fn(i64) -> J,
    stop: &CancellationToken,
) {
    let period_ms = i64::try_from(period.as_millis()).unwrap_or(i64::MAX).max(1);
    loop {
        let now = hub.clock.now_ms();
        let pushed = async {
            let mut tx = hub.db.write().await?;
            push(&mut tx, &job(now.div_euclid(period_ms)), now).await?;
            tx.commit().await
        };
        let wait_ms = match pushed.await {
            Ok(()) => period_ms - now.rem_euclid(period_ms),
            Err(error) => {
                tracing::warn!(job = J::NAME, %error, "recurring job not pushed");
                5_000
            }
        };
        let wait = Duration::from_millis(wait_ms.unsigned_abs());
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
    }
}

/// What the workers of one process share.
struct Crew {
    hub: Arc<Hub>,
    kinds: Kinds,
    /// Begins every worker's name; apalis must not meet a name again, dead jobs would stay with it.
    boot: String,
    running: TaskTracker,
    /// Told to stop: a job fetched from now on is not begun.
    stopping: CancellationToken,
    /// Jobs under way are settled: those not begun let go.
    closing: CancellationToken,
}

/// Runs jobs, `concurrency` at a time, until told to stop; then lets those under way finish.
pub async fn workers(
    hub: Arc<Hub>,
    kinds: Kinds,
    concurrency: usize,
    stop: CancellationToken,
) -> Result<(), WorkersEnded> {
    let crew = Arc::new(Crew {
        hub,
        kinds,
        boot: format!("kentongan-{}", Ulid::generate()),
        running: TaskTracker::new(),
        stopping: stop,
        closing: CancellationToken::new(),
    });
    let monitor = Monitor::new().should_restart(|worker, error| {
        tracing::warn!(worker = worker.name(), %error, "worker restarts");
        true
    });
    let ended = register(monitor, &crew, concurrency)
        .shutdown_timeout(Duration::from_secs(5))
        .run_with_signal(stopped(crew.clone()))
        .await;
    // What was fetched but not begun need not wait to be found orphaned.
    if let Err(error) = release(&crew).await {
        tracing::warn!(%error, "fetched jobs come back when their worker is found dead");
    }
    ended.map_err(|error| WorkersEnded(error.to_string()))
}

/// Ends when the workers may be shut down. apalis stops polling a fetch or heartbeat under way as soon as it is told
/// to shut down, and on SQLite that one may hold the writer, for which the jobs under way wait: so they finish first.
async fn stopped(crew: Arc<Crew>) -> std::io::Result<()> {
    crew.stopping.cancelled().await;
    crew.running.close();
    if tokio::time::timeout(GRACE, crew.running.wait()).await.is_err() {
        tracing::warn!("some jobs did not finish in time; another worker will take them up");
    }
    crew.closing.cancel();
    Ok(())
}

async fn release(crew: &Crew) -> Result<u64, StoreError> {
    let mut tx = crew.hub.db.write().await?;
    let released = jobs::release(&mut tx, &crew.boot).await?;
    jobs::forget_workers(&mut tx, &crew.boot).await?;
    tx.commit().await?;
    Ok(released)
}

fn register(monitor: Monitor, crew: &Arc<Crew>, concurrency: usize) -> Monitor {
    /// The same worker over either storage, whose types have nothing in common; the config's type differs too.
    macro_rules! worker {
        ($storage:expr, $config:expr, $wakes:expr) => {{
            let (crew, storage, wakes) = (crew.clone(), $storage, $wakes);
            monitor.register(move |restarts| {
                let config = $config
                    .queue(QUEUE)
                    .batch_size(1) // more would stop heartbeats and run jobs twice
                    .lock_tasks(false)
                    .persist_results(false)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(MISSED);
                let pause = FALLBACK * u32::from(restarts > 0);
                let backend = storage
                    .clone()
                    .with_config(config)
                    .before_start(move |_| async move {
                        tokio::time::sleep(pause).await;
                        Ok(())
                    })
                    .poll_with_stream(looks(wakes()));
                WorkerBuilder::new(format!("{}-{restarts}", crew.boot).as_str())
                    .backend(backend)
                    .data(crew.clone())
                    .concurrency(concurrency)
                    .parallelize(tokio::spawn)
                    .build(take)
            })
        }};
    }
    match &crew.hub.db {
        Db::Sqlite { writer, pushed, .. } => {
            let pushed = pushed.clone();
            let wakes = move || WatchStream::from_changes(pushed.subscribe());
            worker!(SqliteStorage::<Value>::new(writer), apalis_sqlite::Config::default(), wakes)
        }
        Db::Postgres(pool) => {
            let listen = pool.clone();
            let wakes = move || Pubsub::new(listen.clone(), QUEUE.to_owned()).map(|_| ());
            worker!(PostgresStorage::<Value>::new(pool), apalis_postgres::Config::default(), wakes)
        }
    }
}

/// When to look for due jobs: at each wake-up, then again ever more rarely. apalis loses a wake-up that comes while a
/// fetch is under way, and that fetch may have begun before the job was there; and if both end in one poll, nothing
/// would poll this stream again before the next heartbeat, so each item asks for another poll.
fn looks(wakes: impl Stream<Item = ()> + Send + Unpin + 'static) -> BoxStream<'static, ()> {
    let look = async |(mut wakes, pause): (_, Duration)| {
        let pause = tokio::select! {
            Some(()) = StreamExt::next(&mut wakes) => SOON,
            () = tokio::time::sleep(pause) => (pause * 2).min(FALLBACK),
        };
        Some(((), (wakes, pause)))
    };
    let mut looks = Box::pin(stream::unfold((wakes, SOON), look));
    Box::pin(stream::poll_fn(move |context| {
        let look = looks.as_mut().poll_next(context);
        if look.is_ready() {
            context.waker().wake_by_ref();
        }
        look
    }))
}

/// What apalis calls with a job it fetched. It always succeeds: how the job ended is settled here.
async fn take(
    envelope: Value,
    id: TaskId,
    attempt: Attempt,
    worker: WorkerContext,
    crew: Data<Arc<Crew>>,
) -> Result<(), BoxDynError> {
    if crew.stopping.is_cancelled() {
        crew.closing.cancelled().await;
        return Ok(());
    }
    let attempt = i64::try_from(attempt.current()).unwrap_or(i64::MAX);
    let taken = Taken { id: id.to_string(), attempt, envelope: envelope_of(envelope) };
    crew.running.track_future(run_and_settle(&crew, &taken, worker.name())).await;
    Ok(())
}

async fn run_and_settle(crew: &Crew, taken: &Taken, worker: &str) {
    let settlement = attempt(&crew.hub, &crew.kinds, taken, 1).await;
    let mut pause = Duration::from_millis(500);
    // A job that is not settled would stay with this live worker for ever.
    loop {
        match settle(&crew.hub, taken, Some(worker), &settlement).await {
            Ok(true) => return,
            Ok(false) => {
                tracing::warn!(id = taken.id, "job was taken up by another worker meanwhile");
                return;
            }
            Err(error) => tracing::warn!(id = taken.id, %error, "job not settled yet"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_SETTLE_PAUSE);
    }
}

/// Puts every job of a kind that was given up back in the queue, in the caller's transaction; how many.
pub async fn put_back<J: Job>(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    jobs::put_back(tx, J::NAME, now_ms).await
}

/// Counts what is waiting, under way and given up, by kind and reason.
pub async fn counts(db: &Db) -> Result<Vec<JobCount>, StoreError> {
    jobs::counts(&mut db.read().await?).await
}

/// Whether any worker of this database is alive.
pub async fn working(tx: &mut Tx) -> Result<bool, StoreError> {
    let silence = HEARTBEAT * u32::try_from(MISSED).unwrap_or(u32::MAX);
    jobs::worked(tx, i64::try_from(silence.as_secs()).unwrap_or(i64::MAX)).await
}
