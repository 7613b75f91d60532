//! Live events: rows written in the transaction that makes them true, and who is connected to hear of them.
//!
//! Invariant: ids become visible in their order, so that whoever has read up to one has missed none before it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use kentongan_protocol::ids::{AccountId, AudienceId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::events::{self as rows, Changes, EventRow, NewEvent};
use crate::store::{StoreError, Tx};

/// Connections one account may hold open; a browser's tabs and a few devices need no more.
pub const CONNECTIONS: usize = 16;
/// Looked for this often even if nothing wakes us.
const FALLBACK: Duration = Duration::from_secs(1);

/// What happened; the subject is the id of what it happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A post can be read (for staff: was stored). Subject: the post.
    Post,
    /// A post's fan-out went on. Subject: the post.
    Progress,
    /// The audience has a new charter. Subject: its hash.
    Charter,
    /// A letter arrived. Subject: the letter.
    Letter,
    /// Somebody asks to join. Subject: the account.
    Request,
    /// Somebody was enrolled or removed. Subject: the account, or the audience where it was many.
    Member,
    /// A post was approved. Subject: the post.
    Approval,
    /// A scheduled post will not be released. Subject: the post.
    Lapsed,
    /// A letter was taken, put away or opened again. Subject: the letter.
    Desk,
    /// A thread was opened, slowed or closed. Subject: the post it is under.
    Thread,
    /// Something is due soon. Subject: the post.
    Reminder,
}

impl Kind {
    /// The event's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Progress => "progress",
            Self::Charter => "charter",
            Self::Letter => "letter",
            Self::Request => "request",
            Self::Member => "member",
            Self::Approval => "approval",
            Self::Lapsed => "lapsed",
            Self::Desk => "desk",
            Self::Thread => "thread",
            Self::Reminder => "reminder",
        }
    }
}

/// Whom an event is for.
#[derive(Clone, Copy, Debug)]
pub enum To<'a> {
    /// An audience's publishers and members.
    Everyone(&'a AudienceId),
    /// Its publishers.
    Staff(&'a AudienceId),
    /// The members under one cohort key `S`.
    Cohort(&'a AudienceId, &'a [u8; 32]),
    /// One account, about this audience.
    Account(&'a AudienceId, &'a AccountId),
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What.
    pub kind: Kind,
    /// To whom it matters.
    pub to: To<'a>,
    /// 32 bytes: what it happened to.
    pub subject: &'a [u8; 32],
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// Writes the event in the caller's transaction and wakes those who listen after its commit.
///
/// Announce last: on PostgreSQL this takes a lock, held until the commit, that puts all events in order.
pub async fn announce(tx: &mut Tx, event: &Event<'_>) -> Result<(), StoreError> {
    let (audience, account, s_key, staff) = match event.to {
        To::Everyone(audience) => (audience, None, None, false),
        To::Staff(audience) => (audience, None, None, true),
        To::Cohort(audience, s) => (audience, None, Some(&s[..]), false),
        To::Account(audience, account) => (audience, Some(account.as_ref()), None, false),
    };
    let row = NewEvent {
        at_ms: event.at_ms,
        kind: event.kind.word(),
        audience: audience.as_ref(),
        account,
        s_key,
        staff,
        subject: event.subject,
    };
    rows::insert(tx, &row).await
}

/// Like [`announce`], the same to each of these accounts of one audience alone.
pub async fn announce_each(
    tx: &mut Tx,
    kind: Kind,
    audience: &AudienceId,
    accounts: &[Vec<u8>],
    subject: &[u8; 32],
    at_ms: i64,
) -> Result<(), StoreError> {
    let audience = audience.as_ref();
    let (account, s_key, staff) = (None, None, false);
    let row = NewEvent { at_ms, kind: kind.word(), audience, account, s_key, staff, subject };
    rows::insert_each(tx, &row, accounts).await
}

/// The events after `after` that are for this account now, oldest first, and up to which id it has then read.
pub async fn since(
    hub: &Hub,
    account: &AccountId,
    after: i64,
) -> Result<(Vec<EventRow>, i64), Problem> {
    const BATCH: i64 = 100;
    let mut tx = hub.db.read().await?;
    let last = rows::last(&mut tx).await?;
    let events = rows::since(&mut tx, account.as_ref(), after, BATCH).await?;
    let full = i64::try_from(events.len()).is_ok_and(|n| n == BATCH);
    let read = events.last().filter(|_| full).map_or(last, |event| event.id);
    Ok((events, read))
}

/// Who is connected to this process, and how far the events of the whole hub are.
#[derive(Default)]
pub struct Live {
    connected: Arc<Connected>,
    last: Mutex<Option<watch::Sender<i64>>>,
    ended: CancellationToken,
}

/// The accounts connected to this process now, with how many connections each.
#[derive(Default)]
pub struct Connected(Mutex<HashMap<AccountId, usize>>);

impl Connected {
    /// Whether the account has a connection to this process.
    #[must_use]
    pub fn contains(&self, account: &AccountId) -> bool {
        self.lock().contains_key(account)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AccountId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection of an account; dropping it disconnects.
pub struct Connection {
    account: AccountId,
    connected: Arc<Connected>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut connected = self.connected.lock();
        if let Some(count) = connected.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                connected.remove(&self.account);
            }
        }
    }
}

impl Live {
    /// Who is connected.
    #[must_use]
    pub fn connected(&self) -> &Connected {
        &self.connected
    }

    /// Counts a connection in, unless the account has too many.
    pub fn connect(&self, account: AccountId) -> Result<Connection, Problem> {
        let mut connected = self.connected.lock();
        let count = connected.entry(account).or_default();
        if *count >= CONNECTIONS {
            return Err(Problem::RateLimited(60));
        }
        *count += 1;
        Ok(Connection { account, connected: self.connected.clone() })
    }

    /// The id of the newest event, as it grows; the first caller starts the one task that follows it.
    pub fn follow(hub: &Arc<Hub>) -> watch::Receiver<i64> {
        let mut last = hub.live.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*last {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(0);
        if !hub.live.ended.is_cancelled() {
            *last = Some(sender.clone());
            let tail = tail(Arc::downgrade(hub), hub.db.changes(), sender);
            tokio::spawn(hub.live.ended.clone().run_until_cancelled_owned(tail));
        }
        receiver
    }

    /// Ends every connection and lets go of the database: whoever listens comes again to another hub, or later.
    pub fn end(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        self.ended.cancel();
        *last = None;
    }
}

/// Asks the database for its newest event whenever it may have one, as long as the hub lives.
async fn tail(hub: Weak<Hub>, mut changes: Changes, last: watch::Sender<i64>) {
    loop {
        {
            let Some(hub) = hub.upgrade() else { return };
            match newest(&hub).await {
                Ok(id) => {
                    last.send_if_modified(|held| std::mem::replace(held, id) != id);
                }
                Err(error) => tracing::warn!(%error, "live events wait for the database"),
            }
        }
        // A wake-up that does not come costs a second.
        let _ = tokio::time::timeout(FALLBACK, changes.wait()).await;
    }
}

/// The id of the newest event of the whole hub; 0 before the first.
pub async fn newest(hub: &Hub) -> Result<i64, StoreError> {
    rows::last(&mut hub.db.read().await?).await
}
