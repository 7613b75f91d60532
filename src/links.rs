//! Links as the hub keeps them: a publisher's statement, and for an open one what lets joiners in (protocol section 4).
//!
//! Invariant: a link that is revoked has no deposits, and a deposit lies sealed under its cohort's key.

use kentongan_protocol::COHORT;
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AudienceId, IdentityKey};
use kentongan_protocol::keys::{CohortKey, Deposit};
use kentongan_protocol::link::{Link, LinkKind};

use crate::accounts::Caller;
use crate::audiences::{self, standing};
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::links::{self as rows, DepositRow, LinkRow};
use crate::tokens::{self, Place};

const REFUSED: Problem = Problem::Refused(
    "the link or a deposit is malformed, out of date or not signed by you: fetch the charter and make it again",
);
const UNKNOWN: Problem =
    Problem::NotFound("there is no such link: check that all of it was copied");

/// `t_link` for one cohort, as it came.
pub struct Share {
    /// `S`.
    pub s: [u8; 32],
    /// `t_link`.
    pub token: [u8; 32],
}

/// Publishes a link, with deposits if it is an open one; false where it was known.
pub async fn publish(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    link_bytes: &[u8],
    signature: &[u8; 64],
    shares: &[Share],
) -> Result<bool, Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    let link = Link::parse(link_bytes).map_err(|_| REFUSED)?;
    let charter = audiences::require_charter(&mut tx, audience).await?;
    if let Some(held) = rows::link(&mut tx, audience.as_ref(), link.link_pk.as_ref()).await? {
        return known(&held, link_bytes, signature);
    }
    drop(tx);
    let row = checked(hub, caller, audience, link, signature)?;
    let deposits = deposits(&charter, link.kind, shares)?;
    let mut tx = hub.db.write().await?;
    audiences::lock_at(&mut tx, audience, &charter.hash()).await?;
    if let Some(held) = rows::link(&mut tx, audience.as_ref(), &row.link_pk).await? {
        return known(&held, link_bytes, signature);
    }
    rows::insert(&mut tx, audience.as_ref(), &row, hub.now_ms()).await?;
    put(hub, &mut tx, audience, &link.link_pk, &deposits).await?;
    tx.commit().await?;
    Ok(true)
}

fn known(held: &LinkRow, link: &[u8], signature: &[u8; 64]) -> Result<bool, Problem> {
    if held.link == link && held.signature == signature {
        return Ok(false);
    }
    Err(Problem::Conflict("another link with this key stands here: make one with a new seed"))
}

/// The row of a link that this publisher may publish now.
fn checked(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    link: Link,
    signature: &[u8; 64],
) -> Result<LinkRow, Problem> {
    link.verify(&caller.ik, signature).map_err(|_| REFUSED)?;
    let now = hub.now_ms();
    let expires_ms = i64::try_from(link.expires_ms).map_err(|_| REFUSED)?;
    if link.audience != *audience || link.max_uses == 0 || expires_ms <= now {
        return Err(REFUSED);
    }
    Ok(LinkRow {
        link_pk: link.link_pk.0.to_vec(),
        link: link.encode(),
        signature: signature.to_vec(),
        publisher: caller.ik.0.to_vec(),
        kind: if link.kind == LinkKind::Open { 1 } else { 2 },
        max_uses: link.max_uses.into(),
        uses: 0,
        expires_ms,
        revoked_ms: None,
    })
}

/// Shares as deposits under current cohort keys, each once, and for open links only.
fn deposits(
    charter: &Charter,
    kind: LinkKind,
    shares: &[Share],
) -> Result<Vec<(CohortKey, Deposit)>, Problem> {
    if kind == LinkKind::Approval && !shares.is_empty() {
        return Err(REFUSED);
    }
    let mut seen = std::collections::HashSet::new();
    shares
        .iter()
        .map(|share| {
            let s = charter.cohorts.iter().find(|s| *s.as_bytes() == share.s).ok_or(REFUSED)?;
            let deposit = Deposit::from_bytes(&share.token).map_err(|_| REFUSED)?;
            if seen.insert(share.s) { Ok((*s, deposit)) } else { Err(REFUSED) }
        })
        .collect()
}

