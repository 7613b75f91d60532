//! Audiences: who reaches whom under which charter, and where an account stands in one (protocol section 3).
//!
//! Every rule about who may do something asks [`standing`]; every rule about keys and terms asks a charter,
//! which was checked when it was accepted and is only read afterwards.

use kentongan_protocol::chain::{Chain, Genesis, SignedCharter};
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, CharterHash};
use kentongan_protocol::membership::MemberRole;

use crate::problem::Problem;
use crate::store::audiences::{self as rows, CharterRow};
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
            s: member.s_key.try_into().map_err(|_| unreadable("cohort key"))?,
            slot: usize::try_from(member.slot).map_err(|_| unreadable("slot"))?,
        },
    })
}

/// The charter of the highest revision, expired or not; `None` where there is no such audience.
pub async fn current_charter(
    tx: &mut Tx,
    audience: &AudienceId,
) -> Result<Option<Charter>, Problem> {
    rows::current_charter(tx, audience.as_ref()).await?.as_deref().map(parsed).transpose()
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

fn signed(row: &CharterRow) -> Result<SignedCharter, Problem> {
    SignedCharter::parse(parsed(&row.charter)?, &row.signatures)
        .map_err(|_| unreadable("signatures"))
}

fn parsed(bytes: &[u8]) -> Result<Charter, Problem> {
    Charter::parse(bytes).map_err(|_| unreadable("charter"))
}

fn unreadable(what: &str) -> Problem {
    Problem::Internal(format!("an unreadable {what} in the database"))
}
