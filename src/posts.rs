//! Posts: accepted whole or not at all, then transformed for everyone (protocol sections 5 and 6).
//!
//! Invariant: a post that counts has, from the same transaction on, a line for each of its cohorts and the jobs that
//! will transform it; one that waits for approvals or for its time has the lines and no such jobs.

mod accept;
mod read;
mod retry;
mod schedule;

use std::ops::Range;

use kentongan_protocol::COHORT;
use kentongan_protocol::charter::{Charter, History};
use kentongan_protocol::ids::{AudienceId, IdentityKey, PostId};
use kentongan_protocol::post::{Kind, Standing as PostStanding, ThreadPost};

pub use accept::{Stored, accept};
pub use read::{
    Item, Octets, Permalink, Reader, Status, list, octets, permalink, reader, slot, status,
};
pub(crate) use read::{charter_of, whole};
pub use retry::{failed, retry, retry_history};
pub(crate) use schedule::lapse_scheduled;
pub use schedule::{due, release_due, take_back};

use crate::audiences;
use crate::base64url::B64;
use crate::hub::Hub;
use crate::jobs::{fan_out, history, queue};
use crate::notifications::live::{self, Event, To};
use crate::problem::Problem;
use crate::store::posts::{self as rows, PostRow};
use crate::store::{self, Tx, fan_out as packs};

/// The most bytes of a post: 1 MiB of body and 65,535 wraps.
pub const LIMIT: usize = 3 << 20;

/// Waits for approvals.
pub(crate) const PENDING: &str = "pending";
/// Counts.
pub(crate) const ACCEPTED: &str = "accepted";
/// Waits for its time.
pub(crate) const SCHEDULED: &str = "scheduled";
/// Will never count: the charter changed first, or it was taken back.
pub(crate) const LAPSED: &str = "lapsed";

/// What newly enrolled members are given of earlier posts: where the charter's history says so, a job makes them these
/// slots of `s`. Called in the transaction that fills the slots.
pub async fn catch_up(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    s: &[u8; 32],
    slots: Range<usize>,
) -> Result<(), Problem> {
    // A post being accepted now either sees these slots or is seen below.
    store::audiences::lock(tx, audience.as_ref()).await?;
    if keeps_history(tx, audience).await? {
        push_history(tx, hub, audience, s, slots).await?;
    }
    Ok(())
}

/// The charter's history changed: if it is open now, those who joined while it was not are given it.
pub async fn open_history(tx: &mut Tx, hub: &Hub, charter: &Charter) -> Result<(), Problem> {
    if charter.history == History::SameKey {
        for s in &charter.cohorts {
            push_history(tx, hub, &charter.audience, s.as_bytes(), 0..COHORT).await?;
        }
    }
    Ok(())
}

async fn push_history(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    s: &[u8; 32],
    slots: Range<usize>,
) -> Result<(), Problem> {
    let (first, end) = (count(slots.start)?, count(slots.end)?);
    if !packs::earlier(tx, audience.as_ref(), s, end, 0, 1).await?.is_empty() {
        let (audience, s) = (B64(audience.0), B64(*s));
        let job = history::History { audience, s, first, count: end - first };
        queue::push(tx, &job, hub.now_ms()).await?;
    }
    Ok(())
}

/// The charter changed: posts that still wait for approvals lapse (section 6).
pub async fn lapse_pending(tx: &mut Tx, audience: &AudienceId) -> Result<(), Problem> {
    rows::lapse(tx, audience.as_ref()).await?;
    Ok(())
}

/// A pending post has its approvals: it counts from here on, at a new position.
pub(crate) async fn release(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    post: &PostId,
) -> Result<(), Problem> {
    let position = next_position(tx, audience).await?;
    let now = hub.now_ms();
    rows::release(tx, post.as_ref(), position, now).await?;
    if keeps_history(tx, audience).await? {
        packs::cover(tx, post.as_ref(), audience.as_ref()).await?;
    }
    let cohorts = packs::progress(tx, post.as_ref()).await?.map_or(0, |progress| progress.cohorts);
    push_fan_out(tx, hub, post, cohorts).await?;
    tell_staff(tx, audience, post, live::Kind::Post, now).await
}

/// Enqueues a job for each cohort, or in a large audience for each run of them.
async fn push_fan_out(tx: &mut Tx, hub: &Hub, post: &PostId, cohorts: i64) -> Result<(), Problem> {
    let run = i64::from(hub.config.workers.cohorts_per_job.max(1));
    let run = if cohorts > run { run } else { 1 };
    let mut first = 0;
    while first < cohorts {
        let count = run.min(cohorts - first);
        let job = fan_out::FanOut { post: B64(post.0), first, count };
        queue::push(tx, &job, hub.now_ms()).await?;
        first += count;
    }
    Ok(())
}

async fn tell_staff(
    tx: &mut Tx,
    audience: &AudienceId,
    post: &PostId,
    kind: live::Kind,
    at_ms: i64,
) -> Result<(), Problem> {
    let event = Event { kind, to: To::Staff(audience), subject: &post.0, at_ms };
    Ok(live::announce(tx, &event).await?)
}

async fn next_position(tx: &mut Tx, audience: &AudienceId) -> Result<i64, Problem> {
    rows::next_position(tx, audience.as_ref()).await?.ok_or(NO_AUDIENCE)
}

/// Whether late joiners are given earlier posts now.
async fn keeps_history(tx: &mut Tx, audience: &AudienceId) -> Result<bool, Problem> {
    let charter = audiences::current_charter(tx, audience).await?;
    Ok(charter.is_some_and(|charter| charter.history == History::SameKey))
}

const NO_AUDIENCE: Problem = Problem::NotFound("there is no such audience on this hub");
const NO_POST: Problem = Problem::NotFound("there is no such post, or none that you may read");

/// What the rules of threads ask about a stored post.
fn thread_post(row: &PostRow) -> Result<ThreadPost, Problem> {
    let kind = u8::try_from(row.kind).ok().and_then(|kind| Kind::from_u8(kind).ok());
    Ok(ThreadPost {
        kind: kind.ok_or_else(|| unreadable("kind"))?,
        author: IdentityKey(id(&row.ik)?),
        by_publisher: row.publisher,
        standing: match row.state.as_str() {
            ACCEPTED => PostStanding::Accepted,
            PENDING | SCHEDULED => PostStanding::Pending,
            _ => PostStanding::Lapsed,
        },
    })
}

/// 32 bytes out of the database.
pub(crate) fn id(bytes: &[u8]) -> Result<[u8; 32], Problem> {
    bytes.try_into().map_err(|_| unreadable("id"))
}

fn count(slots: usize) -> Result<i64, Problem> {
    i64::try_from(slots).map_err(|_| Problem::Internal("a slot beyond its cohort".into()))
}

fn unreadable(what: &str) -> Problem {
    Problem::Internal(format!("an unreadable {what} of a post in the database"))
}
