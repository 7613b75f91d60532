//! Databases for tests: every story is told on SQLite and on PostgreSQL.
//!
//! Invariant: a test has databases of its own, gone when it ends; without PostgreSQL it fails rather than skip.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::str::FromStr;
use std::sync::Arc;

use kentongan::config::{Config, DEFAULTS};
use kentongan::entropy::Entropy;
use kentongan::hub::{Clock, Hub};
use kentongan::store::Db;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

/// A database of one test, with all tables.
pub(crate) struct TestDatabase {
    /// To open it once more.
    pub(crate) url: String,
    /// Open.
    pub(crate) db: Db,
    /// The data folder of hubs over it.
    data: TempDir,
    /// On PostgreSQL: dropped with the test.
    _server: Option<Server>,
}

struct Server {
    options: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    /// Starts a hub over it; several share it.
    pub(crate) async fn hub(&self, clock: Clock) -> Arc<Hub> {
        let mut config: Config = toml::from_str(DEFAULTS).expect("the defaults");
        config.data = self.data.path().to_owned();
        config.database.clone_from(&self.url);
        Hub::open(config, clock, Entropy::System).await.expect("the hub starts")
    }
}

/// One SQLite and one PostgreSQL database.
pub(crate) async fn databases() -> Vec<TestDatabase> {
    vec![sqlite().await, postgres().await]
}

/// A SQLite database in a temporary folder.
pub(crate) async fn sqlite() -> TestDatabase {
    let data = data();
    let url = format!("sqlite:{}", data.path().join("new").join("hub.db").display());
    open(url, data, None).await
}

/// A PostgreSQL database on the server of `KENTONGAN_TEST_POSTGRES`.
pub(crate) async fn postgres() -> TestDatabase {
    let empty = empty_postgres().await;
    open(empty.url, data(), Some(empty.server)).await
}

/// A PostgreSQL database without a table.
pub(crate) struct Empty {
    /// To open it.
    pub(crate) url: String,
    server: Server,
}

/// One on the server of `KENTONGAN_TEST_POSTGRES`.
pub(crate) async fn empty_postgres() -> Empty {
    let server = std::env::var("KENTONGAN_TEST_POSTGRES").expect(
        "KENTONGAN_TEST_POSTGRES names no PostgreSQL server: run `make test`, which starts one",
    );
    let options = PgConnectOptions::from_str(&server).expect("a PostgreSQL URL");
    let name = format!("kentongan_{}", ulid::Ulid::generate().to_string().to_lowercase());
    let mut connection = options.connect().await.expect("the test server answers");
    sqlx::query(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut connection)
        .await
        .expect("the right to create databases");
    let url = options.clone().database(&name).to_url_lossy().to_string();
    Empty { url, server: Server { options, name } }
}

/// The database of another process's test.
pub(crate) async fn at(url: String) -> TestDatabase {
    open(url, data(), None).await
}

async fn open(url: String, data: TempDir, server: Option<Server>) -> TestDatabase {
    let db = Db::open(&url).await.expect("the database opens");
    db.migrate().await.expect("the tables are created");
    TestDatabase { url, db, data, _server: server }
}

fn data() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

impl Drop for Server {
    fn drop(&mut self) {
        let (options, name) = (self.options.clone(), self.name.clone());
        // A runtime of its own: the test's may be unwinding.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let mut connection: PgConnection = options.connect().await?;
                let sql = AssertSqlSafe(format!("drop database {name} with (force)"));
                sqlx::query(sql).execute(&mut connection).await?;
                connection.close().await
            })
        });
        drop(dropped.join());
    }
}
