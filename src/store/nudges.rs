//! Rows of mails owed: at most one for a subject (a post, a letter, a confirmation) and an account.

use super::{StoreError, Tx};
use crate::{bulk_insert, execute, fetch_all, fetch_scalar, fetch_scalars};

/// A member of a cohort to whom a mail about a post may be owed.
#[derive(Debug, sqlx::FromRow)]
pub struct Owed {
    /// The slot, which pages go on from.
    pub slot: i64,
    /// The member.
    pub account: Vec<u8>,
}

/// Members of one cohort of an accepted post who have a slot of it and a confirmed address, did not write it, have
/// not got it yet and are owed no mail about it so far: those with a slot after `after`, in slot order. A slot that
/// lost its token to a removal has no copy, also where its member came back; one whose cohort was retired has.
pub async fn members_to_tell(
    tx: &mut Tx,
    post: &[u8],
    position: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Owed>, StoreError> {
    fetch_all!(
        tx,
        Owed,
        "select slots.slot, slots.account from post_cohorts
         join posts on posts.post = post_cohorts.post
         join slots on slots.audience = posts.audience and slots.s_key = post_cohorts.s_key
             and slots.slot < post_cohorts.slots
         join cohorts on cohorts.audience = slots.audience and cohorts.s_key = slots.s_key
             and (slots.dropped_ms is null or slots.dropped_ms >= cohorts.retired_ms)
         join members on members.audience = slots.audience and members.account = slots.account
             and members.removed_ms is null
         join email_addresses on email_addresses.account = slots.account and email_addresses.state = 'confirmed'
         left join receipts on receipts.post = posts.post and receipts.account = slots.account
         where post_cohorts.post = $1 and post_cohorts.position = $2 and posts.state = 'accepted' and slots.slot > $3
             and slots.account <> posts.account and receipts.delivered_ms is null
             and not exists (select 1 from nudges where nudges.subject = posts.post and nudges.account = slots.account)
         order by slots.slot limit $4",
        post,
        position,
        after,
        limit
    )
}

/// Recipients of a letter, of the desk's every publisher, who have a confirmed address, did not write it and are
/// owed no mail about it so far.
pub async fn recipients_to_tell(tx: &mut Tx, letter: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        "with recipients as (
             select to_account as account from letters where letter = $1 and to_account is not null
             union
             select staff.account from letters join staff on staff.audience = letters.audience
             where letter = $1 and to_account is null)
         select recipients.account from recipients
         join email_addresses on email_addresses.account = recipients.account and email_addresses.state = 'confirmed'
         where recipients.account <> (select account from letters where letter = $1)
             and not exists (select 1 from nudges where subject = $1 and nudges.account = recipients.account)",
        letter
    )
}

/// Owes each account a mail about `subject`, unless one is owed or was sent already.
pub async fn insert(
    tx: &mut Tx,
    subject: &[u8],
    accounts: &[Vec<u8>],
    now_ms: i64,
) -> Result<u64, StoreError> {
    bulk_insert!(
        tx,
        "insert into nudges (subject, account, state, updated_ms)",
        "on conflict do nothing",
        accounts,
        |account| [subject, &account[..], "due", now_ms]
    )
}

/// Begins to send a mail that is still owed; whether it is. One left in sending by a crash begins again.
pub async fn begin(
    tx: &mut Tx,
    subject: &[u8],
    account: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let begun = execute!(
        tx,
        "update nudges set state = 'sending', attempts = attempts + 1, updated_ms = $3
         where subject = $1 and account = $2 and state in ('due', 'sending')",
        subject,
        account,
        now_ms
    )?;
    Ok(begun == 1)
}

/// Whether there is something in `subject` that the account may have missed: an accepted post it has not got and is
/// still to get, or a letter.
pub async fn still_news(tx: &mut Tx, subject: &[u8], account: &[u8]) -> Result<bool, StoreError> {
    fetch_scalar!(
        tx,
        bool,
        "select exists (select 1 from letters where letter = $1)
             or exists (select 1 from posts
                 join members on members.audience = posts.audience and members.account = $2 and members.removed_ms is null
                 where posts.post = $1 and posts.state = 'accepted'
                     and not exists (select 1 from receipts where receipts.post = $1 and receipts.account = $2
                         and receipts.delivered_ms is not null))",
        subject,
        account
    )
}

/// Writes down what became of a mail: `due` again, `sent`, `failed` or `unneeded`.
pub async fn settle(
    tx: &mut Tx,
    subject: &[u8],
    account: &[u8],
    state: &str,
    reason: Option<&str>,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update nudges set state = $3, reason = $4, updated_ms = $5 where subject = $1 and account = $2 and state <> 'sent'",
        subject,
        account,
        state,
        reason,
        now_ms
    )
    .map(drop)
}

/// Deletes at most `limit` mails settled before `before_ms`; how many.
pub async fn prune(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from nudges where (subject, account) in (select subject, account from nudges
             where updated_ms < $1 and state not in ('due', 'sending') limit $2)",
        before_ms,
        limit
    )
}
