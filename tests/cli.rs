//! The real binary, end to end: a hub that it starts itself, and people at its command line.
//!
//! Invariant: every wait is for an event, with a limit; every account lives in a folder of the test.

#[path = "cli/assignments.rs"]
mod assignments;
#[path = "cli/due_times.rs"]
mod due_times;
#[path = "cli/homework.rs"]
mod homework;
#[path = "cli/hosted.rs"]
mod hosted;
#[path = "cli/page.rs"]
mod page;
#[path = "cli/people.rs"]
mod people;
#[path = "cli/records.rs"]
mod records;
#[path = "cli/roles.rs"]
mod roles;
#[path = "support/mod.rs"]
mod support;
#[path = "cli/tour.rs"]
mod tour;

use std::fs;

use people::{Hub, Person, kentongan, text};
use serde_json::Value;

#[test]
fn a_class_from_the_first_card_to_the_last_letter() {
    let hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "Kelas 7B"]);
    assert!(text(&link["url"]).starts_with(&format!("{}/join#", hub.origin)));
    let joined = budi.json(&["join", text(&link["url"])]);
    assert_eq!(joined["state"], "asked");
    assert_eq!(budi.json(&["audience", "list"])["items"][0]["role"], "asked");

    let requests = rina.json(&["audience", "requests"]);
    assert_eq!(requests["items"][0]["name"], "Budi", "the name came in a sealed letter");
    let admitted = rina.json(&["audience", "admit", "Kelas 7B", "budi"]);
    assert_eq!(admitted["admitted"], serde_json::json!([budi.account]));

    let photo = hub.file("foto 1.jpg", &vec![7; 300_000]);
    let body = "Kerjakan nomor 1–10.\n\u{1b}[2Jbesok";
    let sent = rina.with_stdin(body).json(&[
        "post",
        "--to",
        "Kelas 7B",
        "--assignment",
        "--title",
        "Pecahan",
        "--attach",
        &photo,
    ]);
    assert_eq!(sent["items"][0]["number"], 1);
    rina.prepared("1");

    let inbox = budi.json(&["inbox"]);
    assert_eq!(inbox["items"][0]["title"], "Pecahan");
    assert_eq!(inbox["items"][0]["audience_label"], "Kelas 7B", "as its publisher calls it");
    assert_eq!(inbox["items"][0]["new"], true);
    let shown = budi.run(&["read", "1"]);
    assert!(shown.stdout.contains("Kerjakan nomor 1–10.\n␛[2Jbesok"), "{}", shown.stdout);
    assert!(shown.stdout.contains("foto 1.jpg  300 KB"), "{}", shown.stdout);
    assert_eq!(budi.json(&["inbox", "--new"])["items"], serde_json::json!([]));

    let folder = hub.folder("downloads");
    budi.json(&["save", "1", "--into", &folder]);
    assert_eq!(fs::read(format!("{folder}/foto 1.jpg")).expect("saved"), vec![7; 300_000]);
    let again = budi.refused(1, &["save", "1", "--into", &folder]);
    assert!(again.contains("is there already"), "{again}");

    budi.json(&["ack", "1"]);
    let status = rina.json(&["status"]);
    assert_eq!((&status["delivered"], &status["acknowledged"]), (&1.into(), &1.into()));
    assert_eq!(status["recipients"]["total"], 1);
    let drums = rina.run(&["status", "1"]).stdout;
    assert!(drums.contains("◉  1 of 1"), "{drums}");

    budi.json(&["reply", "1", "Nomor 7 juga?"]);
    let scan = hub.file("tugas.txt", b"3/4");
    budi.json(&["reply", "1", "Saya sakit.", "--private", "--attach", &scan]);
    let thread = rina.json(&["read", "1"]);
    assert_eq!(thread["replies"][0]["body"], "Nomor 7 juga?");
    assert_eq!(thread["replies"][0]["author_name"], "Budi");
    let letters = rina.json(&["letters", "--desk"]);
    assert_eq!(letters["items"][0]["body"], "Saya sakit.");
    assert_eq!(letters["items"].as_array().map(Vec::len), Some(1), "introductions are no mail");
    rina.json(&["save", "1", "--letter", "--into", &folder]);
    assert_eq!(fs::read(format!("{folder}/tugas.txt")).expect("saved"), b"3/4");
    rina.json(&["letters", "answer", "1", "Semoga lekas sembuh."]);
    assert_eq!(budi.json(&["letters"])["items"][0]["body"], "Semoga lekas sembuh.");
    assert_eq!(budi.json(&["letters", "open", "1"])["desk"], false);

    let unasked = rina.refused(2, &["audience", "remove", "Kelas 7B", "Budi"]);
    assert!(unasked.contains("--yes"), "{unasked}");
    rina.json(&["audience", "remove", "Kelas 7B", "Budi", "--yes"]);
    rina.json(&["post", "--to", "Kelas 7B", "Tanpa Budi."]);
    let inbox = budi.json(&["inbox"]);
    assert_eq!(inbox["items"].as_array().map(Vec::len), Some(1), "the next post stays shut");
    assert_eq!(rina.json(&["audience", "members"])["live"], 0);
}

