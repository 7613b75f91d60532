//! Rows of letters on desks: whether somebody looks after one. A letter without a row is open.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalars};

/// How a letter stands on its desk.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeskRow {
    /// `open`, `assigned` or `resolved`.
    pub state: String,
    /// Who looks after it, or did until it was resolved.
    pub assignee: Option<Vec<u8>>,
    /// Who changed that.
    pub changed_by: Option<Vec<u8>>,
    /// When.
    pub changed_ms: Option<i64>,
}

/// A letter in a desk's list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeskLetter {
    /// As in every mailbox.
    #[sqlx(flatten)]
    pub letter: super::letters::ListedRow,
    /// How it stands.
    #[sqlx(flatten)]
    pub desk: DeskRow,
}

/// A desk's mailbox after a position, where `state` is given only letters in that.
pub async fn list(
    tx: &mut Tx,
    audience: &[u8],
    after: i64,
    limit: i64,
    state: Option<&str>,
) -> Result<Vec<DeskLetter>, StoreError> {
    fetch_all!(
        tx,
        DeskLetter,
        "select l.letter, position, audience, ik, thread, kind, sent_ms, received_ms,
             cast(length(bytes) as bigint) as size, writer_proof,
             coalesce(d.state, 'open') as state, d.assignee, d.changed_by, d.changed_ms
         from letters l left join desk_letters d on d.letter = l.letter
         where audience = $1 and to_account is null and position > $2
             and ($4 is null or coalesce(d.state, 'open') = $4)
         order by position limit $3",
        audience,
        after,
        limit,
        state
    )
}

/// How a letter stands, if anybody ever said.
pub async fn of(tx: &mut Tx, letter: &[u8]) -> Result<Option<DeskRow>, StoreError> {
    fetch_optional!(
        tx,
        DeskRow,
        "select state, assignee, changed_by, changed_ms from desk_letters where letter = $1",
        letter
    )
}

/// Writes down how a letter stands.
pub async fn put(tx: &mut Tx, letter: &[u8], row: &DeskRow) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into desk_letters (letter, state, assignee, changed_by, changed_ms) values ($1, $2, $3, $4, $5)
         on conflict (letter) do update set state = excluded.state, assignee = excluded.assignee,
             changed_by = excluded.changed_by, changed_ms = excluded.changed_ms",
        letter,
        &row.state[..],
        row.assignee.as_deref(),
        row.changed_by.as_deref(),
        row.changed_ms
    )
    .map(drop)
}

/// Opens what an account's resolved letters about one thread left on a desk; which.
pub async fn reopen(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
    thread: &[u8],
    now_ms: i64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        "update desk_letters set state = 'open', assignee = null, changed_by = $2, changed_ms = $4
         where state = 'resolved' and letter in (select letter from letters
             where audience = $1 and to_account is null and account = $2 and thread = $3)
         returning letter",
        audience,
        account,
        thread,
        now_ms
    )
}
