//! Rows of members and of every slot ever given.
//!
//! Questions about many accounts pass their ids as one blob, 32 bytes each: one text for any number on both databases.

use super::{StoreError, Tx};
use crate::{bulk_insert, execute, fetch_all, fetch_optional};

/// A member as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MemberRow {
    /// 1 member, 2 guardian.
    pub role: i64,
    /// `S` of its cohort.
    pub s_key: Vec<u8>,
    /// Its slot there.
    pub slot: i64,
    /// When it was removed.
    pub removed_ms: Option<i64>,
    /// When its cohort's key was replaced.
    pub retired_ms: Option<i64>,
}

/// An account's place in an audience, also after its removal.
pub async fn member(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
) -> Result<Option<MemberRow>, StoreError> {
    fetch_optional!(
        tx,
        MemberRow,
        "select m.role, m.s_key, m.slot, m.removed_ms, c.retired_ms
         from members m join cohorts c on c.audience = m.audience and c.s_key = m.s_key
         where m.audience = $1 and m.account = $2",
        audience,
        account
    )
}

/// An account somebody wants to enrol.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CandidateRow {
    /// Its place among those asked for, from 0.
    pub place: i64,
    /// Its current bundle.
    pub bundle: Vec<u8>,
}

// SQLite keeps the order of a `cross join`: one look-up for each account asked for. Left to itself it goes through every
// member of the audience for each of them, which for a hundred thousand members took twenty seconds a batch.

/// Those of `accounts` that exist, with their bundles.
pub async fn candidates(tx: &mut Tx, accounts: &[u8]) -> Result<Vec<CandidateRow>, StoreError> {
    fetch_all!(
        tx,
        CandidateRow,
        "with recursive places(place) as (select 0 union all select place + 1 from places where place + 1 < $2)
         select cast(place as bigint) as place, bundle
         from places cross join accounts where account = substr($1, place * 32 + 1, 32) order by place",
        accounts,
        count(accounts)
    )
}

/// A live seat one of the accounts asked for has already.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SeatedRow {
    /// Its place among those asked for, from 0.
    pub place: i64,
    /// `S`.
    pub s_key: Vec<u8>,
    /// Its slot.
    pub slot: i64,
    /// The batch's `X`.
    pub x: Option<Vec<u8>>,
    /// The enrolment key it was made for.
    pub ek: Option<Vec<u8>>,
}

/// The live seats of `accounts` under cohort keys that are current.
pub async fn seated(
    tx: &mut Tx,
    audience: &[u8],
    accounts: &[u8],
) -> Result<Vec<SeatedRow>, StoreError> {
    fetch_all!(
        tx,
        SeatedRow,
        "with recursive places(place) as (select 0 union all select place + 1 from places where place + 1 < $2)
         select cast(place as bigint) as place, m.s_key, m.slot, s.x, s.ek
         from places cross join members m cross join cohorts c cross join slots s
         where m.audience = $3 and m.account = substr($1, place * 32 + 1, 32) and m.removed_ms is null
             and c.audience = m.audience and c.s_key = m.s_key and c.retired_ms is null
             and s.audience = m.audience and s.s_key = m.s_key and s.slot = m.slot",
        accounts,
        count(accounts),
        audience
    )
}

/// Marks the pending requests of `accounts` admitted.
pub async fn admit(
    tx: &mut Tx,
    audience: &[u8],
    accounts: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update join_requests set state = 'admitted', decided_ms = $4
         where audience = $3 and state = 'pending' and account in (
             with recursive places(place) as (select 0 union all select place + 1 from places where place + 1 < $2)
             select substr($1, place * 32 + 1, 32) from places)",
        accounts,
        count(accounts),
        audience,
        now_ms
    )
    .map(drop)
}

fn count(accounts: &[u8]) -> i64 {
    i64::try_from(accounts.len() / 32).unwrap_or(i64::MAX)
}

/// A slot about to be given.
pub struct NewSlot<'a> {
    /// Its number in its cohort.
    pub slot: i64,
    /// Whose.
    pub account: &'a [u8],
    /// Their identity key.
    pub ik: &'a [u8],
    /// 1 member, 2 guardian.
    pub role: i64,
    /// The batch's `X`; none for one who came through an open link.
    pub x: Option<&'a [u8]>,
    /// The enrolment key, likewise.
    pub ek: Option<&'a [u8]>,
    /// The encoded membership.
    pub membership: &'a [u8],
    /// Its signature.
    pub membership_signature: &'a [u8],
    /// The open link that issued it.
    pub link_pk: Option<&'a [u8]>,
}

/// Writes slots of one cohort and makes them their members' present ones.
pub async fn insert(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    slots: &[NewSlot<'_>],
    now_ms: i64,
) -> Result<(), StoreError> {
    bulk_insert!(
        tx,
        "insert into slots (audience, s_key, slot, account, x, ek, membership, membership_signature, link_pk, granted_ms)",
        "",
        slots,
        |row| [
            audience,
            s_key,
            row.slot,
            row.account,
            row.x,
            row.ek,
            row.membership,
            row.membership_signature,
            row.link_pk,
            now_ms,
        ]
    )?;
    bulk_insert!(
        tx,
        "insert into members (audience, account, ik, role, s_key, slot, joined_ms)",
        "on conflict (audience, account) do update set role = excluded.role, s_key = excluded.s_key,
             slot = excluded.slot, removed_ms = null,
             joined_ms = case when members.removed_ms is null then members.joined_ms else excluded.joined_ms end",
        slots,
        |row| [audience, row.account, row.ik, row.role, s_key, row.slot, now_ms]
    )
    .map(drop)
}

/// A member's present slot, as rules about it ask.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Present {
    /// Its identity key.
    pub ik: Vec<u8>,
    /// `S` of its cohort.
    pub s_key: Vec<u8>,
    /// Its slot there.
    pub slot: i64,
    /// What it shows when it writes.
    pub membership: Vec<u8>,
    /// The signature on that.
    pub membership_signature: Vec<u8>,
}

