//! Rows of threads that publishers slowed or closed. A thread without a row is open.

use super::{StoreError, Tx};
use crate::{execute, fetch_optional, fetch_scalar};

/// How a thread stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ThreadRow {
    /// `open`, `slow` or `closed`.
    pub state: String,
    /// Of a slow one: seconds between two replies of one member.
    pub every_s: Option<i64>,
}

/// How the thread under a post stands, if anybody ever said.
pub async fn of(tx: &mut Tx, post: &[u8]) -> Result<Option<ThreadRow>, StoreError> {
    fetch_optional!(tx, ThreadRow, "select state, every_s from threads where post = $1", post)
}

/// Writes down how a thread stands.
pub async fn put(
    tx: &mut Tx,
    post: &[u8],
    row: &ThreadRow,
    changed_by: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into threads (post, state, every_s, changed_by, changed_ms) values ($1, $2, $3, $4, $5)
         on conflict (post) do update set state = excluded.state, every_s = excluded.every_s,
             changed_by = excluded.changed_by, changed_ms = excluded.changed_ms",
        post,
        &row.state[..],
        row.every_s,
        changed_by,
        now_ms
    )
    .map(drop)
}

/// When an author last replied in a thread; 0 before the first time.
pub async fn last_reply(
    tx: &mut Tx,
    audience: &[u8],
    thread: &[u8],
    ik: &[u8],
) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select coalesce(max(accepted_ms), 0) from posts
         where audience = $1 and thread = $2 and ik = $3 and kind = 3",
        audience,
        thread,
        ik
    )
}
