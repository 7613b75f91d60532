//! Releases a scheduled post when its time has come, or lets it lapse where it can no longer be.

use std::sync::Arc;

use kentongan_protocol::ids::PostId;
use serde::{Deserialize, Serialize};

use super::{Failure, Job};
use crate::base64url::{B64, encode};
use crate::hub::Hub;
use crate::posts::{Due, release_due};

/// The job.
#[derive(Serialize, Deserialize)]
pub struct Release {
    /// The post.
    pub post: B64<32>,
}

impl Release {
    /// Of this post.
    #[must_use]
    pub const fn of(post: &PostId) -> Self {
        Self { post: B64(post.0) }
    }
}

impl Job for Release {
    const NAME: &'static str = "release";
    /// A day and more of a database out of reach: nobody else would release it.
    const ATTEMPTS: u32 = 120;

    fn key(&self) -> Option<String> {
        Some(encode(self.post.0))
    }

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        match release_due(hub, &PostId(self.post.0)).await? {
            Due::Settled => Ok(()),
            Due::Later => Err(Failure::Retry("its time has not come, or a charter came".into())),
        }
    }
}
