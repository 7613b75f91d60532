//! Homework at the command line, from the assignment to the table of marks.

use std::fs;

use serde_json::{Value, json};

use crate::people::{Hub, Person, text, until};

/// A teacher and two pupils, one of whom has a name that a spreadsheet would run.
pub(crate) fn class(hub: &Hub) -> (Person, Person, Person) {
    let (rina, budi, ani) = (hub.person("Bu Rina"), hub.person("Budi"), hub.person("=Ani"));
    rina.json(&["audience", "new", "--class", "Kelas 7B"]);
    let link = rina.json(&["audience", "link", "--open", "--uses", "5"]);
    for pupil in [&budi, &ani] {
        assert_eq!(pupil.json(&["join", text(&link["url"])])["state"], "member");
    }
    (rina, budi, ani)
}

/// The pupil's list once it has something of this title, and that.
pub(crate) fn given(pupil: &Person, title: &str) -> Value {
    until(|| {
        let list = pupil.json(&["homework"]);
        let items = list["items"].as_array().expect("a list").clone();
        items.into_iter().find(|item| item["title"] == title)
    })
}

pub(crate) fn board(rina: &Person, work: &str, name: &str) -> Value {
    let board = rina.json(&["submissions", work]);
    let pupils = board["pupils"].as_array().expect("pupils");
    pupils.iter().find(|pupil| pupil["name"] == name).expect("on the board").clone()
}

#[test]
fn homework_goes_out_comes_in_is_given_back_and_stands_in_the_table() {
    let hub = Hub::start();
    let (rina, budi, ani) = class(&hub);
    let early = ["assign", "--due", "2040-01-02 07:00", "--cutoff", "2040-01-01 07:00", "Ya."];
    assert!(rina.refused(2, &early).contains("--cutoff"));
    let asked =
        ["--title", "Pecahan", "--due", "2040-01-02 07:00", "--points", "100", "Nomor 1–10."];
    let sent = rina.json(&[&["assign", "--to", "Kelas 7B"], &asked[..]].concat());
    assert_eq!((&sent["number"], &sent["state"]), (&json!(1), &json!("accepted")));
    let item = given(&budi, "Pecahan");
    assert_eq!(
        (&item["state"], &item["number"], &item["points"]),
        (&json!("NEW"), &json!(1), &json!(100))
    );
    assert!(budi.run(&["read", "1"]).stdout.contains("due       Mon 2 Jan 2040, 07:00"));

    let photo = hub.file("foto.jpg", &vec![7; 20_000]);
    assert!(budi.refused(2, &["hand-in", "1"]).contains("nothing to hand in"));
    budi.json(&["hand-in", "1", "Sudah, Bu.", "--attach", &photo, "--draft"]);
    assert_eq!(given(&budi, "Pecahan")["state"], "CREATED");
    assert_eq!(board(&rina, "1", "Budi")["state"], "NEW", "a draft is nobody else's business");
    let handed_in = budi.json(&["hand-in", "1"]);
    assert_eq!((&handed_in["state"], &handed_in["late"]), (&json!("TURNED_IN"), &json!(false)));
    assert!(budi.refused(1, &["hand-in", "1", "Lagi."]).contains("--reclaim"));
    let pupil = board(&rina, "1", "Budi");
    assert_eq!(pupil["state"], "TURNED_IN");
    let letter = pupil["letter_number"].to_string();
    let folder = hub.folder("downloads");
    rina.json(&["save", &letter, "--letter", "--into", &folder]);
    assert_eq!(fs::read(format!("{folder}/foto.jpg")).expect("saved"), vec![7; 20_000]);

    budi.json(&["hand-in", "1", "--reclaim"]);
    assert_eq!(board(&rina, "1", "Budi")["state"], "RECLAIMED_BY_STUDENT");
    assert!(budi.refused(1, &["hand-in", "1", "--reclaim"]).contains("not handed in"));
    budi.json(&["hand-in", "1", "Nomor 7 sudah benar."]);

    assert!(rina.refused(1, &["return", "1", "Budi", "--mark", "101"]).contains("0 to 100"));
    assert!(rina.refused(1, &["return", "1", "=Ani"]).contains("nothing of theirs"));
    rina.json(&["return", "1", "Budi", "--redo", "--feedback", "Nomor 3 lagi."]);
    let item = given(&budi, "Pecahan");
    assert_eq!((&item["state"], &item["redo"]), (&json!("RETURNED"), &json!(true)));
    assert_eq!(budi.json(&["hand-in", "1", "Sekarang benar."])["attempt"], 2);
    rina.json(&["return", "1", "--all", "--mark", "87,5"]);
    assert!(rina.refused(1, &["return", "1", "--all"]).contains("nothing waits"));
    assert!(budi.refused(1, &["hand-in", "1", "Lagi."]).contains("no attempts"));
    let list = budi.run(&["homework"]).stdout;
    assert!(list.contains("mark 87.5 of 100") && list.contains("“Nomor 3 lagi.”"), "{list}");

    let drawn = hub.file("koreksi.jpg", b"merah");
    rina.json(&["return", "1", "Budi", "--feedback", "Lihat gambar.", "--attach", &drawn]);
    let returns = given(&budi, "Pecahan")["returns"].as_array().expect("returns").clone();
    let letter = returns[2]["letter_number"].to_string();
    budi.json(&["save", &letter, "--letter", "--into", &folder]);
    assert_eq!(fs::read(format!("{folder}/koreksi.jpg")).expect("saved"), b"merah");
    for person in [&rina, &budi] {
        assert_eq!(person.json(&["letters"])["items"], json!([]), "homework is no mail");
        assert_eq!(person.json(&["inbox"])["new_letters"], 0);
    }
    let desk = rina.json(&["letters", "--all", "--desk", "--state", "open"]);
    let open = desk["items"].as_array().expect("letters");
    assert!(open.iter().all(|letter| letter["kind"] != "submission"), "returned, so put away");

    rina.json(&["return", "1", "=Ani", "--excuse"]);
    assert_eq!(given(&ani, "Pecahan")["excused"], true);
    let table = rina.run(&["marks", "Kelas 7B", "--csv"]).stdout;
    let lines: Vec<_> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "name,account,Pecahan");
    assert_eq!(lines[1], format!("'=Ani,{},", csv_id(&ani)));
    assert_eq!(lines[2], format!("Budi,{},87.5", csv_id(&budi)));
}

