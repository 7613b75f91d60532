//! Erases the uploads of an account that was deleted, but for those it may have given somebody the key of.

use std::sync::Arc;

use kentongan_protocol::ids::AccountId;
use serde::{Deserialize, Serialize};

use super::{Failure, Job};
use crate::attachments;
use crate::base64url::B64;
use crate::hub::Hub;

/// Files erased between two writes.
const BATCH: i64 = 50;

/// The job.
#[derive(Serialize, Deserialize)]
pub struct Erase {
    /// The account.
    pub account: B64<32>,
}

impl Erase {
    /// For this account.
    #[must_use]
    pub const fn of(account: &AccountId) -> Self {
        Self { account: B64(account.0) }
    }
}

impl Job for Erase {
    const NAME: &'static str = "erase";
    const ATTEMPTS: u32 = 10;

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        let account = AccountId(self.account.0);
        while attachments::erase(hub, &account, BATCH).await? > 0 {}
        while attachments::erase_ungiven(hub, &account, BATCH).await? > 0 {}
        Ok(())
    }
}
