//! Due times told to the hub: only where an admin of the audience allows it, and only for its reminders.
//!
//! Invariant: nothing here is said to the hub on its own; a due time leaves the device when a person asks for a reminder.

use kentongan_protocol::ids::{AudienceId, PostId};

use super::{Client, Error};

impl Client {
    /// Whether the publishers of an audience may tell the hub due times.
    pub async fn due_times_allowed(&self, audience: &AudienceId) -> Result<bool, Error> {
        self.api.due_times_allowed(&audience.0).await
    }

    /// Allows it, or forbids it, which has the hub forget those it was told: an admin's.
    pub async fn allow_due_times(&self, audience: &AudienceId, allowed: bool) -> Result<(), Error> {
        self.api.allow_due_times(&audience.0, allowed).await
    }

    /// Tells the hub when an assignment is due and when to remind those who handed nothing in; milliseconds since 1970.
    pub async fn tell_due(&self, work: &PostId, due_ms: u64, remind_ms: u64) -> Result<(), Error> {
        self.api.put_due(&work.0, due_ms, remind_ms).await
    }

    /// The due time of an assignment was corrected: what the hub was told of it, if anything, is moved along with its
    /// reminder, or forgotten where there is none any more or its time would be past.
    pub async fn move_due(&self, work: &PostId, due_ms: Option<u64>) -> Result<(), Error> {
        let Some(told) = self.api.due(&work.0).await? else { return Ok(()) };
        if due_ms == Some(told.due_ms) {
            return Ok(());
        }
        let before = told.due_ms.saturating_sub(told.remind_ms);
        let moved = due_ms.map(|due_ms| (due_ms, due_ms.saturating_sub(before)));
        match moved.filter(|(_, remind_ms)| *remind_ms > self.now()) {
            Some((due_ms, remind_ms)) => self.api.put_due(&work.0, due_ms, remind_ms).await,
            None => self.api.delete_due(&work.0).await,
        }
    }
}