#[test]
fn a_pupil_who_was_removed_is_told_so() {
    let hub = Hub::start();
    let (rina, budi, _) = class(&hub);
    rina.json(&["assign", "--title", "Pecahan", "Nomor 1–10."]);
    given(&budi, "Pecahan");
    rina.json(&["audience", "remove", "Kelas 7B", "Budi", "--yes"]);
    let said = budi.run(&["hand-in", "1", "Sudah, Bu.", "--json"]);
    assert!(said.code == 1 && said.stderr.contains("no longer a member"), "{}", said.stderr);
    assert_eq!(given(&budi, "Pecahan")["state"], "CREATED", "what he wrote is not lost");
}

/// An account's id as the table has it.
fn csv_id(person: &Person) -> String {
    let apostrophe = if person.account.starts_with('-') { "'" } else { "" };
    format!("{apostrophe}{}", person.account)
}

#[test]
fn work_without_a_connection_waits_on_the_machine_and_its_receipt_is_kept() {
    let mut hub = Hub::start();
    let (rina, budi, ani) = class(&hub);
    let extra = ["assign", "--pupil", "Budi", "--title", "Tambahan", "--word", "Baik", "Nomor 1."];
    let work = rina.json(&extra);
    let work = text(&work["work"])[..8].to_owned();
    given(&budi, "Tambahan");
    assert_eq!(ani.json(&["homework"])["items"], json!([]), "it is not hers");
    assert_eq!(hub.terminate(), Some(0));

    let offline = budi.run(&["hand-in", &work, "Selesai.", "--json"]);
    assert_eq!(offline.code, 1, "{}", offline.stderr);
    assert!(offline.stderr.contains("is kept on this machine"), "{}", offline.stderr);
    hub.start_again();
    let handed_in = budi.json(&["hand-in", &work]);
    assert_eq!((&handed_in["state"], &handed_in["receipt"]), (&json!("TURNED_IN"), &json!(true)));

    let folder = hub.folder("receipts");
    let saved = budi.json(&["receipt", "save", &work, "--into", &folder]);
    let path = text(&saved["path"]);
    assert!(budi.refused(1, &["receipt", "save", &work, "--into", &folder]).contains("exists"));
    rina.json(&["submissions", &work]);
    assert_eq!(hub.terminate(), Some(0), "nobody is asked");
    assert_eq!(budi.json(&["receipt", "verify", &work])["genuine"], true);
    let told = rina.json(&["receipt", "verify", path]);
    assert_eq!((&told["author_name"], &told["title"]), (&json!("Budi"), &json!("Tambahan")));
    let mut forged: Value =
        serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    forged["received_ms"] = json!(1_790_000_000_000_u64);
    let forged = hub.file("forged.json", forged.to_string().as_bytes());
    assert!(rina.refused(1, &["receipt", "verify", &forged]).contains("did not sign"));
    let other = hub.file("other.json", b"{}");
    assert!(rina.refused(1, &["receipt", "verify", &other]).contains("no receipt"));

    hub.start_again();
    assert!(rina.refused(1, &["return", &work, "Budi", "--mark", "A"]).contains("Baik"));
    rina.json(&["return", &work, "Budi", "--mark", "baik"]);
    assert_eq!(given(&budi, "Tambahan")["mark"], "Baik");
}
