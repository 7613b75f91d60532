//! Enrolment by a publisher's device: a batch of accounts under current cohort keys, all or none (protocol section 4).
//!
//! Invariant: every signature is verified before the write transaction begins, under the charter that is still the
//! highest when it does.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use kentongan_protocol::COHORT;
use kentongan_protocol::account::KeyBundle;
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey};
use kentongan_protocol::keys::Token;
use kentongan_protocol::link::Link;
use kentongan_protocol::membership::{LinkProof, Membership, WriterProof};
use rayon::prelude::*;

use crate::accounts::Caller;
use crate::audiences::{self, bytes32};
use crate::hub::Hub;
use crate::members::{self, Seat};
use crate::problem::Problem;
use crate::store::members::{self as rows, CandidateRow, SeatedRow};
use crate::store::{Tx, links};
use crate::tokens::Place;

/// How far ahead of the hub's clock a statement may be dated, in milliseconds.
pub const AHEAD_MS: u64 = 10 * 60 * 1000;

/// A batch as it came.
pub struct Enrolment {
    /// `X`.
    pub x: [u8; 32],
    /// At most 4,096 accounts.
    pub items: Vec<Item>,
}

/// One account of a batch.
pub struct Item {
    /// The account.
    pub account: AccountId,
    /// `S`.
    pub s: [u8; 32],
    /// The enrolment key its token was made for.
    pub ek: [u8; 32],
    /// `t`.
    pub token: [u8; 32],
    /// The encoded membership.
    pub membership: Vec<u8>,
    /// The issuer's signature on it.
    pub membership_signature: [u8; 64],
}

/// A batch verified under a charter.
pub struct Checked {
    seats: Vec<Seat>,
}

/// An account and the slot it has now.
pub struct Enrolled {
    /// The account.
    pub account: AccountId,
    /// Its slot.
    pub slot: usize,
}

/// Enrols a batch; the slots in the order of its items. A repeat is answered with the slots given the first time.
pub async fn enrol(
    hub: &Arc<Hub>,
    caller: &Caller,
    audience: &AudienceId,
    batch: Enrolment,
) -> Result<Vec<Enrolled>, Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    let charter = audiences::require_charter(&mut tx, audience).await?;
    let hash = charter.hash();
    let checked = check(hub, &mut tx, charter, batch).await?;
    drop(tx);
    let mut tx = hub.db.write().await?;
    audiences::lock_at(&mut tx, audience, &hash).await?;
    let enrolled = seat_all(hub, &mut tx, audience, checked).await?;
    tx.commit().await?;
    Ok(enrolled)
}

/// Verifies a batch under `charter`, off the async threads.
pub(crate) async fn check(
    hub: &Arc<Hub>,
    tx: &mut Tx,
    charter: Charter,
    batch: Enrolment,
) -> Result<Checked, Problem> {
    let accounts: HashSet<_> = batch.items.iter().map(|item| item.account).collect();
    if batch.items.is_empty() || batch.items.len() > COHORT || accounts.len() != batch.items.len() {
        return Err(Problem::field("members", "1 to 4,096 accounts, each once"));
    }
    let ids: Vec<u8> = batch.items.iter().flat_map(|item| item.account.0).collect();
    let candidates = rows::candidates(tx, &ids).await?;
    if candidates.len() != batch.items.len() {
        return Err(REFUSED);
    }
    let memberships = batch.items.iter().map(|item| Membership::parse(&item.membership));
    let memberships: Vec<_> = memberships.collect::<Result<_, _>>().map_err(|_| REFUSED)?;
    let links = links_of(tx, &charter, &memberships).await?;
    let check = Check { charter, links, now: hub.now_ms().unsigned_abs() };
    let seats =
        tokio::task::spawn_blocking(move || check.seats(batch, &memberships, &candidates)).await;
    let seats =
        seats.map_err(|_| Problem::Internal("a check of an enrolment panicked".into()))??;
    Ok(Checked { seats })
}

const REFUSED: Problem = Problem::Refused(
    "an account of this batch cannot be enrolled: fetch the charter and the bundles, and make the batch again",
);

/// The open links that issued memberships of a batch.
async fn links_of(
    tx: &mut Tx,
    charter: &Charter,
    memberships: &[Membership],
) -> Result<HashMap<IdentityKey, LinkProof>, Problem> {
    let mut proofs = HashMap::new();
    for Membership { issuer, .. } in memberships {
        if charter.is_publisher(issuer) || proofs.contains_key(issuer) {
            continue;
        }
        let row = links::link(tx, charter.audience.as_ref(), issuer.as_ref()).await?;
        proofs.insert(*issuer, link_proof(&row.ok_or(REFUSED)?)?);
    }
    Ok(proofs)
}

