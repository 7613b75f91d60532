//! The desk as a shared inbox: publishers take letters and put them away, and a new one opens its conversation again.
//!
//! Invariant: who looks after a letter was a publisher of its audience when that was said.

use kentongan_protocol::ids::{AccountId, AudienceId, LetterId};

use crate::accounts::Caller;
use crate::audiences::{self, standing};
use crate::hub::Hub;
use crate::letters;
use crate::notifications::live::{self, Event, Kind, To};
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::desk::{self as rows, DeskLetter, DeskRow};

/// How a letter stands on its desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody looks after it.
    Open,
    /// A publisher does.
    Assigned,
    /// There is nothing left to do.
    Resolved,
}

impl State {
    /// Its word, in the API and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Assigned => "assigned",
            Self::Resolved => "resolved",
        }
    }
}

/// A desk's mailbox after a position, for its publishers.
pub async fn list(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    after: i64,
    limit: i64,
    state: Option<State>,
) -> Result<Vec<DeskLetter>, Problem> {
    let mut tx = audiences::read_as_publisher(hub, caller, audience).await?;
    let state = state.map(State::word);
    Ok(rows::list(&mut tx, audience.as_ref(), after, limit, state).await?)
}

/// Says how a letter stands; `assignee` exactly where it is assigned.
pub async fn put(
    hub: &Hub,
    caller: &Caller,
    letter: &LetterId,
    state: State,
    assignee: Option<AccountId>,
) -> Result<(), Problem> {
    if assignee.is_some() != (state == State::Assigned) {
        let why = "expected where the state is assigned, and nowhere else";
        return Err(Problem::field("assignee", why));
    }
    let row = letters::letter(hub, caller, letter).await?;
    if row.to_account.is_some() {
        return Err(Problem::NotAllowed("this letter lies on no desk"));
    }
    let audience = AudienceId(audiences::bytes32(row.audience)?);
    let mut tx = hub.db.write().await?;
    audiences::lock(&mut tx, &audience).await?;
    standing(&mut tx, &audience, &caller.account).await?.publisher()?;
    if let Some(assignee) = &assignee
        && !standing(&mut tx, &audience, assignee).await?.publishes()
    {
        return Err(Problem::field("assignee", "expected a publisher of this audience"));
    }
    let held = rows::of(&mut tx, letter.as_ref()).await?;
    let before = held.as_ref().map_or("open", |row| row.state.as_str());
    let of_before = held.as_ref().and_then(|row| row.assignee.clone());
    // Who did it is worth knowing afterwards.
    let kept = of_before.clone().filter(|_| state == State::Resolved);
    let assignee = assignee.map(|account| account.0.to_vec()).or(kept);
    if before == state.word() && of_before == assignee {
        return Ok(());
    }
    let row = DeskRow {
        state: state.word().to_owned(),
        assignee,
        changed_by: Some(caller.account.0.to_vec()),
        changed_ms: Some(hub.now_ms()),
    };
    rows::put(&mut tx, letter.as_ref(), &row).await?;
    tell(&mut tx, hub, &audience, &letter.0).await?;
    Ok(tx.commit().await?)
}

/// A new letter about a post opens again what its author's earlier ones about it had left resolved.
pub(crate) async fn reopen(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    author: &AccountId,
    thread: &[u8; 32],
) -> Result<(), Problem> {
    if *thread == [0; 32] {
        return Ok(());
    }
    let (audience_id, now) = (audience.as_ref(), hub.now_ms());
    let opened = rows::reopen(tx, audience_id, author.as_ref(), thread, now).await?;
    // One is told for all: whoever hears looks at the desk.
    if let Some(letter) = opened.last() {
        tell(tx, hub, audience, &audiences::bytes32(letter.clone())?).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    letter: &[u8; 32],
) -> Result<(), Problem> {
    let event =
        Event { kind: Kind::Desk, to: To::Staff(audience), subject: letter, at_ms: hub.now_ms() };
    Ok(live::announce(tx, &event).await?)
}
