//! `kentongan tour`: what it promises, looked at from outside, and that it leaves nothing behind.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use aho_corasick::AhoCorasick;
use kentongan::base64url;
use serde_json::Value;
use tempfile::TempDir;

use crate::people::{Said, finish, kentongan, text};

const PHOTO: &[u8] = include_bytes!("../../src/cli/tour/photo.jpg");

/// A tour whose temporary files are to be found in `folder` and nowhere else.
fn tour(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = kentongan();
    command.env("TMPDIR", folder.path()).arg("tour").args(args);
    command
}

/// The lines of a tour told to machines.
struct Told(Vec<Value>);

impl Told {
    fn of(said: &Said) -> Self {
        assert_eq!(said.code, 0, "{}", said.stderr);
        let line = |line| serde_json::from_str(line).expect("a line of JSON");
        Self(said.stdout.lines().map(line).collect())
    }

    fn all(&self, step: &str) -> Vec<&Value> {
        self.0.iter().filter(|line| line["step"] == step).collect()
    }

    #[track_caller]
    fn one(&self, step: &str) -> &Value {
        let all = self.all(step);
        assert_eq!(all.len(), 1, "{step}");
        all[0]
    }

    /// The fan-out of what was posted: its progress never goes back, and ends with everybody; its rate.
    fn fan_out(&self, what: &str, recipients: i64, cohorts: i64) {
        let at = |line: &Value| line["step"] == "posted" && line["what"] == what;
        let end = self.0.iter().position(at).expect("it was posted");
        let progress = self.0[..end].iter().rev().take_while(|line| line["step"] == "progress");
        let ready: Vec<_> =
            progress.map(|line| line["recipients"]["ready"].as_i64().expect("a number")).collect();
        assert_eq!(ready.first(), Some(&recipients), "the last of the progress is all of it");
        assert!(ready.is_sorted_by(|later, earlier| later >= earlier), "{ready:?}");
        let figures = &self.0[end]["fan_out"];
        assert_eq!(
            (&figures["recipients"], &figures["cohorts"]),
            (&recipients.into(), &cohorts.into())
        );
        let figure = |name: &str| figures[name].as_f64().expect("a number");
        assert!(figure("per_second") > 0.0);
        let rate = figure("recipients") / figure("seconds");
        assert!((rate - figure("per_second")).abs() <= 1.0, "{figures}");
    }
}

/// Every file below `folder`, one after the other.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        bytes.extend(if path.is_dir() {
            self::bytes(&path)
        } else {
            fs::read(&path).expect("a file")
        });
    }
    bytes
}

/// Those of `needles` that stand in `bytes`.
fn found<'a, T: AsRef<[u8]>>(bytes: &[u8], needles: &'a [T]) -> Vec<&'a T> {
    let all = AhoCorasick::new(needles).expect("few and short");
    let hits: BTreeSet<_> =
        all.find_overlapping_iter(bytes).map(|hit| hit.pattern().as_usize()).collect();
    hits.into_iter().map(|hit| &needles[hit]).collect()
}

#[test]
fn a_tour_shows_a_posts_whole_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = finish(&mut tour(&folder, &["--recipients", "5000", "--json", "--keep"]), "");
    let told = Told::of(&said);
    assert_eq!(told.one("class")["members"], 30);
    assert_eq!(told.one("channel")["members"], 5000);
    told.fan_out("homework", 30, 1);
    told.fan_out("announcement", 5000, 2);
    assert_eq!(told.all("posted")[0]["photo"], PHOTO.len());

    let opened = told.all("opened");
    let by: Vec<_> = opened.iter().map(|line| text(&line["by"])).collect();
    assert_eq!(by, ["Ana", "Budi", "Citra"]);
    for line in opened {
        let read = line["read"].as_array().expect("texts");
        assert_eq!(text(&read[0]), "Pecahan, halaman 42");
        assert!(text(&read[2]).starts_with("pecahan.jpg"));
        assert_eq!(text(&read[3]), "Vaksinasi dosis kedua");
    }
    let reply = told.one("replied");
    assert_eq!((text(&reply["by"]), text(&reply["reader"])), ("Ana", "Budi"));
    let private = told.one("replied-privately");
    assert_eq!((text(&private["by"]), text(&private["reader"])), ("Citra", "Bu Rina"));
    let removed = told.one("removed");
    assert_eq!(removed["next_post"], serde_json::json!({ "recipients": 29, "opens": false }));
    assert_eq!(removed["told"], "removed");

    let searched = told.one("searched");
    assert_eq!(searched["found"], Value::Null);
    assert!(searched["strings"].as_u64() > Some(40), "{searched}");
    let kept = Path::new(text(&told.one("end")["kept"]));
    the_hubs_files_hold_no_plaintext(kept, &told);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "what was to be kept");
}

