//! Posts that wait for their time: judged whole when they came, released or lapsed when it is there (`docs/architecture.md`).
//!
//! Invariant: a scheduled post is transformed for nobody; what is released was sealed to exactly the cohort keys of the
//! charter in force then, by one of its publishers, with as many approvals as its own charter wants.

use kentongan_protocol::approval;
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey, PostId};
use kentongan_protocol::post::Header;

use super::{
    NO_AUDIENCE, NO_POST, Reader, SCHEDULED, charter_of, id, next_position, push_fan_out, reader,
    rows, tell_staff, unreadable, whole,
};
use crate::accounts::Caller;
use crate::audiences::{self, Standing};
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::problem::Problem;
use crate::store::posts::{PostRow, ScheduledRow};
use crate::store::{self, Tx, approvals, fan_out as packs};

/// How far ahead a post may be scheduled: the longest validity of a charter.
const AHEAD_MS: i64 = 92 * 24 * 3600 * 1000;
/// Why a post lapsed that its author or an admin took back.
const TAKEN_BACK: &str = "taken-back";

/// Whether this post may wait until `release_ms`: a publisher's announcement or assignment, the first of its chain.
pub(super) fn may_wait(
    header: &Header,
    charter: &Charter,
    release_ms: i64,
    now_ms: i64,
) -> Result<(), Problem> {
    if !charter.is_publisher(&header.ik) || !header.kind.is_root() {
        return Err(Problem::NotAllowed("only a publisher's announcement or assignment can wait"));
    }
    if header.seq != 1 {
        let why = "a post that waits begins a chain of its own, so that no number waits for it";
        return Err(Problem::field("release_ms", why));
    }
    if release_ms <= now_ms || release_ms - now_ms > AHEAD_MS {
        return Err(Problem::field("release_ms", "expected a time within the next 92 days"));
    }
    if release_ms.unsigned_abs() >= charter.not_after_ms {
        let why = "the audience's charter ends before: renew it first, or choose an earlier time";
        return Err(Problem::field("release_ms", why));
    }
    Ok(())
}

/// The posts whose time has come and that still wait, in the order of their times: as many as one look takes on.
pub async fn due(hub: &Hub) -> Result<Vec<PostId>, Problem> {
    const AT_ONCE: i64 = 1_000;
    let mut tx = hub.db.read().await?;
    let due = rows::due(&mut tx, hub.now_ms(), AT_ONCE).await?;
    due.iter().map(|post| id(post).map(PostId)).collect()
}

/// Releases a post whose time has come, or lets it lapse; nothing happens to one that no longer waits. One whose
/// charter changes at this moment waits on, and is due again.
pub async fn release_due(hub: &Hub, post: &PostId) -> Result<(), Problem> {
    let mut tx = hub.db.read().await?;
    let Some(row) = rows::post(&mut tx, post.as_ref()).await? else { return Ok(()) };
    if row.state != SCHEDULED || row.release_ms.is_none_or(|at| at > hub.now_ms()) {
        return Ok(());
    }
    let audience = AudienceId(id(&row.audience)?);
    let stored = whole(&mut tx, post).await?;
    let named = charter_of(&mut tx, &row, &stored).await?;
    let current = audiences::current_charter(&mut tx, &audience).await?.ok_or(NO_AUDIENCE)?;
    drop(tx);
    let lapses = why_lapsed(&stored.header().ik, &named, &current, hub.now_ms());
    let needed = approval::needed(&named, stored.header());

    let mut tx = hub.db.write().await?;
    let position = next_position(&mut tx, &audience).await?;
    let now_stands = store::audiences::audience(&mut tx, audience.as_ref()).await?;
    if now_stands.is_none_or(|row| row.charter_hash != current.hash().as_ref()) {
        return Ok(());
    }
    let state = rows::post(&mut tx, post.as_ref()).await?.map(|row| row.state);
    if state.as_deref() != Some(SCHEDULED) {
        return Ok(());
    }
    match lapses {
        Some(reason) => {
            let author = AccountId::of(&stored.header().ik);
            lapse(&mut tx, hub, &audience, post, &author, reason).await?;
        }
        None => let_out(&mut tx, hub, &audience, post, needed, position).await?,
    }
    Ok(tx.commit().await?)
}