/// A stored link as what stands behind a membership.
pub(crate) fn link_proof(row: &links::LinkRow) -> Result<LinkProof, Problem> {
    let unreadable = |_| Problem::Internal("an unreadable link in the database".into());
    Ok(LinkProof {
        link: Link::parse(&row.link).map_err(unreadable)?,
        publisher: IdentityKey(bytes32(row.publisher.clone())?),
        signature: row.signature[..]
            .try_into()
            .map_err(|_| Problem::Internal("an unreadable link in the database".into()))?,
    })
}

/// What a batch is checked against.
struct Check {
    charter: Charter,
    links: HashMap<IdentityKey, LinkProof>,
    now: u64,
}

impl Check {
    fn seats(
        &self,
        batch: Enrolment,
        memberships: &[Membership],
        candidates: &[CandidateRow],
    ) -> Result<Vec<Seat>, Problem> {
        let x = ExchangeKey(batch.x);
        let candidates = memberships.par_iter().zip(candidates);
        let items = batch.items.into_par_iter().zip(candidates);
        items
            .map(|(item, (membership, candidate))| {
                self.seat(x, &item, membership, candidate).ok_or(REFUSED)
            })
            .collect()
    }

    fn seat(
        &self,
        x: ExchangeKey,
        item: &Item,
        membership: &Membership,
        candidate: &CandidateRow,
    ) -> Option<Seat> {
        let bundle = KeyBundle::parse(&candidate.bundle).ok()?;
        let by_link = self.links.get(&membership.issuer).copied();
        let signature = item.membership_signature;
        WriterProof { membership: *membership, signature, by_link }
            .check(&self.charter, &bundle.ik())
            .ok()?;
        let holds = bundle.valid_at(self.now)
            && bundle.ek().0 == item.ek
            && *membership.cohort.as_bytes() == item.s
            && membership.at_ms <= self.now + AHEAD_MS
            && !self.charter.is_publisher(&membership.ik);
        holds.then_some(())?;
        Some(Seat {
            account: item.account,
            membership: *membership,
            membership_signature: signature,
            token: Token::from_bytes(&item.token).ok()?,
            batch: Some((x, bundle.ek())),
            link: by_link.map(|proof| proof.link.link_pk),
        })
    }
}

/// Seats a checked batch, cohort after cohort; the caller holds the audience's lock under the batch's charter.
pub(crate) async fn seat_all(
    hub: &Hub,
    tx: &mut Tx,
    audience: &AudienceId,
    checked: Checked,
) -> Result<Vec<Enrolled>, Problem> {
    let seats = checked.seats;
    let order: Vec<_> = seats.iter().map(|seat| seat.account).collect();
    let ids: Vec<u8> = order.iter().flat_map(|account| account.0).collect();
    let mut slots = known(&seats, rows::seated(tx, audience.as_ref(), &ids).await?)?;
    let mut cohorts = BTreeMap::<[u8; 32], Vec<Seat>>::new();
    for seat in seats {
        if !slots.contains_key(&seat.account) {
            cohorts.entry(*seat.membership.cohort.as_bytes()).or_default().push(seat);
        }
    }
    for (s, seats) in &cohorts {
        let first = members::seat(hub, tx, Place { audience, s }, seats).await?;
        slots.extend(seats.iter().map(|seat| seat.account).zip(first..));
    }
    rows::admit(tx, audience.as_ref(), &ids, hub.now_ms()).await?;
    for (s, seats) in &cohorts {
        let enrolled: Vec<_> = seats.iter().map(|seat| seat.account).collect();
        members::announce(hub, tx, Place { audience, s }, &enrolled).await?;
    }
    let slot = |account: AccountId| Some(Enrolled { account, slot: *slots.get(&account)? });
    Ok(order.into_iter().filter_map(slot).collect())
}

/// The slots that this very batch was given before; any other live seat is in the way.
fn known(seats: &[Seat], seated: Vec<SeatedRow>) -> Result<HashMap<AccountId, usize>, Problem> {
    const SEATED: Problem = Problem::Conflict(
        "an account of this batch is a live member already: leave it out, or remove it first",
    );
    let mut slots = HashMap::new();
    for row in seated {
        let seat = usize::try_from(row.place).ok().and_then(|place| seats.get(place));
        let seat = seat.ok_or_else(|| Problem::Internal("a place beyond the batch".into()))?;
        let batch = seat.batch.as_ref().map(|(x, ek)| (x.as_ref(), ek.as_ref()));
        let same = row.s_key == seat.membership.cohort.as_bytes()
            && batch == row.x.as_deref().zip(row.ek.as_deref());
        let slot = usize::try_from(row.slot).ok().filter(|_| same).ok_or(SEATED)?;
        slots.insert(seat.account, slot);
    }
    Ok(slots)
}
