//! Charters: an audience is founded by its first, and every later one is accepted with all that follows from it.
//!
//! Invariant: staff, cohorts and links in the database are those of the highest revision, changed in its transaction.

use std::sync::Arc;

use kentongan_protocol::chain::{Appended, Chain, ChainError, Genesis, SignedCharter};
use kentongan_protocol::charter::{Charter, Role};
use kentongan_protocol::ids::{AccountId, AudienceId, CharterHash};
use kentongan_protocol::keys::CohortKey;

use crate::accounts::Caller;
use crate::audiences::{self, Standing, bytes32, standing};
use crate::enrolment::{self, Checked, Enrolment};
use crate::hub::Hub;
use crate::members;
use crate::notifications::live::{self, Event, Kind, To};
use crate::posts;
use crate::problem::Problem;
use crate::store::audiences::{self as rows, CharterKeys, CharterRow, StaffRow};
use crate::store::{Tx, fan_out, links, members as member_rows, tokens as cohorts};
use crate::tokens::{self, Place};

/// The most new cohorts in one revision: four million members, and a second of writing.
pub const NEW_COHORTS: usize = 1024;

/// How long a post may keep a rotation waiting.
const FAN_OUT_PATIENCE_MS: i64 = 10 * 60 * 1000;

const REFUSED: Problem = Problem::Refused(
    "the charter is malformed, not valid now, or not signed as the one before it demands",
);
const FORK: Problem = Problem::Conflict(
    "another charter of this revision stands here: fetch it, and compare both with the other admins",
);

/// A charter as it came.
pub struct Offer {
    /// The encoded charter.
    pub charter: Vec<u8>,
    /// Its signatures block.
    pub signatures: Vec<u8>,
}

impl Offer {
    /// Off the async threads: a charter of 65,535 cohorts has as many points to decode, a quarter of a second of work.
    async fn parse(&self) -> Result<SignedCharter, Problem> {
        let (charter, signatures) = (self.charter.clone(), self.signatures.clone());
        let parsed = tokio::task::spawn_blocking(move || {
            let charter = Charter::parse(&charter).map_err(|_| REFUSED)?;
            SignedCharter::parse(charter, &signatures).map_err(|_| REFUSED)
        });
        parsed.await.map_err(|_| Problem::Internal("reading a charter panicked".into()))?
    }

    fn row(&self, charter: &Charter, now_ms: i64) -> Result<CharterRow, Problem> {
        Ok(CharterRow {
            revision: i64::try_from(charter.revision).map_err(|_| REFUSED)?,
            charter: self.charter.clone(),
            signatures: self.signatures.clone(),
            accepted_ms: now_ms,
        })
    }
}

/// A charter that the hub holds now.
pub struct Accepted {
    /// Its audience.
    pub audience: AudienceId,
    /// Its revision.
    pub revision: u64,
    /// Its hash.
    pub hash: CharterHash,
    /// False where it was held before.
    pub new: bool,
}

impl Accepted {
    fn of(charter: &Charter, new: bool) -> Self {
        let (audience, revision) = (charter.audience, charter.revision);
        Self { audience, revision, hash: charter.hash(), new }
    }
}

