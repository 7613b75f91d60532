//! Audiences: who reaches whom under which charter, and where an account stands in one (protocol section 3).
//!
//! Every rule about who may do something asks [`standing`]; every rule about keys and terms asks a charter,
//! which was checked when it was accepted and is only read afterwards.

use kentongan_protocol::chain::{Chain, Genesis, SignedCharter};
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, CharterHash};
use kentongan_protocol::membership::MemberRole;

use crate::accounts::Caller;
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::audiences::{self as rows, AudienceRow, CharterRow, CohortRow, OwnRow};
use crate::store::{Tx, members};

/// Where an account stands in an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never was in it.
    Nobody,
    /// Was a member and is no longer.
    Removed,
    /// A member whose cohort's key was replaced and whom nobody has enrolled under another yet.
    Waiting,
    /// A live member.
    Member {
        /// Member or guardian; the rights are the same.
        role: MemberRole,
        /// `S` of its cohort.
        s: [u8; 32],
        /// Its slot there.
        slot: usize,
    },
    /// May publish.
    Publisher,
    /// May publish and sign charters.
    Admin,
}

impl Standing {
    /// Whether it may publish; admins may.
    #[must_use]
    pub const fn publishes(self) -> bool {
        matches!(self, Self::Publisher | Self::Admin)
    }

    /// Refuses whoever may not publish.
    pub fn publisher(self) -> Result<(), Problem> {
        if self.publishes() {
            return Ok(());
        }
        Err(Problem::NotAllowed("only a publisher of this audience may do this"))
    }
}

/// Where `account` stands; `Nobody` also where there is no such audience.
pub async fn standing(
    tx: &mut Tx,
    audience: &AudienceId,
    account: &AccountId,
) -> Result<Standing, Problem> {
    match rows::staff_role(tx, audience.as_ref(), account.as_ref()).await? {
        Some(2) => return Ok(Standing::Admin),
        Some(_) => return Ok(Standing::Publisher),
        None => {}
    }
    let Some(member) = members::member(tx, audience.as_ref(), account.as_ref()).await? else {
        return Ok(Standing::Nobody);
    };
    Ok(match (member.removed_ms, member.retired_ms) {
        (Some(_), _) => Standing::Removed,
        (None, Some(_)) => Standing::Waiting,
        (None, None) => Standing::Member {
            role: if member.role == 2 { MemberRole::Guardian } else { MemberRole::Member },
            s: bytes32(member.s_key)?,
            slot: usize::try_from(member.slot).map_err(|_| unreadable("slot"))?,
        },
    })
}

/// A read by one of the audience's publishers; refuses everybody else.
pub(crate) async fn read_as_publisher(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
) -> Result<Tx, Problem> {
    let mut tx = hub.db.read().await?;
    standing(&mut tx, audience, &caller.account).await?.publisher()?;
    Ok(tx)
}

/// The charter of the highest revision, expired or not; `None` where there is no such audience.
pub async fn current_charter(
    tx: &mut Tx,
    audience: &AudienceId,
) -> Result<Option<Charter>, Problem> {
    rows::current_charter(tx, audience.as_ref()).await?.as_deref().map(parsed).transpose()
}

/// The same, where there must be such an audience.
pub(crate) async fn require_charter(
    tx: &mut Tx,
    audience: &AudienceId,
) -> Result<Charter, Problem> {
    current_charter(tx, audience).await?.ok_or(UNKNOWN)
}

/// Refuses an id that no audience here has.
pub(crate) async fn require_audience(tx: &mut Tx, audience: &AudienceId) -> Result<(), Problem> {
    rows::audience(tx, audience.as_ref()).await?.map(drop).ok_or(UNKNOWN)
}

/// The accepted charter with this hash.
pub async fn charter_by_hash(
    tx: &mut Tx,
    audience: &AudienceId,
    hash: &CharterHash,
) -> Result<Option<Charter>, Problem> {
    let bytes = rows::charter_by_hash(tx, audience.as_ref(), hash.as_ref()).await?;
    bytes.as_deref().map(parsed).transpose()
}

