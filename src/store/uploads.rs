//! Rows of uploads under way: whose, for whom and how large; what has come lies in files.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalar};

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UploadRow {
    /// The audience.
    pub audience: Vec<u8>,
    /// The hash of the whole.
    pub sha256: Vec<u8>,
    /// Who uploads it.
    pub account: Vec<u8>,
    /// `audience`, `desk` or `account`.
    pub reader: String,
    /// Which account.
    pub to_account: Option<Vec<u8>>,
    /// Of the whole in bytes.
    pub size: i64,
}

/// Begins an upload, or goes on with it.
pub async fn go_on(tx: &mut Tx, row: &UploadRow, now_ms: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into uploads (audience, sha256, account, reader, to_account, size, begun_ms, updated_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (audience, sha256, account) do update set updated_ms = excluded.updated_ms",
        &row.audience[..],
        &row.sha256[..],
        &row.account[..],
        &row.reader[..],
        row.to_account.as_deref(),
        row.size,
        now_ms
    )
    .map(drop)
}

/// An account's upload of one blob.
pub async fn upload(
    tx: &mut Tx,
    audience: &[u8],
    sha256: &[u8],
    account: &[u8],
) -> Result<Option<UploadRow>, StoreError> {
    fetch_optional!(
        tx,
        UploadRow,
        "select audience, sha256, account, reader, to_account, size from uploads
         where audience = $1 and sha256 = $2 and account = $3",
        audience,
        sha256,
        account
    )
}

/// Uploads that an account began since and has not ended.
pub async fn begun_since(tx: &mut Tx, account: &[u8], since_ms: i64) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select count(*) from uploads where account = $1 and begun_ms > $2",
        account,
        since_ms
    )
}

/// Bytes of the uploads that an account began since and has not ended, each counted whole.
pub async fn bytes_since(tx: &mut Tx, account: &[u8], since_ms: i64) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select cast(coalesce(sum(size), 0) as bigint) from uploads where account = $1 and begun_ms > $2",
        account,
        since_ms
    )
}

/// At most `limit` uploads that nothing came of since `before_ms`.
pub async fn before(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<Vec<UploadRow>, StoreError> {
    fetch_all!(
        tx,
        UploadRow,
        "select audience, sha256, account, reader, to_account, size from uploads
         where updated_ms < $1 order by updated_ms limit $2",
        before_ms,
        limit
    )
}

/// At most `limit` uploads of an account.
pub async fn of_account(
    tx: &mut Tx,
    account: &[u8],
    limit: i64,
) -> Result<Vec<UploadRow>, StoreError> {
    fetch_all!(
        tx,
        UploadRow,
        "select audience, sha256, account, reader, to_account, size from uploads
         where account = $1 order by begun_ms limit $2",
        account,
        limit
    )
}

/// Forgets an upload.
pub async fn delete(
    tx: &mut Tx,
    audience: &[u8],
    sha256: &[u8],
    account: &[u8],
) -> Result<(), StoreError> {
    execute!(
        tx,
        "delete from uploads where audience = $1 and sha256 = $2 and account = $3",
        audience,
        sha256,
        account
    )
    .map(drop)
}