/// The slot an account has now, or had last.
pub async fn present(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
) -> Result<Option<Present>, StoreError> {
    fetch_optional!(
        tx,
        Present,
        "select m.ik, m.s_key, m.slot, s.membership, s.membership_signature
         from members m join slots s on s.audience = m.audience and s.s_key = m.s_key and s.slot = m.slot
         where m.audience = $1 and m.account = $2",
        audience,
        account
    )
}

/// Gives the member at `place` (audience, account) another membership for its present slot, issued by a publisher.
pub async fn change_role(
    tx: &mut Tx,
    place: (&[u8], &[u8]),
    role: i64,
    membership: &[u8],
    signature: &[u8],
) -> Result<(), StoreError> {
    let (audience, account) = place;
    execute!(
        tx,
        "update slots set membership = $3, membership_signature = $4, link_pk = null
         where audience = $1 and account = $2 and (s_key, slot) in
             (select s_key, slot from members where audience = $1 and account = $2)",
        audience,
        account,
        membership,
        signature
    )?;
    execute!(
        tx,
        "update members set role = $3 where audience = $1 and account = $2",
        audience,
        account,
        role
    )
    .map(drop)
}

/// Marks a member removed.
pub async fn remove(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update members set removed_ms = $3 where audience = $1 and account = $2 and removed_ms is null",
        audience,
        account,
        now_ms
    )?;
    execute!(
        tx,
        "update slots set dropped_ms = $3 where audience = $1 and account = $2 and dropped_ms is null",
        audience,
        account,
        now_ms
    )
    .map(drop)
}

/// Marks every slot under a cohort key as without token.
pub async fn drop_slots(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update slots set dropped_ms = $3 where audience = $1 and s_key = $2 and dropped_ms is null",
        audience,
        s_key,
        now_ms
    )
    .map(drop)
}

/// Members not removed who are among the staff now.
pub async fn promoted(tx: &mut Tx, audience: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    crate::fetch_scalars!(
        tx,
        Vec<u8>,
        "select m.account from members m join staff s on s.audience = m.audience and s.account = m.account
         where m.audience = $1 and m.removed_ms is null",
        audience
    )
}

/// A member as publishers see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedRow {
    /// The account.
    pub account: Vec<u8>,
    /// Its identity key.
    pub ik: Vec<u8>,
    /// 1 member, 2 guardian.
    pub role: i64,
    /// `S` of its newest slot.
    pub s_key: Vec<u8>,
    /// That slot.
    pub slot: i64,
    /// When it came.
    pub joined_ms: i64,
    /// When it was removed.
    pub removed_ms: Option<i64>,
    /// When its cohort's key was replaced.
    pub retired_ms: Option<i64>,
    /// Its newest membership.
    pub membership: Vec<u8>,
    /// That one's signature.
    pub membership_signature: Vec<u8>,
    /// The open link that issued it.
    pub link_pk: Option<Vec<u8>>,
}

/// Members, also removed ones, whose accounts come after `after`, in the order of their accounts.
pub async fn list(
    tx: &mut Tx,
    audience: &[u8],
    after: &[u8],
    limit: i64,
) -> Result<Vec<ListedRow>, StoreError> {
    fetch_all!(
        tx,
        ListedRow,
        "select m.account, m.ik, m.role, m.s_key, m.slot, m.joined_ms, m.removed_ms, c.retired_ms,
             s.membership, s.membership_signature, s.link_pk
         from members m
             join cohorts c on c.audience = m.audience and c.s_key = m.s_key
             join slots s on s.audience = m.audience and s.s_key = m.s_key and s.slot = m.slot
         where m.audience = $1 and m.account > $2 order by m.account limit $3",
        audience,
        after,
        limit
    )
}

/// A slot as its member sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SlotRow {
    /// `S`.
    pub s_key: Vec<u8>,
    /// Its number.
    pub slot: i64,
    /// The batch's `X`; none for one who came through an open link.
    pub x: Option<Vec<u8>>,
    /// The enrolment key, likewise.
    pub ek: Option<Vec<u8>>,
    /// The membership.
    pub membership: Vec<u8>,
    /// Its signature.
    pub membership_signature: Vec<u8>,
    /// When it was given.
    pub granted_ms: i64,
}

/// Every slot an account was ever given, newest first.
pub async fn slots_of(
    tx: &mut Tx,
    audience: &[u8],
    account: &[u8],
) -> Result<Vec<SlotRow>, StoreError> {
    fetch_all!(
        tx,
        SlotRow,
        "select s.s_key, s.slot, s.x, s.ek, s.membership, s.membership_signature, s.granted_ms
         from slots s left join members m on m.audience = s.audience and m.account = s.account
             and m.s_key = s.s_key and m.slot = s.slot
         where s.audience = $1 and s.account = $2
         order by case when m.account is null then 1 else 0 end, s.granted_ms desc, s.slot desc",
        audience,
        account
    )
}
