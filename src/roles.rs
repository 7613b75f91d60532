//! A live member becomes a guardian, or a member again: another Membership for the same slot (protocol section 4).
//!
//! The token does not depend on the role, so nothing is re-keyed; the Membership before stays valid by its signature, and
//! a guardian has a member's rights, so neither is a way to more.

use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use kentongan_protocol::membership::{MemberRole, Membership, WriterProof};

use crate::accounts::Caller;
use crate::audiences::{self, Standing, bytes32, standing};
use crate::enrolment::AHEAD_MS;
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::members::{self as rows, Present};

const REFUSED: Problem = Problem::Refused(
    "this membership is not for the member's present slot, older than the one it has, or not signed by a publisher: make it again",
);
const NOT_LIVE: Problem = Problem::NotFound("this account is not a live member of the audience");

/// Gives a live member the membership that a publisher signed for it.
pub async fn put(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    account: &AccountId,
    membership: &[u8],
    signature: &[u8; 64],
) -> Result<(), Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    let charter = audiences::require_charter(&mut tx, audience).await?;
    let held = present(&mut tx, audience, account).await?;
    drop(tx);
    let new = Membership::parse(membership).map_err(|_| REFUSED)?;
    if held.membership == membership && held.membership_signature == signature {
        return Ok(());
    }
    let ik = IdentityKey(bytes32(held.ik.clone())?);
    let before = Membership::parse(&held.membership)
        .map_err(|_| Problem::Internal("an unreadable membership in the database".into()))?;
    WriterProof { membership: new, signature: *signature, by_link: None }
        .check(&charter, &ik)
        .map_err(|_| REFUSED)?;
    let now = hub.now_ms().unsigned_abs();
    let fits = new.cohort.as_bytes()[..] == held.s_key[..]
        && (before.at_ms..=now.saturating_add(AHEAD_MS)).contains(&new.at_ms);
    if !fits {
        return Err(REFUSED);
    }
    let role = if new.role == MemberRole::Guardian { 2 } else { 1 };

    let mut tx = hub.db.write().await?;
    audiences::lock_at(&mut tx, audience, &charter.hash()).await?;
    if present(&mut tx, audience, account).await? != held {
        return Err(Problem::Conflict("this member's place has just changed: look, and try again"));
    }
    let place = (audience.as_ref(), account.as_ref());
    rows::change_role(&mut tx, place, role, membership, signature).await?;
    for to in [To::Account(audience, account), To::Staff(audience)] {
        let event = Event { kind: Kind::Member, to, subject: &account.0, at_ms: hub.now_ms() };
        live::announce(&mut tx, &event).await?;
    }
    Ok(tx.commit().await?)
}

/// A live member's present slot.
async fn present(
    tx: &mut Tx,
    audience: &AudienceId,
    account: &AccountId,
) -> Result<Present, Problem> {
    match standing(tx, audience, account).await? {
        Standing::Member { .. } => {}
        _ => return Err(NOT_LIVE),
    }
    rows::present(tx, audience.as_ref(), account.as_ref()).await?.ok_or(NOT_LIVE)
}