/// Founds an audience by its Genesis and first charter, whose staff the caller belongs to.
pub async fn found(
    hub: &Hub,
    caller: &Caller,
    genesis: &[u8],
    offer: &Offer,
) -> Result<Accepted, Problem> {
    let genesis_bytes = genesis;
    let genesis = Genesis::parse(genesis).map_err(|_| REFUSED)?;
    let first = offer.parse().await?;
    let audience = genesis.audience();
    if !first.charter.is_publisher(&caller.ik) {
        return Err(Problem::NotAllowed("only somebody on its first charter founds an audience"));
    }
    let mut tx = hub.db.read().await?;
    if let Some(held) = rows::charter_hash(&mut tx, audience.as_ref(), 0).await? {
        return known(&first.charter, &held);
    }
    drop(tx);
    let now = hub.now_ms();
    let chain = Chain::accept_first(genesis, first, now.unsigned_abs()).map_err(|_| REFUSED)?;
    let charter = chain.current();
    let mut tx = hub.db.write().await?;
    let hash = charter.hash();
    let new = rows::insert(&mut tx, audience.as_ref(), genesis_bytes, hash.as_ref(), now).await?;
    if !new {
        let held = rows::charter_hash(&mut tx, audience.as_ref(), 0).await?.unwrap_or_default();
        return known(charter, &held);
    }
    keep(hub, &mut tx, charter, offer).await?;
    found_cohorts(hub, &mut tx, charter, &[]).await?;
    tx.commit().await?;
    Ok(Accepted::of(charter, true))
}

/// The answer where a charter of this revision stands already.
fn known(charter: &Charter, held: &[u8]) -> Result<Accepted, Problem> {
    if charter.hash().as_ref() == held { Ok(Accepted::of(charter, false)) } else { Err(FORK) }
}

/// Accepts exactly the next revision, with everything that follows from it, and enrols those who move with it.
pub async fn revise(
    hub: &Arc<Hub>,
    caller: &Caller,
    audience: &AudienceId,
    offer: &Offer,
    batch: Option<Enrolment>,
) -> Result<Accepted, Problem> {
    let mut tx = hub.db.read().await?;
    audiences::require_audience(&mut tx, audience).await?;
    if standing(&mut tx, audience, &caller.account).await? != Standing::Admin {
        return Err(Problem::NotAllowed("only an admin of this audience signs its charters"));
    }
    let next = offer.parse().await?;
    let chain = audiences::chain(&mut tx, audience).await?.ok_or(REFUSED)?;
    let before = chain.current().clone();
    let next = match accept(chain, next, hub.now_ms().unsigned_abs())? {
        (next, Appended::New) => next,
        (next, Appended::Known) => return Ok(Accepted::of(&next, false)),
    };
    let checked = match batch {
        Some(batch) => Some(enrolment::check(hub, &mut tx, next.clone(), batch).await?),
        None => None,
    };
    drop(tx);
    let mut tx = hub.db.write().await?;
    let row = audiences::lock(&mut tx, audience).await?;
    if row.charter_hash != before.hash().as_ref() {
        let revision = i64::try_from(next.revision).map_err(|_| REFUSED)?;
        let held = rows::charter_hash(&mut tx, audience.as_ref(), revision).await?;
        return known(&next, &held.unwrap_or_default());
    }
    apply(hub, &mut tx, &before, &next, offer, checked).await?;
    tx.commit().await?;
    Ok(Accepted::of(&next, true))
}

/// Whether `next` is held already or follows now.
fn accept(
    mut chain: Chain,
    next: SignedCharter,
    now_ms: u64,
) -> Result<(Charter, Appended), Problem> {
    let held = chain.by_revision(next.charter.revision).map(|held| held.charter.hash());
    if held == Some(next.charter.hash()) {
        return Ok((next.charter, Appended::Known)); // also after it expired
    }
    match chain.accept(&next, now_ms) {
        Ok(appended) => Ok((next.charter, appended)),
        Err(ChainError::Fork) => Err(FORK),
        Err(_) => Err(REFUSED),
    }
}

