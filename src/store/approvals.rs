//! Rows of approvals.

use super::{StoreError, Tx};
use crate::{execute, fetch_all};

/// Keeps an approval; false where this publisher's is kept already.
pub async fn insert(
    tx: &mut Tx,
    post: &[u8],
    ik: &[u8],
    approval: &[u8],
    at_ms: i64,
) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "insert into approvals (post, ik, approval, at_ms) values ($1, $2, $3, $4) on conflict do nothing",
        post,
        ik,
        approval,
        at_ms
    )?;
    Ok(inserted == 1)
}

/// A post's approvals, first come first.
pub async fn of(tx: &mut Tx, post: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Vec<u8>,),
        "select approval from approvals where post = $1 order by at_ms, ik",
        post
    )?;
    Ok(rows.into_iter().map(|(approval,)| approval).collect())
}

/// The approvals of a stretch of an audience's list: post and approval.
pub async fn of_list(
    tx: &mut Tx,
    audience: &[u8],
    first: i64,
    last: i64,
) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    fetch_all!(
        tx,
        (Vec<u8>, Vec<u8>),
        "select a.post, a.approval from posts p join approvals a on a.post = p.post
         where p.audience = $1 and p.position >= $2 and p.position <= $3 order by a.at_ms, a.ik",
        audience,
        first,
        last
    )
}