async fn put(
    hub: &Hub,
    tx: &mut Tx,
    audience: &AudienceId,
    link_pk: &IdentityKey,
    deposits: &[(CohortKey, Deposit)],
) -> Result<(), Problem> {
    let mut sealed = Vec::with_capacity(deposits.len());
    for (s, deposit) in deposits {
        let place = Place::new(audience, s);
        let bytes = tokens::seal_deposit(hub, tx, place, link_pk.as_bytes(), deposit).await?;
        sealed.push(DepositRow { s_key: *s.as_bytes(), sealed: bytes });
    }
    Ok(rows::put_deposits(tx, audience.as_ref(), link_pk.as_ref(), &sealed).await?)
}

/// Lets an open link fill more cohorts.
pub async fn deposit(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    link_pk: &IdentityKey,
    shares: &[Share],
) -> Result<(), Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    let charter = audiences::require_charter(&mut tx, audience).await?;
    let row = find(&mut tx, audience, link_pk).await?;
    drop(tx);
    let kind = if row.kind == 1 { LinkKind::Open } else { LinkKind::Approval };
    let deposits = deposits(&charter, kind, shares)?;
    let mut tx = hub.db.write().await?;
    audiences::lock_at(&mut tx, audience, &charter.hash()).await?;
    if !is_open(hub, &find(&mut tx, audience, link_pk).await?) {
        return Err(Problem::LinkClosed);
    }
    put(hub, &mut tx, audience, link_pk, &deposits).await?;
    Ok(tx.commit().await?)
}

/// Revokes a link: whoever has it finds it closed, and its deposits are gone.
pub async fn revoke(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    link_pk: &IdentityKey,
) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    audiences::lock(&mut tx, audience).await?;
    standing(&mut tx, audience, &caller.account).await?.publisher()?;
    find(&mut tx, audience, link_pk).await?;
    rows::revoke(&mut tx, audience.as_ref(), link_pk.as_ref(), hub.now_ms()).await?;
    Ok(tx.commit().await?)
}

/// Links after the key `after`, for a publisher.
pub async fn list(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    after: &[u8],
    limit: i64,
) -> Result<Vec<LinkRow>, Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    Ok(rows::list(&mut tx, audience.as_ref(), after, limit).await?)
}

/// A link as one who follows it sees it.
pub struct Shown {
    /// The link.
    pub row: LinkRow,
    /// Whether it still lets anybody in.
    pub open: bool,
    /// The cohort key to ask for.
    pub s: Option<Vec<u8>>,
}

/// A link, for anyone who has its key.
pub async fn show(
    hub: &Hub,
    audience: &AudienceId,
    link_pk: &IdentityKey,
) -> Result<Shown, Problem> {
    let mut tx = hub.db.read().await?;
    let row = find(&mut tx, audience, link_pk).await?;
    let open = is_open(hub, &row);
    let most = i64::try_from(COHORT).unwrap_or(i64::MAX);
    let s = rows::open_cohort(&mut tx, audience.as_ref(), link_pk.as_ref(), most).await?;
    Ok(Shown { row, open, s: s.filter(|_| open) })
}

pub(crate) async fn find(
    tx: &mut Tx,
    audience: &AudienceId,
    link_pk: &IdentityKey,
) -> Result<LinkRow, Problem> {
    rows::link(tx, audience.as_ref(), link_pk.as_ref()).await?.ok_or(UNKNOWN)
}

/// Whether the link still lets anybody in.
pub(crate) fn is_open(hub: &Hub, row: &LinkRow) -> bool {
    row.revoked_ms.is_none() && row.uses < row.max_uses && hub.now_ms() < row.expires_ms
}
