//! Deleting an account: it leaves everything, and nothing it was given or kept for itself stays.
//!
//! Invariant: what it sent and others were given stays, as a withdrawal deletes nothing that was read (protocol section
//! 6); its id is never taken again, for what was signed for it would count for its successor.

use kentongan_protocol::bytes::Writer;
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::primitives::verify;

use crate::accounts::Caller;
use crate::audiences;
use crate::hub::Hub;
use crate::jobs::{erase::Erase, queue};
use crate::members;
use crate::notifications::live::{self, Event, Kind, To};
use crate::problem::Problem;
use crate::store::audiences::OwnRow;
use crate::store::{self, Tx, deletion as rows, links};

/// A signature older or newer than this is not of this request.
const SKEW_MS: u64 = 10 * 60 * 1000;

/// What an account signs to be deleted.
pub struct Farewell<'a> {
    /// When it was signed.
    pub at_ms: u64,
    /// `Sign(ik, "account-delete", op8(origin) ‖ at_ms)`.
    pub signature: &'a [u8; 64],
    /// Whether audiences may be left without an admin.
    pub abandon: bool,
}

/// Deletes the caller's account for good.
pub async fn delete(hub: &Hub, caller: &Caller, farewell: &Farewell<'_>) -> Result<(), Problem> {
    signed(hub, caller, farewell)?;
    let account = caller.account.as_ref();
    let mut tx = hub.db.write().await?;
    let own = store::audiences::of_account(&mut tx, account, &[], i64::MAX).await?;
    // In the order of their ids, so that two who leave at once do not wait for each other.
    for row in &own {
        store::audiences::lock(&mut tx, &row.audience).await?;
    }
    if !farewell.abandon && !rows::abandoned(&mut tx, account).await?.is_empty() {
        return Err(Problem::Conflict(
            "this account is the last admin of an audience with others in it: make somebody else an admin first, or say abandon=true to leave it without one",
        ));
    }
    for row in &own {
        leave(hub, &mut tx, caller, row).await?;
    }
    rows::delete(&mut tx, account, hub.now_ms()).await?;
    queue::push(&mut tx, &Erase::of(&caller.account), hub.now_ms()).await?;
    for row in &own {
        let audience = AudienceId(audiences::bytes32(row.audience.clone())?);
        let (to, subject) = (To::Staff(&audience), &caller.account.0);
        let event = Event { kind: Kind::Member, to, subject, at_ms: hub.now_ms() };
        live::announce(&mut tx, &event).await?;
    }
    Ok(tx.commit().await?)
}

/// Gives up a member's seat and closes a publisher's links.
async fn leave(hub: &Hub, tx: &mut Tx, caller: &Caller, row: &OwnRow) -> Result<(), Problem> {
    let audience = AudienceId(audiences::bytes32(row.audience.clone())?);
    if row.member_role.is_some() {
        members::unseat(hub, tx, &audience, &caller.account).await?;
    }
    if row.staff_role.is_some() {
        let (audience, ik) = (audience.as_ref(), caller.ik.as_ref());
        links::revoke_of_publisher(tx, audience, ik, hub.now_ms()).await?;
    }
    Ok(())
}

fn signed(hub: &Hub, caller: &Caller, farewell: &Farewell<'_>) -> Result<(), Problem> {
    const REFUSED: Problem =
        Problem::Refused("the deletion is not signed by this account just now: sign it again");
    let statement =
        Writer::default().op8(hub.origin.as_str().as_bytes()).u64(farewell.at_ms).done();
    verify(&caller.ik, "account-delete", &statement, farewell.signature).map_err(|_| REFUSED)?;
    let recent = hub.now_ms().unsigned_abs().abs_diff(farewell.at_ms) <= SKEW_MS;
    if recent { Ok(()) } else { Err(REFUSED) }
}
