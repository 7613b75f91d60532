//! The real binary, end to end: a hub that it serves, people with homes of their own, exit codes and JSON.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_kentongan");

/// The binary, with nothing of this process's environment but a path.
fn kentongan() -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.stdin(Stdio::null());
    command
}

/// `kentongan serve` on a free port; ended with the test.
struct Served {
    process: Child,
    origin: String,
    _data: TempDir,
}

impl Served {
    fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut process = kentongan()
            .args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut document = String::new();
        for line in BufReader::new(process.stdout.take().expect("piped")).lines() {
            let line = line.expect("text");
            document.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let greeting: Value = serde_json::from_str(&document).expect("one document");
        assert_eq!((&greeting["email"], &greeting["workers"]), (&false.into(), &true.into()));
        let origin = greeting["origin"].as_str().expect("an origin").to_owned();
        Self { process, origin, _data: data }
    }

    /// Asks it to end, as a service manager does.
    fn stop(mut self) -> i32 {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        self.process.wait().expect("it ends").code().expect("by itself")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Ended already is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Somebody with a home folder.
struct Person {
    home: TempDir,
    card: String,
}

impl Person {
    fn new(hub: &str, name: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let made = kentongan()
            .args(["account", "new", "--json", "--name", name, "--hub", hub, "--home"])
            .arg(home.path())
            .output()
            .expect("it runs");
        let made = document(&made);
        assert_eq!(made["card_kept"], false);
        Self { home, card: made["card"].as_str().expect("a card").to_owned() }
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = kentongan();
        command.args(args).env("KENTONGAN_HOME", self.home.path());
        command.env("KENTONGAN_CARD", &self.card).output().expect("it runs")
    }

    /// The document of a command that succeeds.
    #[track_caller]
    fn json(&self, args: &[&str]) -> Value {
        document(&self.run(&[args, &["--json"]].concat()))
    }

    /// What a command that is refused says.
    #[track_caller]
    fn refused(&self, code: i32, args: &[&str]) -> String {
        refused(&self.run(args), code)
    }
}

#[track_caller]
fn document(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).expect("one JSON document on stdout")
}

#[track_caller]
fn refused(output: &Output, code: i32) -> String {
    let said = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty(), "nothing is printed that was not done");
    said
}

fn text<'a>(document: &'a Value, key: &str) -> &'a str {
    document[key].as_str().expect("text")
}

#[test]
fn a_class_from_the_hub_to_the_last_receipt() {
    let hub = Served::start();
    let (sari, ani) = (Person::new(&hub.origin, "Bu Sari"), Person::new(&hub.origin, "Ani"));
    let class = sari.json(&["audience", "new", "--class", "VII B"]);
    let link = sari.json(&["audience", "link", "VII B"]);
    let link = text(&link, "url");
    assert!(link.starts_with(&format!("{}/join#", hub.origin)));
    assert_eq!(ani.json(&["join", link, "--as", "VII B"])["state"], "asked");
    let asking = sari.json(&["audience", "requests", "VII B"]);
    assert_eq!(asking["items"][0]["name"], "Ani");
    let account = &text(&asking["items"][0], "account")[..8];
    assert_eq!(
        sari.json(&["audience", "admit", "VII B", account])["admitted"][0],
        asking["items"][0]["account"]
    );

    let photo = sari.home.path().join("halaman 12.jpg");
    std::fs::write(&photo, vec![7; 100_000]).expect("a photo");
    let path = photo.to_str().expect("a path");
    let sent = sari.json(&[
        "post",
        "--to",
        "VII B",
        "--assignment",
        "--title",
        "Pecahan",
        "Kerjakan \u{1b}[2Jhalaman 12",
        "--attach",
        path,
    ]);
    let post = &text(&sent["items"][0], "post")[..8];
    let status = sari.json(&["status", post, "--watch"]);
    assert_eq!(status["status"]["recipients"]["ready"], 1);

    let inbox = ani.json(&["inbox"]);
    assert_eq!(inbox["items"][0]["title"], "Pecahan");
    assert_eq!(
        (&inbox["items"][0]["new"], &inbox["items"][0]["publisher"]),
        (&true.into(), &true.into())
    );
    let read = ani.run(&["read", post]);
    let page = String::from_utf8(read.stdout).expect("text");
    assert!(page.contains("Kerjakan ␛[2Jhalaman 12") && !page.contains('\u{1b}'), "{page}");
    let into = ani.home.path().to_str().expect("a path");
    let saved = ani.json(&["save", post, "--into", into]);
    assert_eq!(std::fs::read(text(&saved, "path")).expect("saved"), vec![7; 100_000]);
    assert!(
        ani.refused(1, &["save", post, "--into", into]).contains("exists"),
        "never overwritten"
    );

    let reply = ani.json(&["reply", post, "Baik, Bu"]);
    sari.json(&["status", post]);
    let thread = sari.json(&["inbox", "VII B"]);
    assert_eq!(thread["items"][1]["post"], reply["post"]);
    ani.json(&["reply", post, "--private", "Ani sakit"]);
    let desk = sari.json(&["letters", "--desk", "VII B"]);
    let letter = desk["items"].as_array().expect("letters").iter().find(|l| l["kind"] == "reply");
    let letter = letter.expect("the private reply");
    assert_eq!(letter["body"], "Ani sakit");
    sari.json(&["letters", "answer", text(letter, "letter"), "Lekas sembuh"]);
    assert_eq!(ani.json(&["letters"])["items"][0]["body"], "Lekas sembuh");

    ani.json(&["ack", post]);
    assert_eq!(sari.json(&["status", post])["status"]["acknowledged"], 1);
    sari.json(&["correct", post, "Halaman 13"]);
    sari.json(&["audience", "remove", "VII B", account]);
    assert_eq!(ani.json(&["inbox", "VII B"])["audiences"][0]["state"], "removed");
    assert_eq!(ani.json(&["read", post])["title"], "Pecahan", "what was read stays");
    sari.json(&["inbox"]);
    assert_eq!(sari.json(&["read", post])["body"], "Halaman 13");
    sari.json(&["withdraw", post]);
    sari.json(&["inbox"]);
    assert_eq!(sari.json(&["read", post])["shown"], "withdrawn");
    let short = &text(&class, "audience")[..6];
    assert_eq!(sari.json(&["audience", "show", short])["staff"][0]["role"], "admin");
    assert_eq!(hub.stop(), 0, "ends by itself when asked to");
}

