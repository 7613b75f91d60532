//! Joining by a link: at once through an open one, by asking through an approval link (protocol section 4).
//!
//! Invariant: nothing is stored of a request before both its signatures and what it claims were verified.

use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::link::{Claim, LinkKind, Request};
use kentongan_protocol::membership::{Membership, WriterProof};
use kentongan_protocol::token::token_from_link;

use crate::accounts::Caller;
use crate::audiences::{self, Standing, standing};
use crate::enrolment::{AHEAD_MS, link_proof};
use crate::hub::Hub;
use crate::links::{find, is_open};
use crate::members::{self, Seat};
use crate::notifications::live::{self, Event, Kind, To};
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::links::{self as rows, LinkRow, RequestRow};
use crate::tokens::{self, Place};

const REFUSED: Problem = Problem::Refused(
    "the request to join is malformed or not signed as its link demands: open the link again",
);

/// A request as it came.
pub struct Asked {
    /// The encoded Request.
    pub request: Vec<u8>,
    /// The link's signature on it.
    pub link_signature: [u8; 64],
    /// The joiner's.
    pub signature: [u8; 64],
    /// The membership the link issued and its signature; for an open link only.
    pub membership: Option<(Vec<u8>, [u8; 64])>,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// The joiner is a member.
    Admitted,
    /// A publisher has yet to decide.
    Pending,
}

/// What became of a request.
pub struct Outcome {
    /// Where it stands.
    pub state: Asking,
    /// False where it stood there before.
    pub new: bool,
}

/// Takes a request to join.
pub async fn ask(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    asked: &Asked,
) -> Result<Outcome, Problem> {
    let request = verified(hub, caller, audience, asked)?;
    let mut tx = hub.db.read().await?;
    audiences::require_audience(&mut tx, audience).await?;
    if let Some(outcome) = before(&mut tx, audience, caller, &request).await? {
        return Ok(outcome);
    }
    let link = find(&mut tx, audience, &request.link_pk).await?;
    if !is_open(hub, &link) {
        return Err(Problem::LinkClosed);
    }
    if link.kind != if request.kind() == LinkKind::Open { 1 } else { 2 } {
        return Err(REFUSED);
    }
    let charter = audiences::require_charter(&mut tx, audience).await?;
    drop(tx);
    match (&request.claim, &asked.membership) {
        (Some(claim), Some(shown)) => {
            let proof = issued(hub, &charter, &link, claim, caller, shown)?;
            join(hub, caller, &charter, &request, claim, &proof).await
        }
        (None, None) => wait(hub, caller, &charter, &request, asked).await,
        _ => Err(REFUSED),
    }
}

fn verified(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    asked: &Asked,
) -> Result<Request, Problem> {
    let request = Request::parse(&asked.request).map_err(|_| REFUSED)?;
    let holds = request.ik == caller.ik
        && request.audience == *audience
        && request.at_ms <= hub.now_ms().unsigned_abs() + AHEAD_MS
        && request.verify(&asked.link_signature, &asked.signature).is_ok();
    if holds { Ok(request) } else { Err(REFUSED) }
}

/// The answer to one who is in already, or has asked and waits.
async fn before(
    tx: &mut Tx,
    audience: &AudienceId,
    caller: &Caller,
    request: &Request,
) -> Result<Option<Outcome>, Problem> {
    match standing(tx, audience, &caller.account).await? {
        Standing::Member { .. } => {
            return Ok(Some(Outcome { state: Asking::Admitted, new: false }));
        }
        Standing::Publisher | Standing::Admin => {
            return Err(Problem::Conflict(
                "you publish in this audience and cannot be its member too",
            ));
        }
        Standing::Nobody | Standing::Removed | Standing::Waiting => {}
    }
    let state = rows::request_state(tx, audience.as_ref(), caller.account.as_ref()).await?;
    let waits = request.claim.is_none() && state.as_deref() == Some("pending");
    Ok(waits.then_some(Outcome { state: Asking::Pending, new: false }))
}

/// The membership that the link issued for what is claimed.
fn issued(
    hub: &Hub,
    charter: &Charter,
    link: &LinkRow,
    claim: &Claim,
    caller: &Caller,
    (membership, signature): &(Vec<u8>, [u8; 64]),
) -> Result<WriterProof, Problem> {
    let membership = Membership::parse(membership).map_err(|_| REFUSED)?;
    let proof = WriterProof { membership, signature: *signature, by_link: Some(link_proof(link)?) };
    proof.check(charter, &caller.ik).map_err(|_| REFUSED)?;
    let sane = membership.at_ms <= hub.now_ms().unsigned_abs() + AHEAD_MS;
    if sane && membership.cohort == claim.cohort { Ok(proof) } else { Err(REFUSED) }
}

