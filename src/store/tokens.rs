//! Rows of cohorts, their sealed keys and their pages of sealed tokens.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalar_optional};

/// Makes a cohort with its sealed key; false where it exists.
pub async fn insert_cohort(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    position: i64,
    sealed_key: &[u8],
) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "insert into cohorts (audience, s_key, position, sealed_key) values ($1, $2, $3, $4) on conflict do nothing",
        audience,
        s_key,
        position,
        sealed_key
    )?;
    Ok(inserted == 1)
}

/// The sealed key of a cohort that has not been retired.
pub async fn sealed_key(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    let key = fetch_scalar_optional!(
        tx,
        Option<Vec<u8>>,
        "select sealed_key from cohorts where audience = $1 and s_key = $2",
        audience,
        s_key
    )?;
    Ok(key.flatten())
}

/// A page of sealed tokens.
pub async fn page(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    page: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select sealed from token_pages where audience = $1 and s_key = $2 and page = $3",
        audience,
        s_key,
        page
    )
}

/// Every page of a cohort, in order, with its number.
pub async fn pages(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    fetch_all!(
        tx,
        (i64, Vec<u8>),
        "select page, sealed from token_pages where audience = $1 and s_key = $2 order by page",
        audience,
        s_key
    )
}

/// Writes a page over the one before.
pub async fn put_page(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    page: i64,
    sealed: &[u8],
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into token_pages (audience, s_key, page, sealed) values ($1, $2, $3, $4)
         on conflict (audience, s_key, page) do update set sealed = excluded.sealed",
        audience,
        s_key,
        page,
        sealed
    )
    .map(drop)
}

/// Retires a cohort for good: its key, its tokens and the deposits that could make more are gone.
pub async fn retire(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update cohorts set sealed_key = null, live = 0, retired_ms = $3 where audience = $1 and s_key = $2",
        audience,
        s_key,
        now_ms
    )?;
    execute!(tx, "delete from token_pages where audience = $1 and s_key = $2", audience, s_key)?;
    execute!(tx, "delete from deposits where audience = $1 and s_key = $2", audience, s_key)
        .map(drop)
}

/// Takes `count` fresh slots of a cohort that is not retired and has room; the first of them.
pub async fn take_slots(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    count: i64,
    most: i64,
) -> Result<Option<i64>, StoreError> {
    let next = fetch_optional!(
        tx,
        (i64,),
        "update cohorts set next_slot = next_slot + $3, live = live + $3
         where audience = $1 and s_key = $2 and retired_ms is null and next_slot + $3 <= $4
         returning next_slot",
        audience,
        s_key,
        count,
        most
    )?;
    Ok(next.map(|(next,)| next - count))
}

/// Counts a member out of a cohort.
pub async fn leave(tx: &mut Tx, audience: &[u8], s_key: &[u8]) -> Result<(), StoreError> {
    execute!(
        tx,
        "update cohorts set live = live - 1 where audience = $1 and s_key = $2",
        audience,
        s_key
    )
    .map(drop)
}
