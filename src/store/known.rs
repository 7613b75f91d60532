//! Every row that concerns one account, whatever table it lies in, for the account itself to see.
//!
//! Invariant: a row is in here because it names the account, and no column tells of another account more than the
//! caller was shown before. Sealed and large columns are given by their length.

use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, ColumnIndex, Decode, FromRow, Row, Type, TypeInfo as _, ValueRef as _};

use super::{StoreError, Tx};
use crate::base64url::encode;
use crate::{fetch_all, fetch_scalar};

/// A row as JSON: columns by their names, bytes as base64url.
#[derive(Serialize)]
pub struct KnownRow(Map<String, Value>);

/// A table and how an account's rows in it are found.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    rows: &'static str,
    count: &'static str,
}

/// `table!("name", "columns", "from, with $1 for the account", "order")`
macro_rules! table {
    ($name:literal, $columns:literal, $from:literal, $order:literal) => {
        Table {
            name: $name,
            rows: concat!(
                "select ",
                $columns,
                " from ",
                $from,
                " order by ",
                $order,
                " limit $2 offset $3"
            ),
            count: concat!("select count(*) from ", $from),
        }
    };
}

/// Every table with an account in it. Left out of rows: what another's eyes must not gain by a stolen session (the
/// vault's id, which is the way to overwrite it; the mail address, which rests sealed).
pub const TABLES: &[Table] = &[
    table!(
        "accounts",
        "account, ik, seq, bundle, bundle_signature, xk, letters, created_ms",
        "accounts where account = $1",
        "account"
    ),
    table!(
        "sessions",
        "token_hash, created_ms, expires_ms",
        "sessions where account = $1",
        "created_ms desc, token_hash"
    ),
    table!(
        "vaults",
        "version, cast(length(vault) as bigint) as vault_bytes, updated_ms",
        "vaults where account = $1",
        "updated_ms desc, vault_id"
    ),
    table!("staff", "audience, ik, role", "staff where account = $1", "audience"),
    table!(
        "members",
        "audience, ik, role, s_key, slot, joined_ms, removed_ms",
        "members where account = $1",
        "joined_ms desc, audience"
    ),
    table!(
        "slots",
        "audience, s_key, slot, x, ek, membership, membership_signature, link_pk, granted_ms, dropped_ms,
             (select count(*) from token_pages t where t.audience = slots.audience and t.s_key = slots.s_key
                 and t.page = slots.slot / 64 and slots.dropped_ms is null) as tokens,
             (select count(*) from post_cohorts c join posts p on p.post = c.post where c.s_key = slots.s_key
                 and p.audience = slots.audience and c.state = 'ready' and slots.slot < c.slots) as packs,
             (select count(*) from post_cohorts c join late_slots l on l.post = c.post and l.position = c.position
                 where c.s_key = slots.s_key and l.slot = slots.slot) as late_slots",
        "slots where account = $1 and audience in (select audience from members where account = $1)",
        "granted_ms desc, audience, s_key, slot"
    ),
    table!(
        "links",
        "audience, link_pk, link, signature, kind, max_uses, uses, expires_ms, revoked_ms, created_ms,
             (select count(*) from deposits d where d.audience = links.audience and d.link_pk = links.link_pk) as deposits",
        "links where publisher = (select ik from accounts where account = $1)",
        "created_ms desc, link_pk"
    ),
    table!("link_uses", "audience, link_pk", "link_uses where account = $1", "audience, link_pk"),
    table!(
        "join_requests",
        "audience, ik, link_pk, request, link_signature, signature, state, received_ms, decided_ms",
        "join_requests where account = $1",
        "received_ms desc, audience"
    ),
    table!(
        "posts",
        "post, audience, position, revision, chain, seq, kind, thread, cast(case when publisher then 1 else 0 end as bigint) as publisher,
             sent_ms, accepted_ms, state, release_ms, lapse_reason, cast(length(bytes) as bigint) as size, writer_proof",
        "posts where account = $1",
        "accepted_ms desc, post"
    ),
    table!(
        "approvals",
        "post, approval, at_ms",
        "approvals where ik = (select ik from accounts where account = $1)",
        "at_ms desc, post"
    ),
    table!(
        "receipts",
        "receipts.post, delivered_ms, read_ms, acknowledged_ms",
        "posts join receipts on receipts.post = posts.post and receipts.account = $1
             where posts.audience in (select audience from members where account = $1)",
        "posts.accepted_ms desc, receipts.post"
    ),
    table!(
        "threads",
        "post, state, every_s, changed_ms",
        "threads where changed_by = $1",
        "changed_ms desc, post"
    ),
    table!(
        "letters",
        "letter, audience, account, to_account, position, thread, kind, sent_ms, received_ms,
             cast(length(bytes) as bigint) as size, writer_proof",
        "letters where account = $1 or to_account = $1",
        "received_ms desc, letter"
    ),
    table!(
        "desk_letters",
        "letter, state, assignee, changed_by, changed_ms",
        "desk_letters where assignee = $1 or changed_by = $1",
        "changed_ms desc, letter"
    ),
    table!(
        "attachments",
        "audience, sha256, account, reader, to_account, size, created_ms",
        "attachments where account = $1 or to_account = $1",
        "created_ms desc, sha256"
    ),
    table!(
        "uploads",
        "audience, sha256, reader, to_account, size, begun_ms, updated_ms",
        "uploads where account = $1",
        "begun_ms desc, sha256"
    ),
    table!(
        "events",
        "id, at_ms, kind, audience, subject",
        "events where account = $1",
        "id desc"
    ),
    table!(
        "email_addresses",
        "cast(length(sealed_address) as bigint) as sealed_bytes, language, state, reason, confirm_until_ms, updated_ms",
        "email_addresses where account = $1",
        "updated_ms"
    ),
    table!(
        "email_confirmations",
        "address_hash, at_ms",
        "email_confirmations where account = $1",
        "at_ms desc"
    ),
    table!(
        "nudges",
        "subject, state, attempts, reason, updated_ms",
        "nudges where account = $1",
        "updated_ms desc, subject"
    ),
];

impl Table {
    /// The table of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }
}

/// An account's rows of one table, the newest first: at most `limit` of them after the first `skip`.
pub async fn rows(
    tx: &mut Tx,
    table: &Table,
    account: &[u8],
    limit: i64,
    skip: i64,
) -> Result<Vec<KnownRow>, StoreError> {
    fetch_all!(tx, KnownRow, table.rows, account, limit, skip)
}

/// How many rows of one table are an account's.
pub async fn count(tx: &mut Tx, table: &Table, account: &[u8]) -> Result<i64, StoreError> {
    fetch_scalar!(tx, i64, table.count, account)
}

impl FromRow<'_, SqliteRow> for KnownRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        known(row)
    }
}

impl FromRow<'_, PgRow> for KnownRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        known(row)
    }
}

/// A row of whatever columns its table has, by the types in use here: numbers, texts and bytes.
fn known<'r, R: Row>(row: &'r R) -> Result<KnownRow, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let mut known = Map::new();
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        let value = if raw.is_null() {
            Value::Null
        } else {
            match raw.type_info().name() {
                "BLOB" | "BYTEA" => encode(row.try_get::<Vec<u8>, _>(index)?).into(),
                "TEXT" => row.try_get::<String, _>(index)?.into(),
                _ => row.try_get::<i64, _>(index)?.into(),
            }
        };
        known.insert(column.name().to_owned(), value);
    }
    Ok(KnownRow(known))
}
