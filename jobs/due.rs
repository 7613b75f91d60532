//! What the clock begins: posts whose time has come are released, and those who owe work are reminded before it is due.
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
use crate::problem::Problem;
use crate::{due_times, posts};

/// How often each process that works looks; the first time when it starts.
const EVERY: Duration = Duration::from_secs(1);

/// What is done at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    /// A scheduled post goes out.
    Release,
    /// Those who owe this work are reminded.
    Remind,
}

/// What one process has met: what it could not do, and until when it leaves that alone.
#[derive(Default)]
pub(super) struct Watch {
    failed: HashMap<(What, PostId), Failed>,
    blind: bool,
}

/// Something that could not be done.
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
        let looked = self.do_due(hub).await;
        if let Err(problem) = &looked
            && !self.blind
        {
            tracing::warn!(%problem, "what is due waits for the database");
        }
        self.blind = looked.is_err();
        looked.unwrap_or_else(|problem| vec![problem.to_string()])
    }

    /// Does each thing that is due. One that fails keeps no other waiting; a database out of reach ends it.
    async fn do_due(&mut self, hub: &Hub) -> Result<Vec<String>, Problem> {
        let mut due = Vec::new();
        due.extend(posts::due(hub).await?.into_iter().map(|post| (What::Release, post)));
        due.extend(due_times::waiting(hub).await?.into_iter().map(|post| (What::Remind, post)));
        self.failed.retain(|failed, _| due.contains(failed));
        let mut failures = Vec::new();
        for (what, post) in due {
            let failed = self.failed.get(&(what, post));
            if failed.is_some_and(|failed| failed.until_ms > hub.now_ms()) {
                continue;
            }
            let done = match what {
                What::Release => posts::release_due(hub, &post).await,
                What::Remind => due_times::remind(hub, &post).await,
            };
            match done {
                Ok(()) => {}
                Err(Problem::Unavailable) => return Err(Problem::Unavailable),
                Err(problem) => failures.push(self.fail(hub, what, post, &problem)),
            }
        }
        Ok(failures)
    }

    fn fail(&mut self, hub: &Hub, what: What, post: PostId, problem: &Problem) -> String {
        let nothing = Failed { tries: 0, until_ms: 0 };
        let failed = self.failed.entry((what, post)).or_insert(nothing);
        failed.tries += 1;
        failed.until_ms = hub.now_ms() + back_off_ms(failed.tries, &encode(post.0));
        tracing::error!(%problem, ?what, tries = failed.tries, "what is due is not done");
        problem.to_string()
    }
}
