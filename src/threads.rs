//! Threads under posts: open, slowed or closed by publishers; the rule binds members, whose replies cost everyone's work.
//!
//! Invariant: a withdrawal passes always, for taking back what one wrote is nobody else's to forbid.

use kentongan_protocol::ids::{AudienceId, IdentityKey, PostId};
use kentongan_protocol::post::Kind as PostKind;

use crate::accounts::Caller;
use crate::audiences;
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::posts::{self, Reader};
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::threads::{self as rows, ThreadRow};

/// The longest pause between two replies, in seconds: a week.
const SLOWEST: u32 = 7 * 24 * 3600;

/// How a thread is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Members reply as the charter says.
    Open,
    /// Each member replies once in a while.
    Slow,
    /// Members do not reply.
    Closed,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Slow => "slow",
            Self::Closed => "closed",
        }
    }
}

/// Opens, slows or closes the thread under an announcement or assignment; `every_s` exactly where it is slowed.
pub async fn put(
    hub: &Hub,
    caller: &Caller,
    post: &PostId,
    state: State,
    every_s: Option<u32>,
) -> Result<(), Problem> {
    let fits = match state {
        State::Slow => every_s.is_some_and(|every_s| (1..=SLOWEST).contains(&every_s)),
        State::Open | State::Closed => every_s.is_none(),
    };
    if !fits {
        let why = "expected 1 to 604800 seconds where the thread is slow, and nothing elsewhere";
        return Err(Problem::field("every_s", why));
    }
    let wanted = ThreadRow { state: state.word().to_owned(), every_s: every_s.map(Into::into) };
    let mut tx = hub.db.write().await?;
    let (row, reader) = posts::reader(&mut tx, post, &caller.account).await?;
    if !matches!(reader, Reader::Publisher) {
        return Err(Problem::NotAllowed("only a publisher of this audience may do this"));
    }
    let root = [PostKind::Announcement as i64, PostKind::Assignment as i64].contains(&row.kind);
    if !root || row.state != posts::ACCEPTED {
        return Err(Problem::Conflict(
            "only an announcement or assignment that went out has a thread: name that",
        ));
    }
    // A reply being accepted now is judged before this, or after it.
    let audience = AudienceId(posts::id(&row.audience)?);
    audiences::lock(&mut tx, &audience).await?;
    let open = || ThreadRow { state: State::Open.word().to_owned(), every_s: None };
    if rows::of(&mut tx, post.as_ref()).await?.unwrap_or_else(open) == wanted {
        return Ok(());
    }
    let (account, now) = (caller.account.as_ref(), hub.now_ms());
    rows::put(&mut tx, post.as_ref(), &wanted, account, now).await?;
    let to = To::Everyone(&audience);
    live::announce(&mut tx, &Event { kind: Kind::Thread, to, subject: &post.0, at_ms: now })
        .await?;
    Ok(tx.commit().await?)
}

/// Whether a member may reply in this thread now; the caller holds the audience's lock.
pub(crate) async fn may_reply(
    tx: &mut Tx,
    audience: &AudienceId,
    thread: &PostId,
    ik: &IdentityKey,
    now_ms: i64,
) -> Result<(), Problem> {
    let Some(row) = rows::of(tx, thread.as_ref()).await? else { return Ok(()) };
    if row.state == State::Closed.word() {
        return Err(Problem::ThreadClosed);
    }
    let Some(every_s) = row.every_s else { return Ok(()) };
    let last = rows::last_reply(tx, audience.as_ref(), thread.as_ref(), ik.as_ref()).await?;
    let wait_ms = last.saturating_add(every_s.saturating_mul(1000)).saturating_sub(now_ms);
    match u64::try_from(wait_ms) {
        Ok(wait_ms @ 1..) => Err(Problem::RateLimited(wait_ms.div_ceil(1000))),
        _ => Ok(()),
    }
}
