//! Owes a mail to everyone who is away and asked for one: for one cohort of a post once it is ready, for a letter, or for
//! work that is due soon.
//!
//! Invariant: a mail is owed at most once for a subject and an account, however often this runs; its job is pushed in
//! the transaction that makes it owed.

use std::sync::Arc;

use kentongan_protocol::ids::{AccountId, LetterId, PostId};
use serde::{Deserialize, Serialize};

use super::nudge::Nudge;
use super::{Failure, Job, queue};
use crate::base64url::{B64, encode};
use crate::hub::Hub;
use crate::store::{StoreError, due_times, nudges};

/// Mails made owed in one transaction: each also pushes a job, and requests wait for the writer meanwhile.
const PAGE: i64 = 512;

/// The job.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// About a cohort of a post.
    Post {
        /// The post.
        post: B64<32>,
        /// The cohort's position in the charter.
        position: i64,
    },
    /// About a letter.
    Letter {
        /// The letter.
        letter: B64<32>,
    },
    /// About work that is due soon.
    Reminder {
        /// What its mails are owed for.
        reminder: B64<32>,
    },
}

impl Notify {
    /// Tells the members of one cohort of a post, once their slots are ready.
    #[must_use]
    pub fn post(post: PostId, position: i64) -> Self {
        Self::Post { post: B64(post.0), position }
    }

    /// Tells the recipient of a letter, or the publishers where it went to the desk.
    #[must_use]
    pub fn letter(letter: LetterId) -> Self {
        Self::Letter { letter: B64(letter.0) }
    }

    /// Tells those who owe the work of this reminder.
    #[must_use]
    pub const fn reminder(reminder: [u8; 32]) -> Self {
        Self::Reminder { reminder: B64(reminder) }
    }
}

impl Job for Notify {
    const NAME: &'static str = "notify";
    const ATTEMPTS: u32 = 8;

    fn key(&self) -> Option<String> {
        Some(match self {
            Self::Post { post, position } => format!("{}/{position}", encode(post.0)),
            Self::Letter { letter } => encode(letter.0),
            Self::Reminder { reminder } => encode(reminder.0),
        })
    }

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        if hub.mailer.is_none() {
            return Ok(());
        }
        match self {
            Self::Post { post, position } => tell_cohort(hub, &post.0, *position).await?,
            Self::Letter { letter } => {
                let mut tx = hub.db.read().await?;
                let recipients = nudges::recipients_to_tell(&mut tx, &letter.0).await?;
                drop(tx);
                owe(hub, &letter.0, recipients).await?;
            }
            Self::Reminder { reminder } => tell_missing(hub, &reminder.0).await?,
        }
        Ok(())
    }
}

async fn tell_cohort(hub: &Hub, post: &[u8; 32], position: i64) -> Result<(), StoreError> {
    let mut after = -1;
    loop {
        let mut tx = hub.db.read().await?;
        let members = nudges::members_to_tell(&mut tx, post, position, after, PAGE).await?;
        drop(tx);
        let Some(last) = members.last() else { return Ok(()) };
        after = last.slot;
        owe(hub, post, members.into_iter().map(|member| member.account).collect()).await?;
    }
}

async fn tell_missing(hub: &Hub, reminder: &[u8; 32]) -> Result<(), StoreError> {
    let mut after = Vec::new();
    loop {
        let mut tx = hub.db.read().await?;
        let missing = due_times::to_tell(&mut tx, reminder, &after, PAGE).await?;
        drop(tx);
        let Some(last) = missing.last() else { return Ok(()) };
        after.clone_from(last);
        owe(hub, reminder, missing).await?;
    }
}

/// Owes a mail to those of these accounts who are away.
async fn owe(hub: &Hub, subject: &[u8; 32], accounts: Vec<Vec<u8>>) -> Result<(), StoreError> {
    let connected = hub.live.connected();
    let mut away = accounts;
    away.retain(|id| {
        <[u8; 32]>::try_from(&id[..]).is_ok_and(|id| !connected.contains(&AccountId(id)))
    });
    if away.is_empty() {
        return Ok(());
    }
    let now = hub.now_ms();
    let mut tx = hub.db.write().await?;
    nudges::insert(&mut tx, subject, &away, now).await?;
    for account in &away {
        if let Some(nudge) = Nudge::new(subject, account) {
            queue::push(&mut tx, &nudge, now).await?;
        }
    }
    tx.commit().await
}
