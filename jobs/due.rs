//! What the clock begins: posts whose time has come are released.
//!
//! Invariant: what waits for its time is a row of its own and no job. Whichever process looks first does it, in one
//! transaction that is safe to run twice; so nothing waits until a worker that was killed is found dead.

use std::collections::HashMap;
use std::time::Duration;

use kentongan_protocol::ids::PostId;
use tokio_util::sync::CancellationToken;

use super::job::back_off_ms;
use crate::base64url::encode;
use crate::hub::Hub;
use crate::posts;
use crate::problem::Problem;

/// How often each process that works looks; the first time when it starts.
const EVERY: Duration = Duration::from_secs(1);

/// What one process has met: posts that it could not release, and until when it leaves each alone.
#[derive(Default)]
pub(super) struct Watch {
    failed: HashMap<PostId, Failed>,
    blind: bool,
}

/// A post that could not be released.
struct Failed {
    tries: i64,
    until_ms: i64,
}

/// Looks now and then every second until told to stop.
pub(super) async fn watch(hub: &Hub, stop: &CancellationToken) {
    let mut watch = Watch::default();
    loop {
        watch.look(hub).await;
        if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

impl Watch {
    /// Does whatever is due by the hub's clock; what could not be done, in words for the operator.
    pub(super) async fn look(&mut self, hub: &Hub) -> Vec<String> {
        let looked = self.release(hub).await;
        if let Err(problem) = &looked
            && !self.blind
        {
            tracing::warn!(%problem, "what is due waits for the database");
        }
        self.blind = looked.is_err();
        looked.unwrap_or_else(|problem| vec![problem.to_string()])
    }

    /// Releases each post that is due. One that cannot be keeps no other waiting; a database out of reach ends it.
    async fn release(&mut self, hub: &Hub) -> Result<Vec<String>, Problem> {
        let due = posts::due(hub).await?;
        self.failed.retain(|post, _| due.contains(post));
        let mut failures = Vec::new();
        for post in due {
            if self.failed.get(&post).is_some_and(|failed| failed.until_ms > hub.now_ms()) {
                continue;
            }
            match posts::release_due(hub, &post).await {
                Ok(()) => {}
                Err(Problem::Unavailable) => return Err(Problem::Unavailable),
                Err(problem) => failures.push(self.fail(hub, post, &problem)),
            }
        }
        Ok(failures)
    }

    fn fail(&mut self, hub: &Hub, post: PostId, problem: &Problem) -> String {
        let failed = self.failed.entry(post).or_insert(Failed { tries: 0, until_ms: 0 });
        failed.tries += 1;
        failed.until_ms = hub.now_ms() + back_off_ms(failed.tries, &encode(post.0));
        tracing::error!(%problem, tries = failed.tries, "a scheduled post is not released");
        problem.to_string()
    }
}
