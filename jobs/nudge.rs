//! Sends one mail that is owed: that something new came or is due soon, or the request to confirm an address.
//!
//! Invariant: after `sent` it is never sent again; a crash can repeat only a mail that was in flight, and that one has
//! the same Message-ID. What a mail server refuses for good is written on the address, for its owner to see.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Failure, Job};
use crate::base64url::{B64, encode};
use crate::email_addresses::{self, Sealed};
use crate::hub::Hub;
use crate::notifications::email::{Mail, Mailer, Outcome, Says};
use crate::problem::Problem;
use crate::store::email_addresses::AddressRow;
use crate::store::{StoreError, due_times, nudges};

/// The job.
#[derive(Serialize, Deserialize)]
pub struct Nudge {
    subject: B64<32>,
    account: B64<32>,
}

impl Nudge {
    /// The mail about `subject` owed to `account`; none where that is not an account's id.
    #[must_use]
    pub fn new(subject: &[u8; 32], account: &[u8]) -> Option<Self> {
        Some(Self { subject: B64(*subject), account: B64(account.try_into().ok()?) })
    }

    async fn settle(&self, hub: &Hub, state: &str, reason: Option<&str>) -> Result<(), StoreError> {
        let mut tx = hub.db.write().await?;
        let (subject, account) = (&self.subject.0, &self.account.0);
        nudges::settle(&mut tx, subject, account, state, reason, hub.now_ms()).await?;
        tx.commit().await
    }

    /// Marks the mail as being sent and says where to and whether it reminds, unless it is no longer owed or wanted.
    async fn begin(&self, hub: &Hub) -> Result<Option<(AddressRow, bool)>, StoreError> {
        let (subject, account, now) = (&self.subject.0, &self.account.0, hub.now_ms());
        let mut tx = hub.db.write().await?;
        if !nudges::begin(&mut tx, subject, account, now).await? {
            return Ok(None);
        }
        let address = email_addresses::still_owed(&mut tx, subject, account, now).await?;
        if address.is_none() {
            nudges::settle(&mut tx, subject, account, "unneeded", None, now).await?;
        }
        let reminds = due_times::is_reminder(&mut tx, subject).await?;
        tx.commit().await?;
        Ok(address.map(|address| (address, reminds)))
    }

    async fn send(
        &self,
        hub: &Hub,
        mailer: &Mailer,
        (row, reminds): (&AddressRow, bool),
    ) -> Result<Outcome, Problem> {
        let sealed = Sealed::open(hub, row)?;
        let (confirm, unsubscribe) = (sealed.confirm_link(hub), sealed.unsubscribe_link(hub));
        let says = if row.confirm_hash == self.subject.0 {
            Says::Confirm { confirm: &confirm }
        } else if reminds {
            Says::Reminder { unsubscribe: &unsubscribe }
        } else {
            Says::Nudge { unsubscribe: &unsubscribe }
        };
        let mail = Mail {
            to: &sealed.address,
            language: &row.language,
            says,
            hub: hub.origin.as_str(),
            message_id: &email_addresses::message_id(hub, &self.subject.0, &self.account.0),
            at_ms: hub.now_ms(),
        };
        Ok(mailer.send(&mail).await)
    }
}

impl Job for Nudge {
    const NAME: &'static str = "nudge";
    /// About two and a half hours: greylisting takes minutes, a mail server's restart longer.
    const ATTEMPTS: u32 = 18;

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", encode(self.subject.0), encode(self.account.0)))
    }

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        let Some(mailer) = &hub.mailer else {
            return Ok(self.settle(hub, "unneeded", Some("this hub sends no mail")).await?);
        };
        let Some((address, reminds)) = self.begin(hub).await? else { return Ok(()) };
        match self.send(hub, mailer, (&address, reminds)).await? {
            Outcome::Sent => Ok(self.settle(hub, "sent", None).await?),
            Outcome::Later(reason) => {
                self.settle(hub, "due", Some(&reason)).await?;
                Err(Failure::Retry(reason))
            }
            Outcome::Mailbox(reason) => {
                email_addresses::fail(hub, &address, reason).await?;
                Ok(self.settle(hub, "failed", Some(reason)).await?)
            }
            Outcome::Refused(reason) => Err(Failure::GiveUp(reason)),
        }
    }

    async fn failed(&self, hub: &Arc<Hub>, reason: &str) -> Result<(), StoreError> {
        self.settle(hub, "failed", Some(reason)).await
    }
}
