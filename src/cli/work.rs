//! `kentongan work`: a hub's background work, beside hubs that share its database.

use serde_json::json;

use super::failure::Failure;
use super::output::Output;
use super::running::{Settings, database, log, open, stop_when_asked, work};
use crate::client;

/// Do a hub's background work only
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan work                                     beside `kentongan serve --no-workers`, on SQLite of the same machine
  KENTONGAN_DATABASE=postgres://… kentongan work     as many as you like, on as many machines

On SQLite a worker in a process of its own looks for work once a second; on PostgreSQL it is woken.
Every process needs the hub's settings and its master.key. Killing one loses nothing: another takes its jobs over.")]
pub(super) struct Args {
    #[command(flatten)]
    settings: Settings,
}

/// Works until it is asked to end.
pub(super) async fn run(args: Args, output: Output) -> Result<(), Failure> {
    let config = args.settings.load()?;
    client::install_tls();
    log(output);
    let stop = stop_when_asked()?;
    let hub = open(config).await?;
    let database = database(&hub.config);
    let text = format!(
        "{} working for {}\n  database  {database}\n",
        super::drums::teak().apply_to("●"),
        hub.config.origin
    );
    output.show_line(&json!({ "origin": hub.config.origin, "database": database }), &text)?;
    let ended = work(hub.clone(), stop).await;
    hub.db.close().await;
    ended
}
