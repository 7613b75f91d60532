//! Gives members who joined late their slots of earlier posts under the same cohort key, where the charter says so.
//!
//! Invariant: packs are never rewritten; what a late joiner was given once stays as it is.

use std::sync::Arc;

use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::transform::{Capsule, FixedBase, Tokens};
use serde::{Deserialize, Serialize};

use super::fan_out::multiply;
use super::{Failure, Job};
use crate::base64url::B64;
use crate::hub::Hub;
use crate::notifications::live::{self, Event, Kind, To};
use crate::posts;
use crate::store;
use crate::store::fan_out::{self as rows, EarlierRow, LateSlot};
use crate::tokens::{self, Place};

/// Posts transformed between two writes.
const BATCH: i64 = 64;

/// The job.
#[derive(Serialize, Deserialize)]
pub struct History {
    /// The audience.
    pub audience: B64<32>,
    /// `S` of the cohort joined.
    pub s: B64<32>,
    /// The first slot given.
    pub first: i64,
    /// How many.
    pub count: i64,
}

impl Job for History {
    const NAME: &'static str = "history";
    const ATTEMPTS: u32 = 10;

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        let mut after = 0;
        loop {
            let mut tx = hub.db.read().await?;
            let end = self.first + self.count;
            let (audience, s) = (&self.audience.0, &self.s.0);
            let earlier = rows::earlier(&mut tx, audience, s, end, after, BATCH).await?;
            let Some(last) = earlier.last() else { return Ok(()) };
            after = last.list_position;
            let place = Place { audience: &AudienceId(*audience), s };
            // Read for every batch: who was removed meanwhile is given nothing more.
            let slots = usize::try_from(end).unwrap_or(0);
            let tokens = tokens::read(hub, &mut tx, place, slots).await?;
            drop(tx);
            let first = usize::try_from(self.first).unwrap_or(0);
            let (given, earlier) = tokio::task::spawn_blocking(move || {
                let given = give(&tokens, first, &earlier);
                (given, earlier)
            })
            .await
            .map_err(|_| Failure::Retry("the multiplication panicked".into()))?;
            self.keep(hub, &earlier, &given?).await?;
        }
    }
}

/// A late joiner's slot of one post: which of the posts, which slot, what it is.
type Given = (usize, usize, [u8; 32]);

/// Multiplies the tokens from `first` on that each post's pack was not for.
fn give(tokens: &Tokens, first: usize, earlier: &[EarlierRow]) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    for (number, post) in earlier.iter().enumerate() {
        let from = usize::try_from(post.slots).unwrap_or(0).max(first);
        let Some(late) = tokens.slots().get(from..) else { continue };
        let capsule = Capsule::of_accepted(&posts::id(&post.capsule)?)
            .map_err(|_| Failure::GiveUp("a stored capsule is unreadable".into()))?;
        let mut part = Tokens::vacant(late.len());
        part.slots_mut().copy_from_slice(late);
        let transformed = multiply(&FixedBase::new(&capsule, late.len()), &part)?;
        let live = transformed.into_iter().enumerate().filter(|(_, slot)| *slot != [0; 32]);
        given.extend(live.map(|(slot, transformed)| (number, from + slot, transformed)));
    }
    Ok(given)
}

impl History {
    /// What was given and the event that tells of it, in one short transaction.
    async fn keep(
        &self,
        hub: &Hub,
        earlier: &[EarlierRow],
        given: &[Given],
    ) -> Result<(), Failure> {
        let late: Vec<_> = given
            .iter()
            .filter_map(|(number, slot, transformed)| {
                let post = &earlier[*number];
                let slot = i64::try_from(*slot).ok()?;
                let (position, transformed) = (post.position, *transformed);
                Some(LateSlot { post: &post.post, position, slot, transformed })
            })
            .collect();
        let Some(last) = late.last() else { return Ok(()) };
        let mut tx = hub.db.write().await?;
        if rows::insert_late(&mut tx, &late).await? == 0 {
            return Ok(());
        }
        let (audience, subject) = (AudienceId(self.audience.0), posts::id(last.post)?);
        let one = self.one(&mut tx).await?;
        let to = match &one {
            Some(account) => To::Account(&audience, account),
            None => To::Cohort(&audience, &self.s.0),
        };
        let event = Event { kind: Kind::Post, to, subject: &subject, at_ms: hub.now_ms() };
        live::announce(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }

    /// The one who joined, where it is only one: the others of its cohort need not hear of it.
    async fn one(&self, tx: &mut store::Tx) -> Result<Option<AccountId>, Failure> {
        if self.count != 1 {
            return Ok(None);
        }
        let account = rows::holder(tx, &self.audience.0, &self.s.0, self.first).await?;
        Ok(account.map(|account| posts::id(&account)).transpose()?.map(AccountId))
    }
}