#[test]
fn an_account_is_opened_and_brought_back_by_its_card_alone() {
    let hub = Served::start();
    let mut ani = Person::new(&hub.origin, "Ani");
    ani.json(&["audience", "new", "--channel", "Kelas"]);
    let card = std::mem::take(&mut ani.card);
    assert!(ani.refused(1, &["account", "show"]).contains("not a login card"));
    let other = Person::new(&hub.origin, "Budi");
    ani.card.clone_from(&other.card);
    assert!(ani.refused(1, &["account", "show"]).contains("does not open this vault"));

    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("card.txt");
    std::fs::write(&file, card.to_lowercase()).expect("written");
    let restore = |home: &Path| {
        kentongan()
            .args([
                "account",
                "restore",
                "--json",
                "--keep-card",
                "--hub",
                &hub.origin,
                "--card-file",
            ])
            .arg(&file)
            .arg("--home")
            .arg(home)
            .output()
            .expect("it runs")
    };
    let home = elsewhere.path().join("home");
    let restored = document(&restore(&home));
    assert_eq!((&restored["audiences"], &restored["card_kept"]), (&1.into(), &true.into()));
    let shown = kentongan()
        .args(["account", "show", "--json", "--home"])
        .arg(&home)
        .output()
        .expect("it runs");
    assert_eq!(document(&shown)["account"], restored["account"]);
    assert!(refused(&restore(&home), 1).contains("already"), "never over another account");

    std::fs::write(home.join("vault.age"), b"age-encryption.org/v1\nnonsense").expect("written");
    let damaged =
        kentongan().args(["account", "show", "--home"]).arg(&home).output().expect("it runs");
    let said = refused(&damaged, 1);
    assert!(said.contains("damaged") && said.contains("account restore"), "{said}");
}

#[test]
fn wrong_use_and_a_hub_that_is_not_there_are_told_apart() {
    let home = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        kentongan().args(args).arg("--home").arg(home.path()).output().expect("it runs")
    };
    assert!(refused(&run(&["account", "new"]), 2).contains("--hub"));
    assert!(refused(&run(&["account", "new", "--hub", "hub.example"]), 2).contains("https://"));
    assert!(refused(&run(&["post", "text"]), 2).contains("--to"));
    assert!(refused(&run(&["inbox"]), 1).contains("account new"));
    // A port that was free a moment ago: nobody listens there.
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let absent = format!("http://{free}");
    assert!(refused(&run(&["account", "new", "--hub", &absent]), 1).contains("does not answer"));
    assert!(!home.path().join("vault.age").exists(), "no account without its card shown");

    let hub = Served::start();
    let ani = Person::new(&hub.origin, "Ani");
    hub.stop();
    assert!(ani.refused(1, &["inbox"]).contains("does not answer"));
    assert_eq!(document(&ani.run(&["account", "show", "--offline", "--json"]))["name"], "Ani");
    assert!(ani.refused(2, &["account", "restore"]).contains("--hub"));
    let mut command = kentongan();
    command.args(["account", "show", "--offline", "--home"]).arg(ani.home.path());
    assert!(refused(&command.output().expect("it runs"), 2).contains("KENTONGAN_CARD"));
}