/// From here on it goes the usual way, with the slots there are at this moment.
async fn let_out(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    post: &PostId,
    needed: u8,
    position: i64,
) -> Result<(), Problem> {
    let given = approvals::of(tx, post.as_ref()).await?.len();
    let counts = given >= usize::from(needed);
    let now = hub.now_ms();
    rows::let_out(tx, post.as_ref(), position, counts, now).await?;
    packs::cover(tx, post.as_ref(), audience.as_ref()).await?;
    if counts {
        let progress = packs::progress(tx, post.as_ref()).await?;
        push_fan_out(tx, hub, post, progress.map_or(0, |progress| progress.cohorts)).await?;
    }
    tell_staff(tx, audience, post, Kind::Post, now).await
}

/// Why a post sealed under `named` is not released while `current` is in force; a word of docs/api.md.
///
/// Raised approvals count too: a post sealed before would slip past them.
fn why_lapsed(
    author: &IdentityKey,
    named: &Charter,
    current: &Charter,
    now_ms: i64,
) -> Option<&'static str> {
    if now_ms.unsigned_abs() >= current.not_after_ms {
        Some("charter-expired")
    } else if !current.is_publisher(author) {
        Some("not-publisher")
    } else if named.cohorts != current.cohorts {
        Some("keys-changed")
    } else if current.approvals > named.approvals {
        Some("approvals-raised")
    } else {
        None
    }
}

/// The charter changed: what can no longer be released lapses at once, so that its author hears in time.
pub(crate) async fn lapse_scheduled(
    tx: &mut Tx,
    hub: &Hub,
    current: &Charter,
) -> Result<(), Problem> {
    let audience = &current.audience;
    for ScheduledRow { post, ik, charter } in rows::scheduled(tx, audience.as_ref()).await? {
        let named = Charter::parse(&charter).map_err(|_| unreadable("charter"))?;
        let (post, author) = (PostId(id(&post)?), IdentityKey(id(&ik)?));
        if let Some(reason) = why_lapsed(&author, &named, current, hub.now_ms()) {
            lapse(tx, hub, audience, &post, &AccountId::of(&author), reason).await?;
        }
    }
    Ok(())
}

/// Lets one scheduled post lapse; its publishers hear of it, and its author also where it is no longer one.
async fn lapse(
    tx: &mut Tx,
    hub: &Hub,
    audience: &AudienceId,
    post: &PostId,
    author: &AccountId,
    reason: &str,
) -> Result<(), Problem> {
    rows::lapse_scheduled(tx, post.as_ref(), reason).await?;
    let still_there = audiences::standing(tx, audience, author).await?.publishes();
    let to_author = (!still_there).then_some(To::Account(audience, author));
    for to in [Some(To::Staff(audience)), to_author].into_iter().flatten() {
        let event = Event { kind: Kind::Lapsed, to, subject: &post.0, at_ms: hub.now_ms() };
        live::announce(tx, &event).await?;
    }
    Ok(())
}

/// Takes a scheduled post back before its time: its author, or an admin.
pub async fn take_back(hub: &Hub, caller: &Caller, post: &PostId) -> Result<(), Problem> {
    let mut tx = hub.db.read().await?;
    let (row, reader) = reader(&mut tx, post, &caller.account).await?;
    let audience = AudienceId(id(&row.audience)?);
    may_take_back(&mut tx, caller, &audience, &row, &reader).await?;
    drop(tx);
    let mut tx = hub.db.write().await?;
    audiences::lock(&mut tx, &audience).await?;
    let row = rows::post(&mut tx, post.as_ref()).await?.ok_or(NO_POST)?;
    match (row.state.as_str(), row.lapse_reason.as_deref()) {
        (SCHEDULED, _) => {}
        (_, Some(TAKEN_BACK)) => return Ok(()),
        _ => {
            return Err(Problem::Conflict(
                "this post does not wait any more: withdraw it if it went out",
            ));
        }
    }
    let author = AccountId::of(&IdentityKey(id(&row.ik)?));
    lapse(&mut tx, hub, &audience, post, &author, TAKEN_BACK).await?;
    Ok(tx.commit().await?)
}

async fn may_take_back(
    tx: &mut Tx,
    caller: &Caller,
    audience: &AudienceId,
    row: &PostRow,
    reader: &Reader,
) -> Result<(), Problem> {
    const NOT_YOURS: Problem =
        Problem::NotAllowed("a post that waits is taken back by its author or an admin");
    let own = row.ik == caller.ik.as_ref();
    let admin = audiences::standing(tx, audience, &caller.account).await? == Standing::Admin;
    if matches!(reader, Reader::Publisher) && (own || admin) { Ok(()) } else { Err(NOT_YOURS) }
}
