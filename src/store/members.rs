//! Rows of members and of every slot ever given.

use super::{StoreError, Tx};
use crate::fetch_optional;

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
