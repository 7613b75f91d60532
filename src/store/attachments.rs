//! Rows of attachments: whose blob it is and who may read it; the blobs themselves are files.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalar};

/// An attachment as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AttachmentRow {
    /// The audience.
    pub audience: Vec<u8>,
    /// The blob's hash.
    pub sha256: Vec<u8>,
    /// Who uploaded it.
    pub account: Vec<u8>,
    /// `audience`, `desk` or `account`.
    pub reader: String,
    /// Which account.
    pub to_account: Option<Vec<u8>>,
    /// In bytes.
    pub size: i64,
}

/// Keeps an attachment; false where one of this hash is kept.
pub async fn insert(tx: &mut Tx, row: &AttachmentRow, now_ms: i64) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "insert into attachments (audience, sha256, account, reader, to_account, size, created_ms)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        &row.audience[..],
        &row.sha256[..],
        &row.account[..],
        &row.reader[..],
        row.to_account.as_deref(),
        row.size,
        now_ms
    )?;
    Ok(inserted == 1)
}

/// An attachment.
pub async fn attachment(
    tx: &mut Tx,
    audience: &[u8],
    sha256: &[u8],
) -> Result<Option<AttachmentRow>, StoreError> {
    fetch_optional!(
        tx,
        AttachmentRow,
        "select audience, sha256, account, reader, to_account, size from attachments
         where audience = $1 and sha256 = $2",
        audience,
        sha256
    )
}

/// Attachments that an account uploaded since.
pub async fn uploaded_since(tx: &mut Tx, account: &[u8], since_ms: i64) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select count(*) from attachments where account = $1 and created_ms > $2",
        account,
        since_ms
    )
}

/// Bytes that an account uploaded since.
pub async fn bytes_since(tx: &mut Tx, account: &[u8], since_ms: i64) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select cast(coalesce(sum(size), 0) as bigint) from attachments where account = $1 and created_ms > $2",
        account,
        since_ms
    )
}

/// At most `limit` attachments made before `before_ms`, as audience and hash.
pub async fn before(
    tx: &mut Tx,
    before_ms: i64,
    limit: i64,
) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    fetch_all!(
        tx,
        (Vec<u8>, Vec<u8>),
        "select audience, sha256 from attachments where created_ms < $1 limit $2",
        before_ms,
        limit
    )
}

/// Forgets an attachment.
pub async fn delete(tx: &mut Tx, audience: &[u8], sha256: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "delete from attachments where audience = $1 and sha256 = $2", audience, sha256)
        .map(drop)
}
