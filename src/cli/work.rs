//! `kentongan work`: background work alone, beside hubs over the same database.

use clap::Args;
use serde_json::json;

use super::Failure;
use super::output::Output;
use super::serve::{Settings, concurrency, refused, start_log, until_told};
use crate::entropy::Entropy;
use crate::hub::{Clock, Hub};
use crate::jobs;

/// Run background work only, over a hub's database
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan work --config /etc/kentongan.toml")]
pub(super) struct Work {
    #[command(flatten)]
    settings: Settings,
}

impl Work {
    pub(super) async fn run(self, out: Output) -> Result<(), Failure> {
        start_log();
        let config = self.settings.load()?;
        let hub = Hub::open(config, Clock::System, Entropy::System).await.map_err(refused)?;
        let n = concurrency(&hub);
        out.result(&json!({ "concurrency": n }), &format!("Working, {n} jobs at a time"));
        jobs::work(hub, n, until_told()?).await.map_err(refused)
    }
}
