//! The macros with which a store file writes one SQL text, with `$1` binds, for both databases.
//!
//! Invariant: what is bound never becomes part of the text. `tx` is a `Tx` or a `&mut Tx`; a bind is a type both
//! databases know: `i64`, `bool`, `&str`, `String`, `&[u8]`, `Vec<u8>`, or an `Option` of one.

/// SQLite's limit is 32,766 binds in a statement, PostgreSQL's 65,535.
const BULK_BINDS: usize = 32_000;

/// Runs one text on either database: `run_query!(tx, (query_as::<_, Row>) fetch_one, "…", binds…)`.
/// Stores use the macros below, which say what they want back.
#[macro_export]
macro_rules! run_query {
    ($tx:expr, ($($query:tt)+) $finish:ident, $sql:expr $(, $bind:expr)*) => {
        match $tx.connection() {
            $crate::store::dialect::Connection::Sqlite(connection) => {
                ::sqlx::$($query)+($sql)$(.bind($bind))*.$finish(connection).await
            }
            $crate::store::dialect::Connection::Postgres(connection) => {
                ::sqlx::$($query)+($sql)$(.bind($bind))*.$finish(connection).await
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// `fetch_one!(tx, Row, "select … where id = $1", id)`: the one row there must be, as `Result<Row, StoreError>`.
/// `Row` derives `sqlx::FromRow` or is a tuple.
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, (query_as::<_, $row>) fetch_one, $sql $(, $bind)*)
    };
}

/// Like [`fetch_one!`], as `Result<Option<Row>, StoreError>`.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, (query_as::<_, $row>) fetch_optional, $sql $(, $bind)*)
    };
}

/// Like [`fetch_one!`], as `Result<Vec<Row>, StoreError>`.
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, (query_as::<_, $row>) fetch_all, $sql $(, $bind)*)
    };
}

/// `fetch_scalar!(tx, i64, "select count(*) …")`: the first column of the one row, as `Result<i64, StoreError>`.
#[macro_export]
macro_rules! fetch_scalar {
    ($tx:expr, $value:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, (query_scalar::<_, $value>) fetch_one, $sql $(, $bind)*)
    };
}

/// Like [`fetch_scalar!`] where there may be no row, as `Result<Option<T>, StoreError>`.
#[macro_export]
macro_rules! fetch_scalar_optional {
    ($tx:expr, $value:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, (query_scalar::<_, $value>) fetch_optional, $sql $(, $bind)*)
    };
}

/// Like [`fetch_scalar!`] for every row, as `Result<Vec<T>, StoreError>`.
#[macro_export]
macro_rules! fetch_scalars {
    ($tx:expr, $value:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($tx, (query_scalar::<_, $value>) fetch_all, $sql $(, $bind)*)
    };
}

/// `execute!(tx, "update … where id = $1", id)`: the number of rows touched, as `Result<u64, StoreError>`.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.connection() {
            $crate::store::dialect::Connection::Sqlite(connection) => {
                ::sqlx::query($sql)$(.bind($bind))*.execute(connection).await.map(|done| done.rows_affected())
            }
            $crate::store::dialect::Connection::Postgres(connection) => {
                ::sqlx::query($sql)$(.bind($bind))*.execute(connection).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// Inserts a slice of rows, thousands per statement; the number of rows written, as `Result<u64, StoreError>`:
/// `bulk_insert!(tx, "insert into tokens (s_key, slot, token)", "on conflict do nothing", rows, |row| [&row.s_key[..], row.slot, &row.token[..]])`.
#[macro_export]
macro_rules! bulk_insert {
    ($tx:expr, $insert:expr, $end:expr, $rows:expr, |$row:pat_param| [$($column:expr),+ $(,)?]) => {
        async {
            let columns = [$(stringify!($column)),+].len();
            let mut written = 0;
            for chunk in $rows.chunks($crate::store::dialect::bulk_rows(columns)) {
                let sql = $crate::store::dialect::bulk_text(
                    $tx.pick("?", "$"), $insert, $end, columns, chunk.len(),
                );
                // Not kept as a prepared statement: the text is long, and the last chunk's differs.
                let sql = ::sqlx::AssertSqlSafe(sql);
                written += match $tx.connection() {
                    $crate::store::dialect::Connection::Sqlite(connection) => {
                        let mut query = ::sqlx::query(sql).persistent(false);
                        for $row in chunk { $(query = query.bind($column);)+ }
                        query.execute(connection).await?.rows_affected()
                    }
                    $crate::store::dialect::Connection::Postgres(connection) => {
                        let mut query = ::sqlx::query(sql).persistent(false);
                        for $row in chunk { $(query = query.bind($column);)+ }
                        query.execute(connection).await?.rows_affected()
                    }
                };
            }
            Ok::<u64, $crate::store::StoreError>(written)
        }
        .await
    };
}

/// How many rows of so many columns go into one statement.
#[must_use]
pub fn bulk_rows(columns: usize) -> usize {
    (BULK_BINDS / columns.max(1)).max(1)
}

/// `insert … values ($1,$2),($3,$4) …` for so many rows, then `end`. SQLite gets `?` for every bind: it looks a named one
/// up in a list, which makes 4,096 rows of three columns take 490 ms instead of 20.
#[must_use]
pub fn bulk_text(mark: &str, insert: &str, end: &str, columns: usize, rows: usize) -> String {
    let mut text = String::with_capacity(insert.len() + end.len() + rows * columns * 8);
    text.push_str(insert);
    text.push_str(" values ");
    for bind in 1..=rows * columns {
        text.push_str(match bind {
            1 => "(",
            _ if columns == 1 || bind % columns == 1 => "),(",
            _ => ",",
        });
        text.push_str(mark);
        if mark == "$" {
            text.push_str(&bind.to_string());
        }
    }
    text.push_str(") ");
    text.push_str(end);
    text
}
