//! Rows of mail addresses, sealed, and of the confirmations asked for.

use super::{StoreError, Tx};
use crate::{execute, fetch_optional, fetch_scalar};

/// An account's address as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AddressRow {
    /// Whose.
    pub account: Vec<u8>,
    /// The address and the tokens of its links, under the master key.
    pub sealed_address: Vec<u8>,
    /// `id` or `en`.
    pub language: String,
    /// `unconfirmed`, `confirmed`, `failed` or `off`.
    pub state: String,
    /// Why it failed, for its owner.
    pub reason: Option<String>,
    /// Hash of the token that confirms it.
    pub confirm_hash: Vec<u8>,
    /// Until when that token is good.
    pub confirm_until_ms: i64,
    /// Hash of the token that stops mail to it.
    pub unsubscribe_hash: Vec<u8>,
}

/// An account's address.
pub async fn of_account(tx: &mut Tx, account: &[u8]) -> Result<Option<AddressRow>, StoreError> {
    fetch_optional!(
        tx,
        AddressRow,
        "select account, sealed_address, language, state, reason, confirm_hash, confirm_until_ms, unsubscribe_hash
         from email_addresses where account = $1",
        account
    )
}

/// The address with this confirmation.
pub async fn by_confirm(tx: &mut Tx, hash: &[u8]) -> Result<Option<AddressRow>, StoreError> {
    fetch_optional!(
        tx,
        AddressRow,
        "select account, sealed_address, language, state, reason, confirm_hash, confirm_until_ms, unsubscribe_hash
         from email_addresses where confirm_hash = $1",
        hash
    )
}

/// The address that this token stops mail to.
pub async fn by_unsubscribe(tx: &mut Tx, hash: &[u8]) -> Result<Option<AddressRow>, StoreError> {
    fetch_optional!(
        tx,
        AddressRow,
        "select account, sealed_address, language, state, reason, confirm_hash, confirm_until_ms, unsubscribe_hash
         from email_addresses where unsubscribe_hash = $1",
        hash
    )
}

/// Writes an account's address over the one before.
pub async fn put(tx: &mut Tx, row: &AddressRow, now_ms: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into email_addresses (account, sealed_address, language, state, reason, confirm_hash, confirm_until_ms,
             unsubscribe_hash, updated_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (account) do update set sealed_address = excluded.sealed_address, language = excluded.language,
             state = excluded.state, reason = excluded.reason, confirm_hash = excluded.confirm_hash,
             confirm_until_ms = excluded.confirm_until_ms, unsubscribe_hash = excluded.unsubscribe_hash,
             updated_ms = excluded.updated_ms",
        &row.account[..],
        &row.sealed_address[..],
        &row.language[..],
        &row.state[..],
        row.reason.as_deref(),
        &row.confirm_hash[..],
        row.confirm_until_ms,
        &row.unsubscribe_hash[..],
        now_ms
    )
    .map(drop)
}

/// Changes the state of the address with this confirmation, if it still stands and is in state `from`; whether.
pub async fn change_state(
    tx: &mut Tx,
    confirm_hash: &[u8],
    from: &str,
    to: &str,
    reason: Option<&str>,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let changed = execute!(
        tx,
        "update email_addresses set state = $3, reason = $4, updated_ms = $5 where confirm_hash = $1 and state = $2",
        confirm_hash,
        from,
        to,
        reason,
        now_ms
    )?;
    Ok(changed == 1)
}

/// Forgets an account's address.
pub async fn delete(tx: &mut Tx, account: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "delete from email_addresses where account = $1", account).map(drop)
}

/// Writes down that a confirmation was asked for.
pub async fn insert_confirmation(
    tx: &mut Tx,
    confirm_hash: &[u8],
    account: &[u8],
    address_hash: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into email_confirmations (confirm_hash, account, address_hash, at_ms) values ($1, $2, $3, $4)",
        confirm_hash,
        account,
        address_hash,
        now_ms
    )
    .map(drop)
}

/// The greater of how many confirmations this account, and how many others for this address, were asked for since.
pub async fn confirmations_since(
    tx: &mut Tx,
    account: &[u8],
    address_hash: &[u8],
    since_ms: i64,
) -> Result<i64, StoreError> {
    let by_account = fetch_scalar!(
        tx,
        i64,
        "select count(*) from email_confirmations where account = $1 and at_ms > $2",
        account,
        since_ms
    )?;
    let for_address = fetch_scalar!(
        tx,
        i64,
        "select count(*) from email_confirmations where address_hash = $1 and at_ms > $2",
        address_hash,
        since_ms
    )?;
    Ok(by_account.max(for_address))
}

/// Deletes at most `limit` notes of confirmations asked for before `before_ms`; how many.
pub async fn prune_confirmations(
    tx: &mut Tx,
    before_ms: i64,
    limit: i64,
) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from email_confirmations where confirm_hash in
             (select confirm_hash from email_confirmations where at_ms < $1 limit $2)",
        before_ms,
        limit
    )
}
