//! Rows of links, their deposits and uses, and of requests to join.

use super::{StoreError, Tx};
use crate::{bulk_insert, execute, fetch_all, fetch_optional, fetch_scalar_optional};

/// A link as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LinkRow {
    /// The link's public key.
    pub link_pk: Vec<u8>,
    /// The encoded Link.
    pub link: Vec<u8>,
    /// Its signature.
    pub signature: Vec<u8>,
    /// The identity key of who signed it.
    pub publisher: Vec<u8>,
    /// 1 open, 2 approval.
    pub kind: i64,
    /// How many accounts it lets in.
    pub max_uses: i64,
    /// How many it has.
    pub uses: i64,
    /// When it is no longer good.
    pub expires_ms: i64,
    /// When it was revoked.
    pub revoked_ms: Option<i64>,
}

/// Keeps a link.
pub async fn insert(
    tx: &mut Tx,
    audience: &[u8],
    row: &LinkRow,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into links (audience, link_pk, link, signature, publisher, kind, max_uses, expires_ms, created_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        audience,
        &row.link_pk[..],
        &row.link[..],
        &row.signature[..],
        &row.publisher[..],
        row.kind,
        row.max_uses,
        row.expires_ms,
        now_ms
    )
    .map(drop)
}

/// A link.
pub async fn link(
    tx: &mut Tx,
    audience: &[u8],
    link_pk: &[u8],
) -> Result<Option<LinkRow>, StoreError> {
    fetch_optional!(
        tx,
        LinkRow,
        "select link_pk, link, signature, publisher, kind, max_uses, uses, expires_ms, revoked_ms
         from links where audience = $1 and link_pk = $2",
        audience,
        link_pk
    )
}

/// Links whose keys come after `after`, in the order of their keys.
pub async fn list(
    tx: &mut Tx,
    audience: &[u8],
    after: &[u8],
    limit: i64,
) -> Result<Vec<LinkRow>, StoreError> {
    fetch_all!(
        tx,
        LinkRow,
        "select link_pk, link, signature, publisher, kind, max_uses, uses, expires_ms, revoked_ms
         from links where audience = $1 and link_pk > $2 order by link_pk limit $3",
        audience,
        after,
        limit
    )
}

/// Revokes a link and deletes what was deposited for it.
pub async fn revoke(
    tx: &mut Tx,
    audience: &[u8],
    link_pk: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update links set revoked_ms = $3 where audience = $1 and link_pk = $2 and revoked_ms is null",
        audience,
        link_pk,
        now_ms
    )?;
    delete_deposits_of_revoked(tx, audience).await
}

/// Revokes every link with a deposit under this cohort key.
pub async fn revoke_under(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update links set revoked_ms = $3 where audience = $1 and revoked_ms is null
             and link_pk in (select link_pk from deposits where audience = $1 and s_key = $2)",
        audience,
        s_key,
        now_ms
    )?;
    delete_deposits_of_revoked(tx, audience).await
}

/// Revokes every link that one publisher of an audience signed.
pub async fn revoke_of_publisher(
    tx: &mut Tx,
    audience: &[u8],
    publisher: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update links set revoked_ms = $3 where audience = $1 and publisher = $2 and revoked_ms is null",
        audience,
        publisher,
        now_ms
    )?;
    delete_deposits_of_revoked(tx, audience).await
}

/// Revokes every link whose publisher is no longer among the staff.
pub async fn revoke_of_former_staff(
    tx: &mut Tx,
    audience: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update links set revoked_ms = $2 where audience = $1 and revoked_ms is null
             and publisher not in (select ik from staff where audience = $1)",
        audience,
        now_ms
    )?;
    delete_deposits_of_revoked(tx, audience).await
}

async fn delete_deposits_of_revoked(tx: &mut Tx, audience: &[u8]) -> Result<(), StoreError> {
    execute!(
        tx,
        "delete from deposits where audience = $1
             and link_pk in (select link_pk from links where audience = $1 and revoked_ms is not null)",
        audience
    )
    .map(drop)
}

/// A sealed deposit for one cohort.
pub struct DepositRow {
    /// `S`.
    pub s_key: [u8; 32],
    /// `t_link`, sealed.
    pub sealed: Vec<u8>,
}

