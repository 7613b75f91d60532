//! The one place that knows which database it is: opening it, its transactions, and one SQL text for both.
//!
//! Invariant: on SQLite every write goes through the one writer connection, begun with `begin immediate`;
//! workers hear of a job only after the transaction that pushed it has committed.

mod query;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use tokio::sync::watch;

use super::StoreError;

pub use query::{bulk_rows, bulk_text};

const SQLITE_READERS: u32 = 8;
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a statement waits for another process's lock, or a caller for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The database: SQLite in a file, or PostgreSQL over the network. Clones share their connections.
#[derive(Clone)]
pub enum Db {
    /// One file, for the processes of one machine; those of another process hear of a job when they look.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read, each transaction on its own snapshot.
        readers: SqlitePool,
        /// Marked after a commit that pushed a job; this process's workers watch it.
        pushed: Arc<watch::Sender<()>>,
    },
    /// A server, shared with other hubs and workers.
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:PATH`, creating the file and its folders, or `postgres://…`; any other address is
    /// [`StoreError::Broken`] at once.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return open_sqlite(Path::new(path)).await;
        }
        if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(StoreError::Broken(
                "the database's address begins with neither sqlite: nor postgres://".into(),
            ));
        }
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.application_name("kentongan"))
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Brings the tables up to date: the hub's own and the job queue's.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { writer, .. } => sqlx::migrate!("migrations/sqlite").run(writer).await?,
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        crate::jobs::queue::migrate(self).await
    }

    /// Begins a transaction that only reads and sees one moment throughout.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite { tx: readers.begin().await?, pushed: None },
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("begin isolation level repeatable read, read only").await?,
            ),
        })
    }

    /// Begins a transaction that may write. SQLite has one at a time; PostgreSQL has many (`read committed`), so a
    /// rule between two rows needs a unique constraint or a row lock there.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, pushed, .. } => Tx::Sqlite {
                tx: writer.begin_with("begin immediate").await?,
                pushed: Some((pushed.clone(), false)),
            },
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection after what is under way on it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<Db, StoreError> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .page_size(16 * 1024) // packs are 128 KiB blobs: 0.8 s per thousand, slower with 4 KiB pages
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("secure_delete", "on");
    let pool = || SqlitePoolOptions::new().acquire_timeout(PATIENCE);
    Ok(Db::Sqlite {
        writer: pool().max_connections(1).connect_with(options.clone()).await?,
        readers: pool()
            .max_connections(SQLITE_READERS)
            .connect_with(options.pragma("query_only", "on"))
            .await?,
        pushed: Arc::new(watch::Sender::new(())),
    })
}

/// A transaction; dropped without [`Tx::commit`] it leaves nothing.
pub enum Tx {
    /// On SQLite.
    Sqlite {
        /// The transaction.
        tx: Transaction<'static, Sqlite>,
        /// For a writer: whom to tell after the commit, and whether there is anything to tell.
        pushed: Option<(Arc<watch::Sender<()>>, bool)>,
    },
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// The connection under a transaction, for the macros of `query`.
pub enum Connection<'t> {
    /// To SQLite.
    Sqlite(&'t mut SqliteConnection),
    /// To PostgreSQL.
    Postgres(&'t mut PgConnection),
}

impl Tx {
    /// Makes the transaction last, then wakes the workers if it pushed a job.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { tx, pushed } => {
                tx.commit().await?;
                if let Some((workers, true)) = pushed {
                    workers.send_replace(());
                }
            }
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// The text for this database, where one text cannot serve both.
    #[must_use]
    pub fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite { .. } => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// Asks for the workers to be woken after the commit; PostgreSQL does it by itself, by a trigger.
    pub(super) fn wake_workers(&mut self) {
        if let Self::Sqlite { pushed: Some((_, wake)), .. } = self {
            *wake = true;
        }
    }

    /// The connection, for the macros of `query`.
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite { tx, .. } => Connection::Sqlite(tx),
            Self::Postgres(tx) => Connection::Postgres(tx),
        }
    }
}
