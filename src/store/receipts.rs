//! Rows of receipts: what members say became of a post.

use super::{StoreError, Tx};
use crate::{execute, fetch_one};

/// What a member says, each with its time or not at all.
pub struct Said {
    /// It arrived.
    pub delivered_ms: Option<i64>,
    /// It was opened.
    pub read_ms: Option<i64>,
    /// It was understood.
    pub acknowledged_ms: Option<i64>,
}

/// Adds what is said; of each the first time stays.
pub async fn put(tx: &mut Tx, post: &[u8], account: &[u8], said: &Said) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into receipts (post, account, delivered_ms, read_ms, acknowledged_ms) values ($1, $2, $3, $4, $5)
         on conflict (post, account) do update set
             delivered_ms = coalesce(receipts.delivered_ms, excluded.delivered_ms),
             read_ms = coalesce(receipts.read_ms, excluded.read_ms),
             acknowledged_ms = coalesce(receipts.acknowledged_ms, excluded.acknowledged_ms)",
        post,
        account,
        said.delivered_ms,
        said.read_ms,
        said.acknowledged_ms
    )
    .map(drop)
}

/// How many members have said what of a post.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Counts {
    /// Delivered.
    pub delivered: i64,
    /// Read.
    pub read: i64,
    /// Acknowledged.
    pub acknowledged: i64,
}

/// How many members have said what of a post.
pub async fn counts(tx: &mut Tx, post: &[u8]) -> Result<Counts, StoreError> {
    fetch_one!(
        tx,
        Counts,
        "select count(delivered_ms) as delivered, count(read_ms) as read, count(acknowledged_ms) as acknowledged
         from receipts where post = $1",
        post
    )
}
