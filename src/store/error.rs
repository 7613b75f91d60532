//! What can go wrong with the database, in the four ways a caller can act on.
//!
//! Invariant: an error never repeats a bound value; it may end up in a log or beside a failed job.

use sqlx::error::{DatabaseError, ErrorKind};

/// A database error, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A row like this exists: the broken unique constraint as `table(column, column)`, the same on both databases.
    #[error("already there: {0}")]
    Conflict(String),
    /// The database is busy, full or away; the same call may succeed later.
    #[error("the database is not available: {0}")]
    Busy(String),
    /// A wrong statement, a broken rule or unreadable data; trying again cannot help.
    #[error("the database refused: {0}")]
    Broken(String),
    /// The tables are of a later migration than this program has; its number.
    #[error(
        "a newer version of this program has changed its tables (migration {0}): start that version, or put back the backup made before it"
    )]
    Newer(i64),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// Whether this is the conflict on `constraint`, written `table(column, column)`.
    #[must_use]
    pub fn is_conflict(&self, constraint: &str) -> bool {
        matches!(self, Self::Conflict(broken) if broken == constraint)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => refused(error.as_ref()),
            sqlx::Error::Io(error) => Self::Busy(error.kind().to_string()),
            sqlx::Error::PoolTimedOut => Self::Busy("no connection became free in time".into()),
            sqlx::Error::PoolClosed => Self::Busy("the connections are closed".into()),
            sqlx::Error::WorkerCrashed => Self::Busy("a connection's thread ended".into()),
            sqlx::Error::Tls(_) => Self::Busy("no encrypted connection".into()),
            sqlx::Error::RowNotFound => Self::Broken("a row that must exist is missing".into()),
            sqlx::Error::ColumnNotFound(column) => Self::Broken(format!("no column {column}")),
            sqlx::Error::ColumnDecode { index, .. } => {
                Self::Broken(format!("unreadable column {index}"))
            }
            sqlx::Error::Decode(_) => Self::Broken("an unreadable value".into()),
            sqlx::Error::Encode(_) => Self::Broken("a value that cannot be written".into()),
            sqlx::Error::Configuration(_) => Self::Broken("the database URL is not valid".into()),
            sqlx::Error::Migrate(error) => (*error).into(),
            _ => Self::Broken("the driver failed".into()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer(version),
            other => Self::Broken(format!("migrations: {other}")),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(format!("the database's folder: {}", error.kind()))
    }
}

fn refused(error: &dyn DatabaseError) -> StoreError {
    let code = error.code().unwrap_or_default().into_owned();
    if error.kind() == ErrorKind::UniqueViolation {
        return StoreError::Conflict(unique_constraint(error));
    }
    let sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
    if if sqlite { sqlite_may_heal(&code) } else { postgres_may_heal(&code) } {
        return StoreError::Busy(format!("code {code}"));
    }
    // SQLite's messages, and PostgreSQL's of class 42, speak of names in the statement; PostgreSQL's
    // other messages may quote the value.
    if sqlite || code.starts_with("42") {
        StoreError::Broken(format!("{} (code {code})", error.message()))
    } else {
        let constraint = error.constraint().unwrap_or("no constraint");
        StoreError::Broken(format!("{constraint} (code {code})"))
    }
}

/// `table(column, column)`: SQLite says "UNIQUE constraint failed: t.a, t.b", PostgreSQL names the table and
/// adds the detail "Key (a, b)=(…) already exists.", of which the values are dropped, and the quotes it puts around
/// columns named like a word of SQL.
fn unique_constraint(error: &dyn DatabaseError) -> String {
    if let Some(postgres) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        let columns = postgres
            .detail()
            .and_then(|detail| detail.strip_prefix("Key ("))
            .and_then(|detail| detail.split_once(")=("))
            .map(|(columns, _)| columns.replace('"', ""));
        return match (postgres.table(), columns) {
            (Some(table), Some(columns)) => format!("{table}({columns})"),
            _ => postgres.constraint().unwrap_or_default().to_owned(),
        };
    }
    let columns = error.message().rsplit(": ").next().unwrap_or_default();
    let table = columns.split('.').next().unwrap_or_default();
    let columns: Vec<_> =
        columns.split(", ").map(|column| column.rsplit('.').next().unwrap_or(column)).collect();
    format!("{table}({})", columns.join(", "))
}

/// By primary result code: BUSY, LOCKED, NOMEM, IOERR, FULL, CANTOPEN.
fn sqlite_may_heal(code: &str) -> bool {
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 10 | 13 | 14))
}

/// By SQLSTATE class: connection, transaction rollback, resources, lock not available, operator intervention, system.
fn postgres_may_heal(code: &str) -> bool {
    ["08", "40", "53", "55P03", "57", "58"].iter().any(|class| code.starts_with(class))
}