/// Keeps deposits in place of those before.
pub async fn put_deposits(
    tx: &mut Tx,
    audience: &[u8],
    link_pk: &[u8],
    deposits: &[DepositRow],
) -> Result<(), StoreError> {
    bulk_insert!(
        tx,
        "insert into deposits (audience, link_pk, s_key, sealed)",
        "on conflict (audience, link_pk, s_key) do update set sealed = excluded.sealed",
        deposits,
        |row| [audience, link_pk, &row.s_key[..], &row.sealed[..]]
    )
    .map(drop)
}

/// A link's sealed deposit under a cohort key.
pub async fn deposit(
    tx: &mut Tx,
    audience: &[u8],
    link_pk: &[u8],
    s_key: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select sealed from deposits where audience = $1 and link_pk = $2 and s_key = $3",
        audience,
        link_pk,
        s_key
    )
}

/// The first cohort with a deposit of this link and fewer than `most` slots given.
pub async fn open_cohort(
    tx: &mut Tx,
    audience: &[u8],
    link_pk: &[u8],
    most: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select d.s_key from deposits d join cohorts c on c.audience = d.audience and c.s_key = d.s_key
         where d.audience = $1 and d.link_pk = $2 and c.retired_ms is null and c.next_slot < $3
         order by c.position limit 1",
        audience,
        link_pk,
        most
    )
}

/// Counts an account's use of a link, once.
pub async fn count_use(
    tx: &mut Tx,
    audience: &[u8],
    link_pk: &[u8],
    account: &[u8],
) -> Result<(), StoreError> {
    let new = execute!(
        tx,
        "insert into link_uses (audience, link_pk, account) values ($1, $2, $3) on conflict do nothing",
        audience,
        link_pk,
        account
    )?;
    if new == 1 {
        execute!(
            tx,
            "update links set uses = uses + 1 where audience = $1 and link_pk = $2",
            audience,
            link_pk
        )?;
    }
    Ok(())
}

/// A request to join as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RequestRow {
    /// Who asks.
    pub account: Vec<u8>,
    /// Their identity key.
    pub ik: Vec<u8>,
    /// The link they came by.
    pub link_pk: Vec<u8>,
    /// The encoded Request.
    pub request: Vec<u8>,
    /// The link's signature on it.
    pub link_signature: Vec<u8>,
    /// Theirs.
    pub signature: Vec<u8>,
    /// When the hub took it.
    pub received_ms: i64,
}

/// Where an account's request stands: pending, admitted or declined.
pub async fn request_state(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
) -> Result<Option<String>, StoreError> {
    fetch_scalar_optional!(
        tx,
        String,
        "select state from join_requests where audience = $1 and account = $2",
        audience,
        account
    )
}

/// Keeps a pending request in place of one decided before.
pub async fn put_request(tx: &mut Tx, audience: &[u8], row: &RequestRow) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into join_requests (audience, account, ik, link_pk, request, link_signature, signature, state, received_ms)
         values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8)
         on conflict (audience, account) do update set link_pk = excluded.link_pk, request = excluded.request,
             link_signature = excluded.link_signature, signature = excluded.signature, state = 'pending',
             received_ms = excluded.received_ms, decided_ms = null",
        audience,
        &row.account[..],
        &row.ik[..],
        &row.link_pk[..],
        &row.request[..],
        &row.link_signature[..],
        &row.signature[..],
        row.received_ms
    )
    .map(drop)
}

/// Declines a pending request; whether there was one.
pub async fn decline(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let declined = execute!(
        tx,
        "update join_requests set state = 'declined', decided_ms = $3
         where audience = $1 and account = $2 and state = 'pending'",
        audience,
        account,
        now_ms
    )?;
    Ok(declined == 1)
}

/// Pending requests received after `after_ms`, or then by an account after `after`, oldest first.
pub async fn pending(
    tx: &mut Tx,
    audience: &[u8],
    after_ms: i64,
    after: &[u8],
    limit: i64,
) -> Result<Vec<RequestRow>, StoreError> {
    fetch_all!(
        tx,
        RequestRow,
        "select account, ik, link_pk, request, link_signature, signature, received_ms from join_requests
         where audience = $1 and state = 'pending' and (received_ms, account) > ($2, $3)
         order by received_ms, account limit $4",
        audience,
        after_ms,
        after,
        limit
    )
}
