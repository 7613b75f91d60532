//! What the hub shows of posts: to publishers all, to members what concerns them, to anyone what a permalink names.

use std::collections::HashMap;

use kentongan_protocol::approval;
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::post::{Kind, Post};

use super::{ACCEPTED, NO_AUDIENCE, NO_POST, id, keeps_history, rows, unreadable};
use crate::audiences::{self, Standing};
use crate::hub::Hub;
use crate::jobs::queue;
use crate::problem::Problem;
use crate::store::fan_out::{self as packs, PlaceRow, ProgressRow};
use crate::store::posts::{ListRow, Listing, PostRow};
use crate::store::receipts::Counts;
use crate::store::{Tx, approvals, receipts};

/// A line of an audience's list.
pub struct Item {
    /// The post.
    pub row: ListRow,
    /// Its approvals, 96 bytes each.
    pub approvals: Vec<Vec<u8>>,
}

/// The posts of an audience that `account` may know of, in the order of their positions.
pub async fn list(
    hub: &Hub,
    account: &AccountId,
    wanted: &Listing<'_>,
) -> Result<Vec<Item>, Problem> {
    let audience = AudienceId(id(wanted.audience)?);
    let mut tx = hub.db.read().await?;
    let listed = match audiences::standing(&mut tx, &audience, account).await? {
        Standing::Publisher | Standing::Admin => rows::list_for_staff(&mut tx, wanted).await?,
        Standing::Member { .. } | Standing::Waiting => {
            let history = keeps_history(&mut tx, &audience).await?;
            rows::list_for_member(&mut tx, wanted, account.as_ref(), history).await?
        }
        Standing::Nobody | Standing::Removed => {
            let known = audiences::current_charter(&mut tx, &audience).await?.is_some();
            return Err(if known { NOT_YOURS } else { NO_AUDIENCE });
        }
    };
    let mut given = HashMap::<Vec<u8>, Vec<Vec<u8>>>::new();
    if let (Some(first), Some(last)) = (listed.first(), listed.last()) {
        let (first, last) = (first.position, last.position);
        for (post, approval) in approvals::of_list(&mut tx, wanted.audience, first, last).await? {
            given.entry(post).or_default().push(approval);
        }
    }
    let with_approvals = |row: ListRow| {
        let approvals = given.remove(&row.post).unwrap_or_default();
        let slot = row.slot.filter(|slot| !is_vacant(slot));
        Item { row: ListRow { slot, ..row }, approvals }
    };
    Ok(listed.into_iter().map(with_approvals).collect())
}

const NOT_YOURS: Problem =
    Problem::NotAllowed("only publishers and members of this audience may read here");

/// As whom an account reads a post.
pub enum Reader {
    /// A publisher of its audience.
    Publisher,
    /// A member, with its place in the post.
    Member(PlaceRow),
}

/// The post, and as whom `account` may read it; of everything else it is not told that it exists.
pub async fn reader(
    tx: &mut Tx,
    post: &PostId,
    account: &AccountId,
) -> Result<(PostRow, Reader), Problem> {
    let row = rows::post(tx, post.as_ref()).await?.ok_or(NO_POST)?;
    let audience = AudienceId(id(&row.audience)?);
    match audiences::standing(tx, &audience, account).await? {
        Standing::Publisher | Standing::Admin => Ok((row, Reader::Publisher)),
        Standing::Member { .. } | Standing::Waiting if row.state == ACCEPTED => {
            let place = packs::place(tx, post.as_ref(), account.as_ref()).await?.ok_or(NO_POST)?;
            let concerns = place.covered
                || place.transformed.is_some()
                || keeps_history(tx, &audience).await?;
            if concerns { Ok((row, Reader::Member(place))) } else { Err(NO_POST) }
        }
        _ => Err(NO_POST),
    }
}

/// A whole post.
pub struct Octets {
    /// As its author sent it.
    pub bytes: Vec<u8>,
    /// The membership a member showed.
    pub writer_proof: Option<Vec<u8>>,
}

/// The post as its author sent it.
pub async fn octets(hub: &Hub, account: &AccountId, post: &PostId) -> Result<Octets, Problem> {
    let mut tx = hub.db.read().await?;
    reader(&mut tx, post, account).await?;
    let (bytes, writer_proof) = rows::bytes(&mut tx, post.as_ref()).await?.ok_or(NO_POST)?;
    Ok(Octets { bytes, writer_proof })
}

