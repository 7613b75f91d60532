//! Receipts: what members say became of a post; of each the first time counts.

use kentongan_protocol::ids::PostId;

use crate::accounts::Caller;
use crate::hub::Hub;
use crate::posts::{self, Reader};
use crate::problem::Problem;
use crate::store::receipts::{self as rows, Said};

/// What a member says of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Receipt {
    /// It arrived.
    Delivered,
    /// It was opened; said only by those who chose to.
    Read,
    /// It was understood.
    Acknowledged,
}

/// Keeps what the caller says; what was read or acknowledged was delivered too.
pub async fn say(
    hub: &Hub,
    caller: &Caller,
    post: &PostId,
    receipt: Receipt,
) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    let (_, reader) = posts::reader(&mut tx, post, &caller.account).await?;
    if matches!(reader, Reader::Publisher) {
        return Err(Problem::NotAllowed("receipts are the members'"));
    }
    let now = hub.now_ms();
    let said = Said {
        delivered_ms: Some(now),
        read_ms: (receipt == Receipt::Read).then_some(now),
        acknowledged_ms: (receipt == Receipt::Acknowledged).then_some(now),
    };
    rows::put(&mut tx, post.as_ref(), caller.account.as_ref(), &said).await?;
    Ok(tx.commit().await?)
}
