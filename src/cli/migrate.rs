//! `kentongan migrate`: brings the tables up to date and ends.

use clap::Args;
use serde_json::json;

use super::Failure;
use super::output::Output;
use super::serve::{Settings, refused};
use crate::entropy::Entropy;
use crate::hub::{Clock, Hub};

/// Create or update the database's tables, and the master key where there is none
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan migrate --config /etc/kentongan.toml")]
pub(super) struct Migrate {
    #[command(flatten)]
    settings: Settings,
}

impl Migrate {
    pub(super) async fn run(self, out: Output) -> Result<(), Failure> {
        let config = self.settings.load()?;
        Hub::open(config, Clock::System, Entropy::System).await.map_err(refused)?;
        out.result(&json!({ "migrated": true }), "The tables are up to date.");
        Ok(())
    }
}
