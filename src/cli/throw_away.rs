//! The throw-away hub: a folder, a port that was free, web and workers in this process; all gone at the end.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::failure::{self, Failure};
use crate::client::{Client, Home, origin};
use crate::config::Config;
use crate::entropy::Entropy;
use crate::hub::{Clock, Hub};
use crate::{http, jobs};

/// A hub that leaves nothing behind.
pub(super) struct ThrowAway {
    hub: Arc<Hub>,
    folder: TempDir,
    data: PathBuf,
    stop: CancellationToken,
    web: JoinHandle<()>,
    workers: JoinHandle<()>,
}

impl ThrowAway {
    /// Starts it on a free port of this machine.
    pub(super) async fn start() -> Result<Self, Failure> {
        let refuse = |what: &str| {
            let what = what.to_owned();
            move |error: std::io::Error| Failure::new("throw-away", format!("{what}: {error}"))
        };
        let folder = tempfile::Builder::new().prefix("kentongan-").tempdir();
        let folder = folder.map_err(refuse("no temporary folder can be made"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(refuse("no port is free on this machine"))?;
        let address = listener.local_addr().map_err(refuse("the port has no address"))?;
        let data = folder.path().join("hub");
        let config = Config::throw_away(data.clone(), address)
            .map_err(|error| Failure::new("throw-away", error.to_string()))?;
        let hub = Hub::open(config, Clock::System, Entropy::System)
            .await
            .map_err(|error| Failure::new("throw-away", error.to_string()))?;
        let stop = CancellationToken::new();
        let web = tokio::spawn(http::serve(hub.clone(), listener, stop.clone().cancelled_owned()));
        let (working, until) = (hub.clone(), stop.clone());
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let workers = tokio::spawn(async move {
            if let Err(error) = jobs::work(working, cores, until).await {
                tracing::error!(%error, "the throw-away hub's workers ended");
            }
        });
        Ok(Self { hub, folder, data, stop, web, workers })
    }

    /// The hub itself, for what no client can do.
    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Its address.
    pub(super) fn origin(&self) -> &str {
        self.hub.origin.as_str()
    }

    /// Where its files are.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// Someone with a device of their own and a new account.
    pub(super) async fn person(&self, name: &str) -> Result<Client, Failure> {
        let home = Home::lock(&self.folder.path().join(name.replace(' ', "-")))?;
        let hub = origin(self.origin())?;
        Ok(Client::create(home, hub, Some(name.to_owned()), Clock::System, Entropy::System).await?)
    }

    /// A file on a person's device.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).map_err(failure::file(&path))?;
        Ok(path)
    }

    /// Does something with it unless asked to end before; what was begun is dropped then.
    pub(super) async fn until<T>(
        &self,
        stop: &CancellationToken,
        act: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        stop.run_until_cancelled(act).await.unwrap_or_else(|| Err(Failure::interrupted()))
    }

    /// Stops web and workers and removes the folder, or keeps it and says where.
    pub(super) async fn end(self, keep: bool) -> Result<Option<PathBuf>, Failure> {
        self.stop.cancel();
        let ended = tokio::join!(self.web, self.workers);
        self.hub.db.close().await;
        if !matches!(ended, (Ok(()), Ok(()))) {
            return Err(Failure::new("throw-away", "the throw-away hub did not stop as it should"));
        }
        if keep {
            return Ok(Some(self.folder.keep()));
        }
        let path = self.folder.path().to_owned();
        self.folder.close().map_err(failure::file(&path)).map(|()| None)
    }
}
