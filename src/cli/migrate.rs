//! `kentongan migrate`: brings a database's tables up to date, as every start of a hub does too.

use serde_json::json;

use super::failure::Failure;
use super::output::Output;
use super::running::{Settings, database, open};

/// Bring the database up to date, and end
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan migrate --config /etc/kentongan.toml     before the new version's hubs start

Running it again changes nothing.")]
pub(super) struct Args {
    #[command(flatten)]
    settings: Settings,
}

/// Opens the hub, which migrates, and closes it.
pub(super) async fn run(args: Args, output: Output) -> Result<(), Failure> {
    let hub = open(args.settings.load()?).await?;
    let database = database(&hub.config);
    hub.db.close().await;
    output.show(
        &json!({ "database": database, "migrated": true }),
        &format!("The database is up to date ({database})."),
    )
}
