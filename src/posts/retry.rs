//! Trying again what was given up, once what broke it is mended: cohorts whose fan-out failed, and what late joiners were
//! to be given of earlier posts.

use kentongan_protocol::ids::{AudienceId, PostId};

use super::{ACCEPTED, id, tell_staff};
use crate::base64url::B64;
use crate::hub::Hub;
use crate::jobs::{fan_out, history::History, queue};
use crate::notifications::live;
use crate::problem::Problem;
use crate::store;
use crate::store::fan_out as packs;

/// Posts of which a cohort failed.
pub async fn failed(hub: &Hub) -> Result<Vec<PostId>, Problem> {
    let mut tx = hub.db.read().await?;
    packs::posts_failed(&mut tx).await?.iter().map(|post| id(post).map(PostId)).collect()
}

/// Puts the failed cohorts of a post back in the queue; how many. None where there is no such post.
pub async fn retry(hub: &Hub, post: &PostId) -> Result<Option<usize>, Problem> {
    let now = hub.now_ms();
    let mut tx = hub.db.write().await?;
    let Some(row) = store::posts::post(&mut tx, post.as_ref()).await? else { return Ok(None) };
    if row.state != ACCEPTED {
        return Ok(Some(0));
    }
    let positions = packs::put_back(&mut tx, post.as_ref()).await?;
    for &first in &positions {
        let job = fan_out::FanOut { post: B64(post.0), first, count: 1 };
        queue::push(&mut tx, &job, now).await?;
    }
    if !positions.is_empty() {
        let audience = AudienceId(id(&row.audience)?);
        tell_staff(&mut tx, &audience, post, live::Kind::Progress, now).await?;
    }
    tx.commit().await?;
    Ok(Some(positions.len()))
}

/// Puts back in the queue what was given up of giving late joiners earlier posts; how many times somebody joined.
pub async fn retry_history(hub: &Hub) -> Result<u64, Problem> {
    let mut tx = hub.db.write().await?;
    let back = queue::put_back::<History>(&mut tx, hub.now_ms()).await?;
    tx.commit().await?;
    Ok(back)
}
