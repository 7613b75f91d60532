//! What the hub knows about an account: every row that concerns it, shown to its owner alone.

use crate::accounts::Caller;
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::known::{self as rows, KnownRow, TABLES, Table};

/// Rows of each table in the first answer; the rest is asked for by table.
const FIRST: i64 = 100;

/// An account's rows of one table.
pub struct KnownTable {
    /// The table.
    pub name: &'static str,
    /// How many there are in all.
    pub count: i64,
    /// The newest of them.
    pub rows: Vec<KnownRow>,
}

/// Every table with its number of rows and the newest hundred, all at one moment.
pub async fn all(hub: &Hub, caller: &Caller) -> Result<Vec<KnownTable>, Problem> {
    let account = caller.account.as_ref();
    let mut tx = hub.db.read().await?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let rows = rows::rows(&mut tx, table, account, FIRST, 0).await?;
        let count = rows::count(&mut tx, table, account).await?;
        tables.push(KnownTable { name: table.name, count, rows });
    }
    Ok(tables)
}

/// The rows of one table after the first `skip`.
pub async fn of_table(
    hub: &Hub,
    caller: &Caller,
    table: &str,
    skip: i64,
    limit: i64,
) -> Result<Vec<KnownRow>, Problem> {
    let table = Table::named(table)
        .ok_or_else(|| Problem::field("table", "expected one of those in the answer without it"))?;
    let mut tx = hub.db.read().await?;
    Ok(rows::rows(&mut tx, table, caller.account.as_ref(), limit, skip.max(0)).await?)
}
