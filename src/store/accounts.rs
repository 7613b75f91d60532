//! Rows of accounts, their sessions, login challenges and vaults.

use kentongan_protocol::account::SignedBundle;

use super::{StoreError, Tx};
use crate::{bulk_insert, execute, fetch_all, fetch_optional, fetch_scalar, fetch_scalar_optional};

/// A bundle as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BundleRow {
    /// The identity key.
    pub ik: Vec<u8>,
    /// Its sequence number.
    pub seq: i64,
    /// The encoded bundle.
    pub bundle: Vec<u8>,
    /// Its signature.
    pub bundle_signature: Vec<u8>,
}

/// An account's current bundle.
pub async fn bundle(tx: &mut Tx, account: &[u8]) -> Result<Option<BundleRow>, StoreError> {
    fetch_optional!(
        tx,
        BundleRow,
        "select ik, seq, bundle, bundle_signature from accounts where account = $1",
        account
    )
}

/// Makes an account of its first bundle; false where it exists.
pub async fn insert(
    tx: &mut Tx,
    account: &[u8],
    row: &BundleRow,
    xk: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "insert into accounts (account, ik, seq, bundle, bundle_signature, xk, created_ms)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        account,
        &row.ik[..],
        row.seq,
        &row.bundle[..],
        &row.bundle_signature[..],
        xk,
        now_ms
    )?;
    Ok(inserted == 1)
}

/// Makes the accounts of many first bundles; how many of them are new.
pub async fn insert_many(
    tx: &mut Tx,
    bundles: &[SignedBundle],
    now_ms: i64,
) -> Result<u64, StoreError> {
    let row = |signed: &SignedBundle| {
        (signed.bundle.account(), signed.bundle, signed.bundle.encode(), signed.signature)
    };
    let rows: Vec<_> = bundles.iter().map(row).collect();
    bulk_insert!(
        tx,
        "insert into accounts (account, ik, seq, bundle, bundle_signature, xk, created_ms)",
        "on conflict do nothing",
        rows,
        |(account, keys, bundle, signature)| [
            &account.0[..],
            keys.ik().0.to_vec(),
            1_i64,
            &bundle[..],
            &signature[..],
            keys.xk().0.to_vec(),
            now_ms
        ]
    )
}

/// Puts the next bundle in place of the one before; false where that is not the one held, or another account has
/// this letter key.
pub async fn replace_bundle(
    tx: &mut Tx,
    account: &[u8],
    row: &BundleRow,
    xk: &[u8],
) -> Result<bool, StoreError> {
    let replaced = execute!(
        tx,
        "update accounts set seq = $2, bundle = $3, bundle_signature = $4, xk = $5
         where account = $1 and seq = $2 - 1
             and not exists (select 1 from accounts other where other.xk = $5 and other.account <> $1)",
        account,
        row.seq,
        &row.bundle[..],
        &row.bundle_signature[..],
        xk
    )?;
    Ok(replaced == 1)
}

/// The account whose current letter key is `xk`.
pub async fn by_xk(tx: &mut Tx, xk: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(tx, Vec<u8>, "select account from accounts where xk = $1", xk)
}

/// Remembers a login challenge.
pub async fn insert_challenge(
    tx: &mut Tx,
    challenge: &[u8],
    expires_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into challenges (challenge, expires_ms) values ($1, $2)",
        challenge,
        expires_ms
    )
    .map(drop)
}

/// Takes a challenge away; whether it was there and had not expired.
pub async fn use_challenge(tx: &mut Tx, challenge: &[u8], now_ms: i64) -> Result<bool, StoreError> {
    let used = execute!(
        tx,
        "delete from challenges where challenge = $1 and expires_ms > $2",
        challenge,
        now_ms
    )?;
    Ok(used == 1)
}

/// Starts a session.
pub async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8],
    account: &[u8],
    now_ms: i64,
    expires_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into sessions (token_hash, account, created_ms, expires_ms) values ($1, $2, $3, $4)",
        token_hash,
        account,
        now_ms,
        expires_ms
    )
    .map(drop)
}