async fn apply(
    hub: &Hub,
    tx: &mut Tx,
    before: &Charter,
    next: &Charter,
    offer: &Offer,
    checked: Option<Checked>,
) -> Result<(), Problem> {
    let (audience, now) = (&next.audience, hub.now_ms());
    posts::lapse_pending(tx, audience).await?;
    let gone: Vec<_> = before.cohorts.iter().filter(|s| next.cohort_index(s).is_none()).collect();
    wait_for_fan_outs(tx, audience, &gone, now).await?;
    keep(hub, tx, next, offer).await?;
    found_cohorts(hub, tx, next, &before.cohorts).await?;
    for gone in gone {
        retire(hub, tx, audience, gone).await?;
    }
    if next.history != before.history {
        posts::open_history(tx, hub, next).await?;
    }
    links::revoke_of_former_staff(tx, audience.as_ref(), now).await?;
    for account in member_rows::promoted(tx, audience.as_ref()).await? {
        members::unseat(hub, tx, audience, &AccountId(bytes32(account)?)).await?;
    }
    if let Some(checked) = checked {
        enrolment::seat_all(hub, tx, audience, checked).await?;
    }
    posts::lapse_scheduled(tx, hub, next).await?;
    let (to, subject) = (To::Everyone(audience), &next.hash().0);
    Ok(live::announce(tx, &Event { kind: Kind::Charter, to, subject, at_ms: now }).await?)
}

/// Refuses to take keys away that a post just accepted still needs: its members would never get it.
///
/// Workers that stand still must not keep a publisher from rotating for ever, hence [`FAN_OUT_PATIENCE_MS`].
async fn wait_for_fan_outs(
    tx: &mut Tx,
    audience: &AudienceId,
    gone: &[&CohortKey],
    now_ms: i64,
) -> Result<(), Problem> {
    for s in gone {
        let since = now_ms - FAN_OUT_PATIENCE_MS;
        if fan_out::running(tx, audience.as_ref(), s.as_bytes(), since).await? {
            return Err(Problem::FanOutRunning);
        }
    }
    Ok(())
}

/// Keeps a charter as the audience's highest, and its staff.
async fn keep(hub: &Hub, tx: &mut Tx, charter: &Charter, offer: &Offer) -> Result<(), Problem> {
    let (audience, hash) = (charter.audience, charter.hash());
    let ms = |ms: u64| i64::try_from(ms).map_err(|_| REFUSED);
    let keys = CharterKeys {
        hash: hash.as_ref(),
        not_before_ms: ms(charter.not_before_ms)?,
        not_after_ms: ms(charter.not_after_ms)?,
    };
    let row = offer.row(charter, hub.now_ms())?;
    rows::insert_charter(tx, audience.as_ref(), &row, &keys).await?;
    rows::advance(tx, audience.as_ref(), row.revision, keys.hash).await?;
    let staff: Vec<_> = charter
        .staff
        .iter()
        .map(|staff| StaffRow {
            account: AccountId::of(&staff.ik).0,
            ik: staff.ik.0,
            role: if staff.role == Role::Admin { 2 } else { 1 },
        })
        .collect();
    Ok(rows::replace_staff(tx, audience.as_ref(), &staff).await?)
}

/// Makes the cohorts of a charter that the one before did not have.
async fn found_cohorts(
    hub: &Hub,
    tx: &mut Tx,
    charter: &Charter,
    before: &[CohortKey],
) -> Result<(), Problem> {
    let cohorts = charter.cohorts.iter().enumerate();
    let new: Vec<_> = cohorts.filter(|(i, s)| before.get(*i) != Some(s)).collect();
    if new.len() > NEW_COHORTS {
        return Err(Problem::Refused(
            "a charter adds at most 1,024 cohorts: add the rest in the next",
        ));
    }
    for (position, s) in new {
        tokens::found(hub, tx, Place::new(&charter.audience, s), position).await?;
    }
    Ok(())
}

/// Retires a cohort key for good, with its tokens and every link that had a deposit under it.
async fn retire(
    hub: &Hub,
    tx: &mut Tx,
    audience: &AudienceId,
    s: &CohortKey,
) -> Result<(), Problem> {
    let (audience, s, now) = (audience.as_ref(), s.as_bytes(), hub.now_ms());
    links::revoke_under(tx, audience, s, now).await?;
    member_rows::drop_slots(tx, audience, s, now).await?;
    Ok(cohorts::retire(tx, audience, s, now).await?)
}
