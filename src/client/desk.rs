//! The desk as a shared inbox: which letters somebody looks after, for all of an audience's publishers.

use std::collections::BTreeMap;

use kentongan_protocol::ids::{AccountId, AudienceId, LetterId};

use super::{Client, Error};

/// How a letter stands on its desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Care {
    /// `open`, `assigned` or `resolved`.
    pub state: String,
    /// Who looks after it, or did until it was resolved.
    pub assignee: Option<AccountId>,
}

impl Client {
    /// How every letter on an audience's desk stands; for its publishers.
    pub async fn desk(&self, audience: &AudienceId) -> Result<BTreeMap<[u8; 32], Care>, Error> {
        let rows = self.api.desk(&audience.0).await?;
        let care = |row: super::api::DeskRow| {
            let assignee = row.assignee.map(|account| AccountId(account.0));
            (row.letter.0, Care { state: row.state, assignee })
        };
        Ok(rows.into_iter().map(care).collect())
    }

    /// Has a publisher look after a letter.
    pub async fn assign(&self, letter: &LetterId, to: &AccountId) -> Result<(), Error> {
        self.api.put_desk(&letter.0, "assigned", Some(&to.0)).await
    }

    /// Puts a letter away.
    pub async fn resolve(&self, letter: &LetterId) -> Result<(), Error> {
        self.api.put_desk(&letter.0, "resolved", None).await
    }

    /// Lays a letter open again.
    pub async fn reopen(&self, letter: &LetterId) -> Result<(), Error> {
        self.api.put_desk(&letter.0, "open", None).await
    }
}