/// Looked for once more, with what the search is known to find beside it.
fn the_hubs_files_hold_no_plaintext(kept: &Path, told: &Told) {
    let hub = bytes(&kept.join("hub"));
    assert!(told.one("searched")["bytes"].as_u64() > Some(1_000_000), "{}", told.one("searched"));
    let id = |line: &&Value| base64url::decode(text(&line["post"])).expect("an id");
    let ids: Vec<_> = told.all("posted").iter().map(id).collect();
    assert_eq!(found(&hub, &ids).len(), 2, "the posts' ids are there");
    // A teacher's own file, beside the hub's, shows that the photo would be found.
    let piece = [&PHOTO[PHOTO.len() / 2..][..32]];
    assert_eq!(found(&fs::read(kept.join("pecahan.jpg")).expect("her photo"), &piece).len(), 1);
    assert_eq!(found(&hub, &piece).len(), 0);
    let words =
        ["Pecahan", "Kerjakan", "Vaksinasi", "Puskesmas", "kuenya", "mata saya", "Kelas 7B"];
    assert_eq!(found(&hub, &words), [&""; 0]);
}

#[test]
fn a_tour_for_people_tells_its_chapters_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = finish(&mut tour(&folder, &["--recipients", "10"]), "");
    assert_eq!(said.code, 0, "{}", said.stderr);
    for told in
        ["1. A class of 30", "2. A channel of 10", "a second.", "are not.", "folder removed"]
    {
        assert!(said.stdout.contains(told), "{told} in {}", said.stdout);
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// A tour under way.
struct Underway {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Its hub's address.
    hub: String,
}

impl Underway {
    fn start(folder: &TempDir) -> Self {
        let mut command = tour(folder, &["--recipients", "100000", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, stdout, hub: String::new() }
    }

    /// Goes on when it has come to `step`.
    fn comes_to(&mut self, step: &str) {
        loop {
            let mut line = String::new();
            let read = self.stdout.read_line(&mut line).expect("a line");
            assert!(read > 0, "it ended before {step}");
            let line: Value = serde_json::from_str(&line).expect("JSON");
            if line["step"] == "hub" {
                text(&line["origin"]).trim_start_matches("http://").clone_into(&mut self.hub);
            }
            if line["step"] == step {
                return;
            }
        }
    }

    /// Sends it a signal; how it ends.
    fn asked_to_end(&mut self, signal: &str) -> Said {
        let asked = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(asked.expect("kill").success());
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).expect("UTF-8");
        let errors = self.child.stderr.as_mut().expect("piped");
        errors.read_to_string(&mut stderr).expect("UTF-8");
        let code = self.child.wait().expect("its own child").code().expect("by itself");
        Said { code, stdout, stderr }
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn stopped_in_the_middle(signal: &str, step: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tour = Underway::start(&folder);
    tour.comes_to(step);
    TcpStream::connect(&tour.hub).expect("its hub listens");
    let said = tour.asked_to_end(signal);
    assert_eq!(said.code, 130, "{}", said.stderr);
    assert!(!said.stdout.contains("\"end\""), "{}", said.stdout);
    let problem: Value = serde_json::from_str(&said.stderr).expect("JSON");
    assert_eq!(problem["type"], "urn:kentongan:problem:interrupted");
    assert!(TcpStream::connect(&tour.hub).is_err(), "nobody listens there any more");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_tour_stopped_by_ctrl_c_ends_and_leaves_nothing() {
    stopped_in_the_middle("-INT", "class");
}

#[test]
fn a_tour_terminated_while_it_enrols_ends_and_leaves_nothing() {
    stopped_in_the_middle("-TERM", "enrolled");
}
