//! Transforms a post for every slot of a cohort, or of a run of cohorts, and makes each cohort's pack readable.
//!
//! Invariant: a cohort becomes ready together with its pack and what tells of it, once; a run that is killed is taken up
//! at the first cohort that is not ready.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::transform::{Capsule, FixedBase, Tokens};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::notify::Notify;
use super::{Failure, Job, queue};
use crate::base64url::B64;
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::posts::{self, ACCEPTED};
use crate::store::fan_out::{self as rows, CohortRow};
use crate::store::{self, StoreError};
use crate::tokens::{self, Place};

/// Slots that one core multiplies at a time: a full chunk of the table's, so that they share an inversion.
const PIECE: usize = 512;
/// Tables kept for posts whose cohorts are being transformed; 1 to 6 MiB each.
const TABLES: usize = 4;

/// The job.
#[derive(Serialize, Deserialize)]
pub struct FanOut {
    /// The post.
    pub post: B64<32>,
    /// The first cohort, by its place in the post's charter.
    pub first: i64,
    /// How many cohorts.
    pub count: i64,
}

impl Job for FanOut {
    const NAME: &'static str = "fan-out";
    const ATTEMPTS: u32 = 10;

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        let post = PostId(self.post.0);
        let Some(work) = Work::find(hub, &post, self).await? else { return Ok(()) };
        for cohort in &work.cohorts {
            work.transform(hub, &post, cohort).await?;
        }
        Ok(())
    }

    async fn failed(&self, hub: &Arc<Hub>, reason: &str) -> Result<(), StoreError> {
        let mut tx = hub.db.write().await?;
        let failed = rows::fail(&mut tx, &self.post.0, self.first, self.count, reason).await?;
        let Some(post) = store::posts::post(&mut tx, &self.post.0).await? else { return Ok(()) };
        if let (1.., Ok(audience)) = (failed, posts::id(&post.audience)) {
            tell(&mut tx, hub, Kind::Progress, To::Staff(&AudienceId(audience)), &self.post.0)
                .await?;
        }
        tx.commit().await
    }
}

/// What is left of a run.
struct Work {
    audience: AudienceId,
    capsule: Capsule,
    slots: usize,
    cohorts: Vec<CohortRow>,
}

impl Work {
    /// What is to be transformed; nothing where the post is gone, was never accepted, or is done.
    async fn find(hub: &Hub, post: &PostId, job: &FanOut) -> Result<Option<Self>, Failure> {
        let mut tx = hub.db.read().await?;
        let row = store::posts::post(&mut tx, post.as_ref()).await?;
        let Some(row) = row.filter(|row| row.state == ACCEPTED) else { return Ok(None) };
        let cohorts = rows::unready(&mut tx, post.as_ref(), job.first, job.count).await?;
        if cohorts.is_empty() {
            return Ok(None);
        }
        let capsule = store::posts::capsule(&mut tx, post.as_ref()).await?.unwrap_or_default();
        let capsule = Capsule::of_accepted(&posts::id(&capsule)?)
            .map_err(|_| Failure::GiveUp("the stored capsule is unreadable".into()))?;
        let slots = usize::try_from(rows::slots(&mut tx, post.as_ref()).await?).unwrap_or(0);
        let audience = AudienceId(posts::id(&row.audience)?);
        Ok(Some(Self { audience, capsule, slots, cohorts }))
    }

    async fn transform(
        &self,
        hub: &Arc<Hub>,
        post: &PostId,
        cohort: &CohortRow,
    ) -> Result<(), Failure> {
        let s = posts::id(&cohort.s_key)?;
        let slots = usize::try_from(cohort.slots).unwrap_or(0);
        let mut tx = hub.db.read().await?;
        let place = Place { audience: &self.audience, s: &s };
        let tokens = tokens::read(hub, &mut tx, place, slots).await?;
        drop(tx);
        let table = hub.tables.of(post);
        let (capsule, all) = (self.capsule, self.slots);
        let pack = tokio::task::spawn_blocking(move || {
            multiply(table.get_or_init(|| FixedBase::new(&capsule, all)), &tokens)
        })
        .await
        .map_err(|_| Failure::Retry("the multiplication panicked".into()))??;
        self.finish(hub, post, cohort.position, &s, &pack).await
    }

    /// The pack and all that follows from it, in one short transaction.
    async fn finish(
        &self,
        hub: &Hub,
        post: &PostId,
        position: i64,
        s: &[u8; 32],
        pack: &[[u8; 32]],
    ) -> Result<(), Failure> {
        let recipients = pack.iter().filter(|slot| **slot != [0; 32]).count();
        let recipients = i64::try_from(recipients).unwrap_or(i64::MAX);
        let mut tx = hub.db.write().await?;
        let flat = pack.as_flattened();
        if rows::finish(&mut tx, post.as_ref(), position, flat, recipients, hub.now_ms()).await? {
            queue::push(&mut tx, &Notify::post(*post, position), hub.now_ms()).await?;
            tell(&mut tx, hub, Kind::Post, To::Cohort(&self.audience, s), &post.0).await?;
            tell(&mut tx, hub, Kind::Progress, To::Staff(&self.audience), &post.0).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

async fn tell(
    tx: &mut store::Tx,
    hub: &Hub,
    kind: Kind,
    to: To<'_>,
    post: &[u8; 32],
) -> Result<(), StoreError> {
    live::announce(tx, &Event { kind, to, subject: post, at_ms: hub.now_ms() }).await
}

/// `t_j·E` for every slot, on all cores.
pub(super) fn multiply(table: &FixedBase, tokens: &Tokens) -> Result<Vec<[u8; 32]>, Failure> {
    let mut pack = vec![[0; 32]; tokens.slots().len()];
    tokens
        .slots()
        .par_chunks(PIECE)
        .zip(pack.par_chunks_mut(PIECE))
        .try_for_each(|(tokens, out)| table.transform(tokens, out))
        .map_err(|error| Failure::GiveUp(error.to_string()))?;
    Ok(pack)
}

/// The tables of the posts being transformed, so that a post's cohorts share one.
#[derive(Default)]
pub struct Tables(Mutex<VecDeque<(PostId, Table)>>);

type Table = Arc<OnceLock<FixedBase>>;

impl Tables {
    /// The place of this post's table, to be built by whoever needs it first.
    fn of(&self, post: &PostId) -> Table {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, table)) = tables.iter().find(|(held, _)| held == post) {
            return table.clone();
        }
        if tables.len() == TABLES {
            tables.pop_front();
        }
        let table = Table::default();
        tables.push_back((*post, table.clone()));
        table
    }
}
