//! What goes when an account goes, and what remembers that it was there.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_scalar, fetch_scalars};

/// Whether an account was deleted.
pub async fn is_deleted(tx: &mut Tx, account: &[u8]) -> Result<bool, StoreError> {
    fetch_scalar!(
        tx,
        bool,
        "select exists (select 1 from deleted_accounts where account = $1)",
        account
    )
}

/// How many of `accounts`, 32 bytes each, were deleted.
pub async fn count_deleted(tx: &mut Tx, accounts: &[u8]) -> Result<i64, StoreError> {
    let count = i64::try_from(accounts.len() / 32).unwrap_or(i64::MAX);
    fetch_scalar!(
        tx,
        i64,
        "with recursive places(place) as (select 0 union all select place + 1 from places where place + 1 < $2)
         select count(*) from places cross join deleted_accounts where account = substr($1, place * 32 + 1, 32)",
        accounts,
        count
    )
}

/// The audiences with others in them of which an account is the last admin.
pub async fn abandoned(tx: &mut Tx, account: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        "select s.audience from staff s where s.account = $1 and s.role = 2
             and not exists (select 1 from staff o join accounts a on a.account = o.account
                 where o.audience = s.audience and o.account <> $1 and o.role = 2)
             and (exists (select 1 from members m
                     where m.audience = s.audience and m.account <> $1 and m.removed_ms is null)
                 or exists (select 1 from staff o join accounts a on a.account = o.account
                     where o.audience = s.audience and o.account <> $1))
         order by s.audience",
        account
    )
}

/// Deletes what only an account itself had a use for, its mailbox among it, and leaves a mark that it was there;
/// sessions, vaults, the mail address and mails owed go with its row.
pub async fn delete(tx: &mut Tx, account: &[u8], now_ms: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "delete from receipts where account = $1 and post in (select post from posts
             where audience in (select audience from members where account = $1))",
        account
    )?;
    execute!(tx, "delete from posts where account = $1 and state = 'scheduled'", account)?;
    execute!(tx, "delete from letters where to_account = $1", account)?;
    execute!(tx, "delete from join_requests where account = $1", account)?;
    execute!(tx, "delete from link_uses where account = $1", account)?;
    execute!(tx, "delete from events where account = $1", account)?;
    execute!(
        tx,
        "update desk_letters set state = 'open', assignee = null where assignee = $1 and state = 'assigned'",
        account
    )?;
    execute!(
        tx,
        "insert into deleted_accounts (account, deleted_ms) values ($1, $2) on conflict do nothing",
        account,
        now_ms
    )?;
    execute!(tx, "delete from accounts where account = $1", account).map(drop)
}

/// At most `limit` attachments of an account whose keys it can have given to nobody, as audience and hash: it sent
/// nothing into their audience since.
pub async fn ungiven(
    tx: &mut Tx,
    account: &[u8],
    limit: i64,
) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    fetch_all!(
        tx,
        (Vec<u8>, Vec<u8>),
        "select audience, sha256 from attachments t where account = $1
             and not exists (select 1 from posts p where p.account = $1 and p.audience = t.audience
                 and p.accepted_ms >= t.created_ms and p.state <> 'lapsed')
             and not exists (select 1 from letters l where l.account = $1 and l.audience = t.audience
                 and l.received_ms >= t.created_ms)
         order by audience, sha256 limit $2",
        account,
        limit
    )
}