#[test]
fn two_publishers_sign_correct_withdraw_and_change_keys() {
    let hub = Hub::start();
    let (rina, joko, sari) = (hub.person("Bu Rina"), hub.person("Pak Joko"), hub.person("Sari"));
    rina.json(&["audience", "new", "--channel", "Dinas", "--replies", "desk"]);
    let link = rina.json(&["audience", "link", "--open", "--uses", "5"]);
    let link = text(&link["url"]);
    let fragment = link.split_once('#').map_or("", |(_, fragment)| fragment);
    assert_eq!(sari.json(&["join", fragment, "--as", "Dinas kita"])["state"], "member");

    rina.json(&["audience", "staff", "Dinas", "--add", &joko.account, "--yes"]);
    assert_eq!(joko.json(&["join", link])["state"], "publisher");
    rina.json(&["audience", "rules", "Dinas", "--approvals", "1"]);
    let sent = rina.json(&["post", "--to", "Dinas", "--title", "Vaksin", "Senin pukul 8."]);
    assert_eq!(sent["items"][0]["state"], "pending");
    assert_eq!(sari.json(&["inbox"])["items"], serde_json::json!([]));
    assert_eq!(joko.json(&["inbox"])["items"][0]["pending"], true);
    assert_eq!(joko.json(&["approve", "1"])["state"], "accepted");
    rina.prepared("1");
    assert_eq!(sari.json(&["read", "1"])["title"], "Vaksin");

    rina.json(&["audience", "rules", "Dinas", "--approvals", "0"]);
    joko.json(&["correct", "1", "Selasa pukul 8."]);
    rina.json(&["inbox"]);
    let seen =
        people::until(|| Some(sari.json(&["read", "1"])).filter(|p| p["shown"] == "corrected"));
    assert_eq!((&seen["title"], &seen["body"]), (&"Vaksin".into(), &"Selasa pukul 8.".into()));
    rina.json(&["withdraw", "1", "--yes"]);
    let seen =
        people::until(|| Some(sari.json(&["read", "1"])).filter(|p| p["shown"] == "withdrawn"));
    assert_eq!(seen["body"], "");

    assert_eq!(rina.json(&["audience", "link", "--list"])["items"][0]["uses"], 1);
    let rotated = rina.json(&["audience", "rotate", "Dinas", "--yes"]);
    assert_eq!((&rotated["cohorts"], &rotated["stayed"]), (&1.into(), &1.into()));
    assert_eq!(rina.json(&["audience", "link", "--list"])["items"][0]["closed"], true);
    rina.json(&["audience", "staff", "Dinas", "--remove", "Pak Joko", "--yes"]);
    joko.refused(1, &["post", "--to", "Dinas", "Masih saya?"]);
    rina.json(&["audience", "renew", "Dinas"]);
    let shown = rina.json(&["audience", "show", "Dinas"]);
    assert_eq!((&shown["hosting"], &shown["approvals"]), (&"blind".into(), &0.into()));
    sari.json(&["audience", "leave", "Dinas kita", "--yes"]);
    assert_eq!(sari.json(&["audience", "list"])["items"], serde_json::json!([]));
}

