//! Approvals: other publishers sign a post, and with enough of them it goes out (protocol section 6).

use kentongan_protocol::approval::{self, Approval};
use kentongan_protocol::ids::{AudienceId, PostId};

use crate::accounts::Caller;
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::posts::{self, Reader};
use crate::problem::Problem;
use crate::store::{self, approvals as rows};

const REFUSED: Problem = Problem::Refused(
    "this approval does not count: it must be another publisher's, of a post that waits for approvals",
);

/// How a post stands after an approval.
pub struct Approved {
    /// `accepted`, `pending` or `scheduled`.
    pub state: String,
    /// Approvals given.
    pub approvals: usize,
    /// Approvals needed in all.
    pub needed: u8,
    /// False where this publisher's approval was held before.
    pub new: bool,
}

/// Keeps a publisher's approval; with enough of them the post's fan-out begins in the same transaction.
pub async fn approve(
    hub: &Hub,
    caller: &Caller,
    post: &PostId,
    bytes: &[u8],
) -> Result<Approved, Problem> {
    let mut tx = hub.db.read().await?;
    let (row, reader) = posts::reader(&mut tx, post, &caller.account).await?;
    if !matches!(reader, Reader::Publisher) {
        return Err(Problem::NotAllowed("only a publisher of this audience may do this"));
    }
    let approval = Approval::parse(bytes).map_err(|_| REFUSED)?;
    let stored = posts::whole(&mut tx, post).await?;
    let charter = posts::charter_of(&mut tx, &row, &stored).await?;
    drop(tx);
    let header = *stored.header();
    let needed = approval::needed(&charter, &header);
    if needed == 0 || !approval.counts(&charter, &header.ik, post) {
        return Err(REFUSED);
    }

    let audience: AudienceId = header.audience;
    let mut tx = hub.db.write().await?;
    store::audiences::lock(&mut tx, audience.as_ref()).await?;
    let row = store::posts::post(&mut tx, post.as_ref()).await?.ok_or(REFUSED)?;
    if row.state == posts::LAPSED {
        return Err(Problem::Refused(
            "this post lapsed, and nothing brings it back: its author has to send it again",
        ));
    }
    let now = hub.now_ms();
    let new = rows::insert(&mut tx, post.as_ref(), approval.ik.as_ref(), bytes, now).await?;
    let given = rows::of(&mut tx, post.as_ref()).await?.len();
    let enough = given >= usize::from(needed);
    if new {
        if enough && row.state == posts::PENDING {
            posts::release(&mut tx, hub, &audience, post).await?;
        }
        let to = To::Staff(&audience);
        let event = Event { kind: Kind::Approval, to, subject: &post.0, at_ms: now };
        live::announce(&mut tx, &event).await?;
        tx.commit().await?;
    }
    let state = match row.state.as_str() {
        // It has its approvals and goes out at its time.
        posts::SCHEDULED => posts::SCHEDULED,
        _ if enough => posts::ACCEPTED,
        _ => posts::PENDING,
    };
    Ok(Approved { state: state.to_owned(), approvals: given, needed, new })
}
