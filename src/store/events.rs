//! Rows of live events, and the ways to hear that there are new ones.

use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::watch;

use super::{Db, StoreError, Tx};
use crate::{bulk_insert, execute, fetch_all, fetch_scalar};

const CHANNEL: &str = "kentongan_events";

/// An event to be written.
pub struct NewEvent<'a> {
    /// When.
    pub at_ms: i64,
    /// Its name.
    pub kind: &'static str,
    /// Where.
    pub audience: &'a [u8],
    /// For this account only.
    pub account: Option<&'a [u8]>,
    /// For members under this cohort key only.
    pub s_key: Option<&'a [u8]>,
    /// For publishers only.
    pub staff: bool,
    /// What it happened to.
    pub subject: &'a [u8],
}

/// An event as its readers see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    /// Grows with every event.
    pub id: i64,
    /// Its name.
    pub kind: String,
    /// Where.
    pub audience: Vec<u8>,
    /// What it happened to.
    pub subject: Vec<u8>,
}

/// Writes an event; on PostgreSQL after every other transaction that wrote one has ended, so that ids are committed
/// in their order.
pub async fn insert(tx: &mut Tx, event: &NewEvent<'_>) -> Result<(), StoreError> {
    in_order(tx).await?;
    execute!(
        tx,
        "insert into events (at_ms, kind, audience, account, s_key, staff, subject)
         values ($1, $2, $3, $4, $5, $6, $7)",
        event.at_ms,
        event.kind,
        event.audience,
        event.account,
        event.s_key,
        event.staff,
        event.subject
    )
    .map(drop)
}

/// Writes the same event for each of these accounts alone.
pub async fn insert_each(
    tx: &mut Tx,
    event: &NewEvent<'_>,
    accounts: &[Vec<u8>],
) -> Result<(), StoreError> {
    in_order(tx).await?;
    bulk_insert!(
        tx,
        "insert into events (at_ms, kind, audience, account, staff, subject)",
        "",
        accounts,
        |account| [event.at_ms, event.kind, event.audience, &account[..], false, event.subject]
    )
    .map(drop)
}

/// Waits for every other transaction that wrote an event, and wakes those who listen after the commit.
async fn in_order(tx: &mut Tx) -> Result<(), StoreError> {
    if let Tx::Postgres(_) = tx {
        execute!(tx, "select pg_advisory_xact_lock(hashtext($1))", CHANNEL)?;
        execute!(tx, "select pg_notify($1, '')", CHANNEL)?;
    }
    tx.wake_workers();
    Ok(())
}

/// The id of the newest event; 0 before the first.
pub async fn last(tx: &mut Tx) -> Result<i64, StoreError> {
    fetch_scalar!(tx, i64, "select coalesce(max(id), 0) from events")
}

/// The next events for an account: its own, those of audiences it works for, and those of audiences and cohorts it is
/// a live member of, since it joined.
pub async fn since(
    tx: &mut Tx,
    account: &[u8],
    after: i64,
    limit: i64,
) -> Result<Vec<EventRow>, StoreError> {
    fetch_all!(
        tx,
        EventRow,
        "select id, kind, audience, subject from events e where id > $2 and (
             account = $1
             or account is null and s_key is null
                 and exists (select 1 from staff s where s.audience = e.audience and s.account = $1)
             or account is null and not staff and exists (
                 select 1 from members m where m.audience = e.audience and m.account = $1
                     and m.removed_ms is null and e.at_ms >= m.joined_ms and (e.s_key is null or e.s_key = m.s_key)))
         order by id limit $3",
        account,
        after,
        limit
    )
}

/// Deletes at most `limit` events older than `before_ms`; how many.
pub async fn prune(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from events where id in (select id from events where at_ms < $1 order by id limit $2)",
        before_ms,
        limit
    )
}

/// Hears of commits that may have brought events.
pub enum Changes {
    /// Commits of this process's one writer.
    Sqlite(watch::Receiver<()>),
    /// Notifications of the server, once the listener is connected.
    Postgres(PgPool, Option<PgListener>),
}

impl Db {
    /// Begins to listen for new events.
    #[must_use]
    pub fn changes(&self) -> Changes {
        match self {
            Self::Sqlite { pushed, .. } => Changes::Sqlite(pushed.subscribe()),
            Self::Postgres(pool) => Changes::Postgres(pool.clone(), None),
        }
    }
}

impl Changes {
    /// Returns after a commit that may have brought events; never, while the database cannot say.
    pub async fn wait(&mut self) {
        let heard = match self {
            Self::Sqlite(pushed) => pushed.changed().await.is_ok(),
            Self::Postgres(pool, listener) => hear(pool, listener).await.is_ok(),
        };
        if !heard {
            std::future::pending::<()>().await;
        }
    }
}

async fn hear(pool: &PgPool, held: &mut Option<PgListener>) -> Result<(), StoreError> {
    if let Some(listener) = held {
        listener.recv().await?;
        return Ok(());
    }
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    *held = Some(listener);
    Ok(())
}