#[test]
fn nobody_enters_a_hosted_audience_unasked() {
    let hub = Hub::start();
    let (office, sari) = (hub.person("Dinas"), hub.person("Sari"));
    let link = hosted::audience(&office, "PT Awan\u{1b}[1A");
    let unasked = sari.refused(2, &["join", &link]);
    assert!(unasked.contains("PT Awan␛[1A will be able to read"), "{unasked}");
    assert!(unasked.contains("--consent"), "{unasked}");
    assert_eq!(sari.json(&["audience", "list"])["items"], serde_json::json!([]));
    let said = sari.run(&["join", &link, "--consent"]);
    assert!(said.stderr.contains("PT Awan␛[1A can read everything in it"), "{}", said.stderr);
    assert_eq!(sari.json(&["audience", "list"])["items"][0]["state"], "pending");
}

#[test]
fn a_lost_machine_is_made_good_with_the_login_card() {
    let hub = Hub::start();
    let rina = hub.person("Bu Rina");
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let elsewhere = rina.elsewhere();
    let back = elsewhere.json(&["account", "restore", "--keep-card"]);
    assert_eq!(text(&back["account"]), rina.account);
    assert_eq!(elsewhere.json(&["audience", "list"])["items"][0]["label"], "Kelas 7B");
    let kept = elsewhere.without_card().json(&["account", "show"]);
    assert_eq!(kept["card_kept"], true);
    assert_eq!(rina.json(&["account", "show"])["card_kept"], false);
}

#[test]
fn what_goes_wrong_says_what_to_do_next() {
    let hub = Hub::start();
    let rina = hub.person("Bu Rina");
    let stranger = hub.stranger();
    let refusals: [(&Person, i32, &[&str], &str); 9] = [
        (&stranger, 1, &["inbox"], "account new"),
        (&rina, 2, &["post", "--to", "Kelas 9", ""], "text is empty"),
        (&rina, 1, &["post", "--to", "Kelas 9", "x"], "in no audience yet"),
        (&rina, 1, &["join", &format!("{}/join#AQJ5", hub.origin)], "incomplete or mistyped"),
        (&rina, 1, &["join", "http://127.0.0.1:1/join#AQJ5"], "account new"),
        (&rina, 2, &["--hub", "http://127.0.0.1:1", "inbox"], "this account lives on"),
        (&rina, 1, &["account", "new"], "already"),
        (&rina, 1, &["read", "7"], "kentongan inbox"),
        (&rina, 1, &["status"], "kentongan post"),
    ];
    for (person, code, args, advice) in refusals {
        let detail = person.refused(code, args);
        assert!(detail.contains(advice), "{args:?}: {detail}");
    }
    let usage = rina.run(&["pots"]);
    assert_eq!((usage.code, usage.stdout.as_str()), (2, ""));
    let problem: Value = serde_json::from_str(&rina.run(&["--json", "pots"]).stderr).expect("JSON");
    assert_eq!(problem["type"], "urn:kentongan:problem:usage");
}

#[test]
fn a_wrong_card_and_a_damaged_vault_are_told_apart() {
    let hub = Hub::start();
    let (rina, budi) = (hub.person("Bu Rina"), hub.person("Budi"));
    assert!(
        rina.with_card(&budi.card)
            .refused(1, &["account", "show"])
            .contains("does not open this vault")
    );
    let mistyped = rina.card.replacen(|c: char| c != '-', "Z", 1);
    let mistyped = if mistyped == rina.card { rina.card.replacen('Z', "Y", 1) } else { mistyped };
    assert!(rina.with_card(&mistyped).refused(1, &["account", "show"]).contains("mistyped"));
    assert!(rina.without_card().refused(2, &["account", "show"]).contains("KENTONGAN_CARD"));

    let vault = rina.home.join("vault.age");
    let mut bytes = fs::read(&vault).expect("the vault");
    *bytes.last_mut().expect("bytes") ^= 1;
    fs::write(&vault, bytes).expect("written");
    let damaged = rina.refused(1, &["account", "show"]);
    assert!(damaged.contains("is damaged") && damaged.contains("account restore"), "{damaged}");
}

