//! `kentongan serve`: the hub, with its workers, until told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::Failure;
use super::output::Output;
use crate::config::Config;
use crate::entropy::Entropy;
use crate::hub::{Clock, Hub};
use crate::{http, jobs};

/// Run a hub: web, API and background work in one process
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan serve\n  kentongan serve --listen 0.0.0.0:8080 --origin https://hub.example --data /var/lib/kentongan\n\n\
    Every setting is in config/default.toml; RUST_LOG=debug says more."
)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The address people type; behind a proxy the proxy's [default: http:// and where it listens]
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// Leave background work to `kentongan work`
    #[arg(long)]
    no_workers: bool,
}

/// Where a hub's settings come from.
#[derive(Args, Debug)]
pub(super) struct Settings {
    /// Settings that differ from config/default.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where database, master key and attachments are kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Settings {
    pub(super) fn load(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref()).map_err(refused)?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        Ok(config)
    }
}

impl Serve {
    pub(super) async fn run(self, out: Output) -> Result<(), Failure> {
        start_log();
        let mut config = self.settings.load()?;
        let usual = config.listen;
        config.listen = self.listen.unwrap_or(usual);
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            Failure::Refused(format!(
                "{} is not free to listen on ({error}): choose another --listen",
                config.listen
            ))
        })?;
        let bound = listener.local_addr().map_err(refused)?;
        match self.origin {
            Some(origin) => config.origin = origin,
            // The default origin belongs to the default address.
            None if bound != usual && config.origin == format!("http://{usual}") => {
                config.origin = format!("http://{bound}");
            }
            None => {}
        }
        let hub = Hub::open(config, Clock::System, Entropy::System).await.map_err(refused)?;
        greet(&hub, bound, self.no_workers, out);
        let stop = until_told()?;
        let workers = async {
            if self.no_workers {
                return Ok(());
            }
            let worked = jobs::work(hub.clone(), concurrency(&hub), stop.clone()).await;
            stop.cancel();
            worked.map_err(refused)
        };
        let web = async {
            let served = http::serve(hub.clone(), listener, stop.clone().cancelled_owned()).await;
            stop.cancel();
            served.map_err(refused)
        };
        let (worked, served) = tokio::join!(workers, web);
        worked.and(served)
    }
}

fn greet(hub: &Arc<Hub>, bound: SocketAddr, no_workers: bool, out: Output) {
    let config = &hub.config;
    let database =
        if config.database.is_empty() { config.database_url() } else { "PostgreSQL".into() };
    let (mail, work) = (!config.email.smtp.is_empty(), !no_workers);
    let document = json!({
        "listen": bound.to_string(),
        "origin": config.origin,
        "data": config.data,
        "database": database,
        "email": mail,
        "workers": work,
    });
    let text = format!(
        "Kentongan listens on {bound} as {origin}\n  data      {data}\n  database  {database}\n  e-mail    {mail}\n  workers   {work}\n\
         First: kentongan account new --hub {origin}",
        origin = config.origin,
        data = config.data.display(),
        mail = if mail { "on" } else { "off (set email.smtp to turn it on)" },
        work = if work { "on" } else { "off (run `kentongan work` beside it)" },
    );
    out.result(&document, &text);
}

/// Jobs at once.
pub(super) fn concurrency(hub: &Hub) -> usize {
    match hub.config.workers.concurrency {
        0 => std::thread::available_parallelism().map_or(1, Into::into),
        n => n,
    }
}

/// Cancelled by SIGINT or SIGTERM.
pub(super) fn until_told() -> Result<CancellationToken, Failure> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(refused)?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        told.cancel();
    });
    Ok(stop)
}

/// The log goes to stderr, by `RUST_LOG`.
pub(super) fn start_log() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,kentongan=info"));
    // A log that is set up already stays.
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

pub(super) fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::Refused(error.to_string())
}
