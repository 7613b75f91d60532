//! Rows of letters: mailboxes of accounts, and of audiences' desks.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalar, fetch_scalar_optional};

/// A letter as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LetterRow {
    /// `letter_id`.
    pub letter: Vec<u8>,
    /// The audience.
    pub audience: Vec<u8>,
    /// Whose mailbox; none for the audience's desk.
    pub to_account: Option<Vec<u8>>,
    /// The author's identity key.
    pub ik: Vec<u8>,
    /// The author.
    pub account: Vec<u8>,
    /// The post it is about, or zero.
    pub thread: Vec<u8>,
    /// The kind's byte.
    pub kind: i64,
    /// By the author's clock.
    pub sent_ms: i64,
    /// By the hub's.
    pub received_ms: i64,
    /// The letter.
    pub bytes: Vec<u8>,
    /// The author's membership, where it wrote as a member.
    pub writer_proof: Option<Vec<u8>>,
}

/// A letter in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedRow {
    /// `letter_id`.
    pub letter: Vec<u8>,
    /// Its place in the mailbox.
    pub position: i64,
    /// The audience.
    pub audience: Vec<u8>,
    /// The author's identity key.
    pub ik: Vec<u8>,
    /// The post it is about, or zero.
    pub thread: Vec<u8>,
    /// The kind's byte.
    pub kind: i64,
    /// By the author's clock.
    pub sent_ms: i64,
    /// By the hub's.
    pub received_ms: i64,
    /// Of the letter in bytes.
    pub size: i64,
    /// The author's membership, where it wrote as a member.
    pub writer_proof: Option<Vec<u8>>,
}

/// Puts a letter at the end of its mailbox, whose counter keeps other writers of it out until the transaction ends.
pub async fn insert(tx: &mut Tx, row: &LetterRow) -> Result<(), StoreError> {
    let position = match &row.to_account {
        Some(account) => fetch_scalar!(
            tx,
            i64,
            "update accounts set letters = letters + 1 where account = $1 returning letters",
            &account[..]
        )?,
        None => fetch_scalar!(
            tx,
            i64,
            "update audiences set letters = letters + 1 where audience = $1 returning letters",
            &row.audience[..]
        )?,
    };
    execute!(
        tx,
        "insert into letters (letter, audience, to_account, position, ik, account, thread, kind, sent_ms, received_ms,
             bytes, writer_proof) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &row.letter[..],
        &row.audience[..],
        row.to_account.as_deref(),
        position,
        &row.ik[..],
        &row.account[..],
        &row.thread[..],
        row.kind,
        row.sent_ms,
        row.received_ms,
        &row.bytes[..],
        row.writer_proof.as_deref()
    )
    .map(drop)
}

/// A letter.
pub async fn letter(tx: &mut Tx, letter: &[u8]) -> Result<Option<LetterRow>, StoreError> {
    fetch_optional!(
        tx,
        LetterRow,
        "select letter, audience, to_account, ik, account, thread, kind, sent_ms, received_ms, bytes, writer_proof
         from letters where letter = $1",
        letter
    )
}

/// When a letter came in, for the answer to a repeat.
pub async fn received(tx: &mut Tx, letter: &[u8]) -> Result<Option<i64>, StoreError> {
    fetch_scalar_optional!(tx, i64, "select received_ms from letters where letter = $1", letter)
}

/// Letters that an account sent since.
pub async fn sent_since(tx: &mut Tx, account: &[u8], since_ms: i64) -> Result<i64, StoreError> {
    fetch_scalar!(
        tx,
        i64,
        "select count(*) from letters where account = $1 and received_ms > $2",
        account,
        since_ms
    )
}

/// An account's mailbox after a position.
pub async fn of_account(
    tx: &mut Tx,
    account: &[u8],
    after: i64,
    limit: i64,
) -> Result<Vec<ListedRow>, StoreError> {
    fetch_all!(
        tx,
        ListedRow,
        "select letter, position, audience, ik, thread, kind, sent_ms, received_ms,
             cast(length(bytes) as bigint) as size, writer_proof
         from letters where to_account = $1 and position > $2 order by position limit $3",
        account,
        after,
        limit
    )
}

/// The latest charter begun by `at_ms`, whether it still held then or not.
pub async fn charter_at(
    tx: &mut Tx,
    audience: &[u8],
    at_ms: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select charter from charters where audience = $1 and not_before_ms <= $2 order by revision desc limit 1",
        audience,
        at_ms
    )
}

/// Deletes at most `limit` letters received before `before_ms`; how many.
pub async fn prune(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from letters where letter in (select letter from letters where received_ms < $1 limit $2)",
        before_ms,
        limit
    )
}
