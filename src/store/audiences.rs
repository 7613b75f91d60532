//! Rows of audiences, their charters, staff and cohorts.

use super::{StoreError, Tx};
use crate::{
    bulk_insert, execute, fetch_all, fetch_optional, fetch_scalar_optional, fetch_scalars,
};

/// An audience and its highest revision.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AudienceRow {
    /// The encoded Genesis.
    pub genesis: Vec<u8>,
    /// The highest revision accepted.
    pub revision: i64,
    /// Its hash.
    pub charter_hash: Vec<u8>,
}

/// A charter as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CharterRow {
    /// Its revision.
    pub revision: i64,
    /// The encoded charter.
    pub charter: Vec<u8>,
    /// Its signatures block.
    pub signatures: Vec<u8>,
    /// When the hub took it.
    pub accepted_ms: i64,
}

/// What a charter is found by, beside its bytes.
pub struct CharterKeys<'a> {
    /// Its hash.
    pub hash: &'a [u8],
    /// Its first valid millisecond.
    pub not_before_ms: i64,
    /// The first millisecond in which it is no longer valid.
    pub not_after_ms: i64,
}

/// One of the staff of the highest revision.
pub struct StaffRow {
    /// The account.
    pub account: [u8; 32],
    /// Its identity key.
    pub ik: [u8; 32],
    /// 1 publisher, 2 admin.
    pub role: i64,
}

/// An audience.
pub async fn audience(tx: &mut Tx, audience: &[u8]) -> Result<Option<AudienceRow>, StoreError> {
    fetch_optional!(
        tx,
        AudienceRow,
        "select genesis, revision, charter_hash from audiences where audience = $1",
        audience
    )
}

/// An audience, with every other writer of it kept out until the transaction ends.
pub async fn lock(tx: &mut Tx, audience: &[u8]) -> Result<Option<AudienceRow>, StoreError> {
    fetch_optional!(
        tx,
        AudienceRow,
        "update audiences set revision = revision where audience = $1 returning genesis, revision, charter_hash",
        audience
    )
}

/// Makes an audience; false where it exists.
pub async fn insert(
    tx: &mut Tx,
    audience: &[u8],
    genesis: &[u8],
    charter_hash: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "insert into audiences (audience, genesis, revision, charter_hash, created_ms) values ($1, $2, 0, $3, $4)
         on conflict do nothing",
        audience,
        genesis,
        charter_hash,
        now_ms
    )?;
    Ok(inserted == 1)
}

/// Makes `revision` the audience's highest.
pub async fn advance(
    tx: &mut Tx,
    audience: &[u8],
    revision: i64,
    charter_hash: &[u8],
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update audiences set revision = $2, charter_hash = $3 where audience = $1",
        audience,
        revision,
        charter_hash
    )
    .map(drop)
}

/// Keeps a charter.
pub async fn insert_charter(
    tx: &mut Tx,
    audience: &[u8],
    row: &CharterRow,
    keys: &CharterKeys<'_>,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into charters (audience, revision, charter_hash, charter, signatures, not_before_ms, not_after_ms, accepted_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        audience,
        row.revision,
        keys.hash,
        &row.charter[..],
        &row.signatures[..],
        keys.not_before_ms,
        keys.not_after_ms,
        row.accepted_ms
    )
    .map(drop)
}

/// The charter of the highest revision.
pub async fn current_charter(tx: &mut Tx, audience: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select charter from audiences join charters on charters.audience = audiences.audience
             and charters.revision = audiences.revision
         where audiences.audience = $1",
        audience
    )
}

/// The charter with this hash.
pub async fn charter_by_hash(
    tx: &mut Tx,
    audience: &[u8],
    charter_hash: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select charter from charters where audience = $1 and charter_hash = $2",
        audience,
        charter_hash
    )
}

