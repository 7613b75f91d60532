//! `kentongan serve`: a hub, with its workers unless others do the work.

use std::net::SocketAddr;

use serde_json::json;

use super::failure::Failure;
use super::output::Output;
use super::running::{Settings, bind, database, log, open, stop_when_asked, work};
use crate::config::Config;
use crate::{client, http};

/// Run a hub: web, API and workers
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan serve                                    on http://127.0.0.1:8080, SQLite in ./data
  kentongan serve --listen 127.0.0.1:9000            another port; people then type http://127.0.0.1:9000
  kentongan serve --config /etc/kentongan.toml       settings: config/default.toml lists them all
  kentongan serve --no-workers                       web only; run `kentongan work` beside it

Ends on Ctrl-C or SIGTERM, after what is under way. RUST_LOG=debug shows more.")]
pub(super) struct Args {
    #[command(flatten)]
    settings: Settings,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Leave the background work to `kentongan work`
    #[arg(long)]
    no_workers: bool,
}

/// Runs the hub until it is asked to end.
pub(super) async fn run(args: Args, output: Output) -> Result<(), Failure> {
    let mut config = args.settings.load()?;
    config.listen = args.listen.unwrap_or(config.listen);
    client::install_tls();
    log(output);
    let stop = stop_when_asked()?;
    let listener = bind(config.listen).await?;
    config.listen = listener.local_addr().unwrap_or(config.listen);
    let hub = open(config).await?;
    announce(&hub.config, !args.no_workers, output)?;
    let working = async {
        if args.no_workers {
            return Ok(());
        }
        let ended = work(hub.clone(), stop.clone()).await;
        // A hub whose workers have gone looks well and delivers nothing.
        stop.cancel();
        ended
    };
    let serving = http::serve(hub.clone(), listener, stop.clone().cancelled_owned());
    let ((), worked) = tokio::join!(serving, working);
    hub.db.close().await;
    worked?;
    output.hint("The hub has ended; nothing that was accepted is lost.");
    Ok(())
}

fn announce(config: &Config, workers: bool, output: Output) -> Result<(), Failure> {
    let (listen, database) = (config.listen, database(config));
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let mail = !config.email.smtp.is_empty();
    let document = json!({
        "listen": listen, "origin": config.origin, "data": data, "database": database,
        "workers": workers, "email": mail,
    });
    let workers = if workers { "here" } else { "elsewhere: run `kentongan work`" };
    let mail = if mail { "on" } else { "off (the setting [email] smtp turns it on)" };
    let text = format!(
        "{} kentongan is listening on {}\n\n  data      {}\n  database  {database}\n  workers   {workers}\n  e-mail    {mail}\n",
        super::drums::teak().apply_to("●"),
        console::style(&config.origin).bold(),
        data.display(),
    );
    output.show_line(&document, &text)?;
    let hub = if config.origin == "http://127.0.0.1:8080" {
        String::new()
    } else {
        format!(" --hub {}", config.origin)
    };
    output.hint(&format!(
        "\nFirst, open {} in a browser, or in a second terminal: kentongan{hub} account new --name \"Your name\"\nThis hub cannot read what it carries. Ctrl-C ends it.",
        config.origin,
    ));
    Ok(())
}
