//! The real binary as processes over one database and one data folder, to be killed in the middle of things.
//!
//! Invariant: every process a story starts has ended when the story ends.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use kentongan::config::Config;
use kentongan::entropy::Entropy;
use kentongan::hub::{Clock, Hub};
use kentongan::{execute, fetch_scalar};
use tempfile::TempDir;

use crate::support::TestDatabase;

/// What the processes of one hub share.
pub(crate) struct Place {
    /// Its database.
    pub(crate) database: TestDatabase,
    data: TempDir,
}

impl Place {
    pub(crate) fn over(database: TestDatabase) -> Self {
        kentongan::client::install_tls();
        Self { database, data: tempfile::tempdir().expect("a folder") }
    }

    /// The hub opened in this process, while no other one runs: for a register that is imported at once.
    pub(crate) async fn open(&self) -> std::sync::Arc<Hub> {
        let mut config = Config::load(None).expect("the default settings");
        config.data = self.data.path().to_owned();
        config.database.clone_from(&self.database.url);
        Hub::open(config, Clock::System, Entropy::seeded(1)).await.expect("the hub opens")
    }

    /// How many cohorts of posts are not ready.
    pub(crate) async fn unready(&self) -> i64 {
        let mut tx = self.database.db.read().await.expect("a transaction");
        let sql = "select count(*) from post_cohorts where state <> 'ready'";
        fetch_scalar!(tx, i64, sql).expect("a count")
    }

    /// How many posts still wait for their time.
    pub(crate) async fn waiting(&self) -> i64 {
        let mut tx = self.database.db.read().await.expect("a transaction");
        let sql = "select count(*) from posts where state = 'scheduled'";
        fetch_scalar!(tx, i64, sql).expect("a count")
    }

    /// Makes `at_ms` the time of every post that waits: how long it took to write them does not matter then.
    pub(crate) async fn all_due_at(&self, at_ms: u64) {
        let at_ms = i64::try_from(at_ms).expect("a time");
        let mut tx = self.database.db.write().await.expect("a transaction");
        let sql = "update posts set release_ms = $1 where state = 'scheduled'";
        execute!(tx, sql, at_ms).expect("an update");
        tx.commit().await.expect("a commit");
    }

    /// `kentongan serve` on `listen`.
    pub(crate) fn serve(&self, listen: &str, more: &[&str]) -> Process {
        Process::start(self, &[&["serve", "--listen", listen], more].concat())
    }

    /// `kentongan work`.
    pub(crate) fn work(&self) -> Process {
        Process::start(self, &["work"])
    }
}

/// A process of the real binary.
pub(crate) struct Process {
    /// Where it listens, of one that serves.
    pub(crate) listen: String,
    child: Mutex<Child>,
}

impl Process {
    /// Starts it, and goes on when it has said that it runs.
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kentongan"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("KENTONGAN_") {
                command.env_remove(name);
            }
        }
        // One at a time, so that there is always something left to do.
        command.env("KENTONGAN_WORKERS__CONCURRENCY", "1");
        command.env("KENTONGAN_DATABASE", &place.database.url);
        command.args(args).args(["--json", "--quiet", "--data"]).arg(place.data.path());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let said: serde_json::Value = serde_json::from_str(&line).expect("it runs, and says so");
        let listen = said["listen"].as_str().unwrap_or_default().to_owned();
        Self { listen, child: Mutex::new(child) }
    }

    /// The address people type.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// SIGTERM, and its end; its exit code.
    pub(crate) fn terminate(&self) -> Option<i32> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Command::new("kill").arg(child.id().to_string()).status();
        assert!(asked.expect("kill").success());
        child.wait().expect("its own child").code()
    }

    /// SIGKILL, and its end: it has no moment to put anything in order.
    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have ended already.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
