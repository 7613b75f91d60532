//! A hub's operator: bringing a database up to date, and a hub whose workers are elsewhere.

use std::process::Command;

use kentongan::execute;
use kentongan::store::Db;
use serde_json::Value;
use tempfile::TempDir;

use crate::people::{Hub, Said, finish, kentongan, text};
use crate::support::empty_postgres;

/// `kentongan` over a database of its own.
struct Role<'a> {
    database: &'a str,
    data: TempDir,
}

impl<'a> Role<'a> {
    fn over(database: &'a str) -> Self {
        Self { database, data: tempfile::tempdir().expect("a folder") }
    }

    fn run(&self, args: &[&str]) -> Said {
        let mut command: Command = kentongan();
        command.env("KENTONGAN_DATABASE", self.database);
        finish(command.args(args).arg("--data").arg(self.data.path()), "")
    }

    fn migrates(&self) {
        let said = self.run(&["migrate", "--json"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let document: Value = serde_json::from_str(&said.stdout).expect("JSON");
        assert_eq!(document["migrated"], true);
    }

    /// The database is brought up to date, once more, and then by somebody else's newer version.
    async fn is_made_kept_and_left_to_a_newer_version(&self) {
        self.migrates();
        self.migrates();
        let said = self.run(&["migrate"]);
        assert!(said.stdout.contains("up to date"), "{}", said.stdout);
        assert!(!said.stdout.contains("secret"), "{}", said.stdout);

        let db = Db::open(self.database).await.expect("it is there");
        let mut tx = db.write().await.expect("a transaction");
        execute!(
            tx,
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             select 9999, 'from the future', success, checksum, 0 from _sqlx_migrations where version = 1"
        )
        .expect("the hub's tables are there");
        tx.commit().await.expect("written");
        db.close().await;
        for role in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["work"]] {
            let said = self.run(role);
            assert_eq!((said.code, said.stdout.as_str()), (1, ""), "{role:?}");
            for told in ["newer version of this program", "migration 9999", "backup"] {
                assert!(said.stderr.contains(told), "{role:?}: {}", said.stderr);
            }
        }
    }
}

#[tokio::test]
async fn a_sqlite_database_is_brought_up_to_date_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("new").join("hub.db").display());
    Role::over(&database).is_made_kept_and_left_to_a_newer_version().await;
}

#[tokio::test]
async fn a_postgres_database_is_brought_up_to_date_and_a_newer_one_is_left_alone() {
    let database = empty_postgres().await;
    Role::over(&database.url).is_made_kept_and_left_to_a_newer_version().await;
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password() {
    let role = Role::over("postgres://hub:secret@127.0.0.1:1/kentongan");
    let said = role.run(&["migrate"]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""));
    assert!(said.stderr.contains("the database cannot be opened"), "{}", said.stderr);
    assert!(!said.stderr.contains("secret"), "{}", said.stderr);
}

#[test]
fn without_a_worker_a_post_waits_and_its_publisher_is_told() {
    let hub = Hub::with(&["--no-workers"]);
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "Kelas 7B"]);
    budi.json(&["join", text(&link["url"])]);
    rina.json(&["audience", "admit", "Kelas 7B", "budi"]);
    rina.json(&["post", "--to", "Kelas 7B", "Besok libur."]);
    let status = rina.json(&["status"]);
    assert_eq!((&status["working"], &status["cohorts"]["ready"]), (&false.into(), &0.into()));
    let told = rina.run(&["status"]).stdout;
    assert!(told.contains("no worker is running: the post waits"), "{told}");
    assert_eq!(budi.json(&["inbox"])["items"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_failed_cohorts_tried_again() {
    let mut hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "Kelas 7B"]);
    budi.json(&["join", text(&link["url"])]);
    rina.json(&["audience", "admit", "Kelas 7B", "budi"]);
    rina.json(&["post", "--to", "Kelas 7B", "Besok libur."]);
    rina.prepared("1");
    let post = text(&rina.json(&["status"])["post"]).to_owned();
    let retry = |hub: &Hub, what: &str| {
        let data = hub.folder("data");
        finish(kentongan().args(["retry", what, "--data", &data]), "")
    };
    let nothing = retry(&hub, &post);
    assert_eq!((nothing.code, nothing.stdout.contains("Nothing to try again")), (0, true));

    assert_eq!(hub.terminate(), Some(0));
    let db = Db::open(&format!("sqlite:{}/kentongan.db", hub.folder("data"))).await.expect("there");
    let mut tx = db.write().await.expect("a transaction");
    execute!(tx, "delete from packs").expect("one");
    execute!(tx, "update post_cohorts set state = 'failed', reason = 'disk', recipients = 0")
        .expect("one");
    tx.commit().await.expect("written");
    db.close().await;
    hub.start_again();
    let status = rina.json(&["status"]);
    assert_eq!((&status["cohorts"]["failed"], &status["reasons"][0]), (&1.into(), &"disk".into()));
    let back = retry(&hub, "--all");
    assert_eq!((back.code, back.stdout.as_str()), (0, "1 cohort of 1 post back in the queue.\n"));
    rina.prepared("1");
    assert_eq!(text(&budi.json(&["read", "1"])["body"]), "Besok libur.");

    let unknown = retry(&hub, "-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(unknown.code, 1, "{}", unknown.stderr);
    assert!(unknown.stderr.contains("no such post"), "{}", unknown.stderr);
    let misused = retry(&hub, "1");
    assert_eq!(misused.code, 2, "{}", misused.stderr);
}
