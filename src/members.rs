//! Members: given a slot with a token, listed for publishers, removed at once (protocol section 4).
//!
//! Invariant: a live member has exactly one slot whose token rests here; every slot it had before has none.

use kentongan_protocol::COHORT;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey};
use kentongan_protocol::keys::Token;
use kentongan_protocol::membership::{MemberRole, Membership};

use crate::accounts::Caller;
use crate::audiences::{self, Standing, standing};
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::posts;
use crate::problem::Problem;
use crate::store::members::{self as rows, ListedRow, NewSlot, SlotRow};
use crate::store::{Tx, tokens as cohorts};
use crate::tokens::{self, Place};

/// What a new member brings, verified.
pub struct Seat {
    /// The account.
    pub account: AccountId,
    /// What it shows when it writes.
    pub membership: Membership,
    /// The issuer's signature on that.
    pub membership_signature: [u8; 64],
    /// `t`.
    pub token: Token,
    /// The batch's `X` and the `ek` it was made for; none through an open link.
    pub batch: Option<(ExchangeKey, ExchangeKey)>,
    /// The open link that issued the membership.
    pub link: Option<IdentityKey>,
}

/// Gives each a fresh slot of one cohort, in their order, and what it may have of earlier posts; the first slot.
///
/// The caller holds the audience's lock and has checked that nobody here has a live seat or is a publisher.
pub(crate) async fn seat(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    seats: &[Seat],
) -> Result<usize, Problem> {
    let (count, most) = (to_i64(seats.len())?, to_i64(COHORT)?);
    let first = cohorts::take_slots(tx, place.audience.as_ref(), place.s, count, most)
        .await?
        .ok_or(Problem::CohortFull)?;
    let memberships: Vec<_> = seats.iter().map(|seat| seat.membership.encode()).collect();
    let slots: Vec<_> = (first..)
        .zip(seats.iter().zip(&memberships))
        .map(|(slot, (seat, membership))| NewSlot {
            slot,
            account: seat.account.as_ref(),
            ik: seat.membership.ik.as_ref(),
            role: if seat.membership.role == MemberRole::Guardian { 2 } else { 1 },
            x: seat.batch.as_ref().map(|(x, _)| x.as_ref()),
            ek: seat.batch.as_ref().map(|(_, ek)| ek.as_ref()),
            membership,
            membership_signature: &seat.membership_signature,
            link_pk: seat.link.as_ref().map(AsRef::as_ref),
        })
        .collect();
    rows::insert(tx, place.audience.as_ref(), place.s, &slots, hub.now_ms()).await?;
    let first = usize::try_from(first).map_err(|_| Problem::Internal("a negative slot".into()))?;
    let fresh = (first..).zip(seats.iter().map(|seat| Some(&seat.token)));
    tokens::put(hub, tx, place, fresh).await?;
    posts::catch_up(tx, hub, place.audience, place.s, first..first + seats.len()).await?;
    Ok(first)
}

fn to_i64(n: usize) -> Result<i64, Problem> {
    i64::try_from(n).map_err(|_| Problem::Internal("a cohort of too many".into()))
}

/// Tells those who were just enrolled under one cohort key, and the staff.
pub(crate) async fn announce(
    hub: &Hub,
    tx: &mut Tx,
    place: Place<'_>,
    enrolled: &[AccountId],
) -> Result<(), Problem> {
    let audience = place.audience;
    let (to, subject) = match enrolled {
        [] => return Ok(()),
        [one] => (To::Account(audience, one), &one.0),
        _ => (To::Cohort(audience, place.s), &audience.0),
    };
    for to in [to, To::Staff(audience)] {
        live::announce(tx, &Event { kind: Kind::Member, to, subject, at_ms: hub.now_ms() }).await?;
    }
    Ok(())
}

/// Removes a member, on a publisher's word or its own: its token is overwritten at once.
pub async fn remove(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    account: &AccountId,
) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    audiences::lock(&mut tx, audience).await?;
    if caller.account != *account {
        standing(&mut tx, audience, &caller.account).await?.publisher()?;
    }
    match standing(&mut tx, audience, account).await? {
        Standing::Removed => return Ok(()),
        Standing::Waiting | Standing::Member { .. } => {}
        Standing::Nobody | Standing::Publisher | Standing::Admin => {
            return Err(Problem::NotFound("this account is not a member of the audience"));
        }
    }
    unseat(hub, &mut tx, audience, account).await?;
    for to in [To::Account(audience, account), To::Staff(audience)] {
        let event = Event { kind: Kind::Member, to, subject: &account.0, at_ms: hub.now_ms() };
        live::announce(&mut tx, &event).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a member's seat away, whatever else the account is; the caller holds the audience's lock.
pub(crate) async fn unseat(
    hub: &Hub,
    tx: &mut Tx,
    audience: &AudienceId,
    account: &AccountId,
) -> Result<(), Problem> {
    let member = rows::member(tx, audience.as_ref(), account.as_ref()).await?;
    let Some(member) = member.filter(|member| member.removed_ms.is_none()) else { return Ok(()) };
    if member.retired_ms.is_none() {
        let s = audiences::bytes32(member.s_key)?;
        let slot = usize::try_from(member.slot)
            .map_err(|_| Problem::Internal("a negative slot".into()))?;
        cohorts::leave(tx, audience.as_ref(), &s).await?;
        tokens::put(hub, tx, Place { audience, s: &s }, [(slot, None)]).await?;
    }
    Ok(rows::remove(tx, audience.as_ref(), account.as_ref(), hub.now_ms()).await?)
}

/// Members, also removed ones, after the account `after`, for a publisher.
pub async fn list(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    after: &[u8],
    limit: i64,
) -> Result<Vec<ListedRow>, Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    Ok(rows::list(&mut tx, audience.as_ref(), after, limit).await?)
}

/// An account's own place in an audience.
pub struct Own {
    /// 1 member, 2 guardian.
    pub role: i64,
    /// `Member`, `Waiting` or `Removed`.
    pub standing: Standing,
    /// Its slots, newest first; none where it was removed.
    pub slots: Vec<SlotRow>,
}

/// What the caller has in an audience.
pub async fn own(hub: &Hub, caller: &Caller, audience: &AudienceId) -> Result<Own, Problem> {
    const NONE: Problem = Problem::NotFound("you are not a member of this audience");
    let mut tx = hub.db.read().await?;
    let (audience_id, account) = (audience.as_ref(), caller.account.as_ref());
    let member = rows::member(&mut tx, audience_id, account).await?.ok_or(NONE)?;
    let standing = standing(&mut tx, audience, &caller.account).await?;
    let slots = match standing {
        Standing::Member { .. } | Standing::Waiting => {
            rows::slots_of(&mut tx, audience_id, account).await?
        }
        Standing::Removed => Vec::new(),
        Standing::Nobody | Standing::Publisher | Standing::Admin => return Err(NONE),
    };
    Ok(Own { role: member.role, standing, slots })
}