/// The account and identity key of a session that has not expired.
pub async fn session(
    tx: &mut Tx,
    token_hash: &[u8],
    now_ms: i64,
) -> Result<Option<(Vec<u8>, Vec<u8>)>, StoreError> {
    fetch_optional!(
        tx,
        (Vec<u8>, Vec<u8>),
        "select accounts.account, accounts.ik from sessions join accounts on accounts.account = sessions.account
         where token_hash = $1 and expires_ms > $2",
        token_hash,
        now_ms
    )
}

/// Ends a session.
pub async fn delete_session(tx: &mut Tx, token_hash: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "delete from sessions where token_hash = $1", token_hash).map(drop)
}

/// An account's session, for its owner to see.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// SHA-256 of its token.
    pub token_hash: Vec<u8>,
    /// When it began.
    pub created_ms: i64,
    /// Until when it lasts.
    pub expires_ms: i64,
}

/// An account's sessions that have not expired, the newest first.
pub async fn sessions(
    tx: &mut Tx,
    account: &[u8],
    now_ms: i64,
) -> Result<Vec<SessionRow>, StoreError> {
    fetch_all!(
        tx,
        SessionRow,
        "select token_hash, created_ms, expires_ms from sessions where account = $1 and expires_ms > $2
         order by created_ms desc, token_hash limit 1000",
        account,
        now_ms
    )
}

/// Ends every session of an account but this one; how many.
pub async fn delete_other_sessions(
    tx: &mut Tx,
    account: &[u8],
    token_hash: &[u8],
) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from sessions where account = $1 and token_hash <> $2",
        account,
        token_hash
    )
}

/// Deletes challenges and sessions whose time is over; how many.
pub async fn delete_expired(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    let challenges = execute!(tx, "delete from challenges where expires_ms <= $1", now_ms)?;
    let sessions = execute!(tx, "delete from sessions where expires_ms <= $1", now_ms)?;
    Ok(challenges + sessions)
}

/// A vault as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VaultRow {
    /// Whose it is.
    pub account: Vec<u8>,
    /// 1, 2, …
    pub version: i64,
    /// The age file.
    pub vault: Vec<u8>,
}

/// A vault.
pub async fn vault(tx: &mut Tx, vault_id: &[u8]) -> Result<Option<VaultRow>, StoreError> {
    fetch_optional!(
        tx,
        VaultRow,
        "select account, version, vault from vaults where vault_id = $1",
        vault_id
    )
}

/// Bytes of an account's vaults but for this one.
pub async fn other_vault_bytes(
    tx: &mut Tx,
    account: &[u8],
    vault_id: &[u8],
) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select cast(coalesce(sum(length(vault)), 0) as bigint) from vaults
         where account = $1 and vault_id <> $2",
        account,
        vault_id
    )
}

/// Writes the first version of a vault; false where one stands.
pub async fn insert_vault(
    tx: &mut Tx,
    vault_id: &[u8],
    row: &VaultRow,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "insert into vaults (vault_id, account, version, vault, updated_ms) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        vault_id,
        &row.account[..],
        row.version,
        &row.vault[..],
        now_ms
    )?;
    Ok(inserted == 1)
}

/// Writes the next version of an account's vault; false where the one before does not stand there.
pub async fn replace_vault(
    tx: &mut Tx,
    vault_id: &[u8],
    row: &VaultRow,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let replaced = execute!(
        tx,
        "update vaults set version = $3, vault = $4, updated_ms = $5
         where vault_id = $1 and account = $2 and version = $3 - 1",
        vault_id,
        &row.account[..],
        row.version,
        &row.vault[..],
        now_ms
    )?;
    Ok(replaced == 1)
}

/// Makes others that lock this account wait until the transaction ends.
pub async fn lock(tx: &mut Tx, account: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "update accounts set seq = seq where account = $1", account).map(drop)
}

/// Deletes this version of an account's vault where the account has another; false where that is not so.
pub async fn delete_vault(
    tx: &mut Tx,
    vault_id: &[u8],
    account: &[u8],
    version: i64,
) -> Result<bool, StoreError> {
    let deleted = execute!(
        tx,
        "delete from vaults where vault_id = $1 and account = $2 and version = $3
             and exists (select 1 from vaults other where other.account = $2 and other.vault_id <> $1)",
        vault_id,
        account,
        version
    )?;
    Ok(deleted == 1)
}