/// The member's own `E'_j`.
pub async fn slot(hub: &Hub, account: &AccountId, post: &PostId) -> Result<[u8; 32], Problem> {
    let mut tx = hub.db.read().await?;
    let (_, reader) = reader(&mut tx, post, account).await?;
    match reader {
        Reader::Publisher => Err(Problem::NotAllowed(
            "publishers have no slots: they open the post with the cohort's key",
        )),
        Reader::Member(PlaceRow { transformed: None, .. }) => Err(Problem::SlotNotReady),
        Reader::Member(PlaceRow { transformed: Some(slot), .. }) if is_vacant(&slot) => {
            Err(Problem::NotFound(
                "this post went out without your slot: ask a publisher to send it again",
            ))
        }
        Reader::Member(PlaceRow { transformed: Some(slot), .. }) => id(&slot),
    }
}

/// Zeros: the slot had no token when the post was transformed.
fn is_vacant(slot: &[u8]) -> bool {
    slot.iter().all(|byte| *byte == 0)
}

/// What a publisher watches.
pub struct Status {
    /// `accepted`, `pending`, `scheduled` or `lapsed`.
    pub state: String,
    /// Approvals given.
    pub approvals: usize,
    /// Approvals needed in all.
    pub needed: u8,
    /// How far the fan-out is.
    pub progress: ProgressRow,
    /// What members say.
    pub receipts: Counts,
    /// Why cohorts failed.
    pub reasons: Vec<String>,
    /// Whether any worker is there to do the rest.
    pub working: bool,
    /// When it is released, or was to be.
    pub release_ms: Option<i64>,
    /// Why it lapsed.
    pub lapse_reason: Option<String>,
}

/// How far a post has come; publishers only.
pub async fn status(hub: &Hub, account: &AccountId, post: &PostId) -> Result<Status, Problem> {
    let mut tx = hub.db.read().await?;
    let (row, reader) = reader(&mut tx, post, account).await?;
    if !matches!(reader, Reader::Publisher) {
        return Err(Problem::NotAllowed("only a publisher of this audience may see this"));
    }
    let stored = whole(&mut tx, post).await?;
    let charter = charter_of(&mut tx, &row, &stored).await?;
    Ok(Status {
        state: row.state,
        approvals: approvals::of(&mut tx, post.as_ref()).await?.len(),
        needed: approval::needed(&charter, stored.header()),
        progress: packs::progress(&mut tx, post.as_ref())
            .await?
            .ok_or_else(|| unreadable("fan-out"))?,
        receipts: receipts::counts(&mut tx, post.as_ref()).await?,
        reasons: packs::reasons(&mut tx, post.as_ref()).await?,
        working: queue::working(&mut tx).await?,
        release_ms: row.release_ms,
        lapse_reason: row.lapse_reason,
    })
}

/// A stored post, parsed.
pub(crate) async fn whole(tx: &mut Tx, post: &PostId) -> Result<Post, Problem> {
    let (bytes, _) = rows::bytes(tx, post.as_ref()).await?.ok_or(NO_POST)?;
    Post::parse(&bytes).map_err(|_| unreadable("body"))
}

/// The charter a stored post names.
pub(crate) async fn charter_of(
    tx: &mut Tx,
    row: &PostRow,
    post: &Post,
) -> Result<Charter, Problem> {
    let audience = AudienceId(id(&row.audience)?);
    let charter = audiences::charter_by_hash(tx, &audience, &post.header().charter).await?;
    charter.ok_or_else(|| unreadable("charter"))
}

/// A publisher's post for whoever has its permalink.
pub struct Permalink {
    /// The audience.
    pub audience: Vec<u8>,
    /// The whole post.
    pub post: Vec<u8>,
    /// Its approvals.
    pub approvals: Vec<Vec<u8>>,
    /// The correction that counts.
    pub corrected_by: Option<Vec<u8>>,
    /// The withdrawal that counts.
    pub withdrawn_by: Option<Vec<u8>>,
}

/// A publisher's accepted post, for anyone who knows its id (section 6).
pub async fn permalink(hub: &Hub, post: &PostId) -> Result<Permalink, Problem> {
    let mut tx = hub.db.read().await?;
    let row = rows::post(&mut tx, post.as_ref()).await?;
    let row = row.filter(|row| row.publisher && row.state == ACCEPTED);
    let row = row.ok_or(Problem::NotFound("this link leads to no post on this hub"))?;
    let (bytes, _) = rows::bytes(&mut tx, post.as_ref()).await?.ok_or(NO_POST)?;
    let (correction, withdrawal) = (Kind::Correction as i64, Kind::Withdrawal as i64);
    Ok(Permalink {
        audience: row.audience,
        post: bytes,
        approvals: approvals::of(&mut tx, post.as_ref()).await?,
        corrected_by: rows::greatest_about(&mut tx, post.as_ref(), correction).await?,
        withdrawn_by: rows::greatest_about(&mut tx, post.as_ref(), withdrawal).await?,
    })
}
