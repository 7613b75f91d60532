//! Rows of due times: when the hub reminds those who handed nothing in, in audiences whose admins allow it.

use super::{StoreError, Tx};
use crate::{execute, fetch_optional, fetch_scalar, fetch_scalar_optional, fetch_scalars};

/// When an assignment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueRow {
    /// When.
    pub due_ms: i64,
    /// When the hub reminds.
    pub remind_ms: i64,
    /// When it did.
    pub reminded_ms: Option<i64>,
}

/// A reminder whose time has come.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BegunRow {
    /// What mails about it are owed for.
    pub reminder: Vec<u8>,
    /// When the work is due.
    pub due_ms: i64,
    /// The audience.
    pub audience: Vec<u8>,
}

/// `owing!("select …", "and …")` over `d`, a due time of an assignment that counts and was not withdrawn, and `m`, each
/// member who owes that work: was given it, sent no submission about it, and is no guardian.
macro_rules! owing {
    ($select:literal, $more:literal) => {
        concat!(
            $select,
            " from due_times d join posts p on p.post = d.post
                 join members m on m.audience = p.audience and m.removed_ms is null and m.role = 1
             where p.kind = 2 and p.state = 'accepted'
                 and not exists (select 1 from posts w where w.audience = p.audience and w.thread = p.post
                     and w.kind = 5 and w.state = 'accepted')
                 and not exists (select 1 from letters l where l.account = m.account and l.audience = p.audience
                     and l.kind = 2 and l.thread = p.post)
                 and exists (select 1 from slots s join post_cohorts c on c.post = p.post and c.s_key = s.s_key
                         join cohorts h on h.audience = s.audience and h.s_key = s.s_key
                     where s.audience = p.audience and s.account = m.account
                         and (s.dropped_ms is null or s.dropped_ms >= h.retired_ms)
                         and (s.slot < c.slots or exists (select 1 from late_slots t
                             where t.post = c.post and t.position = c.position and t.slot = s.slot))) ",
            $more
        )
    };
}

/// Whether publishers may tell the hub due times of an audience; `None` where there is no such audience.
pub async fn allowed(tx: &mut Tx, audience: &[u8]) -> Result<Option<bool>, StoreError> {
    fetch_scalar_optional!(
        tx,
        bool,
        "select due_times_allowed from audiences where audience = $1",
        audience
    )
}

/// Allows or forbids it.
pub async fn allow(tx: &mut Tx, audience: &[u8], allowed: bool) -> Result<(), StoreError> {
    execute!(
        tx,
        "update audiences set due_times_allowed = $2 where audience = $1",
        audience,
        allowed
    )
    .map(drop)
}

/// Forgets every due time of an audience; how many.
pub async fn delete_all(tx: &mut Tx, audience: &[u8]) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from due_times where post in (select post from posts where audience = $1)",
        audience
    )
}

/// When a post is due, if its publishers said so.
pub async fn of(tx: &mut Tx, post: &[u8]) -> Result<Option<DueRow>, StoreError> {
    fetch_optional!(
        tx,
        DueRow,
        "select due_ms, remind_ms, reminded_ms from due_times where post = $1",
        post
    )
}

/// Writes down when a post is due, over what was there: its reminder is another one then.
pub async fn put(
    tx: &mut Tx,
    post: &[u8],
    due_ms: i64,
    remind_ms: i64,
    reminder: &[u8],
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into due_times (post, due_ms, remind_ms, reminder) values ($1, $2, $3, $4)
         on conflict (post) do update set due_ms = excluded.due_ms, remind_ms = excluded.remind_ms,
             reminder = excluded.reminder, reminded_ms = null",
        post,
        due_ms,
        remind_ms,
        reminder
    )
    .map(drop)
}

/// Forgets when a post is due.
pub async fn delete(tx: &mut Tx, post: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "delete from due_times where post = $1", post).map(drop)
}

/// At most `limit` posts whose reminders' time has come, in the order of these times.
pub async fn waiting(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        "select post from due_times where reminded_ms is null and remind_ms <= $1
         order by remind_ms, post limit $2",
        now_ms,
        limit
    )
}

/// Begins a reminder whose time has come; nothing where another did, or where it was changed meanwhile.
pub async fn begin(tx: &mut Tx, post: &[u8], now_ms: i64) -> Result<Option<BegunRow>, StoreError> {
    fetch_optional!(
        tx,
        BegunRow,
        "update due_times set reminded_ms = $2 where post = $1 and remind_ms <= $2 and reminded_ms is null
         returning reminder, due_ms, (select audience from posts where posts.post = $1) as audience",
        post,
        now_ms
    )
}

/// The members who owe the work of a post, in the order of their ids.
pub async fn missing(tx: &mut Tx, post: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        owing!("select m.account", "and d.post = $1 order by m.account"),
        post
    )
}

/// At most `limit` of those who owe the work a reminder is about, have a confirmed address and are owed no mail about
/// it so far, with an id after `after`, in the order of their ids.
pub async fn to_tell(
    tx: &mut Tx,
    reminder: &[u8],
    after: &[u8],
    limit: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        owing!(
            "select m.account",
            "and d.reminder = $1 and m.account > $2
                 and exists (select 1 from email_addresses e where e.account = m.account and e.state = 'confirmed')
                 and not exists (select 1 from nudges n where n.subject = d.reminder and n.account = m.account)
             order by m.account limit $3"
        ),
        reminder,
        after,
        limit
    )
}

/// Whether this is what mails of a reminder are owed for.
pub async fn is_reminder(tx: &mut Tx, subject: &[u8]) -> Result<bool, StoreError> {
    fetch_scalar!(tx, bool, "select exists (select 1 from due_times where reminder = $1)", subject)
}

/// Whether an account still owes, before it is due, the work that a reminder is about.
pub async fn still_owes(
    tx: &mut Tx,
    reminder: &[u8],
    account: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let found = fetch_scalar_optional!(
        tx,
        i64,
        owing!("select d.due_ms", "and d.reminder = $1 and m.account = $2 and d.due_ms > $3"),
        reminder,
        account,
        now_ms
    )?;
    Ok(found.is_some())
}