#[test]
fn a_hub_ends_cleanly_when_asked_and_goes_on_where_it_was() {
    let mut hub = Hub::start();
    let rina = hub.person("Bu Rina");
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let mut second = kentongan();
    second.args(["serve", "--listen", &hub.listen, "--data"]).arg(hub.folder("other"));
    let taken = people::finish(&mut second, "");
    assert_eq!(taken.code, 1);
    assert!(taken.stderr.contains("--listen"), "{}", taken.stderr);

    assert_eq!(hub.terminate(), Some(0), "SIGTERM is no failure");
    let gone = rina.refused(1, &["audience", "show"]);
    assert!(gone.contains("does not answer"), "{gone}");
    hub.start_again();
    assert_eq!(rina.json(&["audience", "list"])["items"][0]["label"], "Kelas 7B");
}

#[test]
fn the_pages_of_a_hub_are_compared_with_their_release() {
    let hub = Hub::start();
    let verify = |args: &[&str]| people::finish(kentongan().arg("verify-web").args(args), "");
    let said = verify(&[&hub.origin]);
    assert_eq!(said.code, 0, "{} (are the pages built? `make web`)", said.stderr);
    assert!(said.stdout.contains("signed by "), "{}", said.stdout);

    let file = hub.file(
        "release.pub",
        b"# a key that signed nothing\nLjmYLzXzN7t_3-IZFGfftY1gUXDHYKFc5yYqPGS8D-o\n",
    );
    let said = verify(&[&hub.origin, "--key", &file, "--json"]);
    assert_eq!(said.code, 1);
    let report: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(report["vouched"], "nobody");
    assert_eq!(report["differences"][0]["what"], "the manifest");
    let problem: Value = serde_json::from_str(&said.stderr).expect("JSON");
    assert_eq!(problem["type"], "urn:kentongan:problem:not-the-release");

    assert_eq!(verify(&["not an address"]).code, 2);
    assert_eq!(verify(&[&hub.origin, "--key", "no-such-file"]).code, 2);
    assert_eq!(verify(&["http://127.0.0.1:1"]).code, 1);
}

#[test]
fn every_command_explains_itself_by_example() {
    fn visit(path: &[String], seen: &mut usize) {
        let help = people::finish(kentongan().args(path).arg("--help"), "");
        assert_eq!(help.code, 0, "{path:?}");
        assert!(help.stdout.contains("Example"), "{path:?}: {}", help.stdout);
        *seen += 1;
        let listed = help.stdout.split("Commands:").nth(1).unwrap_or_default();
        let listed = listed.lines().skip(1).take_while(|line| line.starts_with("  "));
        // A description that needs a second line is set in further.
        let named = listed.filter(|line| !line.starts_with("   "));
        let names = named.filter_map(|line| line.split_whitespace().next());
        for name in names.filter(|name| *name != "help") {
            visit(&[path, &[name.to_owned()]].concat(), seen);
        }
    }
    let first = people::finish(kentongan().arg("--help"), "").stdout;
    let names = first.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(' '));
    let names: Vec<_> = names
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase()))
        .collect();
    let mut seen = 0;
    for name in names.iter().filter(|name| !["help", "kentongan"].contains(name)) {
        visit(&[(*name).to_owned()], &mut seen);
    }
    assert!(seen > 30, "{seen} commands: {names:?}");
    let version = people::finish(kentongan().args(["--version", "--verbose"]), "").stdout;
    assert!(version.starts_with("kentongan ") && version.contains("suite 1"), "{version}");
}
