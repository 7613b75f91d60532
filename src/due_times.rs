//! Due times that a class's admin lets its publishers tell the hub, so that it reminds whoever has handed nothing in.
//!
//! Invariant: the hub holds the due time of no audience whose admins have not allowed it, or have forbidden it again; a
//! reminder goes out once, only before the work is due, and carries no content.

use kentongan_protocol::COHORT;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::post::Kind as PostKind;
use rand_core::Rng as _;

use crate::accounts::Caller;
use crate::audiences::{self, Standing, standing};
use crate::hub::Hub;
use crate::jobs::{notify::Notify, queue};
use crate::notifications::live::{self, Kind};
use crate::posts::{self, Reader};
use crate::problem::Problem;
use crate::store::due_times::{self as rows, DueRow};
use crate::store::{self, Tx};

/// How far ahead a work may be due: a school year and a little.
const AHEAD_MS: i64 = 400 * 24 * 3600 * 1000;

/// When a work is due, and when those are reminded who have not handed it in; milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// When it is due.
    pub due_ms: i64,
    /// When the hub reminds: from now on, and not after it is due.
    pub remind_ms: i64,
}

/// Whether the audience's publishers may tell this hub due times: for everybody in it.
pub async fn allowed(hub: &Hub, caller: &Caller, audience: &AudienceId) -> Result<bool, Problem> {
    let mut tx = hub.db.read().await?;
    match standing(&mut tx, audience, &caller.account).await? {
        Standing::Nobody | Standing::Removed => {
            Err(Problem::NotAllowed("this account is not in that audience"))
        }
        _ => Ok(rows::allowed(&mut tx, audience.as_ref()).await?.unwrap_or(false)),
    }
}

/// Allows due times in an audience of one cohort, or forbids them, which forgets those there are; an admin's.
pub async fn allow(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    allowed: bool,
) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    if standing(&mut tx, audience, &caller.account).await? != Standing::Admin {
        return Err(Problem::NotAllowed("only an admin of this audience may do this"));
    }
    audiences::lock(&mut tx, audience).await?;
    if allowed && audiences::require_charter(&mut tx, audience).await?.cohorts.len() > 1 {
        return Err(Problem::Conflict(TOO_LARGE));
    }
    if !allowed {
        rows::delete_all(&mut tx, audience.as_ref()).await?;
    }
    rows::allow(&mut tx, audience.as_ref(), allowed).await?;
    Ok(tx.commit().await?)
}

/// Everybody is reminded in one transaction, so there must not be more of them than one cohort holds.
const TOO_LARGE: &str = {
    assert!(COHORT == 4096, "as the sentence says");
    "the hub reminds in audiences of at most 4,096 members"
};

/// When a post is due, for those who may read it.
pub async fn of(hub: &Hub, caller: &Caller, post: &PostId) -> Result<DueRow, Problem> {
    let mut tx = hub.db.read().await?;
    posts::reader(&mut tx, post, &caller.account).await?;
    rows::of(&mut tx, post.as_ref())
        .await?
        .ok_or(Problem::NotFound("the hub was not told when this is due"))
}

/// Tells the hub when an assignment is due, over what it was told before: a publisher's, where that is allowed.
pub async fn put(hub: &Hub, caller: &Caller, post: &PostId, when: When) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    let audience = of_publisher(&mut tx, caller, post).await?;
    audiences::lock(&mut tx, &audience).await?;
    if rows::allowed(&mut tx, audience.as_ref()).await? != Some(true) {
        let why = "due times stay with the devices here: an admin of the audience has to allow them first";
        return Err(Problem::Conflict(why));
    }
    let held = rows::of(&mut tx, post.as_ref()).await?;
    if held.is_some_and(|row| (row.due_ms, row.remind_ms) == (when.due_ms, when.remind_ms)) {
        return Ok(());
    }
    can_be_due(&mut tx, post).await?;
    let now = hub.now_ms();
    if when.due_ms <= now || when.due_ms - now > AHEAD_MS {
        return Err(Problem::field("due_ms", "expected a time within the next 400 days"));
    }
    if when.remind_ms <= now || when.remind_ms > when.due_ms {
        return Err(Problem::field("remind_ms", "expected a time from now until it is due"));
    }
    let mut reminder = [0; 32];
    hub.rng().fill_bytes(&mut reminder);
    rows::put(&mut tx, post.as_ref(), when.due_ms, when.remind_ms, &reminder).await?;
    Ok(tx.commit().await?)
}

/// Has the hub forget when a post is due: a publisher's.
pub async fn delete(hub: &Hub, caller: &Caller, post: &PostId) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    of_publisher(&mut tx, caller, post).await?;
    rows::delete(&mut tx, post.as_ref()).await?;
    Ok(tx.commit().await?)
}

/// The audience of a post of which the caller is a publisher.
async fn of_publisher(tx: &mut Tx, caller: &Caller, post: &PostId) -> Result<AudienceId, Problem> {
    let (row, reader) = posts::reader(tx, post, &caller.account).await?;
    if !matches!(reader, Reader::Publisher) {
        return Err(Problem::NotAllowed("only a publisher of this audience may do this"));
    }
    Ok(AudienceId(posts::id(&row.audience)?))
}

/// An assignment that went out or still will.
async fn can_be_due(tx: &mut Tx, post: &PostId) -> Result<(), Problem> {
    const NOT_DUE: Problem = Problem::Conflict("only an assignment that stands can be due");
    let row = store::posts::post(tx, post.as_ref()).await?.ok_or(NOT_DUE)?;
    let withdrawal = PostKind::Withdrawal as i64;
    let withdrawn = store::posts::greatest_about(tx, post.as_ref(), withdrawal).await?.is_some();
    let stands = row.kind == PostKind::Assignment as i64 && row.state != posts::LAPSED;
    if stands && !withdrawn { Ok(()) } else { Err(NOT_DUE) }
}

/// The posts whose reminders' time has come: as many as one look takes on.
pub async fn waiting(hub: &Hub) -> Result<Vec<PostId>, Problem> {
    const AT_ONCE: i64 = 100;
    let mut tx = hub.db.read().await?;
    let waiting = rows::waiting(&mut tx, hub.now_ms(), AT_ONCE).await?;
    waiting.iter().map(|post| posts::id(post).map(PostId)).collect()
}

/// Reminds those who owe the work of a post, once; nobody where it is due already, was withdrawn or did not go out.
pub async fn remind(hub: &Hub, post: &PostId) -> Result<(), Problem> {
    let now = hub.now_ms();
    let mut tx = hub.db.write().await?;
    let Some(begun) = rows::begin(&mut tx, post.as_ref(), now).await? else { return Ok(()) };
    let missing = rows::missing(&mut tx, post.as_ref()).await?;
    if now < begun.due_ms && !missing.is_empty() {
        let (audience, reminder) = (posts::id(&begun.audience)?, posts::id(&begun.reminder)?);
        queue::push(&mut tx, &Notify::reminder(reminder), now).await?;
        let audience = AudienceId(audience);
        live::announce_each(&mut tx, Kind::Reminder, &audience, &missing, &post.0, now).await?;
    }
    Ok(tx.commit().await?)
}