/// Revisions from `from` on, in order.
pub async fn charters(
    tx: &mut Tx,
    audience: &[u8],
    from: i64,
    limit: i64,
) -> Result<Vec<CharterRow>, StoreError> {
    fetch_all!(
        tx,
        CharterRow,
        "select revision, charter, signatures, accepted_ms from charters
         where audience = $1 and revision >= $2 order by revision limit $3",
        audience,
        from,
        limit
    )
}

/// The bytes of each charter from `from` on, in order.
pub async fn charter_sizes(
    tx: &mut Tx,
    audience: &[u8],
    from: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    fetch_scalars!(
        tx,
        i64,
        "select cast(length(charter) as bigint) from charters where audience = $1 and revision >= $2 order by revision limit $3",
        audience,
        from,
        limit
    )
}

/// The hash of one revision's charter.
pub async fn charter_hash(
    tx: &mut Tx,
    audience: &[u8],
    revision: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select charter_hash from charters where audience = $1 and revision = $2",
        audience,
        revision
    )
}

/// Puts the staff of a new revision in place of those before.
pub async fn replace_staff(
    tx: &mut Tx,
    audience: &[u8],
    staff: &[StaffRow],
) -> Result<(), StoreError> {
    execute!(tx, "delete from staff where audience = $1", audience)?;
    bulk_insert!(tx, "insert into staff (audience, account, ik, role)", "", staff, |row| [
        audience,
        &row.account[..],
        &row.ik[..],
        row.role
    ])
    .map(drop)
}

/// What an account is among the staff: 1 publisher, 2 admin.
pub async fn staff_role(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
) -> Result<Option<i64>, StoreError> {
    fetch_scalar_optional!(
        tx,
        i64,
        "select role from staff where audience = $1 and account = $2",
        audience,
        account
    )
}

/// An audience that an account works for or belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnRow {
    /// The audience.
    pub audience: Vec<u8>,
    /// The highest revision.
    pub revision: i64,
    /// Its hash.
    pub charter_hash: Vec<u8>,
    /// 1 publisher, 2 admin; null for members.
    pub staff_role: Option<i64>,
    /// 1 member, 2 guardian; null for staff who never were one.
    pub member_role: Option<i64>,
    /// When it was removed.
    pub removed_ms: Option<i64>,
    /// When its cohort's key was replaced.
    pub retired_ms: Option<i64>,
}

/// The audiences of an account whose ids come after `after`, in the order of their ids.
pub async fn of_account(
    tx: &mut Tx,
    account: &[u8],
    after: &[u8],
    limit: i64,
) -> Result<Vec<OwnRow>, StoreError> {
    fetch_all!(
        tx,
        OwnRow,
        "select a.audience, a.revision, a.charter_hash, s.role as staff_role, m.role as member_role,
             m.removed_ms, c.retired_ms
         from (select audience from staff where account = $1 union select audience from members where account = $1) own
             join audiences a on a.audience = own.audience
             left join staff s on s.audience = a.audience and s.account = $1
             left join members m on m.audience = a.audience and m.account = $1
             left join cohorts c on c.audience = m.audience and c.s_key = m.s_key
         where a.audience > $2 order by a.audience limit $3",
        account,
        after,
        limit
    )
}

/// A cohort and how full it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CohortRow {
    /// Its place in the charter.
    pub position: i64,
    /// `S`.
    pub s_key: Vec<u8>,
    /// Members in it now.
    pub live: i64,
    /// Slots given, ever.
    pub next_slot: i64,
    /// When its key left the charter.
    pub retired_ms: Option<i64>,
}

/// Cohorts, also retired ones, after a place and `S`, by place in the charter.
pub async fn cohorts(
    tx: &mut Tx,
    audience: &[u8],
    after: i64,
    after_s: &[u8],
    limit: i64,
) -> Result<Vec<CohortRow>, StoreError> {
    fetch_all!(
        tx,
        CohortRow,
        "select position, s_key, live, next_slot, retired_ms from cohorts
         where audience = $1 and (position, s_key) > ($2, $3) order by position, s_key limit $4",
        audience,
        after,
        after_s,
        limit
    )
}