/// Begins the short write in which a request is taken, if nothing it was checked against has changed.
async fn begin(
    hub: &Hub,
    caller: &Caller,
    charter: &Charter,
    request: &Request,
) -> Result<Result<Tx, Outcome>, Problem> {
    let audience = &charter.audience;
    let mut tx = hub.db.write().await?;
    audiences::lock_at(&mut tx, audience, &charter.hash()).await?;
    if let Some(outcome) = before(&mut tx, audience, caller, request).await? {
        return Ok(Err(outcome));
    }
    if !is_open(hub, &find(&mut tx, audience, &request.link_pk).await?) {
        return Err(Problem::LinkClosed);
    }
    let link_pk = request.link_pk.as_ref();
    rows::count_use(&mut tx, audience.as_ref(), link_pk, caller.account.as_ref()).await?;
    Ok(Ok(tx))
}

async fn join(
    hub: &Hub,
    caller: &Caller,
    charter: &Charter,
    request: &Request,
    claim: &Claim,
    proof: &WriterProof,
) -> Result<Outcome, Problem> {
    let mut tx = match begin(hub, caller, charter, request).await? {
        Ok(tx) => tx,
        Err(outcome) => return Ok(outcome),
    };
    let (audience, link) = (&charter.audience, &request.link_pk);
    let place = Place::new(audience, &claim.cohort);
    let sealed = rows::deposit(&mut tx, audience.as_ref(), link.as_ref(), place.s).await?;
    let sealed = sealed.ok_or(REFUSED)?;
    let deposit = tokens::open_deposit(hub, &mut tx, place, link.as_bytes(), &sealed).await?;
    let seat = Seat {
        account: caller.account,
        membership: proof.membership,
        membership_signature: proof.signature,
        token: token_from_link(&deposit, &claim.delta),
        batch: None,
        link: Some(*link),
    };
    members::seat(hub, &mut tx, place, &[seat]).await?;
    crate::store::members::admit(&mut tx, audience.as_ref(), caller.account.as_ref(), hub.now_ms())
        .await?;
    members::announce(hub, &mut tx, place, &[caller.account]).await?;
    tx.commit().await?;
    Ok(Outcome { state: Asking::Admitted, new: true })
}

async fn wait(
    hub: &Hub,
    caller: &Caller,
    charter: &Charter,
    request: &Request,
    asked: &Asked,
) -> Result<Outcome, Problem> {
    let mut tx = match begin(hub, caller, charter, request).await? {
        Ok(tx) => tx,
        Err(outcome) => return Ok(outcome),
    };
    let (audience, now) = (&charter.audience, hub.now_ms());
    let row = RequestRow {
        account: caller.account.0.to_vec(),
        ik: caller.ik.0.to_vec(),
        link_pk: request.link_pk.0.to_vec(),
        request: asked.request.clone(),
        link_signature: asked.link_signature.to_vec(),
        signature: asked.signature.to_vec(),
        received_ms: now,
    };
    rows::put_request(&mut tx, audience.as_ref(), &row).await?;
    let (to, subject) = (To::Staff(audience), &caller.account.0);
    live::announce(&mut tx, &Event { kind: Kind::Request, to, subject, at_ms: now }).await?;
    tx.commit().await?;
    Ok(Outcome { state: Asking::Pending, new: true })
}

/// Pending requests after a time and an account, for a publisher.
pub async fn pending(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    after: (i64, &[u8]),
    limit: i64,
) -> Result<Vec<RequestRow>, Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    Ok(rows::pending(&mut tx, audience.as_ref(), after.0, after.1, limit).await?)
}

/// Declines a pending request on a publisher's word, or withdraws it on the asker's; a repeat is done already.
pub async fn decline(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    account: &AccountId,
) -> Result<(), Problem> {
    const NONE: Problem = Problem::NotFound("this account has no request here to decline");
    let mut tx = hub.db.write().await?;
    audiences::lock(&mut tx, audience).await?;
    if caller.account != *account {
        standing(&mut tx, audience, &caller.account).await?.publisher()?;
    }
    let (id, account) = (audience.as_ref(), account.as_ref());
    let declined = rows::decline(&mut tx, id, account, hub.now_ms()).await?;
    let state = rows::request_state(&mut tx, id, account).await?;
    tx.commit().await?;
    if declined || state.as_deref() == Some("declined") { Ok(()) } else { Err(NONE) }
}