/// Every accepted charter from the first on, verified once more; `None` where there is no such audience.
pub async fn chain(tx: &mut Tx, audience: &AudienceId) -> Result<Option<Chain>, Problem> {
    let Some(row) = rows::audience(tx, audience.as_ref()).await? else { return Ok(None) };
    let genesis = Genesis::parse(&row.genesis).map_err(|_| unreadable("genesis"))?;
    let mut charters = rows::charters(tx, audience.as_ref(), 0, i64::MAX).await?.into_iter();
    let first = charters.next().ok_or_else(|| unreadable("chain"))?;
    let mut chain = Chain::begin(genesis, signed(&first)?).map_err(|_| unreadable("chain"))?;
    for next in charters {
        chain.append(&signed(&next)?).map_err(|_| unreadable("chain"))?;
    }
    Ok(Some(chain))
}

/// Keeps every other writer of the audience out until the transaction ends; what it is now.
pub(crate) async fn lock(tx: &mut Tx, audience: &AudienceId) -> Result<AudienceRow, Problem> {
    rows::lock(tx, audience.as_ref()).await?.ok_or(UNKNOWN)
}

/// The same, where `charter` must still be the highest.
pub(crate) async fn lock_at(
    tx: &mut Tx,
    audience: &AudienceId,
    charter: &CharterHash,
) -> Result<(), Problem> {
    let row = lock(tx, audience).await?;
    if row.charter_hash == charter.as_ref() { Ok(()) } else { Err(Problem::CharterSuperseded) }
}

/// An audience, for anyone who has its id.
pub async fn audience(hub: &Hub, audience: &AudienceId) -> Result<AudienceRow, Problem> {
    let mut tx = hub.db.read().await?;
    rows::audience(&mut tx, audience.as_ref()).await?.ok_or(UNKNOWN)
}

/// The most bytes of charters in one answer, but never less than one charter.
const CHARTERS_BYTES: i64 = 4 << 20;

/// Charters from revision `from` on and the revision to go on with, for anyone: whoever reads a post needs them.
pub async fn charters(
    hub: &Hub,
    audience: &AudienceId,
    from: i64,
    limit: i64,
) -> Result<(Vec<CharterRow>, Option<i64>), Problem> {
    let mut tx = hub.db.read().await?;
    let highest = rows::audience(&mut tx, audience.as_ref()).await?.ok_or(UNKNOWN)?.revision;
    let sizes = rows::charter_sizes(&mut tx, audience.as_ref(), from, limit).await?;
    let mut bytes = 0;
    let fitting = sizes.iter().take_while(|size| {
        let first = bytes == 0;
        bytes += **size;
        first || bytes <= CHARTERS_BYTES
    });
    let limit = i64::try_from(fitting.count()).unwrap_or(limit);
    let charters = rows::charters(&mut tx, audience.as_ref(), from, limit).await?;
    let next = charters.last().map(|last| last.revision + 1).filter(|next| *next <= highest);
    Ok((charters, next))
}

/// The audiences that the caller works for or belongs to, after the id `after`.
pub async fn own(
    hub: &Hub,
    caller: &Caller,
    after: &[u8],
    limit: i64,
) -> Result<Vec<OwnRow>, Problem> {
    let mut tx = hub.db.read().await?;
    Ok(rows::of_account(&mut tx, caller.account.as_ref(), after, limit).await?)
}

/// Cohorts, also retired ones, after place and `S`, for a publisher.
pub async fn cohorts(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    after: (i64, &[u8]),
    limit: i64,
) -> Result<Vec<CohortRow>, Problem> {
    let mut tx = read_as_publisher(hub, caller, audience).await?;
    Ok(rows::cohorts(&mut tx, audience.as_ref(), after.0, after.1, limit).await?)
}

const UNKNOWN: Problem =
    Problem::NotFound("there is no such audience on this hub: check the address");

fn signed(row: &CharterRow) -> Result<SignedCharter, Problem> {
    SignedCharter::parse(parsed(&row.charter)?, &row.signatures)
        .map_err(|_| unreadable("signatures"))
}

fn parsed(bytes: &[u8]) -> Result<Charter, Problem> {
    Charter::parse(bytes).map_err(|_| unreadable("charter"))
}

/// A stored id or key.
pub(crate) fn bytes32(bytes: Vec<u8>) -> Result<[u8; 32], Problem> {
    bytes.try_into().map_err(|_| unreadable("id"))
}

fn unreadable(what: &str) -> Problem {
    Problem::Internal(format!("an unreadable {what} in the database"))
}
