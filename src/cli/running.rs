//! What the roles of a hub share: settings, a log, and ending when asked to.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use kentongan_protocol::transform::Path;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::failure::Failure;
use super::output::Output;
use crate::config::Config;
use crate::entropy::Entropy;
use crate::hub::{Clock, Hub};
use crate::jobs;

/// Where a hub's settings come from.
#[derive(Debug, clap::Args)]
pub(super) struct Settings {
    /// A file with settings that differ from the defaults (see config/default.toml)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The folder of database, master key and attachments
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

impl Settings {
    /// The settings: defaults, file, environment, and what the command line says.
    pub(super) fn load(self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref())
            .map_err(|e| Failure::usage(format!("{e}: config/default.toml lists every setting")))?;
        if let Some(data) = self.data {
            config.data = data;
        }
        Ok(config)
    }
}

/// Opens the hub of these settings.
pub(super) async fn open(config: Config) -> Result<Arc<Hub>, Failure> {
    let opened = Hub::open(config, Clock::System, Entropy::System).await;
    opened.map_err(|e| Failure::new("cannot-start", e.to_string()))
}

/// Logs to stderr; `RUST_LOG` says how much, `info` of this program unless told.
pub(super) fn log(output: Output) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new(if output.quiet { "warn" } else { "warn,kentongan=info" })
    });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A log that is set up already is as good.
    let _ = if output.json {
        log.json().try_init()
    } else {
        log.with_target(false).compact().try_init()
    };
}

/// Cancelled by SIGINT or SIGTERM.
pub(super) fn stop_when_asked() -> Result<CancellationToken, Failure> {
    let watch = |kind| {
        signal(kind)
            .map_err(|e| Failure::new("internal", format!("signals cannot be watched: {e}")))
    };
    let (mut interrupt, mut terminate) =
        (watch(SignalKind::interrupt())?, watch(SignalKind::terminate())?);
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        asked.cancel();
    });
    Ok(stop)
}

/// Works on jobs until told to stop.
pub(super) async fn work(hub: Arc<Hub>, stop: CancellationToken) -> Result<(), Failure> {
    let wanted = hub.config.workers.concurrency;
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let concurrency = if wanted == 0 { cores() } else { wanted };
    tracing::info!(concurrency, arithmetic = %Path::best(), "workers start");
    let ended = jobs::work(hub, concurrency, stop).await;
    ended.map_err(|e| Failure::new("workers-ended", e.to_string()))
}

/// Where the database is, without what would let somebody in.
pub(super) fn database(config: &Config) -> String {
    let url = config.database_url();
    match url.strip_prefix("sqlite:") {
        Some(path) => format!("SQLite, {path}"),
        None => match reqwest::Url::parse(&url) {
            Ok(url) => format!(
                "PostgreSQL, {} on {}",
                url.path().trim_start_matches('/'),
                url.host_str().unwrap_or("this machine")
            ),
            Err(_) => "PostgreSQL".into(),
        },
    }
}

/// Binds, or says what stands in the way.
pub(super) async fn bind(listen: SocketAddr) -> Result<tokio::net::TcpListener, Failure> {
    let next = SocketAddr::new(listen.ip(), listen.port().wrapping_add(1));
    tokio::net::TcpListener::bind(listen).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "something else is listening on {listen} already (another hub?): stop it, or choose another address with --listen {next}"
            ),
            std::io::ErrorKind::PermissionDenied => format!(
                "this user may not listen on {listen}: choose a port above 1023 with --listen, behind a proxy"
            ),
            std::io::ErrorKind::AddrNotAvailable => {
                format!("{listen} is no address of this machine: choose one with --listen")
            }
            _ => format!("cannot listen on {listen}: {error}"),
        };
        Failure::new("cannot-listen", why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_its_password() {
        let mut config: Config = toml::from_str(crate::config::DEFAULTS).expect("defaults");
        assert_eq!(database(&config), "SQLite, data/kentongan.db");
        config.database = "postgres://hub:secret@db.example/kentongan?sslmode=require".into();
        assert_eq!(database(&config), "PostgreSQL, kentongan on db.example");
    }
}
